"""One step of an order line: locked, checked against the table, with what follows from it by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVarTuple

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import (
    ENDED,
    STEPS,
    WHOLE,
    Act,
    By,
    LineState,
    PaymentState,
    StepNotAllowed,
    before_appointment,
    due_at,
    payment_after,
    step_line,
)
from marketplace.domain.orders import pay as paid_by
from marketplace.domain.vat import rate_text
from marketplace.gateways.rows import apart
from marketplace.gateways.rows.apart import Apart
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.services.booking import slots
from marketplace.services.books import vat
from marketplace.services.invoices import billing
from marketplace.services.trade import orderlog

_Columns = TypeVarTuple("_Columns")
_HELD = select(Order).where(Order.id == bindparam("order_id")).with_for_update()
# A buyer's own order; anybody else's is not found.
OF_BUYER = (
    select(Order)
    .where(Order.public_id == bindparam("public_id"), Order.buyer_id == bindparam("buyer_id"))
    .with_for_update()
)
_LINES = (
    select(OrderLine)
    .where(OrderLine.order_id == bindparam("order_id"))
    .order_by(OrderLine.id)
    .execution_options(populate_existing=True)
)


def lock_order(session: Session, order_id: int) -> tuple[Order, list[OrderLine]]:
    """Give an order with its lines, locked until the transaction ends; read anew."""
    return lock_found(session, _HELD, order_id=order_id)


def lock_found(
    session: Session, query: Select[Order], **named: Any
) -> tuple[Order, list[OrderLine]]:
    """Give the order that a query with `for update` finds, with its lines, read anew; else NotFound.

    The lines are read after the lock, in a statement of their own: on PostgreSQL the one that waited
    for the lock sees them as they were before it.
    """
    order = session.scalars(
        query, named, execution_options={"populate_existing": True}
    ).one_or_none()
    if order is None:
        raise NotFound
    return order, list(session.scalars(_LINES, {"order_id": order.id}))


def of_member(orders: Select[*_Columns]) -> Select[*_Columns]:
    """Narrow to the order of a member's own `line`, and lock it."""
    return (
        orders.join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            OrderLine.public_id == bindparam("line"),
            OrderLine.cooperative_id == bindparam("cooperative_id"),
            OrderLine.membership_id == bindparam("membership_id"),
        )
        .with_for_update(of=Order)
    )


def of_intent(orders: Select[*_Columns]) -> Select[*_Columns]:
    """Narrow to the order that an `intent` is to pay, and lock it."""
    return (
        orders.join(PaymentIntent, PaymentIntent.order_id == Order.id)
        .where(PaymentIntent.public_id == bindparam("intent"))
        .with_for_update(of=Order)
    )


# For the steps that every order goes through: objects apart from the session (decisions/0039).
OF_MEMBER, OF_INTENT = Apart(Order, of_member), Apart(Order, of_intent)
_LINES_APART = Apart(
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
    `lock_found`.
    """
    found = which.all(session, named)
    if not found:
        raise NotFound
    pairs = _LINES_APART.together(session, {"order_id": found[0].id})
    for line, member in pairs:
        set_committed_value(line, "membership", member)
    return found[0], [line for line, _member in pairs]


def keep(session: Session, *things: Order | OrderLine) -> None:
    """Write what was changed, of what is apart and of what the session follows."""
    session.flush()
    for thing in things:
        if object_session(thing) is None:
            apart.write(session, thing)


def take(
    session: Session,
    *,
    order: Order,
    lines: list[OrderLine],
    line: OrderLine,
    act: Act,
    by: By,
    now: dt.datetime,
    person_id: int | None = None,
    paper: bool = True,
) -> None:
    """Make one step of a line of a locked order, and log it; raises StepNotAllowed.

    Gives the stock back where a line ends, and makes the payment due or cancels it; a bill that lapses
    is taken back, unless the caller does that last of all (`paper`). `person_id` is who acts for the
    desk; who the buyer and the member are, is known.
    """
    was, payment = line.state, PaymentState(order.payment_state)
    before = _before(session, line) if STEPS[act].back else None
    line.state = step_line(act, by=by, line=LineState(was), payment=payment, before=before)
    orderlog.step(
        session,
        order=order,
        line=line,
        act=act,
        by=by,
        was=was,
        became=line.state,
        now=now,
        person_id=person_id,
    )
    if LineState(line.state) in ENDED:
        give_back(session, line=line)
    _follow(session, order=order, lines=lines, now=now)
    if paper and order.payment_state == PaymentState.CANCELLED:
        session.flush()
        billing.lapse(session, order=order, now=now)


def _before(session: Session, line: OrderLine) -> LineState | None:
    """Give where a disputed line stood."""
    was = orderlog.state_before(session, line=line, act=Act.DISPUTE)
    return LineState(was) if was is not None else None


def pay(
    session: Session,
    *,
    order: Order,
    lines: list[OrderLine],
    by: By,
    now: dt.datetime,
    person_id: int | None = None,
) -> None:
    """Let the money of a locked order have come, and log it; raises StepNotAllowed. Booking is settling.paid's."""
    was = order.payment_state
    order.payment_state = paid_by((LineState(one.state) for one in lines), PaymentState(was), by)
    order.paid_at = now
    orderlog.step(
        session,
        order=order,
        line=None,
        act=Act.PAY,
        by=by,
        was=was,
        became=order.payment_state,
        now=now,
        person_id=person_id,
    )


def refuse_offer(lines: Iterable[OrderLine]) -> None:
    """Refuse a step of a part of an offer: it is agreed, taken back or turned down whole (services/asking)."""
    if any(line.state == LineState.OFFERED for line in lines):
        raise StepNotAllowed


def _follow(session: Session, *, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Let the payment follow its lines; when it becomes due, the document is made of what is left."""
    before = PaymentState(order.payment_state)
    after = payment_after((LineState(one.state) for one in lines), before)
    if after is before:
        return
    order.payment_state = after
    if after is PaymentState.AWAITING:
        left = [one for one in lines if LineState(one.state) not in ENDED]
        price(session, cooperative_id=order.cooperative_id, lines=left, day=day_in_amsterdam(now))
        order.total_cents = sum(one.gross_cents for one in left)
        order.due_at = before_appointment(
            due_at((one.kind for one in left), now), (one.starts_at for one in left)
        )


def price(session: Session, *, cooperative_id: int, lines: list[OrderLine], day: dt.date) -> None:
    """Copy the VAT of a day into the lines of one document; it is looked at again when money comes."""
    scheme = vat.scheme_on(session, cooperative_id=cooperative_id, day=day)
    parts = vat.take_apart([(one.gross_cents, one.vat_category) for one in lines], day, scheme)
    for line, taxed in zip(lines, parts, strict=True):
        line.vat_rate = rate_text(vat.rate(line.vat_category, day, scheme))
        line.net_cents, line.vat_cents = taxed.net_cents, taxed.vat_cents


def give_back(session: Session, *, line: OrderLine) -> None:
    """Put the stock of a line that ended back on the shelf, and its time back in the calendar."""
    if line.starts_at is not None:
        slots.release(session, line_id=line.id)
        line.appointment_version += 1
    if line.kind == "product":
        pieces = line.quantity_hundredths // WHOLE
        session.execute(
            update(Listing)
            .where(Listing.id == line.listing_id)
            .values(stock=Listing.stock + pieces)
            .execution_options(synchronize_session=False)
        )
