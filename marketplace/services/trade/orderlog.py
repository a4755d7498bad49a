"""The log of an order: each step of it, added when it is made and never changed; evidence in a dispute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.orders import MOVED, PLACED, Act, By
from marketplace.gateways.rows.prepared import Change, Query
from marketplace.models.base import table_of
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine, OrderStep

# A page shows so many steps; a line takes a dozen.
MOST = 200
_COLUMNS = [
    "cooperative_id",
    "order_id",
    "line_id",
    "act",
    "by",
    "person_id",
    "was",
    "became",
    "cents",
    "at",
]
_ADD = Change(insert(table_of(OrderStep)), _COLUMNS)
_MEMBER = Query(
    select(Membership.person_id).where(
        Membership.id == bindparam("membership_id"),
        Membership.cooperative_id == bindparam("cooperative_id"),
    )
)


def step(
    session: Session,
    *,
    order: Order,
    line: OrderLine | None,
    act: Act,
    by: By,
    was: str,
    became: str,
    now: dt.datetime,
    person_id: int | None = None,
    cents: int | None = None,
) -> None:
    """Add one step; without a line it is one of the payment. Who the desk is, is told in `person_id`."""
    if person_id is None:
        person_id = _person(session, order, line, by)
    row = _row(order, line, act, by, person_id, was=was, became=became, cents=cents, at=now)
    _ADD.run(session, row)


def placed(
    session: Session,
    *,
    order: Order,
    lines: Sequence[OrderLine],
    now: dt.datetime,
    by: By = By.BUYER,
    person_id: int | None = None,
) -> None:
    """Add where each line of a new order begins; an offer is begun by its one member."""
    if person_id is None:
        person_id = _person(session, order, lines[0], by)
    rows = [
        _row(order, line, PLACED, by, person_id, was="", became=line.state, cents=None, at=now)
        for line in lines
    ]
    _ADD.run_all(session, rows)


def moved(
    session: Session,
    *,
    order: Order,
    line: OrderLine,
    was: dt.datetime,
    became: dt.datetime,
    now: dt.datetime,
    by: By = By.MEMBER,
    person_id: int | None = None,
) -> None:
    """Add that an appointment has another time."""
    if person_id is None:
        person_id = _person(session, order, line, by)
    old, new = (one.astimezone(dt.UTC).isoformat() for one in (was, became))
    row = _row(order, line, MOVED, by, person_id, was=old, became=new, cents=None, at=now)
    _ADD.run(session, row)


def of_order(session: Session, *, order: Order) -> list[OrderStep]:
    """Give the steps of an order with who made them, oldest first, at most MOST."""
    query = (
        select(OrderStep)
        .where(OrderStep.cooperative_id == order.cooperative_id, OrderStep.order_id == order.id)
        .options(joinedload(OrderStep.person))
        .order_by(OrderStep.id)
        .limit(MOST)
    )
    return list(session.scalars(query))


def of_line(session: Session, *, line: OrderLine) -> list[OrderStep]:
    """Give the steps of one line and of the payment of its order, oldest first, at most MOST."""
    query = (
        select(OrderStep)
        .where(
            OrderStep.cooperative_id == line.cooperative_id,
            OrderStep.order_id == line.order_id,
            or_(OrderStep.line_id == line.id, OrderStep.line_id.is_(None)),
        )
        .order_by(OrderStep.id)
        .limit(MOST)
    )
    return list(session.scalars(query))


def state_before(session: Session, *, line: OrderLine, act: Act) -> str | None:
    """Give where a line stood before it last took a step; None if it never did."""
    query = (
        select(OrderStep.was)
        .where(
            OrderStep.cooperative_id == line.cooperative_id,
            OrderStep.order_id == line.order_id,
            OrderStep.line_id == line.id,
            OrderStep.act == act,
        )
        .order_by(OrderStep.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def member_read(line: OrderLine) -> Membership | None:
    """Give the member of a line where she was read with it, else None: nothing is asked."""
    return vars(line).get("membership")


def _person(session: Session, order: Order, line: OrderLine | None, by: By) -> int | None:
    """Give whom a side is: the buyer of the order, the member of the line; the rest come by themselves."""
    if by is By.BUYER:
        return order.buyer_id
    if by is By.MEMBER and line is not None:
        member = member_read(line)
        if member is not None:
            return member.person_id
        named = {"membership_id": line.membership_id, "cooperative_id": order.cooperative_id}
        found: int | None = _MEMBER.scalar(session, named)
        return found
    return None


def _row(
    order: Order,
    line: OrderLine | None,
    act: str,
    by: By,
    person_id: int | None,
    *,
    was: str,
    became: str,
    cents: int | None,
    at: dt.datetime,
) -> dict[str, Any]:
    return {
        "cooperative_id": order.cooperative_id,
        "order_id": order.id,
        "line_id": line.id if line is not None else None,
        "act": act,
        "by": by,
        "person_id": person_id,
        "was": was,
        "became": became,
        "cents": cents,
        "at": at,
    }
