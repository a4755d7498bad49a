"""Orders that come back: which day is the next one, in Amsterdam's calendar. Pure.

A day follows from the first day and its number alone, so that a short month never moves the days after
it: 31 January, 28 February, 31 March.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from marketplace.domain.calendar import Month
from marketplace.domain.errors import Refused

# So many days ahead an order is made: time enough to pay, and to say that this once it does not suit.
DAYS_AHEAD = 14
LONGEST_WAIT = dt.timedelta(days=14)


class Every(StrEnum):
    """How often."""

    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"


class SeriesState(StrEnum):
    """Where a series stands."""

    ASKED = "asked"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    DECLINED = "declined"
    EXPIRED = "expired"


class SeriesStepNotAllowed(Refused):
    """The series does not stand where this begins (any more)."""

    code = "series_step_not_allowed"


class PausedByOther(Refused):
    """Who paused is who goes on again."""

    code = "series_paused_by_other"


# From where each act may be done, and where it leads.
SERIES_STEPS: dict[str, tuple[frozenset[SeriesState], SeriesState]] = {
    "accept": (frozenset({SeriesState.ASKED}), SeriesState.ACTIVE),
    "decline": (frozenset({SeriesState.ASKED}), SeriesState.DECLINED),
    "expire": (frozenset({SeriesState.ASKED}), SeriesState.EXPIRED),
    "pause": (frozenset({SeriesState.ACTIVE}), SeriesState.PAUSED),
    "resume": (frozenset({SeriesState.PAUSED}), SeriesState.ACTIVE),
    "stop": (
        frozenset({SeriesState.ASKED, SeriesState.ACTIVE, SeriesState.PAUSED}),
        SeriesState.STOPPED,
    ),
}


def step(act: str, state: str) -> SeriesState:
    """Give where a series goes, or raise SeriesStepNotAllowed."""
    begins, ends = SERIES_STEPS[act]
    if SeriesState(state) not in begins:
        raise SeriesStepNotAllowed
    return ends


@dataclass(frozen=True, slots=True)
class Rhythm:
    """From which day, how often, and till which day at the latest."""

    first_on: dt.date
    every: Every
    ends_on: dt.date | None = None

    def day(self, number: int) -> dt.date:
        """Give the day with a number; the first one is 0. A month without that day gives its last one."""
        if self.every is Every.MONTH:
            month = Month.of(self.first_on).shift(number)
            return min(month.last, month.first + dt.timedelta(days=self.first_on.day - 1))
        weeks = number * (2 if self.every is Every.TWO_WEEKS else 1)
        return self.first_on + dt.timedelta(weeks=weeks)

    def open_day(self, number: int) -> dt.date | None:
        """Give the day with a number, or None where the series is over."""
        day = self.day(number)
        return None if self.ends_on is not None and day > self.ends_on else day

    def number_from(self, since: dt.date) -> int:
        """Give the number of the first day that is not before `since`."""
        if since <= self.first_on:
            return 0
        if self.every is Every.MONTH:
            first = Month.of(self.first_on)
            months = (since.year - first.year) * 12 + since.month - first.number
            return months if self.day(months) >= since else months + 1
        days = 14 if self.every is Every.TWO_WEEKS else 7
        return -(-(since - self.first_on).days // days)

    def days(self, number: int, *, until: dt.date) -> Iterator[tuple[int, dt.date]]:
        """Give the days from a number on, up to and including `until`, each with its number."""
        while (day := self.open_day(number)) is not None and day <= until:
            yield number, day
            number += 1


def made_until(today: dt.date) -> dt.date:
    """Give the last day of which the order is made today."""
    return today + dt.timedelta(days=DAYS_AHEAD)
