"""What the clock does by itself: orders that waited too long end, and their stock goes back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from marketplace.domain.orders import CONFIRM_WAIT, ENDED, Act, By, LineState, PaymentState
from marketplace.domain.talking.complaints import State
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.models.talk.complaints import Complaint
from marketplace.services.invoices import billing
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import telling

BATCH = 50
# A page that is open, or was until so long ago, holds its order; longer its word is not waited for.
PAGE_PATIENCE = dt.timedelta(hours=2)


def expire(session: Session, *, now: dt.datetime) -> int:
    """End at most BATCH orders whose time is over; gives how many, so that the caller knows to come back.

    Orders that somebody is busy with are left for the next round (SKIP LOCKED on PostgreSQL). One whose
    pay page stands open waits for what the page brings, so that nobody pays for an order that ended.
    """
    being_paid = (
        select(PaymentIntent.id)
        .where(
            PaymentIntent.order_id == Order.id,
            PaymentIntent.state == "open",
            PaymentIntent.page_expires_at > now - PAGE_PATIENCE,
        )
        .exists()
    )
    orders = session.scalars(
        select(Order)
        .where(
            Order.payment_state.in_((PaymentState.NOT_DUE, PaymentState.AWAITING)),
            Order.due_at <= now,
            ~being_paid,
        )
        .order_by(Order.due_at)
        .limit(BATCH)
        .options(selectinload(Order.lines))
        .with_for_update(skip_locked=True, of=Order),
        execution_options={"populate_existing": True},
    ).all()
    for order in orders:
        _expire(session, order, now)
    # Last of all, one cooperative after the other: who issues holds its number until the end.
    for order in sorted(orders, key=lambda one: (one.cooperative_id, one.id)):
        billing.lapse(session, order=order, now=now)
    return len(orders)


def _expire(session: Session, order: Order, now: dt.datetime) -> None:
    """End one order: it waited for money, or for an answer that never came."""
    unanswered = order.payment_state == PaymentState.NOT_DUE
    live = [line for line in order.lines if LineState(line.state) not in ENDED]
    for line in live:
        order_lines.take(
            session,
            order=order,
            lines=order.lines,
            line=line,
            act=Act.EXPIRE,
            by=By.CLOCK,
            now=now,
            paper=False,
        )
    why = "unanswered" if unanswered else "expired"
    telling.tell_buyer(session, order=order, lines=live, kind=f"order_{why}_buyer", now=now)
    kinds = {line.id: f"order_{why}_member" for line in live}
    telling.tell_members(session, lines=live, kinds=kinds, now=now)


def confirm(session: Session, *, now: dt.datetime) -> int:
    """Confirm at most BATCH lines that were delivered long enough ago; gives how many.

    A line with an open complaint waits until that is closed.
    """
    due = (
        (OrderLine.state == LineState.DELIVERED)
        & (OrderLine.delivered_at <= now - CONFIRM_WAIT)
        & OrderLine.id.not_in(_complained())
    )
    order_ids = session.scalars(
        select(Order.id)
        .where(
            Order.payment_state == PaymentState.PAID,
            Order.id.in_(select(OrderLine.order_id).where(due)),
        )
        .order_by(Order.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_confirm(session, order_id, now) for order_id in order_ids)


def _complained() -> Select[int]:
    """Give the lines about which a buyer still waits for an answer."""
    return select(Complaint.line_id).where(Complaint.state != State.CLOSED)


def _confirm(session: Session, order_id: int, now: dt.datetime) -> int:
    order, lines = order_lines.lock_order(session, order_id)
    complained = session.execute(
        select(Complaint.line_id, Complaint.state).where(Complaint.order_id == order_id)
    ).all()
    open_ones = {line_id for line_id, state in complained if state != State.CLOSED}
    spoken = {line_id for line_id, _state in complained}
    done = 0
    for line in lines:
        late = line.delivered_at is not None and line.delivered_at <= now - CONFIRM_WAIT
        if late and line.id not in open_ones and line.state == LineState.DELIVERED:
            order_lines.take(
                session, order=order, lines=lines, line=line, act=Act.CONFIRM, by=By.CLOCK, now=now
            )
            line.confirmed_at = now
            if line.id not in spoken:  # else both know already how it ended
                _tell_confirmed(session, order, line, now)
            done += 1
    session.flush()
    return done


def _tell_confirmed(session: Session, order: Order, line: OrderLine, now: dt.datetime) -> None:
    """Tell both that nobody complained, and that the delivery counts as good now."""
    telling.tell_buyer(
        session, order=order, lines=[line], kind="order_confirmed_by_itself_buyer", now=now
    )
    kinds = {line.id: "order_confirmed_by_itself_member"}
    telling.tell_members(session, lines=[line], kinds=kinds, now=now)
