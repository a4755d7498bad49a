"""An order's way through the books: paid, delivered, and what goes between provider, bank and town hall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.vat import Scheme, rate_text
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import RefundLine
from marketplace.services.books import allocations, ledger, vat
from marketplace.services.invoices import issuing
from marketplace.services.months import reassess
from marketplace.services.trade.lines import keep

SOLD_STATES = (
    "ordered",
    "accepted",
    "in_progress",
    "delivered",
    "confirmed",
    "disputed",
    "refunded",
)


def paid(
    session: Session,
    *,
    order: Order,
    fee_cents: int,
    now: dt.datetime,
    via: Literal["provider", "bank", "cash"] = "provider",
    held: Sequence[OrderLine] | None = None,
) -> None:
    """Book the payment of an order with the provider's fee; lines already delivered are settled too.

    `via` says where the money is now (domain/ledger.py, PAID_INTO), `held` are the lines where the
    caller has locked the order. Lines take the VAT of today. Raises AlreadyBooked for an order that
    was paid before, ValueError where the lines are not the order's total; then nothing may be kept.
    """
    if held is None:
        _lock(session, order.id)
        lines = _sold(session, order)
    else:
        lines = [line for line in held if line.state in SOLD_STATES]
    if sum(line.gross_cents for line in lines) != order.total_cents:
        raise ValueError("the lines that are sold add up to the total of the order")
    order.paid_via = via
    scheme = _take_vat_of_today(session, order, lines, now)
    entry = rules.paid(
        into=rules.PAID_INTO[via],
        net_cents=sum(line.net_cents for line in lines),
        vat_cents=sum(line.vat_cents for line in lines),
    )
    _book_paid(session, order, entry, fee_cents=fee_cents, now=now)
    for line in lines:
        if line.delivered_on is not None:
            _settle(session, line, now)
    # Last of all: who issues holds the cooperative's number until the end.
    issuing.issue(session, order=order, lines=lines, now=now, scheme=scheme)


def _book_paid(
    session: Session, order: Order, paid_entry: rules.Entry, *, fee_cents: int, now: dt.datetime
) -> None:
    """Book the payment, and the fee unless it stands already."""
    together = ledger.Together(session, cooperative_id=order.cooperative_id, now=now)
    thing = f"order:{order.id}"
    together.begin(paid_entry, source=f"{thing}:paid", kind="paid", membership_id=None)
    if fee_cents:
        fee, kind = rules.provider_fee(fee_cents=fee_cents), "provider_fee"
        with suppress(rules.AlreadyBooked):
            together.begin(fee, source=f"{thing}:{kind}", kind=kind, membership_id=None)
    together.complete()


def _sold(session: Session, order: Order) -> list[OrderLine]:
    """Give the lines of an order that are sold, read anew."""
    query = (
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.state.in_(SOLD_STATES))
        .order_by(OrderLine.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def provider_fee(
    session: Session, *, order: Order, fee_cents: int, now: dt.datetime, thing: str | None = None
) -> bool:
    """Book what the provider keeps of a payment; False when that was done before.

    `thing` is the payment where the order did not take it, else it is the order.
    """
    thing = thing or f"order:{order.id}"
    fee = rules.provider_fee(fee_cents=fee_cents)
    try:
        _post(session, fee, order.cooperative_id, thing=thing, kind="provider_fee", now=now)
    except rules.AlreadyBooked:
        return False
    return True


def delivered(
    session: Session, *, line: OrderLine, now: dt.datetime, held: Order | None = None
) -> None:
    """Book the delivery of a line when its order is paid, else leave it to the payment.

    The line carries `delivered_on`; `held` is the order where the caller has locked it. A repeat
    changes nothing. Refuses with NoAgreement or NoParameters.
    """
    if held is None:
        standing = _lock(session, line.order_id)
        session.refresh(line)
    else:
        standing = held.payment_state
    if standing == "paid":
        rate = line.vat_rate
        _settle(session, line, now)
        if line.vat_rate != rate:
            order = held or session.get_one(Order, line.order_id)
            issuing.issue(session, order=order, lines=_sold(session, order), now=now)


def clearing_settled(
    session: Session, *, cooperative_id: int, amount_cents: int, reference: str, now: dt.datetime
) -> None:
    """Book what the provider sent to the bank; the same reference twice is AlreadyBooked."""
    entry = rules.clearing_settled(amount_cents=amount_cents)
    thing = f"settlement:{reference}"
    _post(session, entry, cooperative_id, thing=thing, kind="clearing_settled", now=now)


def municipality_paid(
    session: Session, *, cooperative_id: int, amount_cents: int, reference: str, now: dt.datetime
) -> None:
    """Book the quarterly payment to a municipality; the same reference twice is AlreadyBooked."""
    entry = rules.municipality_paid(amount_cents=amount_cents)
    thing = f"settlement:{reference}"
    _post(session, entry, cooperative_id, thing=thing, kind="municipality_paid", now=now)


def _take_vat_of_today(
    session: Session, order: Order, lines: list[OrderLine], now: dt.datetime
) -> Scheme:
    day = day_in_amsterdam(now)
    scheme = vat.charge(
        session, cooperative_id=order.cooperative_id, gross_cents=order.total_cents, now=now
    )
    prices = [(line.gross_cents, line.vat_category) for line in lines]
    for line, taxed in zip(lines, vat.take_apart(prices, day, scheme), strict=True):
        line.vat_rate = rate_text(vat.rate(line.vat_category, day, scheme))
        line.net_cents, line.vat_cents = taxed.net_cents, taxed.vat_cents
    keep(session, order, *lines)
    return scheme


def _settle(session: Session, line: OrderLine, now: dt.datetime) -> None:
    if line.delivered_on is None:
        raise ValueError("a line that is settled has its day of delivery")
    returned = _returned_net(session, line)
    received = line.net_cents - returned
    _take_vat_of_delivery(session, line, line.delivered_on, returned)
    try:
        month = allocations.book(
            session,
            rules.delivered(net_cents=line.net_cents - returned, received_net_cents=received),
            cooperative_id=line.cooperative_id,
            membership_id=line.membership_id,
            thing=f"line:{line.id}",
            kind="delivered",
            own_month=Month.of(line.delivered_on),
            now=now,
        )
    except rules.AlreadyBooked:
        return
    reassess.after_booking(session, membership_id=line.membership_id, for_month=month, now=now)


def _returned_net(session: Session, line: OrderLine) -> int:
    """Give the net of what went back to the buyer before the delivery."""
    if not line.refunded_cents:
        return 0
    found = session.scalar(
        select(func.sum(RefundLine.net_cents)).where(RefundLine.line_id == line.id)
    )
    return int(found or 0)


def _take_vat_of_delivery(
    session: Session, line: OrderLine, day: dt.date, returned_net_cents: int
) -> None:
    """The rate is that of the day of supply: where it changed since the payment, what is left follows."""
    scheme = vat.scheme_on(session, cooperative_id=line.cooperative_id, day=day)
    rate = rate_text(vat.rate(line.vat_category, day, scheme))
    if rate != line.vat_rate:
        left = line.gross_cents - line.refunded_cents
        taxed = vat.take_apart([(left, line.vat_category)], day, scheme)[0]
        line.vat_rate, line.net_cents = rate, returned_net_cents + taxed.net_cents
        line.vat_cents = line.gross_cents - line.net_cents
        keep(session, line)


def _lock(session: Session, order_id: int) -> str | None:
    """Hold the order, so that payment and delivery at once do not miss each other; gives its state."""
    session.flush()
    return session.scalar(select(Order.payment_state).where(Order.id == order_id).with_for_update())


def _post(
    session: Session,
    entry: rules.Entry,
    cooperative_id: int,
    *,
    thing: str,
    kind: str,
    now: dt.datetime,
) -> None:
    ledger.post(
        session,
        entry,
        cooperative_id=cooperative_id,
        source=f"{thing}:{kind}",
        kind=kind,
        membership_id=None,
        now=now,
    )
