"""The market: browsing, one listing, and its pictures. Open to everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask import session as cookie

from marketplace import context
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.gateways.storage import beside
from marketplace.services.booking import slots
from marketplace.services.booking.slots import FreeDays
from marketplace.services.market import catalogue, pictures, places
from marketplace.services.market.listingsearch import Search
from marketplace.services.talk import reviews
from marketplace.services.trade import delivering
from marketplace.web import shelves, words
from marketplace.web.forms.catalogue import DISTANCES, Asked, read_asked
from marketplace.web.forms.fields import read_day
from marketplace.web.forms.orders import OrderForm
from marketplace.web.forms.talk.reviews import SCORE_WORDS
from marketplace.web.security import public
from marketplace.web.standing import handover

blueprint = Blueprint("catalogue", __name__)

FOR_EVER = "max-age=31536000, immutable"


@blueprint.get("/aanbod")
@public
def browse() -> str:
    """Show what is on the market, by words, category and distance."""
    session = context.session()
    asked = read_asked(request.args)
    near = places.find(session, asked.place) if asked.place else None
    if near is not None:
        remember(near.name, asked.within)
    shelf = catalogue.browse(
        session,
        search=Search(asked.q, asked.category, near, asked.within if near else None),
        after=asked.after,
    )
    unknown = bool(asked.place) and near is None
    return render_template(
        "catalogue/browse.html",
        asked=asked,
        near=near,
        cards=shelves.cards(shelf.cards),
        following=shelf.following,
        categories=words.CATEGORY_WORDS,
        distances=DISTANCES,
        similar=places.similar(session, asked.place) if unknown else [],
        unknown=unknown,
        wider=_wider(asked, nothing=not shelf.cards),
    )


def remember(place: str, within: int | None) -> None:
    """Keep where somebody looks, for the front page; only when it changed."""
    if (cookie.get("place"), cookie.get("within")) != (place, within):
        cookie["place"], cookie["within"] = place, within


def _wider(asked: Asked, *, nothing: bool) -> dict[str, str | int] | None:
    """Give the address of a wider question when this one found nothing."""
    if not nothing or asked.after is not None:
        return None
    if asked.within:
        return asked.address(km=None)
    narrowed = asked.q and (asked.category or asked.place)
    return asked.address(soort=None, plaats=None) if narrowed else {}


@blueprint.get("/aanbod/<listing>")
@public
def page(listing: str) -> Any:
    """Show one listing with its price, its maker and where the money goes."""
    session = context.session()
    found = catalogue.one(
        session, public_id=listing, membership_ids=own_memberships(), to_show=True
    )
    form = None  # who is not signed in only says how many and when
    if context.actor() is not None:
        form = order_form(found, formdata=None, data={"quantity": 100})
    return render_listing(found, form)


def order_form(listing: Any, **options: Any) -> OrderForm:
    """Give the form of a listing, with the ways in which its maker hands goods over."""
    ways = delivering.ways_of(listing)
    shown = handover.choices(ways, listing.place) if ways else ()
    return OrderForm(unit=listing.unit, now=context.now(), ways=shown, **options)


def free_days(listing: Any, form: OrderForm | None) -> FreeDays | None:
    """Give the times that can be chosen: from the day that was asked for, else of the choice so far."""
    chosen = form.starts_at.data if form else None
    asked = read_day(request.values.get("vanaf", ""))
    return slots.free_days(
        context.session(),
        listing=listing,
        quantity_hundredths=(form.quantity.data if form else None) or 100,
        since=asked or (day_in_amsterdam(chosen) if chosen else None),
        now=context.now(),
    )


def render_listing(
    listing: Any, form: OrderForm | None, status: int = 200, *, free: FreeDays | None = None
) -> tuple[str, int]:
    """Give the page of a listing from `catalogue.one`, with the order form as it stands."""
    session = context.session()
    free = free or free_days(listing, form)
    split = catalogue.split_of(session, listing=listing, day=day_in_amsterdam(context.now()))
    maker = listing.membership.name
    if form is not None:
        form.quantity.label.text = words.HOW_MANY_WORDS[listing.unit]
    shown = render_template(
        "catalogue/page.html",
        listing=listing,
        form=form,
        free=free if free and free.days else None,
        own=listing.membership_id in own_memberships(),
        segments=shelves.segments(split, maker) if split else [],
        ways=ways_said(listing),
        drawings=words.drawings_of(listing.category, listing.kind, listing.title),
        category=words.CATEGORY_WORDS[listing.category],
        unit=words.UNIT_WORDS[listing.unit],
        how_many=words.HOW_MANY_WORDS[listing.unit],
        seller=listing.cooperative.name.rstrip("."),  # it ends a sentence
        stock=shelves.stock_words(listing.stock),
        said=reviews.about_listing(session, listing_id=listing.id, now=context.now()),
        score_words=SCORE_WORDS,
    )
    return shown, status


def ways_said(listing: Any) -> list[str]:
    """Say how goods change hands; nothing for a service."""
    ways = delivering.ways_of(listing)
    return [said for _way, said in handover.choices(ways, listing.place)] if ways else []


def own_memberships() -> tuple[int, ...]:
    """Give the memberships of who is asking."""
    who = context.actor()
    grants = who.grants if who else ()
    return tuple(grant.membership_id for grant in grants if grant.membership_id is not None)


@blueprint.get("/plaatje/<picture>")
@public
def picture(picture: str) -> Response:
    """Give a picture, to keep for ever: its bytes never change."""
    return _picture(picture, small=False)


@blueprint.get("/plaatje/<picture>/klein")
@public
def picture_small(picture: str) -> Response:
    """Give the small form of a picture, for lists."""
    return _picture(picture, small=True)


def _picture(public_id: str, *, small: bool) -> Response:
    own = own_memberships()
    name = pictures.file_of(context.session(), picture=public_id, membership_ids=own)
    try:
        content = context.gateways().storage.fetch(beside(name, pictures.SMALL) if small else name)
    except FileNotFoundError:
        raise NotFound from None
    answer = Response(content, mimetype="image/webp")
    # A draft's picture is for its owner only, so no cache in between keeps it.
    answer.headers["Cache-Control"] = f"{'private' if own else 'public'}, {FOR_EVER}"
    answer.headers["Content-Disposition"] = "inline"
    return answer
