"""When a member can be booked: weekly hours, blocked days and what is taken, in Amsterdam's time.

Hours are minutes of the wall clock; appointments are instants. In spring an hour of the wall clock
does not exist and nothing begins in it; in autumn one comes twice, and its first is meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marketplace.domain.calendar import AMSTERDAM, day_in_amsterdam
from marketplace.domain.errors import Refused

QUARTER = dt.timedelta(minutes=15)
QUARTER_MINUTES = 15
STEP = 60
HORIZON_DAYS = 60
MIDNIGHT = 24 * 60
DEFAULT_MINUTES = 60
LONGEST_MINUTES = 12 * 60


class SlotGone(Refused):
    """Somebody was earlier, or the member does not work then (any more)."""

    code = "slot_gone"


class WrongHours(Refused):
    """Hours end after they begin, by the quarter."""

    code = "slot_wrong_hours"


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From when till when a member works on one day of the week (0 is Monday), in minutes."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        whole = self.opens % QUARTER_MINUTES == self.closes % QUARTER_MINUTES == 0
        if not (0 <= self.weekday <= 6 and 0 <= self.opens < self.closes <= MIDNIGHT and whole):
            raise WrongHours


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """An appointment: two instants in UTC."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Availability:
    """What a member said about when she works. `buffer` is the minutes between two appointments."""

    hours: tuple[Hours, ...]
    blocked: frozenset[dt.date] = frozenset()
    buffer: int = 0
    per_day: int = 4
    notice_hours: int = 24

    def works_on(self, day: dt.date) -> bool:
        """Tell whether a day has hours at all."""
        return day not in self.blocked and any(one.weekday == day.weekday() for one in self.hours)


def instant(day: dt.date, minute: int) -> dt.datetime | None:
    """Give the instant of a minute of the wall clock; None where the clock skips it.

    Of an hour that comes twice the first is given; minute 1440 is the midnight that ends the day.
    """
    midnight = dt.datetime.combine(day, dt.time())
    wall = midnight + dt.timedelta(minutes=minute)
    found = wall.replace(tzinfo=AMSTERDAM).astimezone(dt.UTC)
    return found if found.astimezone(AMSTERDAM).replace(tzinfo=None) == wall else None


def duration(unit: str, hundredths: int, listing_minutes: int | None) -> int:
    """Give how many minutes an appointment takes, in whole quarters: hours as asked, else per job."""
    each = 60 if unit == "hour" else listing_minutes or DEFAULT_MINUTES
    # A group comes at the same time; jobs come one after another.
    times = 100 if unit == "person" else hundredths
    minutes = -(-each * times // 100)
    return -(-minutes // QUARTER_MINUTES) * QUARTER_MINUTES


def free_slots(
    known: Availability,
    taken: Sequence[Slot],
    *,
    day: dt.date,
    minutes: int,
    now: dt.datetime,
) -> list[Slot]:
    """Give the free appointments of a day. What is taken carries its buffer at its end."""
    if not known.works_on(day) or not 0 < minutes <= LONGEST_MINUTES:
        return []
    if sum(day_in_amsterdam(one.starts_at) == day for one in taken) >= known.per_day:
        return []
    earliest = now + dt.timedelta(hours=known.notice_hours)
    latest = day_in_amsterdam(now) + dt.timedelta(days=HORIZON_DAYS)
    if day > latest:
        return []
    found = {slot for slot in _of_hours(known.hours, day, minutes) if slot.starts_at >= earliest}
    busy = dt.timedelta(minutes=known.buffer)
    return sorted(slot for slot in found if not _meets(slot, taken, busy))


def _of_hours(hours: Iterable[Hours], day: dt.date, minutes: int) -> Iterator[Slot]:
    """Give every appointment that fits into the hours of a day, by the step."""
    for one in hours:
        closes = instant(day, one.closes) if one.weekday == day.weekday() else None
        if closes is None:
            continue
        for minute in range(one.opens, one.closes, STEP):
            begins = instant(day, minute)
            if begins is not None and begins + dt.timedelta(minutes=minutes) <= closes:
                yield Slot(begins, begins + dt.timedelta(minutes=minutes))


def _meets(slot: Slot, taken: Iterable[Slot], busy: dt.timedelta) -> bool:
    """Tell whether an appointment with the way after it meets one that is taken."""
    return any(
        one.starts_at < slot.ends_at + busy and slot.starts_at < one.ends_at for one in taken
    )


def quarters(slot: Slot, buffer: int) -> list[dt.datetime]:
    """Give the beginnings of all quarters of an hour that an appointment and the way after it take."""
    count = -(-(slot.ends_at - slot.starts_at + dt.timedelta(minutes=buffer)) // QUARTER)
    return [slot.starts_at + QUARTER * number for number in range(count)]


def working_days(known: Availability, *, since: dt.date, most: int) -> list[dt.date]:
    """Give the next days with hours, from a day on, within the horizon."""
    days = (since + dt.timedelta(days=number) for number in range(HORIZON_DAYS + 1))
    found = (day for day in days if known.works_on(day))
    return [day for day, _number in zip(found, range(most), strict=False)]
