"""Payments that no order takes (paid twice, or too late): taken in, given back by the worker, and told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.domain.bank import entries
from marketplace.gateways.payments import Event
from marketplace.models.base import new_public_id
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent, ProviderCall
from marketplace.services.books import ledger
from marketplace.services.outbox import queue_mail
from marketplace.services.trade import settling, telling

# `stray` is not given back yet, `returned` is.
STATES = frozenset({"stray", "returned"})
CAME = STATES | {"paid"}


class OtherAmount(Exception):
    """The provider gave another amount back than was paid."""


def thing_of(intent: PaymentIntent) -> str:
    """Give what a fee belongs to: the order, or the payment itself where no order took it."""
    return f"intent:{intent.id}" if intent.state in STATES else f"order:{intent.order_id}"


def take_in(
    session: Session,
    *,
    intent: PaymentIntent,
    order: Order,
    lines: list[OrderLine],
    event: Event,
    why: str,
    now: dt.datetime,
) -> None:
    """Book money that no order takes, and tell the buyer that it goes back. The order is locked.

    `why` is "paid_twice" or why the order does not take it. The worker asks the provider (money/calls.py).
    """
    intent.state, intent.paid_at = "stray", now
    intent.provider_reference = intent.provider_reference or event.reference
    _post(session, intent, "stray_received", f"intent:{intent.id}", now)
    if event.fee_cents:
        settling.provider_fee(
            session, order=order, fee_cents=event.fee_cents, now=now, thing=thing_of(intent)
        )
    queue_mail(
        session,
        kind="order_paid_twice_buyer" if why == "paid_twice" else "order_paid_ended_buyer",
        person_id=order.buyer_id,
        facts={
            "title": telling.titles_of(lines),
            "total_cents": intent.amount_cents,
            "path": f"/bestellingen/{order.public_id}",
        },
        dedupe_key=f"stray:{intent.id}",
        order_id=order.id,
        now=now,
    )


def gone(session: Session, *, intent_id: int, refund: str, now: dt.datetime) -> bool:
    """Book that the buyer has it back with the provider's refund of that name; a repeat is False."""
    intent, thing = _locked(session, intent_id), f"intent:{intent_id}:{refund}"
    if intent.state != "stray" or _booked(session, intent, f"{thing}:stray_repaid"):
        return False
    intent.state = "returned"
    _post(session, intent, "stray_repaid", thing, now)
    _call_is(session, intent, state="done", done_at=now, last_error=None, unsure=False)
    return True


def hear(session: Session, *, intent: PaymentIntent, event: Event, now: dt.datetime) -> bool:
    """Take in a word about money back; gives whether it changed anything. Raises OtherAmount."""
    changed = False
    # What failed comes first: another refund may have taken its place since.
    for part in sorted(event.refunds, key=lambda one: one.standing == "succeeded"):
        if part.standing in {"failed", "canceled"}:
            changed |= _came_back(session, intent.id, part.id, now)
        elif part.standing == "succeeded":
            if part.amount_cents != intent.to_send_cents:
                raise OtherAmount
            changed |= gone(session, intent_id=intent.id, refund=part.id, now=now)
    return changed


def _came_back(session: Session, intent_id: int, refund: str, now: dt.datetime) -> bool:
    """Book that a refund came back: owed again, and its call stands with the operator as failed."""
    intent, thing = _locked(session, intent_id), f"intent:{intent_id}:{refund}"
    if intent.state != "returned" or not _booked(session, intent, f"{thing}:stray_repaid"):
        return False
    if _booked(session, intent, f"{thing}:stray_came_back"):
        return False
    intent.state = "stray"
    _post(session, intent, "stray_came_back", thing, now)
    _call_is(session, intent, state="failed", last_error="came_back", unsure=False)
    return True


def give_back_again(call: ProviderCall, *, now: dt.datetime) -> None:
    """Let a give-back that failed wait again; it is locked.

    After a clear no the key is a new one. A call that may have been done keeps its key, and finds it.
    """
    if not call.unsure:
        call.public_id = new_public_id()
    call.state, call.attempts, call.not_before, call.last_error = "waiting", 0, now, None


def _call_is(session: Session, intent: PaymentIntent, **values: object) -> None:
    session.execute(
        update(ProviderCall)
        .where(ProviderCall.intent_id == intent.id, ProviderCall.kind == "giveback")
        .values(**values)
    )


def _locked(session: Session, intent_id: int) -> PaymentIntent:
    return session.scalars(
        select(PaymentIntent).where(PaymentIntent.id == intent_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()


def _booked(session: Session, intent: PaymentIntent, source: str) -> bool:
    return ledger.is_booked(session, cooperative_id=intent.cooperative_id, source=source)


def _post(
    session: Session,
    intent: PaymentIntent,
    kind: str,
    thing: str,
    now: dt.datetime,
) -> None:
    build = entries.stray_repaid if kind == "stray_repaid" else entries.stray_received
    ledger.post(
        session,
        build(amount_cents=intent.to_send_cents),
        cooperative_id=intent.cooperative_id,
        source=f"{thing}:{kind}",
        kind=kind,
        membership_id=None,
        now=now,
    )
