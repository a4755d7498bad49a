"""Free appointments, and holding, moving and releasing one. A member's row is locked while her time is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.availability import (
    HORIZON_DAYS,
    QUARTER,
    Availability,
    Hours,
    Slot,
    SlotGone,
    duration,
    free_slots,
    quarters,
    working_days,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.models.bookings import BlockedDay, BookedQuarter, BookingRules
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import OrderLine

DAYS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which the member works, with what is free; empty means full."""

    day: dt.date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class FreeDays:
    """Some days in a row, and from which day the next ones begin (None at the horizon)."""

    days: tuple[FreeDay, ...]
    following: dt.date | None

    @property
    def any_free(self) -> bool:
        """Tell whether there is something to choose."""
        return any(one.slots for one in self.days)


def availability(session: Session, *, membership_id: int, today: dt.date) -> Availability | None:
    """Give what a member said about when she works, in one query; None if she said nothing."""
    asked = {"member": membership_id, "today": today}
    rows = session.connection().execute(_RULES, asked).all()
    if not rows or not rows[0].hours:
        return None
    rules = rows[0]
    return Availability(
        hours=tuple(Hours(*one) for one in rules.hours),
        blocked=frozenset(row.day for row in rows if row.day is not None),
        buffer=rules.buffer_minutes,
        per_day=rules.per_day,
        notice_hours=rules.notice_hours,
    )


# Made once: every page of a service asks it.
_RULES = (
    select(
        BookingRules.hours,
        BookingRules.buffer_minutes,
        BookingRules.per_day,
        BookingRules.notice_hours,
        BlockedDay.day,
    )
    .outerjoin(
        BlockedDay,
        (BlockedDay.membership_id == BookingRules.membership_id)
        & (BlockedDay.day >= bindparam("today")),
    )
    .where(BookingRules.membership_id == bindparam("member"))
)


def taken(session: Session, *, membership_id: int, since: dt.datetime) -> list[Slot]:
    """Give the appointments that a member has, each with the way after it, in one query."""
    rows = session.execute(
        select(
            func.min(BookedQuarter.starts_at).label("first"),
            func.max(BookedQuarter.starts_at).label("last"),
        )
        .where(
            BookedQuarter.membership_id == membership_id,
            BookedQuarter.starts_at >= since - dt.timedelta(days=1),
            BookedQuarter.starts_at <= since + dt.timedelta(days=HORIZON_DAYS + 2),
        )
        .group_by(BookedQuarter.line_id)
    )
    return [Slot(row.first, row.last + QUARTER) for row in rows]


def free_days(
    session: Session,
    *,
    listing: Listing,
    quantity_hundredths: int,
    since: dt.date | None = None,
    now: dt.datetime,
) -> FreeDays | None:
    """Give the next days on which a service can be booked; None for goods and where she said nothing."""
    if listing.kind != "service":
        return None
    minutes = duration(listing.unit, quantity_hundredths, listing.duration_minutes)
    return free_of_member(
        session, membership_id=listing.membership_id, minutes=minutes, since=since, now=now
    )


def free_of_member(
    session: Session,
    *,
    membership_id: int,
    minutes: int,
    since: dt.date | None = None,
    now: dt.datetime,
) -> FreeDays | None:
    """Give a member's next days with hours and what is free on them, in two queries."""
    today = day_in_amsterdam(now)
    known = availability(session, membership_id=membership_id, today=today)
    if known is None:
        return None
    busy = taken(session, membership_id=membership_id, since=now)
    begins = max(today, since or today)
    days = working_days(known, since=begins, most=DAYS_SHOWN + 1)
    shown = tuple(
        FreeDay(day, tuple(free_slots(known, busy, day=day, minutes=minutes, now=now)))
        for day in days[:DAYS_SHOWN]
    )
    horizon = today + dt.timedelta(days=HORIZON_DAYS)
    following = days[DAYS_SHOWN] if len(days) > DAYS_SHOWN else None
    return FreeDays(shown, following if following and following <= horizon else None)


def hold(
    session: Session,
    *,
    line: OrderLine,
    listing: Listing,
    starts_at: dt.datetime,
    now: dt.datetime,
) -> None:
    """Take an appointment for a line; raises SlotGone when it is not free (any more)."""
    minutes = duration(line.unit, line.quantity_hundredths, listing.duration_minutes)
    _take(session, line=line, starts_at=starts_at, minutes=minutes, now=now)


def hold_beside(session: Session, *, line: OrderLine, now: dt.datetime) -> None:
    """Keep the time that a line has already for its member, inside her hours or not; raises SlotGone.

    For who joins somebody else's appointment: her yes says that she can, so only a second appointment
    at that time stands in the way.
    """
    if line.starts_at is None or line.ends_at is None:
        return
    _lock_member(session, line.membership_id)
    known = availability(session, membership_id=line.membership_id, today=day_in_amsterdam(now))
    slot = Slot(line.starts_at, line.ends_at)
    _write(session, line=line, beginnings=quarters(slot, known.buffer if known else 0))


def move(session: Session, *, line: OrderLine, starts_at: dt.datetime, now: dt.datetime) -> None:
    """Move a line's appointment to another free time of the same length; raises SlotGone."""
    if line.starts_at is None or line.ends_at is None:
        raise SlotGone
    minutes = int((line.ends_at - line.starts_at) / dt.timedelta(minutes=1))
    _lock_member(session, line.membership_id)
    release(session, line_id=line.id)
    _take(session, line=line, starts_at=starts_at, minutes=minutes, now=now)


def _take(
    session: Session, *, line: OrderLine, starts_at: dt.datetime, minutes: int, now: dt.datetime
) -> None:
    _lock_member(session, line.membership_id)
    known = availability(session, membership_id=line.membership_id, today=day_in_amsterdam(now))
    if known is None:
        raise SlotGone
    busy = taken(session, membership_id=line.membership_id, since=now)
    day = day_in_amsterdam(starts_at)
    found = free_slots(known, busy, day=day, minutes=minutes, now=now)
    slot = next((one for one in found if one.starts_at == starts_at), None)
    if slot is None:
        raise SlotGone
    line.starts_at, line.ends_at = slot.starts_at, slot.ends_at
    _write(session, line=line, beginnings=quarters(slot, known.buffer))


def _write(session: Session, *, line: OrderLine, beginnings: Iterable[dt.datetime]) -> None:
    """Write the quarters; the database refuses one that somebody has, lock or no lock."""
    rows = [
        BookedQuarter(
            cooperative_id=line.cooperative_id,
            membership_id=line.membership_id,
            line_id=line.id,
            starts_at=one,
        )
        for one in beginnings
    ]
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError as fault:
        raise SlotGone from fault


def _lock_member(session: Session, membership_id: int) -> None:
    """Lock the member's row until the transaction ends; lines that point to it may still be written."""
    session.execute(
        select(Membership.id).where(Membership.id == membership_id).with_for_update(key_share=True)
    )


def release(session: Session, *, line_id: int) -> None:
    """Give the time of a line back; what the line says of when it was to be stays."""
    session.execute(
        delete(BookedQuarter)
        .where(BookedQuarter.line_id == line_id)
        .execution_options(synchronize_session=False)
    )
