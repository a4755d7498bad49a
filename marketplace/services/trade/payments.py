"""Payments: our wish to be paid, and what the provider says about it. Only its signed word books money."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, By, LineState, PaymentState, StepNotAllowed
from marketplace.domain.refunds import RefundTooMuch
from marketplace.gateways.bulk import add_unless_there
from marketplace.gateways.payments import Event
from marketplace.gateways.prepared import Change
from marketplace.models.base import table_of
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentEvent, PaymentIntent
from marketplace.services.trade import disputes, givenback, settling, strays, telling
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade.wishes import Wish, begin, give_up, opened, standing

__all__ = [
    "EventRefused",
    "Wish",
    "begin",
    "give_up",
    "opened",
    "receive",
    "refusals",
    "refuse",
    "standing",
]

_Found = tuple[PaymentIntent, Order, list[OrderLine]]
PAGE = 50


class EventRefused(Exception):
    """A validly signed word that we cannot book: `reason` says why, for the operator."""

    def __init__(self, reason: str, intent: PaymentIntent | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.intent_id = intent.id if intent else None
        self.cooperative_id = intent.cooperative_id if intent else None


def receive(
    session: Session, *, provider: str, event: Event, payload_sha256: str, now: dt.datetime
) -> str:
    """Take one signed word: gives "booked", "ignored" or "repeat".

    The event is stored in the same transaction as what it books; a repeat changes nothing. Raises
    EventRefused for an unknown intent, another one's reference, a wrong amount or currency, or money back
    that never came: then undo, and keep it with `refuse`.
    """
    told = event.kind if event.kind in {"other", "open"} else None
    key = _keep(session, provider, event, payload_sha256, now, outcome="ignored", reason=told)
    if key is None:
        return "repeat"
    if told:
        return "ignored"
    found = _find(session, provider, event)
    outcome, reason = _take(session, event, found, now)
    session.flush()
    intent = found[0]
    _STORE_OUTCOME.run(
        session,
        {
            "key": key,
            "outcome": outcome,
            "reason": reason,
            "intent_id": intent.id,
            "cooperative_id": intent.cooperative_id,
        },
    )
    return outcome


def _take(
    session: Session, event: Event, found: _Found, now: dt.datetime
) -> tuple[str, str | None]:
    """Do what a word asks for; gives its outcome with the reason."""
    take = _TAKEN.get(event.kind)
    if take is None:
        raise EventRefused("unknown_kind", found[0])
    return take(session, event, found, now)


def refuse(
    session: Session,
    *,
    provider: str,
    event: Event,
    payload_sha256: str,
    fault: EventRefused,
    now: dt.datetime,
) -> None:
    """Keep a refused word for the operator, in a transaction of its own."""
    _keep(
        session,
        provider,
        event,
        payload_sha256,
        now,
        outcome="refused",
        reason=fault.reason,
        intent_id=fault.intent_id,
        cooperative_id=fault.cooperative_id,
    )


def refusals(session: Session, *, before: int | None = None) -> list[PaymentEvent]:
    """Give the refused words for the operator, newest first, at most PAGE; `before` is the last id seen."""
    query = select(PaymentEvent).where(PaymentEvent.outcome == "refused")
    if before is not None:
        query = query.where(PaymentEvent.id < before)
    return list(session.scalars(query.order_by(PaymentEvent.id.desc()).limit(PAGE)))


def _keep(
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
_STORE_OUTCOME = Change(
    update(_EVENTS)
    .where(_EVENTS.c.id == bindparam("key"))
    .values(
        {name: bindparam(name) for name in ("outcome", "reason", "intent_id", "cooperative_id")}
    )
)
_ORDER_OF_INTENT = (
    select(Order)
    .join(PaymentIntent, PaymentIntent.order_id == Order.id)
    .where(PaymentIntent.public_id == bindparam("intent"))
    .with_for_update(of=Order)
)
_INTENT = (
    select(PaymentIntent, Cooperative.slug)
    .join(Cooperative, Cooperative.id == PaymentIntent.cooperative_id)
    .where(PaymentIntent.public_id == bindparam("intent"))
    .execution_options(populate_existing=True)
)


def _find(session: Session, provider: str, event: Event) -> _Found:
    """Give the intent that an event is about, with its order locked; else EventRefused."""
    named = {"intent": event.intent}
    try:
        order, lines = order_lines.lock_found(session, _ORDER_OF_INTENT, **named)
    except NotFound as fault:
        raise EventRefused("unknown_intent") from fault
    found, slug = session.execute(_INTENT, named).one()
    if found.provider != provider or found.provider_reference not in {None, event.reference}:
        raise EventRefused("foreign_reference", found)
    if event.account and event.account != slug:
        raise EventRefused("foreign_account", found)
    if event.currency.upper() != found.currency:
        raise EventRefused("wrong_currency", found)
    return found, order, lines


def _paid(
    session: Session, event: Event, found: _Found, now: dt.datetime
) -> tuple[str, str | None]:
    """Book money that came, also after the page ended; what the order does not take goes back."""
    intent, order, lines = found
    if intent.state in strays.CAME:
        return "ignored", "already_paid"
    if event.amount_cents != intent.amount_cents or intent.amount_cents != order.total_cents:
        raise EventRefused("wrong_amount", intent)
    try:
        order_lines.pay(session, order=order, lines=lines, by=By.BANK, now=now)
    except StepNotAllowed:
        why = _WHY_NOT.get(PaymentState(order.payment_state), "not_due")
        strays.take_in(
            session, intent=intent, order=order, lines=lines, event=event, why=why, now=now
        )
        return "booked", why
    intent.state, intent.paid_at = "paid", now
    # The answer with the page may not be stored yet, or never; a refund needs to know it.
    intent.provider_reference = intent.provider_reference or event.reference
    tell_paid(session, order, lines, now)
    # Last of all, since it issues the invoice: who takes a number lets others wait for the next one.
    settling.paid(session, order=order, fee_cents=event.fee_cents, now=now, held=lines)
    return "booked", None


_WHY_NOT = {PaymentState.CANCELLED: "order_cancelled", PaymentState.PAID: "paid_twice"}


def tell_paid(session: Session, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Tell the buyer and each member."""
    live = [line for line in lines if LineState(line.state) not in ENDED]
    telling.tell_buyer(session, order=order, lines=live, kind="order_paid_buyer", now=now)
    kinds = {
        line.id: "order_sold_member" if line.kind == "product" else "order_paid_member"
        for line in live
    }
    telling.tell_members(session, lines=live, kinds=kinds, now=now)


