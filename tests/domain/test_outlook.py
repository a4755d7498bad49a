"""The thermometer looks ahead, and says nothing where there is nothing to go by."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.domain.calendar import Month
from marketplace.domain.months.outlook import look_ahead

DAY = dt.date(2026, 3, 15)


def ahead(day=DAY, period="calendar_year", **more):
    facts = {
        "credited_cents": 30_000,
        "coming_cents": 10_000,
        "threshold_cents": 120_000,
        "months": 3,
        "months_cents": 60_000,
    }
    return look_ahead(day, period=period, **facts | more)


def test_the_room_after_accepted_work_is_shared_by_the_average_of_the_months():
    told = ahead()
    assert (told.left_cents, told.average_cents) == (80_000, 20_000)
    assert (told.months_left, told.until_month) == (4, Month(2026, 7))
    assert told.starts_again_on == dt.date(2027, 1, 1)


def test_a_part_of_a_month_is_a_month():
    assert ahead(credited_cents=29_999).months_left == 5


@pytest.mark.parametrize(
    "more",
    [
        {"months": 0, "months_cents": 0},
        {"months_cents": 0},
        {"months_cents": -5_000},
        {"coming_cents": 90_000},
        {"credited_cents": 200_000},
    ],
)
def test_without_months_an_average_or_room_no_month_is_named(more):
    told = ahead(**more)
    assert told.months_left is None
    assert told.until_month is None


def test_a_threshold_that_is_passed_leaves_no_room():
    assert ahead(credited_cents=200_000).left_cents == 0


@pytest.mark.parametrize(
    ("day", "months_cents", "months_left"),
    [
        (dt.date(2026, 8, 31), 60_000, 4),
        (dt.date(2026, 9, 1), 60_000, None),
        (DAY, 30, None),
    ],
)
def test_what_lies_after_the_period_is_not_counted_on(day, months_cents, months_left):
    assert ahead(day=day, months_cents=months_cents).months_left == months_left


def test_a_threshold_per_month_starts_again_next_month():
    told = ahead(period="calendar_month")
    assert told.months_left is None
    assert told.starts_again_on == dt.date(2026, 4, 1)
