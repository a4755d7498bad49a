"""Months and days as the Netherlands count them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def day_in_amsterdam(instant: dt.datetime) -> dt.date:
    """Give the calendar day in Amsterdam of an aware instant; a naive one is a ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its time zone")
    return instant.astimezone(AMSTERDAM).date()


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12 or not 1900 <= self.year <= 9999:
            raise ValueError(f"no such month: {self.year}-{self.number}")

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Give the month of a day."""
        return _month(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-01"; anything else is a ValueError."""
        match = _MONTH.fullmatch(text)
        if match is None:
            raise ValueError(f"a month looks like 2026-01, not {text!r}")
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.shift(1).first - dt.timedelta(days=1)

    def shift(self, months: int) -> Month:
        """Give the month so many months later (or earlier, below zero)."""
        count = self.year * 12 + self.number - 1 + months
        return _month(count // 12, count % 12 + 1)

    def until(self, last: Month) -> Iterator[Month]:
        """Give this month and each next one up to and including `last`."""
        month = self
        while month <= last:
            yield month
            month = month.shift(1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@lru_cache(maxsize=4096)
def _month(year: int, number: int) -> Month:
    """Give a month; the same few are asked for again and again."""
    return Month(year, number)
