"""Appointments as calendar files: one that goes with a mail says what the mail says, a download how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, LineState
from marketplace.gateways.calendarfiles import calendar_of
from marketplace.gateways.mail import Attachment
from marketplace.models.orders import Order, OrderLine

# Mails that put an appointment into a calendar, and mails that take it out again.
PUTS_IN = frozenset(
    {
        "order_accepted",
        "order_accepted_member",
        "order_paid_buyer",
        "order_paid_member",
        "order_moved",
        "order_moved_member",
    }
)
TAKES_OUT = frozenset(
    {
        "order_cancelled_buyer",
        "order_cancelled_member",
        "order_called_off_buyer",
        "order_called_off_desk",
        "order_called_off_member",
        "order_ended_desk",
        "order_ended_desk_member",
        "order_withdrawn_buyer",
        "order_withdrawn_member",
        "order_expired_buyer",
        "order_expired_member",
        "order_unanswered_buyer",
        "order_unanswered_member",
    }
)
# Money back takes it out where the work is off too, and not where it was done.
_MAY_TAKE_OUT = frozenset({"order_refund_buyer", "order_refund_member"})
_OFF = {*ENDED, LineState.REFUNDED}


def is_agreed(line: OrderLine) -> bool:
    """Tell whether a line has an appointment that a calendar may hold: once there was a yes."""
    return line.starts_at is not None and line.ends_at is not None and line.answered_at is not None


def facts_of(kind: str, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """Give what the mail of a kind must remember of appointments until it leaves: times, no names."""
    told = [line for line in lines if is_agreed(line) and line.delivered_on is None]
    off = kind not in PUTS_IN
    if kind in _MAY_TAKE_OUT:
        told = [line for line in told if LineState(line.state) in _OFF]
    elif off and kind not in TAKES_OUT:
        return {}
    return {"appointments": [_fact(line, off=off) for line in told]} if told else {}


def _fact(line: OrderLine, *, off: bool) -> dict[str, Any]:
    return {
        "line": line.public_id,
        "starts_at": line.starts_at.isoformat() if line.starts_at else "",
        "ends_at": line.ends_at.isoformat() if line.ends_at else "",
        "version": line.appointment_version,
        "off": off,
    }


def attached(
    session: Session, facts: Sequence[Mapping[str, Any]], *, now: dt.datetime
) -> list[Attachment]:
    """Give the files of a mail, from what it remembered and the names of today, in one query."""
    wanted = [str(fact["line"]) for fact in facts]
    lines = {
        line.public_id: line
        for line in session.scalars(
            select(OrderLine)
            .where(OrderLine.public_id.in_(wanted))
            .options(joinedload(OrderLine.order))
        )
    }
    return [_attachment(lines[str(fact["line"])], fact, now) for fact in facts]


def _attachment(line: OrderLine, fact: Mapping[str, Any], now: dt.datetime) -> Attachment:
    method = "CANCEL" if fact["off"] else "PUBLISH"
    return Attachment(
        name=f"afspraak-{line.public_id}.ics",
        kind="text/calendar",
        content=calendar_of(
            uid=line.public_id,
            start=dt.datetime.fromisoformat(fact["starts_at"]),
            end=dt.datetime.fromisoformat(fact["ends_at"]),
            title=line.title,
            place=line.order.address,
            made_at=now,
            sequence=int(fact["version"]),
            cancelled=bool(fact["off"]),
        ),
        says=(("method", method), ("charset", "utf-8")),
    )


def for_buyer(
    session: Session, *, buyer_id: int, order: str, line: str, now: dt.datetime
) -> Attachment:
    """Give the file of a line of an own order as it stands; NotFound for a stranger and before the yes."""
    found = session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.public_id == line, Order.public_id == order, Order.buyer_id == buyer_id)
        .options(joinedload(OrderLine.order))
    ).one_or_none()
    return _as_it_stands(found, now)


def for_member(
    session: Session, *, cooperative_id: int, membership_id: int, line: str, now: dt.datetime
) -> Attachment:
    """Give the file of an own job as it stands; NotFound for another's and before the yes."""
    found = session.scalars(
        select(OrderLine)
        .where(
            OrderLine.public_id == line,
            OrderLine.cooperative_id == cooperative_id,
            OrderLine.membership_id == membership_id,
        )
        .options(joinedload(OrderLine.order))
    ).one_or_none()
    return _as_it_stands(found, now)


def _as_it_stands(line: OrderLine | None, now: dt.datetime) -> Attachment:
    if line is None or not is_agreed(line):
        raise NotFound
    return _attachment(line, _fact(line, off=LineState(line.state) in _OFF), now)
