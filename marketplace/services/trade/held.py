"""An order and its lines, locked, for the steps that every order goes through: objects apart from the session.

What a step changes of them is written by `keep`. Steps that few orders take use `lines.lock_found`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.domain.errors import NotFound
from marketplace.gateways import apart
from marketplace.gateways.apart import Apart
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent

OF_MEMBER = Apart(
    Order,
    lambda orders: (
        orders.join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            OrderLine.public_id == bindparam("line"),
            OrderLine.cooperative_id == bindparam("cooperative_id"),
            OrderLine.membership_id == bindparam("membership_id"),
        )
        .with_for_update(of=Order)
    ),
)
OF_INTENT = Apart(
    Order,
    lambda orders: (
        orders.join(PaymentIntent, PaymentIntent.order_id == Order.id)
        .where(PaymentIntent.public_id == bindparam("intent"))
        .with_for_update(of=Order)
    ),
)
_LINES = Apart(
    OrderLine,
    lambda both: (
        both.join(Membership, Membership.id == OrderLine.membership_id)
        .where(OrderLine.order_id == bindparam("order_id"))
        .order_by(OrderLine.id)
    ),
    beside=Membership,
)


def hold(
    session: Session, which: Apart[Order], named: dict[str, Any]
) -> tuple[Order, list[OrderLine]]:
    """Give an order, locked until the transaction ends, with its lines and their members; else NotFound.

    All are apart from the session. The lines are read after the lock, in a statement of their own, as in
    `lines.lock_found`.
    """
    found = which.all(session, named)
    if not found:
        raise NotFound
    pairs = _LINES.together(session, {"order_id": found[0].id})
    for line, member in pairs:
        set_committed_value(line, "membership", member)
    return found[0], [line for line, _member in pairs]


def keep(session: Session, *things: Order | OrderLine) -> None:
    """Write what was changed, of what is apart and of what the session follows."""
    session.flush()
    for thing in things:
        if object_session(thing) is None:
            apart.write(session, thing)