def _fee(session: Session, event: Event, found: _Found, now: dt.datetime) -> tuple[str, str | None]:
    """Book a fee that the provider told only after the payment, as the cooperative's cost."""
    intent, order, _lines = found
    if intent.state not in strays.CAME or not event.fee_cents:
        return "ignored", "no_fee_yet"
    thing = strays.thing_of(intent)
    booked = settling.provider_fee(
        session, order=order, fee_cents=event.fee_cents, now=now, thing=thing
    )
    return ("booked", None) if booked else ("ignored", "already_booked")


def _given_back(
    session: Session, event: Event, found: _Found, now: dt.datetime
) -> tuple[str, str | None]:
    """Settle the refunds that we asked for, and take in what was given back without us, or came back."""
    intent, order, lines = found
    if intent.state not in strays.CAME:
        raise EventRefused("refunded_unpaid", intent)
    try:
        if intent.state in strays.STATES:
            changed = strays.hear(session, intent=intent, event=event, now=now)
        else:
            changed = givenback.hear(session, order=order, lines=lines, event=event, now=now)
    except (RefundTooMuch, givenback.OtherAmount, strays.OtherAmount) as fault:
        raise EventRefused("wrong_amount", intent) from fault
    return ("booked", None) if changed else ("ignored", event.kind)


def _disputed(
    session: Session, event: Event, found: _Found, now: dt.datetime
) -> tuple[str, str | None]:
    """Let a dispute follow what its bank says."""
    intent, order, lines = found
    if intent.state != "paid":
        raise EventRefused("disputed_unpaid", intent)
    changed = disputes.take(session, intent=intent, order=order, lines=lines, event=event, now=now)
    return ("booked", None) if changed else ("ignored", event.kind)


def _settled(
    session: Session, event: Event, found: _Found, now: dt.datetime
) -> tuple[str, str | None]:
    """Book what the provider sent to the bank for one payment; never for money that we did not book."""
    intent = found[0]
    if intent.state not in strays.CAME:
        raise EventRefused("settled_unpaid", intent)
    settling.clearing_settled(
        session,
        cooperative_id=intent.cooperative_id,
        amount_cents=event.amount_cents,
        reference=event.id,
        now=now,
    )
    return "booked", None


def _ended(
    _session: Session, event: Event, found: _Found, _now: dt.datetime
) -> tuple[str, str | None]:
    """Let the pay page have ended without money."""
    intent = found[0]
    if intent.state in {"created", "open"}:
        intent.state = event.kind
    return "ignored", event.kind


_TAKEN = {
    "paid": _paid,
    "settled": _settled,
    "refunded": _given_back,
    "refund_failed": _given_back,
    "disputed": _disputed,
    "dispute_closed": _disputed,
    "fee": _fee,
    "failed": _ended,
    "expired": _ended,
}
