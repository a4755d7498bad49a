"""Counting the months of an exemption: by the municipality's setting, never by the member's choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assessment import Exemption
from marketplace.domain.earnings.case import NOTHING_USED, MonthsUsed

Counting = Literal["total_months_with_exemption", "consecutive_calendar_months"]


@dataclass(frozen=True, slots=True)
class MonthGiven:
    """What one month of a member had: the exemption, None for none, and the premium to come.

    `surplus_cents` is what the next month of the year takes over. Of each month the newest version only.
    """

    month: Month
    exemption: Exemption | None
    premium_cents: int = 0
    surplus_cents: int = 0


def months_used(
    month: Month,
    given: Iterable[MonthGiven],
    *,
    counting: Counting = "total_months_with_exemption",
    at_entry: MonthsUsed = NOTHING_USED,
    entry: Month | None = None,
) -> MonthsUsed:
    """Give the months that count before `month`.

    `at_entry` are the months used before month `entry`, as the municipality told. Months from `month` on are
    left out, so the order in which months are given does not matter. n counts months with the exemption, or runs
    on by the calendar from its first month; r and article 34a always run on (31.2.r, 34a); z counts months.
    """
    earlier = [one for one in given if one.month < month]
    runs_on = counting == "consecutive_calendar_months"
    return MonthsUsed(
        n=_run(month, earlier, "n", at_entry.n, entry)
        if runs_on
        else at_entry.n + _count(earlier, "n"),
        r=_run(month, earlier, "r", at_entry.r, entry),
        z=at_entry.z + _count(earlier, "z"),
        a34=_run(month, earlier, "34a", at_entry.a34, entry),
    )


def premium_used(month: Month, given: Iterable[MonthGiven]) -> int:
    """Give the premium of the earlier months of the year of `month`: the maximum is one of a calendar year."""
    first = Month(month.year, 1)
    return sum(one.premium_cents for one in given if first <= one.month < month)


def carried_into(month: Month, given: Iterable[MonthGiven]) -> int:
    """Give what the month before left above the norm, in cents; nothing goes from one year to the next."""
    before = month.shift(-1)
    if before.year != month.year:
        return 0
    return next((one.surplus_cents for one in given if one.month == before), 0)


def _count(given: list[MonthGiven], exemption: Exemption) -> int:
    return len({one.month for one in given if one.exemption == exemption})


def _run(
    month: Month, given: list[MonthGiven], exemption: Exemption, used: int, entry: Month | None
) -> int:
    """Months of a run that goes on without income; a run that had begun before `entry` goes on from there."""
    if used and entry is not None:
        return used + max(0, _between(entry, month))
    starts = [one.month for one in given if one.exemption == exemption]
    return used + (_between(min(starts), month) if starts else 0)


def _between(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.number - first.number
