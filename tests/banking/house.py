"""Rows of the bank for the walk along all routes: one of each kind of object."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import OrderLine
from marketplace.services.banking import batches, byhand, cash, statements, transfer
from marketplace.services.trade import refunds
from tests.banking.papers import OWN, camt, entry
from tests.books.factories import make_person
from tests.services.market import Market, accepted


def make_bank(session: Session, market: Market, now: dt.datetime) -> dict[str, str]:
    """An account, lines without a place, cash for one order, and two batches of money to send back."""
    cooperative_id = market.member.cooperative_id
    session.get_one(Cooperative, cooperative_id).iban = OWN
    actor_id = make_person(session).id
    own = {"cooperative_id": cooperative_id, "actor_id": actor_id, "now": now}
    content = camt(entry(500, "a"), entry(700, "b"), entry(900, "c"), total=2100)
    statements.take(session, content=content, **own)
    lines = [line for line, _state in byhand.waiting(session, cooperative_id=cooperative_id)]
    made = [
        batches.propose(session, keys=[f"surplus:{line.public_id}"], **own) for line in lines[:2]
    ]
    batches.release(
        session,
        public_id=made[1].public_id,
        **own | {"actor_id": make_person(session).id},
    )
    order, sent = accepted(session, market, now=now), accepted(session, market, now=now)
    transfer.choose(session, buyer_id=market.buyer.id, public_id=sent.public_id, now=now)
    receipt = cash.book(session, reference=order.public_id, **own)
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    back = refunds.refund(
        session,
        order_id=order.id,
        lines={line.id: 100},
        reason="agreed",
        liable="cooperative",
        by_id=None,
        now=now,
    )
    return {
        "bank_line": lines[2].public_id,
        "receipt": receipt.public_id,
        "cash_order": order.public_id,
        "cash_refund": back.public_id,
        "batch": made[0].public_id,
        "released_batch": made[1].public_id,
        "transfer_order": sent.public_id,
    }
