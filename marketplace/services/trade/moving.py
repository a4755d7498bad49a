"""Moving an appointment: another free time of the same length, and the buyer hears of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.availability import SlotGone
from marketplace.domain.doors.teams import TeamAppointment
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import LineState
from marketplace.models.orders import OrderLine
from marketplace.services.booking import slots
from marketplace.services.booking.calendars import PLANNED
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orderlog, telling
from marketplace.services.trade.teamwork.teamlines import parts_of


def move(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    public_id: str,
    starts_at: dt.datetime,
    now: dt.datetime,
) -> OrderLine:
    """Move an own appointment to another free time and tell both; raises NotFound or SlotGone.

    An appointment of a team is not moved by one of them (TeamAppointment).
    """
    order_id = session.scalar(
        select(OrderLine.order_id).where(
            OrderLine.public_id == public_id,
            OrderLine.cooperative_id == cooperative_id,
            OrderLine.membership_id == membership_id,
        )
    )
    if order_id is None:
        raise NotFound
    order, lines = order_lines.lock_order(session, order_id)
    line = next(one for one in lines if one.public_id == public_id)
    if line.starts_at == starts_at:
        return line
    if LineState(line.state) not in PLANNED or line.starts_at is None or line.starts_at <= now:
        raise SlotGone
    if line.team_of_id is not None or parts_of(lines, line):
        raise TeamAppointment
    was = line.starts_at
    slots.move(session, line=line, starts_at=starts_at, now=now)
    orderlog.moved(session, order=order, line=line, was=was, became=starts_at, now=now)
    line.appointment_version += 1
    session.flush()
    telling.tell_of_move(session, order=order, line=line, now=now)
    return line
