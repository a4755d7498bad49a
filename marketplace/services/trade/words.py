"""A signed word of the provider: kept first of all, and which payment it is about, with the order locked."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from marketplace.domain.errors import NotFound
from marketplace.gateways.payments import Event
from marketplace.gateways.rows.bulk import add_unless_there
from marketplace.gateways.rows.prepared import Change, Query
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
    amount_cents: int
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
_ORDER_OF_INTENT = order_lines.of_intent(select(Order))
_HOLD_ORDER = Query(order_lines.of_intent(select(Order.id)))
_TOLD = Query(
    select(
        PaymentIntent.id,
        PaymentIntent.cooperative_id,
        PaymentIntent.state,
        PaymentIntent.provider,
        PaymentIntent.provider_reference,
        PaymentIntent.currency,
        PaymentIntent.amount_cents,
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
    """Give the intent as a row, with its order locked, where nothing of the order is asked or changed."""
    session.flush()
    if _HOLD_ORDER.first(session, {"intent": event.intent}) is None:
        raise EventRefused("unknown_intent")
    return _row(session, provider, event)


def held_of(session: Session, provider: str, event: Event) -> tuple[Order, list[OrderLine], Told]:
    """Give the order with its lines as `lines.hold` does, and the intent as a row."""
    try:
        order, lines = order_lines.hold(session, order_lines.OF_INTENT, {"intent": event.intent})
    except NotFound as fault:
        raise EventRefused("unknown_intent") from fault
    return order, lines, _row(session, provider, event)


def _row(session: Session, provider: str, event: Event) -> Told:
    """Read the intent, in a statement after the lock: who waited for it sees the rest as it was before."""
    found = Told(*_TOLD.all(session, {"intent": event.intent})[0])
    _check(found, found.slug, provider, event)
    return found


def paid(session: Session, intent: Told, event: Event, now: dt.datetime) -> None:
    """Let the intent be paid. The answer with the page may not be stored yet, or never; a refund needs it."""
    reference = intent.provider_reference or event.reference
    _PAID.run(session, {"key": intent.id, "paid_at": now, "provider_reference": reference})
    stands = session.identity_map.get(identity_key(PaymentIntent, intent.id))
    if stands is not None:
        session.expire(stands, ["state", "paid_at", "provider_reference"])


_INTENTS = table_of(PaymentIntent)
_PAID = Change(
    update(_INTENTS)
    .where(_INTENTS.c.id == bindparam("key"))
    .values(
        state="paid",
        paid_at=bindparam("paid_at"),
        provider_reference=bindparam("provider_reference"),
    )
)


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
