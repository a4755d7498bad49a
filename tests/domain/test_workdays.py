"""Working days: weekends and the general holidays of the Algemene termijnenwet do not count."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.talking.workdays import (
    easter_sunday,
    holidays,
    is_working_day,
    working_days_after,
)

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 1))


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25), (2049, 4, 18), (2076, 4, 19)],
)
def test_easter_falls_where_the_calendar_of_the_church_says(year, month, day):
    assert easter_sunday(year) == dt.date(year, month, day)


def test_the_holidays_of_2026_are_those_of_the_act():
    days = [
        (1, 1), (4, 3), (4, 6), (4, 27), (5, 5), (5, 14), (5, 25), (12, 25), (12, 26),
    ]  # fmt: skip
    assert sorted(holidays(2026)) == [dt.date(2026, month, day) for month, day in days]


def test_the_kings_day_is_a_day_earlier_when_it_falls_on_a_sunday():
    assert dt.date(2025, 4, 26) in holidays(2025)
    assert dt.date(2025, 4, 27) not in holidays(2025)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (dt.date(2026, 1, 15), 3, dt.date(2026, 1, 20)),  # Thursday; a weekend in between
        (dt.date(2026, 1, 17), 1, dt.date(2026, 1, 19)),  # Saturday
        (dt.date(2026, 4, 2), 3, dt.date(2026, 4, 9)),  # Good Friday and Easter Monday
        (dt.date(2026, 12, 23), 3, dt.date(2026, 12, 29)),  # Christmas
        (dt.date(2026, 12, 31), 1, dt.date(2027, 1, 4)),  # over the year
        (dt.date(2026, 1, 17), 0, dt.date(2026, 1, 17)),
    ],
)
def test_so_many_working_days_later(start, count, end):
    assert working_days_after(start, count) == end


@given(DAYS, st.integers(1, 30))
def test_a_term_ends_on_a_working_day_with_exactly_so_many_in_it(start, count):
    end = working_days_after(start, count)
    between = [start + dt.timedelta(days=n + 1) for n in range((end - start).days)]
    assert sum(map(is_working_day, between)) == count
    assert is_working_day(end)
