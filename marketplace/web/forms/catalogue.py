"""What somebody asks of the market, read from an address. Odd values fall back to "all"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.domain.listings import CATEGORIES
from marketplace.services.market.listingsearch import Cursor

DISTANCES = (5, 10, 25, 50)
LONGEST_QUESTION = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: words, category, name of a place, kilometres, and after which row to go on."""

    q: str = ""
    category: str | None = None
    place: str = ""
    within: int | None = None
    after: Cursor | None = None

    def address(self, **changed: str | int | None) -> dict[str, str | int]:
        """Give the parts of the address of this question, changed here and there; a new list each time."""
        parts: dict[str, str | int | None] = {
            "q": self.q,
            "soort": self.category,
            "plaats": self.place,
            "km": self.within,
        }
        return {name: value for name, value in (parts | changed).items() if value}


def read_asked(parts: Mapping[str, str]) -> Asked:
    """Read a question from the parts of an address."""
    category = parts.get("soort", "")
    within = parts.get("km", "")
    after = parts.get("na", "")
    return Asked(
        q=_line(parts.get("q", "")),
        category=category if category in CATEGORIES else None,
        place=_line(parts.get("plaats", "")),
        within=int(within) if within in {str(one) for one in DISTANCES} else None,
        after=Cursor.read(after) if after else None,
    )


def _line(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_QUESTION]
