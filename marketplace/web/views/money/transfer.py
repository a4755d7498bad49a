"""A buyer and the bank: what to send under which reference, and where money goes back to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.bank import references
from marketplace.domain.bank.paying import WrongIban
from marketplace.domain.errors import NotFound
from marketplace.gateways import qr
from marketplace.services.banking import refunding, transfer
from marketplace.services.invoices import reading as invoices
from marketplace.services.trade import orders
from marketplace.web.forms.money.bank import RefundAccountForm
from marketplace.web.messages import sentence
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
    bill = invoices.open_bill(
        context.session(), order_id=found.id, cooperative_id=found.cooperative_id
    )
    return show(found, bill=bill)


def show(order: Any, *, pay_page: str | None = None, bill: Any = None) -> str:
    """Show what to send for an order; `pay_page` is the way back for who came by a link, not signed in.

    NotFound for an order whose buyer did not choose to pay so.
    """
    own = order.cooperative
    if order.bank_reference is None or own.iban is None:
        raise NotFound
    name = own.account_name or own.name
    code = qr.epc(name=name, iban=own.iban, cents=order.total_cents, reference=order.bank_reference)
    return render_template(
        "orders/transfer.html",
        order=order,
        pay_page=pay_page,
        account_name=name,
        iban=references.spaced(own.iban),
        reference=references.spaced(order.bank_reference),
        bill=bill,
        # Lines that the library drew of our own values; nothing that somebody typed stands in it.
        code=Markup(code),  # noqa: S704  # nosec B704 made by us from our own text
    )


@blueprint.route("/<order>/geld-terug", methods=["GET", "POST"])
@needs(Permission.BUY, fresh=True)
def account(order: str) -> Any:
    """Let a buyer tell where money goes back to; what stands there is never shown."""
    found = orders.one(context.session(), buyer_id=who().person_id, public_id=order)
    refunds = refunding.of_order(context.session(), order_id=found.id)
    if not refunds:
        raise NotFound
    form = RefundAccountForm(data={"name": who().name[:70]})
    if form.validate_on_submit():
        try:
            refunding.give_account(
                context.session(),
                buyer_id=who().person_id,
                public_id=order,
                iban=form.iban.data or "",
                name=(form.name.data or "").strip(),
                now=context.now(),
            )
        except WrongIban as fault:
            form.iban.errors = [sentence(fault)]
        else:
            flash(_("De rekening is bewaard. We maken het geld over."), "ok")
            return redirect(url_for("orders.page", order=order), 303)
    waits = any(one.waits for one in refunds)
    shown = render_template("orders/refund_account.html", form=form, order=found, waits=waits)
    return shown, 422 if form.is_submitted() else 200
