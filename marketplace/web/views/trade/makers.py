"""A maker's own page for everybody: what she offers, what buyers say of her work, and asking her for a quote."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.services.asking import requests
from marketplace.services.market import catalogue, makers
from marketplace.services.market.listingsearch import Cursor, Search
from marketplace.services.market.makers import Maker
from marketplace.services.talk import reviews
from marketplace.web import shelves
from marketplace.web.forms.talk.reviews import SCORE_WORDS
from marketplace.web.forms.trade.requests import MakerQuoteForm
from marketplace.web.security import needs, public, who
from marketplace.web.views.catalogue import own_memberships
from marketplace.web.views.trade.requests import ask_with

blueprint = Blueprint("makers", __name__, url_prefix="/makers")

FEW_REVIEWS = 5


@blueprint.get("/<maker>")
@public
def page(maker: str) -> str:
    """Show a maker who has something on the market now."""
    session = context.session()
    found = makers.one(session, public_id=maker)
    after = Cursor.read(request.args.get("na", ""))
    shelf = catalogue.browse(session, search=Search(maker=found.id), after=after)
    said = reviews.about_maker(
        session, membership_id=found.id, now=context.now(), most=FEW_REVIEWS + 1
    )
    return render_template(
        "makers/page.html",
        maker=found,
        own=_is_own(found),
        cards=shelves.cards(shelf.cards, of_one_maker=True),
        following=shelf.following,
        after=after,
        said=said[:FEW_REVIEWS],
        more_said=len(said) > FEW_REVIEWS,
        score_words=SCORE_WORDS,
    )


@blueprint.get("/<maker>/beoordelingen")
@public
def said(maker: str) -> str:
    """Show all that buyers say about her work, the newest first."""
    session, before = context.session(), request.args.get("voor")
    found = makers.one(session, public_id=maker)
    rows = reviews.about_maker(
        session, membership_id=found.id, now=context.now(), most=reviews.PAGE, before=before
    )
    return render_template(
        "makers/said.html",
        maker=found,
        said=rows,
        before=before,
        following=rows[-1].public_id if len(rows) == reviews.PAGE else None,
        score_words=SCORE_WORDS,
    )


@blueprint.route("/<maker>/offerte", methods=["GET", "POST"])
@needs(Permission.BUY)
def ask(maker: str) -> Any:
    """Ask her for a quote for something of one's own; what cannot be sent stays in the form."""
    found = makers.one(context.session(), public_id=maker)
    form = MakerQuoteForm(now=context.now())

    def send() -> str:
        return requests.ask_maker(
            context.session(),
            buyer_id=who().person_id,
            maker=maker,
            title=form.title.data or "",
            asked=form.asked(),
            idempotency_key=form.key.data,
            now=context.now(),
        ).public_id

    trail = [
        (_("Aanbod"), url_for("catalogue.browse")),
        (found.trade_name, url_for("makers.page", maker=maker)),
    ]
    return ask_with(form, send, maker=found.name, trail=trail)


def _is_own(maker: Maker) -> bool:
    return maker.id in own_memberships()
