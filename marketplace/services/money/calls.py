"""Calls to the payment provider: a row committed with the books, done afterwards with no row locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.orders import PaymentState
from marketplace.gateways.payments import Payments, ProviderAway, ProviderRefused, RefundAnswer
from marketplace.models.base import new_public_id
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.models.payments import Dispute, PaymentIntent, ProviderCall
from marketplace.services.trade import strays

log = structlog.get_logger()

Transaction = Callable[[], AbstractContextManager[Session]]
BATCH = 10
LEASE = dt.timedelta(minutes=10)
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
MOST_ATTEMPTS = 30
LOOK_AGAIN = dt.timedelta(hours=1)
LATE = dt.timedelta(minutes=30)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed call with all that it needs; `attempts` tells which claim it was."""

    id: int
    key: str
    kind: str
    reference: str
    account: str
    attempts: int
    intent_id: int
    amount_cents: int
    dispute: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def queue_expiries(session: Session, *, provider: str, now: dt.datetime) -> int:
    """Ask for the pay pages of orders that ended to be closed; gives how many."""
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
            Order.payment_state == PaymentState.CANCELLED,
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
    rows = session.execute(
        select(
            *(ProviderCall, PaymentIntent.provider_reference, PaymentIntent.amount_cents),
            Cooperative.slug,
            *(Dispute.provider_reference, Dispute.evidence),
        )
        .join(PaymentIntent, PaymentIntent.id == ProviderCall.intent_id)
        .join(Cooperative, Cooperative.id == ProviderCall.cooperative_id)
        .outerjoin(Dispute, Dispute.id == ProviderCall.dispute_id)
        .where(
            ProviderCall.state == "waiting",
            ProviderCall.not_before <= now,
            PaymentIntent.provider == provider,
            or_(ProviderCall.lease_until.is_(None), ProviderCall.lease_until <= now),
        )
        .order_by(ProviderCall.not_before, ProviderCall.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=ProviderCall)
    ).all()
    taken = []
    for row, reference, cents, slug, dispute, evidence in rows:
        row.lease_until, row.attempts = now + LEASE, row.attempts + 1
        taken.append(
            Call(
                id=row.id,
                key=row.public_id,
                kind=row.kind,
                reference=reference or "",
                account=slug,
                attempts=row.attempts,
                intent_id=row.intent_id,
                amount_cents=cents,
                dispute=dispute or "",
                facts=evidence or {},
            )
        )
    session.flush()
    return taken


def do_waiting(transaction: Transaction, gateway: Payments, *, now: dt.datetime) -> int:
    """Do one batch; gives how many calls were answered, with yes or with no."""
    with transaction() as session:
        queue_expiries(session, provider=gateway.name, now=now)
        queue_givebacks(session, provider=gateway.name, now=now)
        calls = claim(session, provider=gateway.name, now=now)
    return sum(_do(transaction, gateway, call, now) for call in calls)


def _do(transaction: Transaction, gateway: Payments, call: Call, now: dt.datetime) -> bool:
    values: dict[str, Any]
    answer: RefundAnswer | None = None
    try:
        answer = _ask(gateway, call)
        values = _after(answer, now)
    except ProviderRefused as fault:
        log.warning("provider_refused", call=call.key, kind=call.kind, fault=str(fault))
        values = {"state": "failed", "last_error": str(fault)[:60]}
    except ProviderAway as fault:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(call.attempts - 1, 10))
        tired = call.attempts >= MOST_ATTEMPTS
        values = {
            "state": "failed" if tired else "waiting",
            "not_before": now + pause,
            "last_error": str(fault)[:60] or "away",
        }
    with transaction() as session:
        if answer is not None and answer.state == "done":
            strays.gone(session, intent_id=call.intent_id, refund=answer.reference, now=now)
        # A word of the provider may have told meanwhile how it ended: then that stands.
        session.execute(
            update(ProviderCall)
            .where(
                ProviderCall.id == call.id,
                ProviderCall.attempts == call.attempts,
                ProviderCall.state == "waiting",
            )
            .values(lease_until=None, **values)
        )
    return bool(values["state"] != "waiting")


def _after(answer: RefundAnswer | None, now: dt.datetime) -> dict[str, Any]:
    """Give what becomes of a call that was answered; a refund that takes long is asked after again."""
    if answer is not None and answer.state == "failed":
        return {"state": "failed", "last_error": "failed"}
    if answer is not None and answer.state != "done":
        return {"state": "waiting", "not_before": now + LOOK_AGAIN, "last_error": None}
    return {"state": "done", "done_at": now, "last_error": None}


def _ask(gateway: Payments, call: Call) -> RefundAnswer | None:
    if call.kind == "giveback":
        return gateway.refund(
            key=call.key,
            reference=call.reference,
            amount_cents=call.amount_cents,
            reason="no_order",
            account=call.account,
        )
    if call.kind == "evidence":
        gateway.submit_evidence(
            key=call.key, dispute=call.dispute, facts=call.facts, account=call.account
        )
    else:
        gateway.expire_page(key=call.key, reference=call.reference, account=call.account)
    return None


def troubled(session: Session, *, now: dt.datetime) -> Sequence[ProviderCall]:
    """Give the operator the calls that failed, and those that wait for more than half an hour."""
    late = (ProviderCall.state == "waiting") & (ProviderCall.created_at < now - LATE)
    return session.scalars(
        select(ProviderCall)
        .where(or_(ProviderCall.state == "failed", late))
        .order_by(ProviderCall.id.desc())
        .limit(SHOWN)
    ).all()
