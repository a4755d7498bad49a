"""What a check of the books may find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in the books that is not as it must be: a code, the thing, and what was found."""

    code: str
    thing: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.thing}" + (f" ({self.detail})" if self.detail else "")
