"""A request under lock with its offers that still stand, and the steps that its offers take together.

The request is always locked before its orders, so that two who act at once wait for each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.domain.asking import Kind, RequestState, after_offer_ended
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import Act, By, PaymentState
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request
from marketplace.services.trade import lines as order_lines


def lock(session: Session, request_id: int, *, skip_locked: bool = False) -> Request:
    """Give a request, locked until the transaction ends and read anew.

    NotFound where it is gone, or, with `skip_locked`, where somebody else is busy with it.
    """
    found = session.scalars(
        select(Request).where(Request.id == request_id).with_for_update(skip_locked=skip_locked),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def offers(session: Session, request: Request) -> list[Order]:
    """Give the offers of a locked request that still stand, with their lines, in the order they came."""
    return list(
        session.scalars(
            select(Order)
            .where(
                Order.request_id == request.id,
                # What was agreed is due or paid, what ended is cancelled.
                Order.payment_state == PaymentState.NOT_DUE,
            )
            .options(selectinload(Order.lines))
            .order_by(Order.id)
            .with_for_update(of=Order),
            execution_options={"populate_existing": True},
        )
    )


def take(session: Session, *, order: Order, act: Act, by: By, now: dt.datetime) -> None:
    """Let all lines of an offer make one step: an offer is agreed, or ends, as a whole."""
    for line in order.lines:
        order_lines.take(
            session, order=order, lines=order.lines, line=line, act=act, by=by, now=now
        )


def end_offer(
    session: Session, *, request: Request, order: Order, act: Act, by: By, now: dt.datetime
) -> None:
    """End one offer of a locked request, and the request where that follows from it."""
    take(session, order=order, act=act, by=by, now=now)
    request.state = after_offer_ended(
        Kind(request.kind),
        RequestState(request.state),
        by=by,
        others_stand=bool(offers(session, request)),
    )
    session.flush()


def first_lines(orders: Iterable[Order]) -> list[OrderLine]:
    """Give one line of each offer: it tells whose it is."""
    return [order.lines[0] for order in orders]
