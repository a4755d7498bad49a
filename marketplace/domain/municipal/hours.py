"""The municipality's ceiling of hours beside what a member wrote down. A notice, never a deduction."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from marketplace.domain.calendar import Month

Per = Literal["week", "month", "year"]
DAYS_IN_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class HoursLimit:
    """So many hours per week, month or year."""

    hours: Fraction
    per: Per

    def quarters_in(self, month: Month) -> int:
        """Give the ceiling in quarters of an hour: of the month by its days, or of the whole year.

        A ceiling per week counts for the days of the month; what is no whole quarter is left off.
        """
        quarters = self.hours * 4
        if self.per == "week":
            quarters = quarters * month.last.day / DAYS_IN_A_WEEK
        return int(quarters)


@dataclass(frozen=True, slots=True)
class Beside:
    """Hours in quarters beside the ceiling of the same stretch of time: the month, or its year so far."""

    limit: HoursLimit
    worked_quarters: int
    limit_quarters: int

    @property
    def over(self) -> bool:
        """Whether more was written down than the ceiling; exactly at it is not over it."""
        return self.worked_quarters > self.limit_quarters

    @property
    def over_quarters(self) -> int:
        """How much more, in quarters of an hour."""
        return max(0, self.worked_quarters - self.limit_quarters)


def limit_of(text: str | None) -> HoursLimit | None:
    """Read a ceiling as a profile holds it ("23.5 per week"); None: there is none."""
    if text is None:
        return None
    hours, _, per = text.partition(" per ")
    return HoursLimit(Fraction(hours), cast("Per", per))


def beside(
    limit: HoursLimit | None, month: Month, *, month_quarters: int | None, year_quarters: int
) -> Beside | None:
    """Put hours beside the ceiling; None without a ceiling, or where nobody wrote down hours.

    `year_quarters` are those of the calendar year up to and with the month.
    """
    if limit is None or month_quarters is None:
        return None
    worked = year_quarters if limit.per == "year" else month_quarters
    return Beside(limit, worked, limit.quarters_in(month))
