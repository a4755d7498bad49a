"""One claimed call to the payment provider: asked with no row locked, and its answer stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import update

from marketplace.gateways.database import Transaction
from marketplace.gateways.payments import Payments, ProviderAway, ProviderRefused, RefundAnswer
from marketplace.models.payments import ProviderCall
from marketplace.services.trade import strays

log = structlog.get_logger()

LEASE = dt.timedelta(minutes=10)
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
MOST_ATTEMPTS = 30
LOOK_AGAIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed call with all that it needs; `attempts` tells which claim it was.

    `looks` only looks whether it was done, `unsure` is whether a call before this one may have been.
    """

    id: int
    key: str
    kind: str
    reference: str
    account: str
    attempts: int
    intent_id: int
    amount_cents: int
    looks: bool
    unsure: bool
    state: str
    dispute: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def do(transaction: Transaction, gateway: Payments, call: Call, *, now: dt.datetime) -> bool:
    """Make the call and store its answer; gives whether it was answered, with yes or with no."""
    values: dict[str, Any]
    answer: RefundAnswer | None = None
    try:
        answer = _ask(gateway, call)
        values = _after(call, answer, now)
    except ProviderRefused as fault:
        log.warning("provider_refused", call=call.key, kind=call.kind, fault=str(fault))
        values = {"state": "failed", "last_error": str(fault)[:60], "unsure": call.unsure}
        if call.looks:
            values = _later(call, fault, now)
    except ProviderAway as fault:
        values = _later(call, fault, now)
    with transaction() as session:
        if answer is not None and answer.state == "done":
            strays.gone(session, intent_id=call.intent_id, refund=answer.reference, now=now)
        # A word of the provider may have told meanwhile how it ended: then that stands.
        session.execute(
            update(ProviderCall)
            .where(
                ProviderCall.id == call.id,
                ProviderCall.attempts == call.attempts,
                ProviderCall.state == call.state,
            )
            .values(lease_until=None, **values)
        )
    return bool(values["state"] != "waiting")


def _later(call: Call, fault: Exception, now: dt.datetime) -> dict[str, Any]:
    """Let it wait longer each time; in the end it counts as failed, for somebody to look at."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(call.attempts - 1, 10))
    tired = call.attempts >= MOST_ATTEMPTS and not call.looks
    return {
        "state": "failed" if tired else call.state,
        "not_before": now + pause,
        "last_error": str(fault)[:60] or "away",
    }


def _after(call: Call, answer: RefundAnswer | None, now: dt.datetime) -> dict[str, Any]:
    """Give what becomes of a call that was answered; a refund that takes long is asked after again."""
    if call.looks and answer is None:
        return {"state": call.state, "attempts": 0, "not_before": now, "unsure": False}
    if answer is not None and answer.state == "failed":
        return {"state": "failed", "last_error": "failed", "unsure": False}
    if answer is not None and answer.state != "done":
        return {"state": "waiting", "not_before": now + LOOK_AGAIN, "last_error": None}
    return {"state": "done", "done_at": now, "last_error": None, "unsure": False}


def _ask(gateway: Payments, call: Call) -> RefundAnswer | None:
    """Ask, or only look; a give-back is answered, the other calls are done when they return."""
    if call.looks:
        return gateway.find_refund(key=call.key, reference=call.reference, account=call.account)
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
