"""What a work order says: one line of an order that goes on, its buyer, and the number to call."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import LineState
from marketplace.models.orders import Order, OrderLine
from marketplace.services.doors import contacts

# From the yes on: before it nobody needs an address or a number.
GOES_ON = (LineState.ACCEPTED, LineState.ORDERED, LineState.IN_PROGRESS, LineState.DELIVERED)


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """The lines of one order with order, buyer, cooperative and members loaded; `phone` may be empty."""

    order: Order
    lines: tuple[OrderLine, ...]
    phone: str


def of_order(session: Session, *, cooperative_id: int, public_id: str) -> WorkOrder:
    """Give all lines of an order of this cooperative that go on; NotFound where there are none."""
    return _made(
        session,
        _lines().where(OrderLine.cooperative_id == cooperative_id, Order.public_id == public_id),
    )


def of_member(
    session: Session, *, cooperative_id: int, membership_id: int, public_id: str
) -> WorkOrder:
    """Give a member's own line that goes on; NotFound for another's, and before her yes."""
    return _made(
        session,
        _lines().where(
            OrderLine.cooperative_id == cooperative_id,
            OrderLine.membership_id == membership_id,
            OrderLine.public_id == public_id,
        ),
    )


def _lines() -> Select[OrderLine]:
    return (
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.state.in_(GOES_ON))
        .options(
            contains_eager(OrderLine.order).options(
                joinedload(Order.buyer), joinedload(Order.cooperative)
            ),
            joinedload(OrderLine.membership),
        )
        .order_by(OrderLine.id)
    )


def _made(session: Session, query: Select[OrderLine]) -> WorkOrder:
    lines = tuple(session.scalars(query))
    if not lines:
        raise NotFound
    order = lines[0].order
    contact = contacts.of_order(session, order=order)
    return WorkOrder(order, lines, contact.phone if contact else "")
