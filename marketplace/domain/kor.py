"""The gauge of KOR: how much of the year's limit was sold, and when the pace would cross it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

State = Literal["far", "near", "crossed", "crossed_confirmed"]
PACE_DAYS = 90
NEAR_PERCENT = 75
NEAR_DAYS = 60


@dataclass(frozen=True, slots=True)
class Gauge:
    """Where a cooperative stands on a day, in cents without VAT.

    `sold_cents` is what was paid in the calendar year less what went back, `recent_cents` the same of
    the last PACE_DAYS days. `expected_on` is an expectation, no promise: the day on which that pace
    passes the limit, None when that is not this year, when nothing was sold, or after the crossing.
    """

    day: dt.date
    sold_cents: int
    recent_cents: int
    limit_cents: int
    expected_on: dt.date | None
    crossed_on: dt.date | None
    state: State

    @property
    def used(self) -> int:
        """The part of the limit that was sold, in hundredths of a percent; it may pass the whole."""
        return max(0, self.sold_cents) * 10_000 // self.limit_cents

    @property
    def left_cents(self) -> int:
        """What may still be sold without VAT."""
        return max(0, self.limit_cents - self.sold_cents)

    @property
    def over_cents(self) -> int:
        """What was sold above the limit."""
        return max(0, self.sold_cents - self.limit_cents)

    @property
    def is_of_this_year(self) -> bool:
        """Tell whether the figures speak of the scheme: under KOR, or crossed in this very year."""
        return self.crossed_on is None or self.crossed_on.year == self.day.year


def pace_starts(day: dt.date) -> dt.date:
    """Give the first of the days that the pace is measured over; the day itself is the last."""
    return day - dt.timedelta(days=PACE_DAYS - 1)


def expected(
    day: dt.date, *, sold_cents: int, recent_cents: int, limit_cents: int
) -> dt.date | None:
    """Give the first day on which the pace of the last PACE_DAYS days passes the limit, in this year."""
    left = limit_cents - sold_cents
    if recent_cents <= 0 or left < 0:
        return None
    # The first whole day on which more than what is left would be sold.
    days = left * PACE_DAYS // recent_cents + 1
    if days > (dt.date(day.year, 12, 31) - day).days:
        return None
    return day + dt.timedelta(days=days)


def gauge(
    day: dt.date,
    *,
    sold_cents: int,
    recent_cents: int,
    limit_cents: int,
    crossed_on: dt.date | None = None,
    confirmed: bool = False,
) -> Gauge:
    """Read the gauge on a day; `crossed_on` is the day from which sales carry VAT."""
    on = None
    if crossed_on is None:
        on = expected(
            day, sold_cents=sold_cents, recent_cents=recent_cents, limit_cents=limit_cents
        )
    state: State = "far"
    if crossed_on is not None:
        state = "crossed_confirmed" if confirmed else "crossed"
    elif sold_cents * 100 >= limit_cents * NEAR_PERCENT or (
        on is not None and (on - day).days <= NEAR_DAYS
    ):
        state = "near"
    return Gauge(
        day=day,
        sold_cents=sold_cents,
        recent_cents=recent_cents,
        limit_cents=limit_cents,
        expected_on=on,
        crossed_on=crossed_on,
        state=state,
    )
