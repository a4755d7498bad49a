"""Stripe's objects in our words: pure translation of what it answered, without calling anybody."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.gateways.payments import BadSignature, Event, Movement, Refund, RefundAnswer

Object = Mapping[str, Any]

# What a word is about. A kind that is not named here is kept and changes nothing.
SESSIONS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
KINDS = {
    "charge.updated": "fee",
    "charge.refunded": "refunded",
    "refund.failed": "refund_failed",
    "refund.updated": "refund_failed",
    "charge.refund.updated": "refund_failed",
    "charge.dispute.created": "disputed",
    "charge.dispute.updated": "disputed",
    "charge.dispute.funds_withdrawn": "disputed",
    "charge.dispute.funds_reinstated": "disputed",
    "charge.dispute.closed": "dispute_closed",
}
# How a dispute stands, in our words; what is not named waits for our side.
STANDINGS = {
    "warning_needs_response": "warning",
    "warning_under_review": "warning",
    "warning_closed": "warning_closed",
    "prevented": "warning_closed",
    "under_review": "under_review",
    "won": "won",
    "lost": "lost",
}
# Our side of a dispute, by the names of Stripe's form.
EVIDENCE = {
    "what": "product_description",
    "story": "uncategorized_text",
    "delivered_on": "service_date",
    "log": "access_activity_log",
}
LONGEST_EVIDENCE = 20_000
MOVEMENTS = {
    "charge": "payment",
    "payment": "payment",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund",
    "stripe_fee": "fee",
    "payout": "payout",
    "payout_failure": "payout",
    "payout_cancel": "payout",
}
# Stripe's pages speak these of our languages; for the others it asks the browser.
LOCALES = frozenset({"nl", "en", "tr", "pl", "de", "fr", "es", "bg", "ro"})
OUR_KEY = "market_key"
REFUND_KEY = "market_refund"


def locale_of(locale: str) -> str:
    """Give the language for the pay page."""
    return locale if locale in LOCALES else "auto"


def heard(body: bytes, account: str, *, live: bool) -> Event:
    """Tell what a signed body is about; what it says of amounts is asked for again before it counts.

    Raises BadSignature for a body of the other mode, and for one that is no word.
    """
    try:
        said = json.loads(body)
        if said["livemode"] is not live:
            raise BadSignature
        thing, name = said["data"]["object"], said["type"]
        kind, about = KINDS.get(name, "other"), f"{thing['object']} {thing['id']}"
        reference = ""
        if name in SESSIONS:
            kind, reference = "page", thing["id"]
            about = "failed" if name.endswith("failed") else ""
        return Event(
            id=said["id"],
            kind=kind,
            reference=reference,
            intent=None,
            amount_cents=0,
            currency="",
            account=account,
            outcome=about if kind != "other" else "",
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise BadSignature from fault


def page_event(event_id: str, session: Object, *, failed: bool = False, account: str = "") -> Event:
    """Tell how a Checkout Session stands; with its charge and fee where these were fetched along.

    `failed` is the word that a slow method ended without money: the session itself does not show it.
    """
    if session["payment_status"] == "paid":
        kind = "paid"
    elif session["status"] == "expired":
        kind = "expired"
    else:
        kind = "failed" if failed else "open"
    intent = session.get("payment_intent")
    charge = intent.get("latest_charge") if isinstance(intent, Mapping) else None
    return Event(
        id=event_id,
        kind=kind,
        reference=session["id"],
        intent=_key(session),
        amount_cents=session["amount_total"] or 0,
        currency=(session["currency"] or "").upper(),
        fee_cents=fee_of(charge) if isinstance(charge, Mapping) else 0,
        account=account,
    )


def charge_event(
    event_id: str,
    kind: str,
    charge: Object,
    *,
    reference: str,
    refunds: list[Object] | None = None,
    account: str = "",
) -> Event:
    """Tell the fee of a charge, or what was given back of it so far."""
    parts = tuple(refund(one) for one in refunds or [])
    amount = charge["amount_refunded"] if kind == "refunded" else charge["amount"]
    return Event(
        id=event_id,
        kind=kind,
        reference=reference,
        intent=_key(charge),
        amount_cents=amount,
        currency=charge["currency"].upper(),
        fee_cents=fee_of(charge),
        account=account,
        object_id=parts[0].id if parts else charge["id"],
        refunds=parts,
    )


def refund_event(
    event_id: str, kind: str, one: Object, charge: Object, *, reference: str, account: str = ""
) -> Event:
    """Tell of a single refund: one that failed after all, or changed."""
    return Event(
        id=event_id,
        kind=kind,
        reference=reference,
        intent=_key(charge),
        amount_cents=one["amount"],
        currency=one["currency"].upper(),
        account=account,
        object_id=one["id"],
        outcome=one["status"] or "",
        refunds=(refund(one),),
    )


def dispute_event(
    event_id: str, kind: str, dispute: Object, charge: Object, *, reference: str, account: str = ""
) -> Event:
    """Tell of a dispute: what was taken, the provider's fee for it, its last day, how it stands."""
    due = (dispute.get("evidence_details") or {}).get("due_by")
    moved = dispute.get("balance_transactions") or []
    return Event(
        id=event_id,
        kind=kind,
        reference=reference,
        intent=_key(charge),
        amount_cents=dispute["amount"],
        currency=dispute["currency"].upper(),
        fee_cents=sum(max(0, one["fee"]) for one in moved),
        account=account,
        object_id=dispute["id"],
        outcome=STANDINGS.get(dispute["status"], "needs_response"),
        due_on=day_in_amsterdam(instant(due)).isoformat() if due else "",
        reason=str(dispute.get("reason") or "")[:40],
        held_cents=sum(max(0, -one["amount"]) for one in moved),
        fee_back_cents=sum(max(0, -one["fee"]) for one in moved),
    )


