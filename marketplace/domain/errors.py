"""The refusals of the house: base classes; each rule keeps its own refusals beside it."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """A rule says no; the answer is 409 and a sentence found by `code`. `facts` fill the sentence."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class NotFound(Exception):
    """The thing does not exist for this person; the answer is 404, whatever the reason."""

    code: ClassVar[str] = "not_found"


class Forbidden(Exception):
    """The own tenant, but not allowed; the answer is 403."""

    code: ClassVar[str] = "forbidden"


class AnonymousNotAllowed(Exception):
    """Nobody is signed in on a private page; the answer is 303 to sign-in."""


class StaleSignIn(Exception):
    """The password was typed too long ago for this act; the answer is 303 to typing it once more."""
