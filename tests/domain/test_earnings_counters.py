"""Months of an exemption are counted by the municipality's setting, never by choice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.case import MonthsUsed
from marketplace.domain.earnings.counters import MonthGiven, months_used, premium_used

JANUARY = Month(2026, 1)


def given_in(*months: int, exemption: str = "n") -> list[MonthGiven]:
    return [MonthGiven(Month(2026, one), exemption) for one in months]  # type: ignore[arg-type]


def test_months_with_the_exemption_are_counted_and_empty_months_are_not() -> None:
    assert months_used(Month(2026, 6), given_in(1, 2, 4)).n == 3


def test_only_earlier_months_count() -> None:
    assert months_used(Month(2026, 2), given_in(1, 2, 3)).n == 1


def test_a_month_given_twice_counts_once() -> None:
    assert months_used(Month(2026, 6), given_in(1, 1)).n == 1


def test_consecutive_months_run_on_from_the_first() -> None:
    counted = months_used(Month(2026, 7), given_in(1, 4), counting="consecutive_calendar_months")
    assert counted.n == 6


def test_what_was_used_at_entry_is_added() -> None:
    assert months_used(Month(2026, 6), given_in(2), at_entry=MonthsUsed(n=4)).n == 5


def test_a_run_from_before_entry_goes_on_by_the_calendar() -> None:
    counted = months_used(
        Month(2026, 4),
        given_in(2),
        counting="consecutive_calendar_months",
        at_entry=MonthsUsed(n=2),
        entry=JANUARY,
    )
    assert counted.n == 5


def test_nothing_used_at_entry_begins_no_run() -> None:
    counted = months_used(Month(2026, 4), [], counting="consecutive_calendar_months", entry=JANUARY)
    assert counted == MonthsUsed()


def test_the_months_of_a_single_parent_run_on_without_income() -> None:
    assert months_used(Month(2026, 12), given_in(2, exemption="r")).r == 10


def test_the_premium_of_a_year_is_that_of_its_earlier_months() -> None:
    months = (Month(2025, 12), JANUARY, Month(2026, 2), Month(2026, 3))
    paid = [MonthGiven(month, None, 10**place) for place, month in enumerate(months)]
    assert premium_used(Month(2026, 3), paid) == 110
    assert premium_used(JANUARY, paid) == 0


def test_wage_subsidy_counts_months_and_34a_runs_on() -> None:
    months = [*given_in(1, 3, exemption="z"), *given_in(5, exemption="34a")]
    counted = months_used(Month(2026, 8), months)
    assert (counted.z, counted.a34) == (2, 3)


@given(st.permutations(given_in(1, 2, 3, 5, 8)))
def test_the_order_in_which_months_come_does_not_matter(months: list[MonthGiven]) -> None:
    assert months_used(Month(2026, 9), months).n == 5
