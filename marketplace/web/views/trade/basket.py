"""The buyer's basket: one for each cooperative, with its own order and payment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.errors import Refused
from marketplace.services.trade import baskets, delivering
from marketplace.web import words
from marketplace.web.forms.orders import DELIVERY_REFUSALS, WhereAndWhen, tell_beside
from marketplace.web.forms.trade.basket import AmountForm
from marketplace.web.messages import sentence
from marketplace.web.security import needs, who
from marketplace.web.standing import handover, progress

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
    forms = {
        one.cooperative.public_id: form
        if form is not None and one.cooperative.public_id == of
        else _empty_form(one)
        for one in found
    }
    shown = render_template(
        "basket/page.html",
        baskets=found,
        forms=forms,
        price_of=baskets.price_of,
        progress=progress,
        how_many=words.HOW_MANY_WORDS,
        ways_of=_ways_of,
        handover=handover,
        bad=form,
    )
    return shown, status


def _empty_form(basket: Any) -> WhereAndWhen:
    """Give the form of one basket: goods alone need a street, the rest a where."""
    form = WhereAndWhen(now=context.now(), formdata=None, brought=bool(basket.brought))
    return _named(form, basket)


def _named(form: WhereAndWhen, basket: Any) -> WhereAndWhen:
    if not basket.asks:
        form.name_address(_("Straat en huisnummer"))
    return form


def _ways_of(line: Any) -> list[tuple[str, str]]:
    """Give how a line can change hands, in words."""
    ways = delivering.ways_of(line.listing)
    return handover.choices(ways, line.listing.place) if ways else []


@blueprint.post("/<line>/aantal")
@needs(Permission.BUY)
def change(line: str) -> Any:
    """Change how much, and how it is handed over."""
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
            handover=form.handover.data or None,
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
    mine = baskets.mine(context.session(), person_id=who().person_id)
    basket = next((one for one in mine if one.cooperative.public_id == cooperative), None)
    form = WhereAndWhen(now=context.now(), brought=bool(basket and basket.brought))
    if basket:
        _named(form, basket)
    if not form.validate():
        return _page(form, cooperative, 422)
    try:
        placed = baskets.order(
            context.session(),
            person_id=who().person_id,
            cooperative=cooperative,
            idempotency_key=form.key.data,
            note=(form.note.data or "").strip(),
            address=form.address.data or "",
            deliver_to=form.deliver_to.data or "",
            wanted_on=form.wanted_on.data,
            now=context.now(),
        )
    except DELIVERY_REFUSALS as fault:
        tell_beside(form, fault)
        return _page(form, cooperative, 409)
    except Refused as fault:
        form.form_errors.append(sentence(fault))
        return _page(form, cooperative, 409)
    context.wake_after_commit()
    return redirect(url_for("orders.page", order=placed.public_id), 303)
