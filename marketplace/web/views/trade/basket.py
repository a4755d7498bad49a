"""The buyer's basket: one for each cooperative, with its own order and payment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.errors import Refused
from marketplace.services.trade import baskets
from marketplace.web import progress, words
from marketplace.web.forms.orders import WhereAndWhen
from marketplace.web.forms.trade.basket import AmountForm
from marketplace.web.messages import sentence
from marketplace.web.security import needs, who

blueprint = Blueprint("basket", __name__, url_prefix="/mand")


@blueprint.get("")
@needs(Permission.BUY)
def page() -> Any:
    """Show what lies ready, for each cooperative apart."""
    return _page()


def _page(
    form: WhereAndWhen | None = None, of: str | None = None, status: int = 200
) -> tuple[str, int]:
    found = baskets.mine(context.session(), person_id=who().person_id)
    now = context.now()
    forms = {
        one.cooperative.public_id: form
        if form is not None and one.cooperative.public_id == of
        else WhereAndWhen(now=now, formdata=None, prefix="")
        for one in found
    }
    shown = render_template(
        "basket/page.html",
        baskets=found,
        forms=forms,
        price_of=baskets.price_of,
        progress=progress,
        how_many=words.HOW_MANY_WORDS,
        bad=form,
    )
    return shown, status


@blueprint.post("/<line>/aantal")
@needs(Permission.BUY)
def change(line: str) -> Any:
    """Change how much."""
    form = AmountForm()
    if not form.validate():
        flash(" ".join(str(error) for error in form.quantity.errors), "error")
        return redirect(url_for("basket.page"), 303)
    try:
        baskets.change(
            context.session(),
            person_id=who().person_id,
            public_id=line,
            quantity_hundredths=form.quantity.data,
        )
    except Refused as fault:
        flash(sentence(fault), "error")
    return redirect(url_for("basket.page"), 303)


@blueprint.post("/<line>/weg")
@needs(Permission.BUY)
def remove(line: str) -> Any:
    """Take a line out."""
    baskets.remove(context.session(), person_id=who().person_id, public_id=line)
    flash(_("Het ligt niet meer in je mand."), "ok")
    return redirect(url_for("basket.page"), 303)


@blueprint.post("/<cooperative>/bestellen")
@needs(Permission.BUY)
def order(cooperative: str) -> Any:
    """Order all of one cooperative at once."""
    form = WhereAndWhen(now=context.now())
    if not form.validate():
        return _page(form, cooperative, 422)
    try:
        placed = baskets.order(
            context.session(),
            person_id=who().person_id,
            cooperative=cooperative,
            idempotency_key=form.key.data,
            note=(form.note.data or "").strip(),
            address=(form.address.data or "").strip(),
            wanted_on=form.wanted_on.data,
            now=context.now(),
        )
    except Refused as fault:
        form.form_errors.append(sentence(fault))
        return _page(form, cooperative, 409)
    context.wake_after_commit()
    return redirect(url_for("orders.page", order=placed.public_id), 303)
