"""Calls to the payment provider: a row committed with the books, done afterwards with no row locked.

While a dispute keeps a payment without an order here it is not given back; where that may have been done without
an answer, the provider is only asked whether it was (calling.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.orders import PaymentState
from marketplace.gateways.database import Transaction
from marketplace.gateways.payments import Payments
from marketplace.models.base import new_public_id
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.models.payments import Dispute, PaymentIntent, ProviderCall
from marketplace.services.books import covers
from marketplace.services.money import calling
from marketplace.services.money.calling import LEASE, MOST_ATTEMPTS, Call

BATCH = 10
LATE = dt.timedelta(minutes=30)
SHOWN = 50


def queue_expiries(session: Session, *, provider: str, now: dt.datetime) -> int:
    """Ask for the open pay pages of orders that ended, or were paid otherwise, to be closed; gives how many."""
    intents = session.scalars(
        select(PaymentIntent)
        .join(Order, Order.id == PaymentIntent.order_id)
        .outerjoin(
            ProviderCall,
            (ProviderCall.intent_id == PaymentIntent.id) & (ProviderCall.kind == "expire"),
        )
        .where(
            PaymentIntent.provider == provider,
            PaymentIntent.state == "open",
            PaymentIntent.provider_reference.is_not(None),
            Order.payment_state.in_((PaymentState.CANCELLED, PaymentState.PAID)),
            ProviderCall.id.is_(None),
        )
        .order_by(PaymentIntent.id)
        .limit(BATCH)
    ).all()
    for intent in intents:
        _queue(session, intent, kind="expire", dedupe_key=f"expire:{intent.id}", now=now)
    return len(intents)


def queue_givebacks(session: Session, *, provider: str, now: dt.datetime) -> int:
    """Ask for payments that no order takes to be given back, each once; gives how many."""
    intents = session.scalars(
        select(PaymentIntent)
        .outerjoin(
            ProviderCall,
            (ProviderCall.intent_id == PaymentIntent.id) & (ProviderCall.kind == "giveback"),
        )
        .where(
            PaymentIntent.provider == provider,
            PaymentIntent.state == "stray",
            ProviderCall.id.is_(None),
        )
        .order_by(PaymentIntent.id)
        .limit(BATCH)
    ).all()
    for intent in intents:
        _queue(session, intent, kind="giveback", dedupe_key=f"giveback:{intent.id}", now=now)
    return len(intents)


def queue_evidence(session: Session, *, dispute: Dispute, now: dt.datetime) -> ProviderCall:
    """Ask for our side of a dispute to be handed in; a call that failed waits again.

    After a clear no the key is a new one; what was never answered in so many attempts keeps it.
    """
    intent = session.get_one(PaymentIntent, dispute.intent_id)
    key = f"evidence:{dispute.id}"
    call = _queue(session, intent, kind="evidence", dedupe_key=key, now=now)
    call.dispute_id = dispute.id
    if call.state == "failed":
        if call.attempts < MOST_ATTEMPTS:
            call.public_id = new_public_id()
        call.state, call.attempts, call.not_before, call.last_error = "waiting", 0, now, None
    session.flush()
    return call


def about_dispute(session: Session, *, dispute: Dispute) -> ProviderCall | None:
    """Give the call that hands in our side, or None while nobody asked for it."""
    return session.scalars(
        select(ProviderCall).where(
            ProviderCall.cooperative_id == dispute.cooperative_id,
            ProviderCall.dedupe_key == f"evidence:{dispute.id}",
        )
    ).one_or_none()


def _queue(
    session: Session,
    intent: PaymentIntent,
    *,
    kind: str,
    dedupe_key: str,
    now: dt.datetime,
) -> ProviderCall:
    call = ProviderCall(
        cooperative_id=intent.cooperative_id,
        intent_id=intent.id,
        kind=kind,
        dedupe_key=dedupe_key,
        state="waiting",
        attempts=0,
        not_before=now,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(call)
    except IntegrityError:
        return session.scalars(
            select(ProviderCall).where(ProviderCall.dedupe_key == dedupe_key)
        ).one()
    return call


def claim(session: Session, *, provider: str, now: dt.datetime) -> list[Call]:
    """Take calls that wait under a lease; commit before calling."""
    waits = and_(ProviderCall.kind == "giveback", covers.stray_waits())
    left_cents = PaymentIntent.amount_cents - PaymentIntent.covered_cents
    rows = session.execute(
        select(
            *(ProviderCall, PaymentIntent.provider_reference, left_cents, waits),
            Cooperative.slug,
            *(Dispute.provider_reference, Dispute.evidence),
        )
        .join(PaymentIntent, PaymentIntent.id == ProviderCall.intent_id)
        .join(Cooperative, Cooperative.id == ProviderCall.cooperative_id)
        .outerjoin(Dispute, Dispute.id == ProviderCall.dispute_id)
        .where(
            or_(
                and_(ProviderCall.state == "waiting", ~waits),
                and_(ProviderCall.state.in_(("waiting", "failed")), waits, ProviderCall.unsure),
            ),
            ProviderCall.not_before <= now,
            PaymentIntent.provider == provider,
            or_(ProviderCall.lease_until.is_(None), ProviderCall.lease_until <= now),
        )
        .order_by(ProviderCall.not_before, ProviderCall.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=ProviderCall)
    ).all()
    taken = [_taken(row, now) for row in rows]
    session.flush()
    return taken


def _taken(found: Any, now: dt.datetime) -> Call:
    """Give a call of what was read, and put it under its lease: from now on it may have been done."""
    row, reference, cents, looks, slug, dispute, facts = found
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    unsure, row.unsure = row.unsure, True
    return Call(
        id=row.id,
        key=row.public_id,
        kind=row.kind,
        reference=reference or "",
        account=slug,
        attempts=row.attempts,
        intent_id=row.intent_id,
        amount_cents=cents,
        looks=looks,
        unsure=unsure,
        state=row.state,
        dispute=dispute or "",
        facts=facts or {},
    )


def do_waiting(transaction: Transaction, gateway: Payments, *, now: dt.datetime) -> int:
    """Do one batch; gives how many calls were answered, with yes or with no."""
    with transaction() as session:
        covers.settle_losses(session, now=now)
    with transaction() as session:
        queue_expiries(session, provider=gateway.name, now=now)
        queue_givebacks(session, provider=gateway.name, now=now)
        calls = claim(session, provider=gateway.name, now=now)
    return sum(calling.do(transaction, gateway, call, now=now) for call in calls)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A call that does not go well, with the public id of its order."""

    call: ProviderCall
    order: str

    @property
    def again(self) -> bool:
        """Whether the desk can ask for it again on the page of the order."""
        return self.call.kind == "giveback" and self.call.state == "failed"


def troubled(
    session: Session, *, now: dt.datetime, cooperative_id: int | None = None
) -> list[Trouble]:
    """Give the calls that failed, and those that wait long (but not for a dispute): of one cooperative, or all."""
    waits = and_(ProviderCall.kind == "giveback", covers.stray_waits())
    late = and_(ProviderCall.state == "waiting", ProviderCall.created_at < now - LATE, ~waits)
    query = (
        select(ProviderCall, Order.public_id)
        .join(PaymentIntent, PaymentIntent.id == ProviderCall.intent_id)
        .join(Order, Order.id == PaymentIntent.order_id)
        .where(or_(ProviderCall.state == "failed", late))
        .order_by(ProviderCall.id.desc())
        .limit(SHOWN)
    )
    if cooperative_id is not None:
        query = query.where(ProviderCall.cooperative_id == cooperative_id)
    return [Trouble(call, order) for call, order in session.execute(query)]
