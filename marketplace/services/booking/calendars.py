"""A member's own calendar: her weekly hours and limits, her blocked days, and what is planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, contains_eager

from marketplace.domain.availability import Hours
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import LineState
from marketplace.models.bookings import BlockedDay, BookingRules
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.services.booking import slots

PAGE = 30
MOST_BLOCKED = 62
PLANNED = (LineState.REQUESTED, LineState.ACCEPTED, LineState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Limits:
    """Minutes between two appointments, appointments a day, and hours of notice."""

    buffer_minutes: int
    per_day: int
    notice_hours: int


def rules(session: Session, *, cooperative_id: int, membership_id: int) -> BookingRules | None:
    """Give what a member said, or None."""
    return session.scalars(
        select(BookingRules).where(
            BookingRules.cooperative_id == cooperative_id,
            BookingRules.membership_id == membership_id,
        )
    ).one_or_none()


def save(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    hours: Sequence[Hours],
    limits: Limits,
    now: dt.datetime,
) -> BookingRules:
    """Keep a member's week and limits; appointments that exist stay as they are."""
    _lock(session, cooperative_id, membership_id)
    found = rules(session, cooperative_id=cooperative_id, membership_id=membership_id)
    if found is None:
        found = BookingRules(cooperative_id=cooperative_id, membership_id=membership_id)
        session.add(found)
    found.hours = [[one.weekday, one.opens, one.closes] for one in sorted(hours)]
    found.buffer_minutes = limits.buffer_minutes
    found.per_day = limits.per_day
    found.notice_hours = limits.notice_hours
    found.updated_at = now
    session.flush()
    return found


def block(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    first: dt.date,
    last: dt.date,
) -> int:
    """Block the days from first to last, at most MOST_BLOCKED; gives how many are new."""
    _lock(session, cooperative_id, membership_id)
    count = min((last - first).days + 1, MOST_BLOCKED)
    wanted = {first + dt.timedelta(days=number) for number in range(count)}
    there = session.scalars(
        select(BlockedDay.day).where(
            BlockedDay.membership_id == membership_id, BlockedDay.day.between(first, last)
        )
    )
    new = sorted(wanted - set(there))
    session.add_all(
        BlockedDay(cooperative_id=cooperative_id, membership_id=membership_id, day=day)
        for day in new
    )
    session.flush()
    return len(new)


def unblock(session: Session, *, cooperative_id: int, membership_id: int, day: dt.date) -> None:
    """Open a day again; a second click changes nothing."""
    session.execute(
        delete(BlockedDay).where(
            BlockedDay.cooperative_id == cooperative_id,
            BlockedDay.membership_id == membership_id,
            BlockedDay.day == day,
        )
    )


def blocked(
    session: Session, *, cooperative_id: int, membership_id: int, today: dt.date
) -> list[dt.date]:
    """Give the days to come that a member blocked."""
    return list(
        session.scalars(
            select(BlockedDay.day)
            .where(
                BlockedDay.cooperative_id == cooperative_id,
                BlockedDay.membership_id == membership_id,
                BlockedDay.day >= today,
            )
            .order_by(BlockedDay.day)
            .limit(366)
        )
    )


def planned(
    session: Session, *, cooperative_id: int, membership_id: int, now: dt.datetime
) -> list[OrderLine]:
    """Give the next appointments of a member, soonest first, at most PAGE."""
    return list(
        session.scalars(
            select(OrderLine)
            .join(OrderLine.order)
            .where(
                OrderLine.cooperative_id == cooperative_id,
                OrderLine.membership_id == membership_id,
                OrderLine.state.in_(PLANNED),
                OrderLine.ends_at >= now,
            )
            .order_by(OrderLine.starts_at, OrderLine.id)
            .limit(PAGE)
            .options(contains_eager(OrderLine.order).joinedload(Order.buyer))
        )
    )


def free_days(
    session: Session, *, line: OrderLine, since: dt.date | None, now: dt.datetime
) -> slots.FreeDays | None:
    """Give to which days and times an appointment could move; None where it has none."""
    if line.starts_at is None or line.ends_at is None:
        return None
    minutes = int((line.ends_at - line.starts_at) / dt.timedelta(minutes=1))
    return slots.free_of_member(
        session, membership_id=line.membership_id, minutes=minutes, since=since, now=now
    )


def _lock(session: Session, cooperative_id: int, membership_id: int) -> None:
    found = session.scalar(
        select(Membership.id)
        .where(Membership.cooperative_id == cooperative_id, Membership.id == membership_id)
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound
