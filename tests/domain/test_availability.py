"""Free appointments, across both changes of the clock in 2026 (29 March and 25 October)."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.domain.availability import (
    Availability,
    Hours,
    Slot,
    WrongHours,
    duration,
    free_slots,
    instant,
    quarters,
    working_days,
)

SPRING, AUTUMN = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
LONG_BEFORE = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def utc(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=dt.UTC)


def free(known: Availability, day: dt.date, *, minutes: int = 60, taken=(), now=None):
    now = now or utc(day - dt.timedelta(days=7), 12)
    return free_slots(known, taken, day=day, minutes=minutes, now=now)


def every_day(opens: int, closes: int, **own) -> Availability:
    hours = tuple(Hours(weekday, opens * 60, closes * 60) for weekday in range(7))
    return Availability(hours, **own)


def test_an_hour_that_does_not_exist_has_no_beginning():
    assert instant(SPRING, 2 * 60 + 30) is None
    assert instant(SPRING, 60) == utc(SPRING, 0)
    assert instant(SPRING, 3 * 60) == utc(SPRING, 1)


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    assert instant(AUTUMN, 2 * 60 + 30) == utc(AUTUMN, 0, 30)
    assert instant(AUTUMN, 3 * 60) == utc(AUTUMN, 2)


def test_nothing_begins_in_the_hour_that_is_skipped_and_work_takes_its_real_time():
    starts = [slot.starts_at for slot in free(every_day(1, 5), SPRING)]
    assert starts == [utc(SPRING, 0), utc(SPRING, 1), utc(SPRING, 2)]
    # 01:00 to 05:00 on the wall are three hours that day: four do not fit
    assert len(free(every_day(1, 5), SPRING, minutes=180)) == 1
    assert free(every_day(1, 5), SPRING, minutes=240) == []


def test_the_long_day_holds_one_hour_more():
    fits = free(every_day(1, 4), AUTUMN, minutes=240)
    assert fits == [Slot(utc(AUTUMN - dt.timedelta(days=1), 23), utc(AUTUMN, 3))]


def test_nine_o_clock_stays_nine_o_clock_on_the_wall():
    known = every_day(9, 10)
    before, after = SPRING - dt.timedelta(days=1), SPRING
    assert free(known, before)[0].starts_at == utc(before, 8)
    assert free(known, after)[0].starts_at == utc(after, 7)


def test_the_way_between_two_appointments_is_kept_on_both_sides():
    day = dt.date(2026, 6, 2)
    taken = [Slot(instant(day, 12 * 60), instant(day, 13 * 60 + 30))]  # an hour and its way
    known = every_day(9, 17, buffer=30)
    walls = [(slot.starts_at.hour + 2) for slot in free(known, day, taken=taken)]
    assert walls == [9, 10, 14, 15, 16]


def test_a_full_day_a_blocked_day_and_a_short_notice_have_nothing_free():
    day = dt.date(2026, 6, 2)
    one = Slot(instant(day, 9 * 60), instant(day, 10 * 60))
    assert free(every_day(9, 17, per_day=1), day, taken=[one]) == []
    assert free(every_day(9, 17, blocked=frozenset({day})), day) == []
    late = free(every_day(9, 17, notice_hours=24), day, now=utc(day - dt.timedelta(days=1), 12))
    assert [slot.starts_at.hour + 2 for slot in late] == [14, 15, 16]
    assert free(every_day(9, 17), day, now=utc(day - dt.timedelta(days=61), 12)) == []


@pytest.mark.parametrize(
    ("unit", "hundredths", "each", "minutes"),
    [
        ("hour", 250, None, 150),
        ("hour", 25, None, 15),
        ("job", 200, 50, 105),
        ("job", 100, None, 60),
        ("person", 800, 90, 90),
    ],
)
def test_how_long_it_takes(unit, hundredths, each, minutes):
    assert duration(unit, hundredths, each) == minutes


def test_the_quarters_of_an_appointment_hold_the_way_after_it():
    slot = Slot(utc(SPRING, 8), utc(SPRING, 9))
    assert len(quarters(slot, 0)) == 4
    assert quarters(slot, 20)[-1] == utc(SPRING, 9, 15)


def test_days_are_those_with_hours():
    known = Availability((Hours(0, 540, 600),), blocked=frozenset({dt.date(2026, 6, 8)}))
    days = working_days(known, since=dt.date(2026, 6, 2), most=2)
    assert days == [dt.date(2026, 6, 15), dt.date(2026, 6, 22)]


@pytest.mark.parametrize("wrong", [(7, 0, 60), (0, 60, 60), (0, 540, 545), (0, 0, 1500)])
def test_odd_hours_are_refused(wrong):
    with pytest.raises(WrongHours):
        Hours(*wrong)
