"""What makes an e-mail address the same address, and a password good enough. Pure."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Iterable
from typing import ClassVar

from marketplace.domain.errors import Refused

SHORTEST = 10
LONGEST = 200


class PasswordRefused(Refused):
    """The password is not good enough; the base of the three reasons."""

    code: ClassVar[str] = "password_refused"


class PasswordTooShort(PasswordRefused):
    """Shorter than ten characters."""

    code: ClassVar[str] = "password_too_short"


class PasswordTooLong(PasswordRefused):
    """Longer than two hundred characters: hashing it would only cost time."""

    code: ClassVar[str] = "password_too_long"


class PasswordCommon(PasswordRefused):
    """Among the first that anybody would try."""

    code: ClassVar[str] = "password_common"


def normal_email(text: str) -> str:
    """Give the one way in which an address is kept and looked up: no spaces around, small letters, NFKC."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def masked_email(email: str) -> str:
    """Give an address as somebody may see it who only has to know that it is the right one: "k•••@e•••.nl"."""
    name, _at, house = email.partition("@")
    if not house:
        return ""
    site, _dot, ending = house.rpartition(".")
    return f"{name[:1]}•••@{site[:1]}•••.{ending}"


def check_password(password: str, *, common: Collection[str], own: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long or easily guessed; no rules about kinds of characters.

    `common` holds well-known passwords in small letters; `own` what others know of this person
    (name, address). Dressing up a known word with figures or signs behind it does not help.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    plain = password.casefold()
    word = plain.strip("0123456789!?.,@#$%&*-_+= ")
    known = {text.casefold() for text in own if text} | {
        text.casefold().partition("@")[0] for text in own if text
    }
    if plain in common or word in common or plain in known or word in known:
        raise PasswordCommon
    if len(set(plain)) < 4 or _is_a_row(plain):
        raise PasswordCommon


def _is_a_row(text: str) -> bool:
    """Whether each character is the next one of a row: abcdefghij, 9876543210."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return steps in ({1}, {-1})
