"""Telephone numbers, shares of a team, and days that come back: pure rules of the doors."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.doors.recurring import (
    SERIES_STEPS,
    Every,
    Rhythm,
    SeriesState,
    SeriesStepNotAllowed,
    made_until,
    step,
)
from marketplace.domain.doors.teams import (
    SharesDoNotAddUp,
    ShareTooSmall,
    WrongTeam,
    by_weight,
    checked,
)
from marketplace.domain.doors.telephone import normal_phone, spoken_phone

PHONE = "+31612345678"
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06-12345678", PHONE),
        ("06 12 34 56 78", PHONE),
        ("+31 (0)6 12345678", PHONE),
        ("0031612345678", PHONE),
        ("(076) 5123456", "+31765123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0612", None),
        ("tante Riet", None),
        ("٠٦١٢٣٤٥٦٧٨", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_every_sensible_spelling(typed, number):
    assert normal_phone(typed) == number


def test_a_number_is_told_as_one_dials_it():
    assert spoken_phone(PHONE) == "0612345678"
    assert spoken_phone("+32470123456") == "+32470123456"


@given(st.integers(1, 10_000_000), st.lists(st.integers(1, 1000), min_size=2, max_size=6))
def test_shares_by_weight_add_up_and_are_within_a_cent_of_fair(cents, weights):
    try:
        shares = by_weight(cents, weights)
    except ShareTooSmall:
        assert min(cents * weight / sum(weights) for weight in weights) < 1
        return
    assert sum(shares) == cents
    assert min(shares) > 0
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - cents * weight / sum(weights)) < 1
    for (one, mine), (other, theirs) in itertools.combinations(
        zip(weights, shares, strict=True), 2
    ):
        assert one <= other or mine >= theirs, "who weighs more never gets less"


@given(st.lists(st.integers(-5, 200), min_size=0, max_size=8), st.integers(1, 1000))
def test_amounts_are_taken_only_when_they_are_the_price(amounts, cents):
    good = 2 <= len(amounts) <= 6 and min(amounts, default=0) > 0 and sum(amounts) == cents
    if good:
        assert checked(cents, amounts) == amounts
        return
    with pytest.raises((WrongTeam, ShareTooSmall, SharesDoNotAddUp)):
        checked(cents, amounts)


def test_what_is_missing_or_too_much_is_told():
    with pytest.raises(SharesDoNotAddUp) as fault:
        checked(100, [40, 70])
    assert fault.value.facts == {"cents": -10}
    with pytest.raises(ShareTooSmall):
        by_weight(100, [1, 0])


@pytest.mark.parametrize(
    ("first", "every", "days"),
    [
        ("2026-01-31", "month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2028-01-30", "month", ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        ("2026-11-15", "month", ["2026-11-15", "2026-12-15", "2027-01-15", "2027-02-15"]),
        ("2026-03-23", "week", ["2026-03-23", "2026-03-30", "2026-04-06", "2026-04-13"]),
        ("2026-10-19", "two_weeks", ["2026-10-19", "2026-11-02", "2026-11-16", "2026-11-30"]),
    ],
)
def test_the_next_days_by_the_calendar(first, every, days):
    rhythm = Rhythm(dt.date.fromisoformat(first), Every(every))
    assert [rhythm.day(number).isoformat() for number in range(4)] == days


def test_a_series_ends_on_its_last_day():
    rhythm = Rhythm(dt.date(2026, 1, 5), Every.WEEK, dt.date(2026, 1, 19))
    found = list(rhythm.days(0, until=dt.date(2027, 1, 1)))
    assert [number for number, _day in found] == [0, 1, 2]
    assert found[-1][1] == dt.date(2026, 1, 19)
    assert rhythm.open_day(3) is None
    assert list(rhythm.days(1, until=dt.date(2026, 1, 12))) == [(1, dt.date(2026, 1, 12))]


@given(DAYS, st.sampled_from(Every), DAYS)
def test_the_first_day_from_a_day_on_is_the_first(first, every, since):
    rhythm = Rhythm(first, every)
    number = rhythm.number_from(since)
    assert rhythm.day(number) >= since
    assert number == 0 or rhythm.day(number - 1) < since


@given(DAYS, st.sampled_from(Every), st.integers(0, 300))
def test_days_go_on_and_a_month_has_one(first, every, number):
    rhythm = Rhythm(first, every)
    day, after = rhythm.day(number), rhythm.day(number + 1)
    if every is Every.MONTH:
        assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == 1
        assert day.day == first.day or (day.day < first.day and (day + dt.timedelta(1)).day == 1)
    else:
        assert (after - day).days == (14 if every is Every.TWO_WEEKS else 7)
        assert day.weekday() == first.weekday()


def test_an_order_is_made_two_weeks_ahead():
    assert made_until(dt.date(2026, 2, 20)) == dt.date(2026, 3, 6)


@pytest.mark.parametrize("state", list(SeriesState))
@pytest.mark.parametrize("act", sorted(SERIES_STEPS))
def test_a_series_goes_the_ways_of_its_table_only(act, state):
    begins, ends = SERIES_STEPS[act]
    if state in begins:
        assert step(act, state) is ends
        return
    with pytest.raises(SeriesStepNotAllowed):
        step(act, state)
