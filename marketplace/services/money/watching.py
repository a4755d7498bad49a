"""Pay pages that stand open longer than paying takes: the provider is asked how they are, whatever their order."""

from __future__ import annotations

import datetime as dt
import hashlib

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.gateways.database import Transaction
from marketplace.gateways.payments import Event, Payments, ProviderAway, ProviderRefused
from marketplace.models.cooperatives import Cooperative
from marketplace.models.payments import PaymentIntent
from marketplace.services.trade import payments

log = structlog.get_logger()

BATCH = 20
PATIENCE = dt.timedelta(minutes=10)
AGAIN = dt.timedelta(minutes=30)
# A page lives a day, and slow money takes two weeks: what is open after that, the nightly comparison shows.
LONGEST_DOUBT = dt.timedelta(days=30)


def look(transaction: Transaction, gateway: Payments, *, now: dt.datetime) -> int:
    """Ask for a batch of pages that wait, and book what was paid; gives how many were asked."""
    with transaction() as session:
        waiting = _waiting(session, gateway.name, now)
    for reference, account in waiting:
        try:
            event = gateway.fetch(reference=reference, account=account)
        except ProviderAway:
            return 0  # the others would wait as long
        except ProviderRefused as fault:
            log.warning("page_not_told", reference=reference, fault=str(fault))
            continue
        if event.kind != "open":
            _take(transaction, gateway.name, event, now)
    return len(waiting)


def _waiting(session: Session, provider: str, now: dt.datetime) -> list[tuple[str, str]]:
    """Give reference and account of pages to ask for, and note that it is done.

    Also of orders that were paid on another page, or are over: what came for them must go back.
    """
    rows = session.execute(
        select(PaymentIntent, Cooperative.slug)
        .join(Cooperative, Cooperative.id == PaymentIntent.cooperative_id)
        .where(
            PaymentIntent.provider == provider,
            PaymentIntent.state == "open",
            PaymentIntent.provider_reference.is_not(None),
            PaymentIntent.created_at.between(now - LONGEST_DOUBT, now - PATIENCE),
            or_(PaymentIntent.checked_at.is_(None), PaymentIntent.checked_at <= now - AGAIN),
        )
        # Who was never asked for comes first: many pages that nobody pays keep no paid one waiting.
        .order_by(PaymentIntent.checked_at.asc().nulls_first(), PaymentIntent.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=PaymentIntent)
    ).all()
    for intent, _slug in rows:
        intent.checked_at = now
    return [(intent.provider_reference or "", slug) for intent, slug in rows]


def _take(transaction: Transaction, provider: str, event: Event, now: dt.datetime) -> None:
    """Book it as the signed word would be; what does not fit is kept for the operator."""
    digest = hashlib.sha256(event.id.encode()).hexdigest()
    told = {"provider": provider, "event": event, "payload_sha256": digest, "now": now}
    try:
        with transaction() as session:
            payments.receive(session, **told)  # type: ignore[arg-type]
    except payments.EventRefused as fault:
        with transaction() as session:
            payments.refuse(session, fault=fault, **told)  # type: ignore[arg-type]
