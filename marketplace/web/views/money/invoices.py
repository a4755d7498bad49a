"""Invoices on the screen: the buyer's own papers, the cooperative's list, and what its invoices name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.errors import NotFound
from marketplace.domain.invoices import Buyer
from marketplace.gateways.einvoice import AddressMissing
from marketplace.services.invoices import reading, seller
from marketplace.services.invoices.reading import Issued
from marketplace.web import invoicepapers
from marketplace.web.forms.money.invoices import SellerForm
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("invoices", __name__)
LARGEST_KEY = 2**62


@blueprint.get("/facturen/<public_id>.pdf")
@needs(Permission.BUY)
def mine_pdf(public_id: str) -> Response:
    """Give a buyer's invoice as PDF."""
    return invoicepapers.paper(_mine(public_id))


@blueprint.get("/facturen/<public_id>.xml")
@needs(Permission.BUY)
def mine_ubl(public_id: str) -> Response:
    """Give a buyer's invoice as UBL."""
    return _electronic(_mine(public_id))


@blueprint.get("/balie/facturen")
@needs(Permission.INVOICES_SEE)
def browse() -> str:
    """Show the cooperative's documents, newest first, or those with a number."""
    key = request.args.get("voor", type=int)
    before = key if key is not None and 0 < key < LARGEST_KEY else None
    number = request.args.get("nummer", "").strip()[:16]
    session, tenant = context.session(), cooperative_id()
    found = reading.page(session, cooperative_id=tenant, number=number, before=before)
    return render_template(
        "invoices/browse.html",
        invoices=[(one, Buyer(**one.buyer)) for one in found],
        number=number,
        before=before,
        following=found[-1].id if len(found) == reading.PAGE else None,
        waiting=reading.waiting(session, cooperative_id=tenant),
    )


@blueprint.get("/balie/facturen/<public_id>.pdf")
@needs(Permission.INVOICES_SEE)
def one_pdf(public_id: str) -> Response:
    """Give one of the cooperative's documents as PDF."""
    return invoicepapers.paper(_ours(public_id))


@blueprint.get("/balie/facturen/<public_id>.xml")
@needs(Permission.INVOICES_SEE)
def one_ubl(public_id: str) -> Response:
    """Give one of the cooperative's documents as UBL."""
    return _electronic(_ours(public_id))


@blueprint.route("/balie/facturen/gegevens", methods=["GET", "POST"])
@needs(Permission.INVOICES_FACTS, fresh=True)
def facts() -> Any:
    """Fill in what invoices name; what waited for it is issued at once."""
    session, tenant = context.session(), cooperative_id()
    form = SellerForm(obj=seller.of(session, cooperative_id=tenant))
    if form.validate_on_submit():
        done = seller.keep(
            session,
            cooperative_id=tenant,
            facts=form.facts(),
            actor_id=who().person_id,
            now=context.now(),
        )
        context.wake_after_commit()
        flash(_("De gegevens zijn bewaard. Facturen die wachtten en nu klaar zijn: %(n)s.", n=done))
        return redirect(url_for("invoices.browse"), 303)
    shown = render_template("invoices/facts.html", form=form)
    return shown, 422 if request.method == "POST" else 200


def _mine(public_id: str) -> Issued:
    return reading.of_buyer(context.session(), buyer_id=who().person_id, public_id=public_id)


def _ours(public_id: str) -> Issued:
    return reading.of_cooperative(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )


def _electronic(found: Issued) -> Response:
    try:
        return invoicepapers.electronic(found)
    except AddressMissing:
        raise NotFound from None
