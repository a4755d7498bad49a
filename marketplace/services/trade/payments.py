"""Payments: our wish to be paid, and what the provider says about it. Only its signed word books money."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.orders import ENDED, By, LineState, PaymentState, StepNotAllowed
from marketplace.domain.refunds import RefundTooMuch
from marketplace.gateways.payments import Event
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentEvent, PaymentIntent
from marketplace.services.outbox import gathering
from marketplace.services.trade import disputes, givenback, settling, strays, telling, words
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade.wishes import Wish, begin, give_up, opened, payer, standing
from marketplace.services.trade.words import EventRefused, Found, Told

__all__ = [
    "EventRefused",
    "Wish",
    "begin",
    "give_up",
    "opened",
    "payer",
    "receive",
    "refusals",
    "refuse",
    "standing",
]

# The outcome of a word, its reason, and what it was about.
_Done = tuple[str, str | None, PaymentIntent | Told]
PAGE = 50


def receive(
    session: Session, *, provider: str, event: Event, payload_sha256: str, now: dt.datetime
) -> str:
    """Take one signed word: gives "booked", "ignored" or "repeat".

    The event is stored in the same transaction as what it books; a repeat changes nothing. Raises
    EventRefused for an unknown intent, another one's reference, a wrong amount or currency, or money back
    that never came: then undo, and keep it with `refuse`.
    """
    told = event.kind if event.kind in {"other", "open"} else None
    key = words.keep(session, provider, event, payload_sha256, now, outcome="ignored", reason=told)
    if key is None:
        return "repeat"
    if told:
        return "ignored"
    take = _BY_ROWS.get(event.kind, _take)
    outcome, reason, intent = take(session, provider, event, now)
    session.flush()
    words.concluded(session, key, outcome=outcome, reason=reason, about=intent)
    return outcome


def _take(session: Session, provider: str, event: Event, now: dt.datetime) -> _Done:
    """Do what a word asks for; gives its outcome with the reason."""
    found = words.find(session, provider, event)
    take = _TAKEN.get(event.kind)
    if take is None:
        raise EventRefused("unknown_kind", found[0])
    return (*take(session, event, found, now), found[0])


def _settle(session: Session, provider: str, event: Event, now: dt.datetime) -> _Done:
    """Book what the provider sent to the bank for one payment; never for money that we did not book."""
    intent = words.told(session, provider, event)
    if intent.state not in strays.CAME:
        raise EventRefused("settled_unpaid", intent)
    settling.clearing_settled(
        session,
        cooperative_id=intent.cooperative_id,
        amount_cents=event.amount_cents,
        reference=event.id,
        now=now,
    )
    return "booked", None, intent


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
    words.keep(
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


def _paid(session: Session, provider: str, event: Event, now: dt.datetime) -> _Done:
    """Book money that came, also after the page ended; what the order does not take goes back."""
    order, lines, intent = words.held_of(session, provider, event)
    if intent.state in strays.CAME:
        return "ignored", "already_paid", intent
    if event.amount_cents != intent.amount_cents or intent.amount_cents != order.total_cents:
        raise EventRefused("wrong_amount", intent)
    try:
        order_lines.pay(session, order=order, lines=lines, by=By.BANK, now=now)
    except StepNotAllowed:
        return _stray(session, provider, event, now)
    words.paid(session, intent, event, now)
    with gathering(session):
        tell_paid(session, order, lines, now)
        # Last of all, since it issues the invoice: who takes a number lets others wait for the next one.
        settling.paid(session, order=order, fee_cents=event.fee_cents, now=now, held=lines)
    return "booked", None, intent


def _stray(session: Session, provider: str, event: Event, now: dt.datetime) -> _Done:
    """Take in money for an order that does not wait for it."""
    intent, order, lines = words.find(session, provider, event)
    why = _WHY_NOT.get(PaymentState(order.payment_state), "not_due")
    strays.take_in(session, intent=intent, order=order, lines=lines, event=event, why=why, now=now)
    return "booked", why, intent


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


def _fee(session: Session, event: Event, found: Found, now: dt.datetime) -> tuple[str, str | None]:
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
    session: Session, event: Event, found: Found, now: dt.datetime
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
    session: Session, event: Event, found: Found, now: dt.datetime
) -> tuple[str, str | None]:
    """Let a dispute follow what its bank says."""
    intent, order, lines = found
    if intent.state not in strays.CAME:
        raise EventRefused("disputed_unpaid", intent)
    changed = disputes.take(session, intent=intent, order=order, lines=lines, event=event, now=now)
    return ("booked", None) if changed else ("ignored", event.kind)


def _ended(
    _session: Session, event: Event, found: Found, _now: dt.datetime
) -> tuple[str, str | None]:
    """Let the pay page have ended without money."""
    intent = found[0]
    if intent.state in {"created", "open"}:
        intent.state = event.kind
    return "ignored", event.kind


# What every order hears works on rows, the rest on objects of the session.
_BY_ROWS = {"paid": _paid, "settled": _settle}
_TAKEN = {
    "refunded": _given_back,
    "refund_failed": _given_back,
    "disputed": _disputed,
    "dispute_closed": _disputed,
    "fee": _fee,
    "failed": _ended,
    "expired": _ended,
}
