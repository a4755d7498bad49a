"""Cash at the counter: taken for an order or given back of it, each with a receipt on screen and on paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.errors import NotFound
from marketplace.services.banking import cash
from marketplace.web import receiptpapers
from marketplace.web.forms.money.bank import CashForm, plain_reference
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("cash", __name__)


@blueprint.route("/balie/bank/kas", methods=["GET", "POST"])
@needs(Permission.BANK_READ, fresh=True)
def page() -> Any:
    """Book cash for an order, and see whom cash must be given back."""
    form = CashForm()
    if form.validate_on_submit():
        try:
            receipt = cash.book(
                context.session(),
                cooperative_id=cooperative_id(),
                reference=plain_reference(form.reference.data),
                actor_id=who().person_id,
                now=context.now(),
            )
        except NotFound:
            form.reference.errors = [_("Deze bestelling kennen we niet.")]
        else:
            context.wake_after_commit()
            return redirect(url_for("cash.receipt", public_id=receipt.public_id), 303)
    shown = render_template(
        "bank/cash.html",
        form=form,
        give=FlaskForm(),
        waiting=cash.to_give(context.session(), cooperative_id=cooperative_id()),
        receipts=cash.newest(context.session(), cooperative_id=cooperative_id()),
    )
    return shown, 422 if form.is_submitted() else 200


@blueprint.post("/balie/bank/kas/terug/<public_id>")
@needs(Permission.BANK_READ, fresh=True)
def give_back(public_id: str) -> Any:
    """Give a refund in cash."""
    receipt = cash.give_back(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=public_id,
        actor_id=who().person_id,
        now=context.now(),
    )
    return redirect(url_for("cash.receipt", public_id=receipt.public_id), 303)


@blueprint.get("/balie/bank/kas/<public_id>")
@needs(Permission.BANK_READ)
def receipt(public_id: str) -> str:
    """Show a receipt for cash."""
    return render_template("bank/receipt.html", found=_ours(public_id))


@blueprint.get("/balie/bank/kas/<public_id>.pdf")
@needs(Permission.BANK_READ)
def receipt_pdf(public_id: str) -> Response:
    """Give a receipt for cash on paper."""
    return receiptpapers.paper(_ours(public_id))


@blueprint.get("/kwitanties/<public_id>.pdf")
@needs(Permission.BUY)
def mine_pdf(public_id: str) -> Response:
    """Give a buyer's own receipt on paper."""
    return receiptpapers.paper(
        cash.of_buyer(context.session(), buyer_id=who().person_id, public_id=public_id)
    )


def _ours(public_id: str) -> cash.Receipt:
    return cash.get(context.session(), cooperative_id=cooperative_id(), public_id=public_id)