def evidence(facts: Mapping[str, str]) -> dict[str, str]:
    """Give our side under the names of Stripe's form, each text no longer than it takes."""
    return {EVIDENCE[name]: text[:LONGEST_EVIDENCE] for name, text in facts.items() if text}


def refund(one: Object) -> Refund:
    """Give a refund in our words."""
    return Refund(
        id=one["id"],
        amount_cents=one["amount"],
        standing=one["status"] or "pending",
        key=(one.get("metadata") or {}).get(REFUND_KEY, ""),
    )


def answer(one: Refund) -> RefundAnswer:
    """Give how a refund that we asked for stands."""
    ended = {"succeeded": "done", "failed": "failed", "canceled": "failed"}
    return RefundAnswer(one.id, ended.get(one.standing, "pending"))


def movement(line: Object, payouts: Mapping[str, str]) -> Movement:
    """Give a balance transaction in our words; `payouts` tells by its id which transfer carried it."""
    source = line.get("source")
    thing: Object = source if isinstance(source, Mapping) else {}
    kind = MOVEMENTS.get(line["type"], "other")
    if line["type"] == "adjustment" and str(line.get("reporting_category")).startswith("dispute"):
        kind = "dispute"
    charge = thing.get("charge")
    return Movement(
        id=line["id"],
        kind=kind,
        amount_cents=line["amount"],
        fee_cents=line["fee"],
        currency=line["currency"].upper(),
        intent=_key(thing) or (_key(charge) if isinstance(charge, Mapping) else None),
        object_id=str(thing.get("id") or source or ""),
        at=instant(line["created"]),
        payout=payouts.get(line["id"], ""),
    )


def fee_of(charge: Object) -> int:
    """Give what Stripe keeps of a charge; 0 while the balance transaction is not there yet."""
    line = charge.get("balance_transaction")
    return int(line["fee"]) if isinstance(line, Mapping) else 0


def instant(stamp: int) -> dt.datetime:
    """Read a moment."""
    return dt.datetime.fromtimestamp(stamp, dt.UTC)


def _key(thing: Object) -> str | None:
    """Give our own id that travelled along."""
    key = (thing.get("metadata") or {}).get(OUR_KEY) or thing.get("client_reference_id")
    return str(key) if key else None
