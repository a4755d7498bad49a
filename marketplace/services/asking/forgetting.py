"""Forgets what buyers asked for once it is long over: words, place, photos, and what was written in its offers.

An offer is an order, and the log of an order stays: what is left of it are its lines and prices, which the
books need where it was chosen. How long stands in docs/privacy.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from marketplace.domain.asking import LIVE, RequestState, forgotten_before
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.orders import LineState, PaymentState
from marketplace.gateways.storage import Storage
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request, RequestPhoto, RequestReach
from marketplace.models.talk.complaints import Complaint

BATCH = 50
# Of these the work, or the word of the bank about it, is still to come.
_GOES_ON = (
    LineState.ACCEPTED,
    LineState.ORDERED,
    LineState.IN_PROGRESS,
    LineState.DELIVERED,
    LineState.DISPUTED,
)
_NOBODY_CHOSEN = frozenset(RequestState) - LIVE - {RequestState.PICKED}


def forget(session: Session, *, storage: Storage, kept_days: int, now: dt.datetime) -> int:
    """Delete at most BATCH requests that are long over; gives how many.

    `kept_days` is how long one is kept that nobody was chosen for. Photos go first: who is killed in
    between finds the rows at the next round.
    """
    today = day_in_amsterdam(now)
    old = session.scalars(
        select(Request.id)
        .where(_over(today, kept_days))
        .order_by(Request.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    photos = RequestPhoto.request_id.in_(old)
    for name in session.scalars(select(RequestPhoto.file).where(photos)):
        storage.forget(name)
    session.execute(delete(RequestPhoto).where(photos))
    session.execute(delete(RequestReach).where(RequestReach.request_id.in_(old)))
    _forget_offers(session, old)
    session.execute(delete(Request).where(Request.id.in_(old)))
    return len(old)


def _over(today: dt.date, kept_days: int) -> ColumnElement[bool]:
    """Give the condition of what is forgotten today: it ended, its last day is long ago, nothing goes on."""
    agreed_before = forgotten_before(today, kept_days=kept_days, agreed=True)
    before = forgotten_before(today, kept_days=kept_days, agreed=False)
    waits = select(Order.id).where(
        Order.request_id == Request.id, Order.payment_state == PaymentState.NOT_DUE
    )
    nothing = Request.state.in_(_NOBODY_CHOSEN) & (Request.closes_on < before)
    agreed = (Request.state == RequestState.PICKED) & (Request.closes_on < agreed_before)
    return ~waits.exists() & (nothing | (agreed & ~_needed(agreed_before)))


def _needed(before: dt.date) -> ColumnElement[bool]:
    """Give the condition of a request whose order goes on, was delivered since, or is complained about."""
    lines = (
        select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.request_id == Request.id,
            OrderLine.state.in_(_GOES_ON) | (OrderLine.delivered_on >= before),
        )
    )
    complaints = (
        select(Complaint.id)
        .join(Order, Order.id == Complaint.order_id)
        .where(Order.request_id == Request.id)
    )
    return lines.exists() | complaints.exists()


def _forget_offers(session: Session, request_ids: Sequence[int]) -> None:
    """Let offers be orders as any other; of one that was not chosen the note goes too, a copy of the question."""
    offered = Order.request_id.in_(request_ids)
    session.execute(
        update(Order)
        .where(offered, Order.payment_state == PaymentState.CANCELLED)
        .values(note="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Order)
        .where(offered)
        .values(request_id=None, valid_until=None, offer_text=None)
        .execution_options(synchronize_session=False)
    )
