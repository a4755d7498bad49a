"""Paying: to the provider's page and back, and the door for the provider's signed word."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.gateways.payments import BadSignature, ProviderAway, ProviderRefused
from marketplace.services.trade import payments
from marketplace.services.trade.payments import EventRefused
from marketplace.web.language import reader_locale
from marketplace.web.security import needs, public, who

blueprint = Blueprint("payments", __name__)

# How often the page looks by itself for the bank's word: every three seconds for two minutes.
MOST_LOOKS = 40
LARGEST_EVENT = 64 * 1024


@blueprint.post("/bestellingen/<order>/betalen")
@needs(Permission.BUY)
def start(order: str) -> Any:
    """Commit our wish to be paid, ask the provider for its page with no row locked, store the answer."""
    gateway = context.gateways().payments
    wish = payments.begin(
        context.session(),
        buyer_id=who().person_id,
        public_id=order,
        provider=gateway.name,
        now=context.now(),
    )
    if wish.pay_url:
        return redirect(wish.pay_url, 303)
    context.commit_step()
    try:
        page = gateway.create_page(
            key=wish.key,
            amount_cents=wish.amount_cents,
            currency=wish.currency,
            title=wish.title,
            back_url=context.settings().base_url + url_for("payments.back", order=order),
            locale=reader_locale(),
            account=wish.account,
            expires_at=wish.expires_at,
        )
    except ProviderRefused:
        payments.give_up(context.session(), intent_id=wish.intent_id)
        context.commit_step()
        return render_template("orders/away.html", order=order), 503
    except ProviderAway:
        return render_template("orders/away.html", order=order), 503
    payments.opened(context.session(), intent_id=wish.intent_id, page=page)
    return redirect(page.url, 303)


@blueprint.get("/bestellingen/<order>/terug")
@needs(Permission.BUY)
def back(order: str) -> Any:
    """Show that we wait for the bank's word: coming back proves nothing, so nothing is booked here."""
    standing = payments.standing(context.session(), buyer_id=who().person_id, public_id=order)
    if standing == "paid":
        return redirect(url_for("orders.page", order=order), 303)
    looks = max(1, request.args.get("keer", 1, type=int))
    waiting = standing == "waiting" and looks < MOST_LOOKS
    answer = make_response(
        render_template("orders/waiting.html", order=order, standing=standing, waiting=waiting)
    )
    if waiting:
        following = url_for("payments.back", order=order, keer=looks + 1)
        answer.headers["Refresh"] = f"3; url={following}"
    return answer


@blueprint.post("/webhooks/payments")
@public
def webhook() -> tuple[str, int]:
    """Take one signed word of the provider: 400 for a bad signature, else 200, refused or not.

    A fault of ours is a 500, and the provider tries again.
    """
    gateway, now = context.gateways().payments, context.now()
    if (request.content_length or 0) > LARGEST_EVENT:
        return "too large", 413
    body = request.get_data()
    try:
        event = gateway.read_event(body, request.headers.get(gateway.signature_header, ""))
    except BadSignature:
        return "bad signature", 400
    try:
        event = gateway.as_it_stands(event)
    except ProviderAway:
        return "ask again", 503
    except ProviderRefused:
        event = dataclasses.replace(event, kind="unreadable")
    digest = hashlib.sha256(body).hexdigest()
    try:
        outcome = payments.receive(
            context.session(), provider=gateway.name, event=event, payload_sha256=digest, now=now
        )
    except EventRefused as fault:
        context.undo()
        with context.apart() as separate:
            payments.refuse(
                separate,
                provider=gateway.name,
                event=event,
                payload_sha256=digest,
                fault=fault,
                now=now,
            )
        return "refused", 200
    context.wake_after_commit()
    return outcome, 200
