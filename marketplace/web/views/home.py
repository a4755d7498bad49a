"""The market's front page, and how it works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, render_template
from flask import session as cookie
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services.market import catalogue, places
from marketplace.services.market.catalogue import Card
from marketplace.services.market.listingsearch import Search
from marketplace.web import shelves
from marketplace.web.forms.catalogue import DISTANCES
from marketplace.web.makers import makers_by_category
from marketplace.web.security import public

blueprint = Blueprint("home", __name__)

# What people here look for; the words are searched for as they stand.
OFTEN_SOUGHT = ("heg knippen", "broek korter", "fiets nakijken", "soep")
EGGS = 8
CARDS = 6
EXAMPLE_CENTS = 100_00


class Step(NamedTuple):
    """One step in the way of an order, as the list of steps wants it."""

    label: LazyString
    note: LazyString
    state: str = "next"


WAY_OF_AN_ORDER = (
    Step(_l("Jij vraagt"), _l("Je kiest een maker en zegt wat je wilt. Je betaalt nog niets.")),
    Step(
        _l("De maker zegt ja"),
        _l("Kan het niet? Dan hoor je dat ook. Een product bestel en betaal je meteen."),
    ),
    Step(
        _l("Jij betaalt de coöperatie"),
        _l("De rekening komt van de coöperatie. Je betaalt pas als jullie het eens zijn."),
    ),
    Step(
        _l("De maker doet het werk"),
        _l("Jij kijkt of het goed is. Is er iets mis? Dan helpt de coöperatie."),
    ),
)


@blueprint.get("/")
@public
def page() -> str:
    """Show the front page of the market: search, kinds of work, what is near, and how the money goes."""
    session = context.session()
    near = places.find(session, str(cookie["place"])) if "place" in cookie else None
    within = cookie.get("within") if near else None
    shelf = catalogue.browse(session, search=Search(near=near, within_km=within))
    shown = one_of_each(shelf.cards)
    return render_template(
        "home/page.html",
        cards=shelves.cards(shown),
        eggs=shelves.eggs(dict(makers_by_category()))[:EGGS],
        near=near,
        within=within,
        distances=DISTANCES,
        often_sought=OFTEN_SOUGHT,
        more=len(shown) < len(shelf.cards),
    )


def one_of_each(cards: Sequence[Card]) -> list[Card]:
    """Choose six, so that each maker has a turn before anybody has two; their order stays."""
    turns: Counter[str] = Counter()
    numbered = []
    for place, card in enumerate(cards):
        numbered.append((turns[card.trade_name], place, card))
        turns[card.trade_name] += 1
    chosen = sorted(numbered, key=lambda one: one[:2])[:CARDS]
    return [card for _, _, card in sorted(chosen, key=lambda one: one[1])]


@blueprint.get("/hoe-het-werkt")
@public
def how() -> str:
    """Tell how the market works and where each euro goes, per cooperative."""
    found = catalogue.splits(
        context.session(), price_cents=EXAMPLE_CENTS, day=day_in_amsterdam(context.now())
    )
    sellers = [(one, shelves.segments(one.split)) for one in found]
    return render_template(
        "home/how.html", sellers=sellers, example_cents=EXAMPLE_CENTS, way=WAY_OF_AN_ORDER
    )
