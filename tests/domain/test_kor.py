"""The gauge of KOR: its boundaries, and the day on which the pace would cross the limit."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.kor import PACE_DAYS, expected, gauge, pace_starts

LIMIT = 2_000_000
MAY = dt.date(2026, 5, 28)


def read(sold, recent=0, day=MAY, **more):
    return gauge(day, sold_cents=sold, recent_cents=recent, limit_cents=LIMIT, **more)


@pytest.mark.parametrize(
    ("sold", "state"),
    [(0, "far"), (1_499_999, "far"), (1_500_000, "near"), (LIMIT, "near"), (-100, "far")],
)
def test_three_quarters_of_the_limit_is_near(sold, state):
    assert read(sold).state == state


@pytest.mark.parametrize(("days", "state"), [(60, "near"), (61, "far")])
def test_a_crossing_within_sixty_days_is_near(days, state):
    # A hundred euros a day: what is left lasts one day less than the day that passes the limit.
    slow = gauge(
        MAY, sold_cents=0, recent_cents=10_000 * PACE_DAYS, limit_cents=10_000 * (days - 1)
    )
    assert (slow.expected_on - MAY).days == days
    assert slow.state == state


def test_exactly_at_the_limit_the_next_day_crosses():
    assert read(LIMIT, recent=90).expected_on == MAY + dt.timedelta(days=1)
    assert read(LIMIT, recent=0).expected_on is None


def test_the_last_day_of_the_year_still_counts_and_the_next_does_not():
    day = dt.date(2026, 12, 1)
    daily = 10_000
    until = LIMIT - daily * 29
    assert read(until, recent=daily * PACE_DAYS, day=day).expected_on == dt.date(2026, 12, 31)
    assert read(until - daily, recent=daily * PACE_DAYS, day=day).expected_on is None
    assert read(0, recent=1, day=dt.date(2026, 12, 31)).expected_on is None


@pytest.mark.parametrize("recent", [0, -5_000])
def test_nothing_sold_expects_nothing(recent):
    assert read(100_000, recent=recent).expected_on is None


def test_after_the_crossing_there_is_nothing_to_expect():
    crossed = read(2_124_000, recent=900_000, crossed_on=dt.date(2026, 4, 21))
    assert (crossed.state, crossed.expected_on) == ("crossed", None)
    assert (crossed.over_cents, crossed.left_cents, crossed.used) == (124_000, 0, 10_620)
    sure = read(2_124_000, crossed_on=dt.date(2026, 4, 21), confirmed=True)
    assert sure.state == "crossed_confirmed"
    assert sure.is_of_this_year
    assert not read(0, crossed_on=dt.date(2025, 12, 30)).is_of_this_year


def test_a_refund_can_bring_the_year_below_nothing():
    assert (read(-500).used, read(-500).left_cents) == (0, LIMIT + 500)


def test_the_pace_is_of_ninety_days_with_today():
    assert (MAY - pace_starts(MAY)).days + 1 == PACE_DAYS


@given(
    sold=st.integers(0, LIMIT),
    recent=st.integers(1, 5_000_000),
    days=st.integers(0, 364),
)
def test_the_day_is_the_first_on_which_the_line_passes_the_limit(sold, recent, days):
    day = dt.date(2026, 1, 1) + dt.timedelta(days=days)
    found = expected(day, sold_cents=sold, recent_cents=recent, limit_cents=LIMIT)
    if found is None:
        left = (dt.date(2026, 12, 31) - day).days
        assert sold * PACE_DAYS + recent * left <= LIMIT * PACE_DAYS
    else:
        ahead = (found - day).days
        assert sold * PACE_DAYS + recent * ahead > LIMIT * PACE_DAYS
        assert sold * PACE_DAYS + recent * (ahead - 1) <= LIMIT * PACE_DAYS
