"""A buyer pays by bank: what to send, under which reference, and a code for the banking app."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.bank import references
from marketplace.domain.errors import NotFound
from marketplace.gateways import qr
from marketplace.services.banking import transfer
from marketplace.services.trade import orders
from marketplace.web.security import needs, who

blueprint = Blueprint("transfer", __name__, url_prefix="/bestellingen")


@blueprint.post("/<order>/overschrijven")
@needs(Permission.BUY)
def choose(order: str) -> Any:
    """Choose to pay by bank."""
    transfer.choose(context.session(), buyer_id=who().person_id, public_id=order, now=context.now())
    return redirect(url_for("transfer.page", order=order), 303)


@blueprint.get("/<order>/overschrijven")
@needs(Permission.BUY)
def page(order: str) -> str:
    """Show what to send."""
    found = orders.one(context.session(), buyer_id=who().person_id, public_id=order)
    own = found.cooperative
    if found.bank_reference is None or own.iban is None:
        raise NotFound
    name = own.account_name or own.name
    code = qr.epc(name=name, iban=own.iban, cents=found.total_cents, reference=found.bank_reference)
    return render_template(
        "orders/transfer.html",
        order=found,
        account_name=name,
        iban=references.spaced(own.iban),
        reference=references.spaced(found.bank_reference),
        # Lines that the library drew of our own values; nothing that somebody typed stands in it.
        code=Markup(code),  # noqa: S704  # nosec B704 made by us from our own text
    )
