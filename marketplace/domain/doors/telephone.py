"""Telephone numbers as people write them, and when an order by telephone is refused."""

from __future__ import annotations

import re

from marketplace.domain.errors import Refused

MOST_LINES = 5
_SIGNS = re.compile(r"[\s().\-/]")
_NUMBER = re.compile(r"\+[1-9]\d{7,14}")


class BuyerUnknown(Refused):
    """The buyer that was chosen cannot be found (any more) at this cooperative."""

    code = "phone_buyer_unknown"


class NoTelephone(Refused):
    """Without a number nobody can be called back."""

    code = "phone_no_number"


def normal_phone(text: str) -> str | None:
    """Give a number in the one way in which it is kept (+31612345678); None for what is no number.

    A number without a country is Dutch.
    """
    plain = _SIGNS.sub("", text.replace("(0)", "").strip())
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.startswith("0"):
        plain = f"+31{plain[1:]}" if len(plain) == 10 else ""
    return plain if plain.isascii() and _NUMBER.fullmatch(plain) else None


def spoken_phone(number: str) -> str:
    """Give a kept number as one dials it here: 0612345678; one from elsewhere stays as it is."""
    return f"0{number[3:]}" if number.startswith("+31") else number
