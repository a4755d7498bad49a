"""The market's front page, and how it works."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask import session as cookie

from marketplace import context
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services import catalogue, places
from marketplace.services.listingsearch import Search
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


@blueprint.get("/")
@public
def page() -> str:
    """Show the front page of the market: search, kinds of work, what is near, and how the money goes."""
    session = context.session()
    near = places.find(session, str(cookie["place"])) if "place" in cookie else None
    within = cookie.get("within") if near else None
    shelf = catalogue.browse(session, search=Search(near=near, within_km=within), size=CARDS)
    return render_template(
        "home/page.html",
        cards=shelves.cards(shelf.cards),
        eggs=shelves.eggs(dict(makers_by_category()))[:EGGS],
        near=near,
        within=within,
        distances=DISTANCES,
        often_sought=OFTEN_SOUGHT,
        more=shelf.following is not None,
    )


@blueprint.get("/hoe-het-werkt")
@public
def how() -> str:
    """Tell how the market works and where each euro goes, per cooperative."""
    found = catalogue.splits(
        context.session(), price_cents=EXAMPLE_CENTS, day=day_in_amsterdam(context.now())
    )
    sellers = [(one, shelves.segments(one.split)) for one in found]
    return render_template("home/how.html", sellers=sellers, example_cents=EXAMPLE_CENTS)
