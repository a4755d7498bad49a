"""Structured payment references (ISO 11649): made of digits, and found again in what a payer typed."""

from __future__ import annotations

import re

DIGITS = 10
_IN_TEXT = re.compile(r"RF(?:[ .\-/]*\d){12}(?![ .\-/]*\d)", re.IGNORECASE)


def make(number: int) -> str:
    """Give the reference of a number of at most ten digits: RF, two check digits, the number."""
    if not 0 <= number < 10**DIGITS:
        raise ValueError("a number of at most ten digits")
    body = f"{number:0{DIGITS}d}"
    # R is 27 and F is 15: the check digits make the whole 1 modulo 97.
    return f"RF{98 - int(f'{body}271500') % 97:02d}{body}"


def is_valid(reference: str) -> bool:
    """Tell whether the check digits fit."""
    if not re.fullmatch(r"RF\d{12}", reference):
        return False
    return int(f"{reference[4:]}2715{reference[2:4]}") % 97 == 1


def found_in(*texts: str) -> set[str]:
    """Give the valid references that stand in these texts, whatever spaces the payer typed."""
    hits = (hit for text in texts for hit in _IN_TEXT.findall(text))
    plain = {re.sub(r"[ .\-/]", "", hit).upper() for hit in hits}
    return {one for one in plain if is_valid(one)}


def spaced(reference: str) -> str:
    """Give it in groups of four, as people type it."""
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
