"""Passwords kept as argon2id hashes, and the list of those that anybody would try first."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.settings import ROOT

NOT_CHOSEN = ""
COMMON_FILE = ROOT / "marketplace" / "rules" / "common_passwords.txt"


class Passwords:
    """Makes and checks hashes. A check takes as long for an unknown account as for a known one."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash("the password of nobody at all")

    def hash(self, password: str) -> str:
        """Give the hash to keep."""
        return self._hasher.hash(_same_text(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password fits the kept hash; without one, the same time passes and the answer is no."""
        try:
            self._hasher.verify(kept or self._nobody, _same_text(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)

    def is_old(self, kept: str) -> bool:
        """Whether a hash was made with other costs than today's, and should be made anew."""
        return self._hasher.check_needs_rehash(kept)


@cache
def hasher(cost: Literal["full", "cheap"]) -> Passwords:
    """Give the hasher of a cost: full (RFC 9106, low memory) or cheap, which is only for tests."""
    if cost == "cheap":
        return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Passwords(PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1))


@cache
def common() -> frozenset[str]:
    """Give the well-known passwords and words, in small letters."""
    lines = COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _same_text(password: str) -> str:
    """Give the same characters for the same typing, whatever keyboard composed them."""
    return unicodedata.normalize("NFKC", password)
