"""Paying: to the provider's page and back, and the door for the provider's signed word."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.gateways.payments import BadSignature, ProviderAway, ProviderRefused
from marketplace.services.trade import payments
from marketplace.services.trade.payments import EventRefused
from marketplace.web import paying
from marketplace.web.security import needs, public, who

blueprint = Blueprint("payments", __name__)

LARGEST_EVENT = 64 * 1024


@blueprint.post("/bestellingen/<order>/betalen")
@needs(Permission.BUY)
def start(order: str) -> Any:
    """Go to the provider's page."""
    return paying.to_provider(buyer_id=who().person_id, order=order, way=_way(order))


@blueprint.get("/bestellingen/<order>/terug")
@needs(Permission.BUY)
def back(order: str) -> Any:
    """Show that we wait for the bank's word."""
    return paying.returned(buyer_id=who().person_id, order=order, way=_way(order))


def _way(order: str) -> paying.Way:
    label = _("Naar je bestelling")
    return paying.Way(
        url_for("orders.page", order=order), label, url_for("payments.start", order=order), label
    )


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
