"""Months, days and terms: midnight in Amsterdam, working days, and a year that can be settled."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.domain.calendar import Month, day_in_amsterdam, start_in_amsterdam
from marketplace.domain.money import split_by_largest_remainder
from marketplace.domain.months.coverage import SMALLEST_GROUP, GroupMonth
from marketplace.domain.months.settlement import (
    MAX_PARTS,
    MonthNotSent,
    NothingToSettle,
    YearNotOver,
    check,
    instalments,
    spread,
)
from marketplace.domain.questions import (
    AlreadyAnswered,
    AlreadyAsked,
    codes_in,
    due_on,
    may_answer,
    may_ask,
)

JANUARY = Month(2026, 1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (dt.datetime(2026, 1, 31, 22, 59, tzinfo=dt.UTC), dt.date(2026, 1, 31)),
        (dt.datetime(2026, 1, 31, 23, 0, tzinfo=dt.UTC), dt.date(2026, 2, 1)),
        (dt.datetime(2026, 6, 30, 21, 59, tzinfo=dt.UTC), dt.date(2026, 6, 30)),
        (dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC), dt.date(2026, 7, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam_in_winter_and_in_summer(instant, day):
    assert day_in_amsterdam(instant) == day


def test_an_instant_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match="time zone"):
        day_in_amsterdam(dt.datetime(2026, 1, 31, 22, 59))  # noqa: DTZ001 the point of the test


def test_a_month_is_read_as_it_is_written():
    assert str(Month.parse("2026-01")) == "2026-01"
    assert Month.of(dt.date(2026, 1, 31)) == JANUARY


@pytest.mark.parametrize(
    "text", ["2026-00", "2026-13", "2026-1", "26-01", "2026-01-01", " 2026-01", "1899-12", ""]
)
def test_what_is_no_month_is_not_read(text):
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 13), (1899, 12), (10_000, 1)])
def test_a_month_that_is_not_on_the_calendar_cannot_be_made(year, number):
    with pytest.raises(ValueError, match="no such month"):
        Month(year, number)


def test_a_month_ends_before_the_next_begins():
    assert Month(2024, 2).last == dt.date(2024, 2, 29)
    assert Month(2026, 12).last == dt.date(2026, 12, 31)
    assert JANUARY.shift(-1) == Month(2025, 12)
    assert JANUARY.shift(12) == Month(2027, 1)


def test_until_counts_both_ends_and_nothing_backwards():
    months = list(Month(2025, 11).until(JANUARY))
    assert months == [Month(2025, 11), Month(2025, 12), JANUARY]
    assert list(JANUARY.until(JANUARY)) == [JANUARY]
    assert list(JANUARY.until(Month(2025, 12))) == []


@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        (dt.date(2026, 3, 2), dt.date(2026, 3, 9)),  # Monday to Monday
        (dt.date(2026, 3, 6), dt.date(2026, 3, 13)),  # Friday to Friday
        (dt.date(2026, 3, 7), dt.date(2026, 3, 13)),  # Saturday counts as the Friday
        (dt.date(2026, 3, 8), dt.date(2026, 3, 13)),
    ],
)
def test_an_answer_comes_within_five_working_days(asked_on, due):
    assert due_on(asked_on) == due


def test_each_line_of_a_statement_can_be_asked_about_and_what_is_missing_too():
    outcome = {"steps": ["a", "b"], "assessment": {"lines": ["c"]}}
    assert codes_in(outcome) == ["step-0", "step-1", "line-0", "missing"]


def test_one_question_at_a_time_about_a_line_and_one_answer():
    may_ask("step-0", ["step-1", "line-0"])
    with pytest.raises(AlreadyAsked):
        may_ask("step-0", ["step-0"])
    may_answer(None)
    with pytest.raises(AlreadyAnswered):
        may_answer(dt.datetime(2026, 3, 2, tzinfo=dt.UTC))


def test_a_year_can_be_settled_from_the_first_month_after_it():
    check(2025, this_month=JANUARY, states=["confirmed", "signed_off"])
    with pytest.raises(YearNotOver):
        check(2025, this_month=Month(2025, 12), states=["confirmed"])
    with pytest.raises(NothingToSettle):
        check(2025, this_month=JANUARY, states=[])
    with pytest.raises(MonthNotSent):
        check(2025, this_month=JANUARY, states=["confirmed", "ready"])


def test_the_years_result_is_spread_as_the_months_were_and_adds_up():
    assert spread(100, [300, 0, -50, 100]) == [75, 0, 0, 25]
    assert spread(100, [0, -10, 0]) == [34, 33, 33]
    assert spread(-100, [300, 100]) == [0, 0]


@pytest.mark.parametrize(
    ("cents", "parts", "expected"),
    [
        (0, 3, []),
        (-5, 3, []),
        (100, 3, [33, 33, 34]),
        (2, 3, [1, 1]),
        (100, 0, [100]),
        (1_200, MAX_PARTS + 1, [100] * MAX_PARTS),
    ],
)
def test_paying_back_in_parts_takes_every_cent_once(cents, parts, expected):
    assert instalments(cents, parts) == expected


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split_by_largest_remainder(100, weights)


@pytest.mark.parametrize(
    ("people", "result", "norm", "percent"),
    [
        (SMALLEST_GROUP, 50_050, 100_000, 50),
        (SMALLEST_GROUP, 50_500, 100_000, 51),
        (SMALLEST_GROUP, -1, 100_000, 0),
        (SMALLEST_GROUP, 50_000, 0, None),
        (SMALLEST_GROUP - 1, 50_000, 100_000, None),
    ],
)
def test_a_figure_is_shown_only_of_a_group_in_which_nobody_can_be_told_apart(
    people, result, norm, percent
):
    group = GroupMonth(JANUARY, people, result, norm)
    assert group.percent == percent
    assert group.shown is (people >= 5)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (dt.date(2026, 2, 1), dt.datetime(2026, 1, 31, 23, 0, tzinfo=dt.UTC)),
        (dt.date(2026, 7, 1), dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam(day, instant):
    assert start_in_amsterdam(day) == instant
    assert day_in_amsterdam(instant) == day
