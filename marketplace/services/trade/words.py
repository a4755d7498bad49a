"""A signed word of the provider: kept first of all, and which payment it is about, with the order locked."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.gateways.bulk import add_unless_there
from marketplace.gateways.payments import Event
from marketplace.gateways.prepared import Change, Query
from marketplace.models.base import table_of
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentEvent, PaymentIntent
from marketplace.services.trade import lines as order_lines

# The intent that a word is about, and its order with the lines.
Found = tuple[PaymentIntent, Order, list[OrderLine]]


class Told(NamedTuple):
    """What a word is checked against, of the intent that it is about."""

    id: int
    cooperative_id: int
    state: str
    provider: str
    provider_reference: str | None
    currency: str
    slug: str


class EventRefused(Exception):
    """A validly signed word that we cannot book: `reason` says why, for the operator."""

    def __init__(self, reason: str, intent: PaymentIntent | Told | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.intent_id = intent.id if intent else None
        self.cooperative_id = intent.cooperative_id if intent else None


def keep(
    session: Session,
    provider: str,
    event: Event,
    payload_sha256: str,
    now: dt.datetime,
    **more: Any,
) -> int | None:
    """Insert the event before all else: of two at once, the second waits and finds itself a repeat (None)."""
    row = {
        "provider": provider,
        "event_id": event.id[:120],
        "kind": event.kind[:40],
        "payload_sha256": payload_sha256,
        "amount_cents": event.amount_cents,
        "received_at": now,
    }
    return add_unless_there(session, _EVENTS, ("provider", "event_id"), row | more)


_EVENTS = table_of(PaymentEvent)
_ORDER_OF_INTENT = (
    select(Order)
    .join(PaymentIntent, PaymentIntent.order_id == Order.id)
    .where(PaymentIntent.public_id == bindparam("intent"))
    .with_for_update(of=Order)
)
_HOLD_ORDER = Query(
    select(Order.id)
    .join(PaymentIntent, PaymentIntent.order_id == Order.id)
    .where(PaymentIntent.public_id == bindparam("intent"))
    .with_for_update(of=Order)
)
# After the lock, in a statement of its own: on PostgreSQL one that waits sees the intent as it was before.
_TOLD = Query(
    select(
        PaymentIntent.id,
        PaymentIntent.cooperative_id,
        PaymentIntent.state,
        PaymentIntent.provider,
        PaymentIntent.provider_reference,
        PaymentIntent.currency,
        Cooperative.slug,
    )
    .join(Cooperative, Cooperative.id == PaymentIntent.cooperative_id)
    .where(PaymentIntent.public_id == bindparam("intent"))
)
_INTENT = (
    select(PaymentIntent, Cooperative.slug)
    .join(Cooperative, Cooperative.id == PaymentIntent.cooperative_id)
    .where(PaymentIntent.public_id == bindparam("intent"))
    .execution_options(populate_existing=True)
)


def find(session: Session, provider: str, event: Event) -> Found:
    """Give the intent that an event is about, with its order locked; else EventRefused."""
    named = {"intent": event.intent}
    try:
        order, lines = order_lines.lock_found(session, _ORDER_OF_INTENT, **named)
    except NotFound as fault:
        raise EventRefused("unknown_intent") from fault
    found, slug = session.execute(_INTENT, named).one()
    _check(found, slug, provider, event)
    return found, order, lines


def told(session: Session, provider: str, event: Event) -> Told:
    """Give the same as a row, where nothing of the order is changed or asked."""
    session.flush()
    named = {"intent": event.intent}
    found = _TOLD.first(session, named) if _HOLD_ORDER.first(session, named) else None
    if found is None:
        raise EventRefused("unknown_intent")
    row = Told(*found)
    _check(row, row.slug, provider, event)
    return row


def concluded(
    session: Session, key: int, *, outcome: str, reason: str | None, about: PaymentIntent | Told
) -> None:
    """Store what came of a kept word, and of which payment it was."""
    whose = {"intent_id": about.id, "cooperative_id": about.cooperative_id}
    _CONCLUDED.run(session, {"key": key, "outcome": outcome, "reason": reason, **whose})


_CONCLUDED = Change(
    update(_EVENTS)
    .where(_EVENTS.c.id == bindparam("key"))
    .values(
        {name: bindparam(name) for name in ("outcome", "reason", "intent_id", "cooperative_id")}
    )
)


def _check(found: PaymentIntent | Told, slug: str, provider: str, event: Event) -> None:
    """Refuse another one's word and another currency."""
    if found.provider != provider or found.provider_reference not in {None, event.reference}:
        raise EventRefused("foreign_reference", found)
    if event.account and event.account != slug:
        raise EventRefused("foreign_account", found)
    if event.currency.upper() != found.currency:
        raise EventRefused("wrong_currency", found)
