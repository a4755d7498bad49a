"""One buyer in the demo asks the money back at the bank, so that the desk has a dispute to answer.

Just before that the coordinator gave a part back, which now waits for the bank.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from marketplace.domain.access import Role
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.gateways.payments import Event
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.models.people import Grant
from marketplace.services.demo.life import Life
from marketplace.services.trade import deskorders, payments

FEE_CENTS = 2_000
TIME_TO_ANSWER = dt.timedelta(days=9)


def let_a_bank_ask(life: Life, end: dt.datetime) -> None:
    """Let the buyer's bank of each cooperative's last confirmed job ask the money back, a day before the end."""
    newest = life.session.execute(
        select(OrderLine, PaymentIntent)
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
    for line, intent in newest.all():
        if line.cooperative_id not in asked:
            asked.add(line.cooperative_id)
            _give_a_part_back(life, line, now - dt.timedelta(minutes=5))
            _ask(life, intent, now)


def _give_a_part_back(life: Life, line: OrderLine, now: dt.datetime) -> None:
    """Let a coordinator give a tenth of the price back; the bank's word is there before the worker sent it."""
    coordinator, order = life.session.execute(
        select(Grant.person_id, Order.public_id)
        .join(Order, Order.cooperative_id == Grant.cooperative_id)
        .where(Order.id == line.order_id, Grant.role == Role.COORDINATOR)
        .order_by(Grant.id)
        .limit(1)
    ).one()
    deskorders.refund(
        life.session,
        cooperative_id=line.cooperative_id,
        public_id=order,
        cents={line.public_id: line.gross_cents // 10},
        seen_cents=0,
        reason="goodwill",
        liable="cooperative",
        by_id=coordinator,
        now=now,
    )


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
