"""One buyer in the demo asks the money back at the bank, so that the desk has a dispute to answer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.gateways.payments import Event
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.services.demo.life import Life
from marketplace.services.trade import payments

FEE_CENTS = 2_000
TIME_TO_ANSWER = dt.timedelta(days=9)


def let_a_bank_ask(life: Life, end: dt.datetime) -> None:
    """Let the buyer's bank of each cooperative's last confirmed job ask the money back, a day before the end."""
    newest = life.session.execute(
        select(OrderLine.cooperative_id, PaymentIntent)
        .join(Order, Order.id == OrderLine.order_id)
        .join(PaymentIntent, PaymentIntent.order_id == Order.id)
        .where(
            OrderLine.state == "confirmed",
            PaymentIntent.state == "paid",
            OrderLine.kind == "service",
            OrderLine.refunded_cents == 0,
        )
        .order_by(OrderLine.id.desc())
        .limit(50)
    )
    asked: set[int] = set()
    now = end - dt.timedelta(days=1)
    for cooperative_id, intent in newest.all():
        if cooperative_id not in asked:
            asked.add(cooperative_id)
            _ask(life, intent, now)


def _ask(life: Life, intent: PaymentIntent, now: dt.datetime) -> None:
    word = Event(
        id=f"demo-dispute-{intent.public_id}",
        kind="disputed",
        reference=intent.provider_reference or "",
        intent=intent.public_id,
        amount_cents=intent.amount_cents,
        currency=intent.currency,
        fee_cents=FEE_CENTS,
        object_id=f"dispute-{intent.public_id}",
        outcome="needs_response",
        reason="product_not_received",
        due_on=day_in_amsterdam(now + TIME_TO_ANSWER).isoformat(),
        held_cents=intent.amount_cents,
    )
    payments.receive(
        life.session, provider=life.bank.name, event=word, payload_sha256="0" * 64, now=now
    )
