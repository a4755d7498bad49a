"""What a member offers: making, changing, showing and pausing, and the pictures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.delivery import DeliveryNeedsPlace
from marketplace.domain.listings import NotAPicture, TooManyPictures
from marketplace.services.market import listings, pictures
from marketplace.services.months.prices import kept_of
from marketplace.web import words
from marketplace.web.forms.listings import ListingForm, PictureForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, membership_id, needs

blueprint = Blueprint("listings", __name__, url_prefix="/werk/aanbod")

ASK = "reken"  # the button that computes and keeps nothing


@blueprint.get("")
@needs(Permission.LISTINGS_OWN)
def mine() -> str:
    """Show what the member offers, the newest first."""
    found, following = listings.of_membership(
        context.session(), membership_id=membership_id(), before=request.args.get("na")
    )
    return render_template(
        "listings/mine.html",
        listings=found,
        keeps=_keeps({one.id: (one.price_cents, one.vat_category) for one in found}),
        following=following,
        states=words.STATE_WORDS,
        units=words.UNIT_WORDS,
        drawings={
            one.id: words.drawing_of(one.category, one.kind, one.title)
            for one in found
            if not one.pictures
        },
    )


@blueprint.get("/nieuw")
@needs(Permission.LISTINGS_OWN)
def new() -> str:
    """Show an empty form, with the usual place filled in."""
    place = listings.usual_place(
        context.session(), cooperative_id=cooperative_id(), membership_id=membership_id()
    )
    return _new_page(ListingForm(formdata=None, place=place))


@blueprint.post("/nieuw")
@needs(Permission.LISTINGS_OWN)
def create() -> Any:
    """Keep a new listing as a draft; pictures and showing come next."""
    form = ListingForm()
    if ASK in request.form:
        return _new_page(form, asked=form.asks_what_is_kept())
    if not form.validate():
        return _new_page(form), 422
    try:
        made = listings.create(
            context.session(),
            cooperative_id=cooperative_id(),
            membership_id=membership_id(),
            offer=form.offer(),
            now=context.now(),
        )
    except DeliveryNeedsPlace as refusal:
        form.place.errors = [sentence(refusal)]
        return _new_page(form), 422
    _tell(_("Bewaard. Kies nu een foto, of zet je aanbod zo op de markt."), made)
    return _to_edit(made.public_id)


@blueprint.get("/wat-houd-ik-over")
@needs(Permission.LISTINGS_OWN)
def kept() -> str:
    """Give what a price leaves, as it is typed: a part of the form's page."""
    form = ListingForm(formdata=request.args)
    shown = _shown_kept(form, asked=form.asks_what_is_kept())
    return render_template("listings/kept.html", **shown, vat_category=form.vat_category.data)


@blueprint.get("/<listing>")
@needs(Permission.LISTINGS_OWN)
def edit(listing: str) -> str:
    """Show the form of an own listing, filled in, with its pictures."""
    return _edit_page(listing)


@blueprint.post("/<listing>")
@needs(Permission.LISTINGS_OWN)
def change(listing: str) -> Any:
    """Change an own listing."""
    form = ListingForm()
    if ASK in request.form:
        return _edit_page(listing, form=form, asked=form.asks_what_is_kept())
    if not form.validate():
        return _edit_page(listing, form=form), 422
    try:
        changed = listings.change(
            context.session(),
            membership_id=membership_id(),
            public_id=listing,
            offer=form.offer(),
            stock_seen=form.seen(),
            now=context.now(),
        )
    except DeliveryNeedsPlace as refusal:
        form.place.errors = [sentence(refusal)]
        return _edit_page(listing, form=form), 422
    _tell(_("Bewaard."), changed)
    return _to_edit(listing)


@blueprint.post("/<listing>/tonen")
@needs(Permission.LISTINGS_OWN)
def publish(listing: str) -> Any:
    """Put an own listing on the market."""
    listings.publish(
        context.session(), membership_id=membership_id(), public_id=listing, now=context.now()
    )
    flash(_("Je aanbod staat op de markt."))
    return redirect(url_for("listings.mine"), 303)


@blueprint.post("/<listing>/pauze")
@needs(Permission.LISTINGS_OWN)
def pause(listing: str) -> Any:
    """Take an own listing off the market for now."""
    listings.pause(
        context.session(), membership_id=membership_id(), public_id=listing, now=context.now()
    )
    flash(_("Je aanbod staat op pauze. Niemand kan het nu bestellen."))
    return redirect(url_for("listings.mine"), 303)


@blueprint.post("/<listing>/fotos")
@needs(Permission.LISTINGS_OWN)
def add_picture(listing: str) -> Any:
    """Take in a picture; what is no picture is refused beside the field."""
    form = PictureForm()
    if not form.validate():
        return _edit_page(listing, picture_form=form), 422
    try:
        pictures.add(
            context.session(),
            storage=context.gateways().storage,
            membership_id=membership_id(),
            listing=listing,
            content=form.picture.data.read(),
            alt=form.alt.data or "",
            now=context.now(),
        )
    except (NotAPicture, TooManyPictures) as refusal:
        form.picture.errors = [sentence(refusal)]
        return _edit_page(listing, picture_form=form), 422
    flash(_("De foto staat erbij."))
    return _to_edit(listing)


@blueprint.post("/<listing>/fotos/<picture>/weg")
@needs(Permission.LISTINGS_OWN)
def remove_picture(listing: str, picture: str) -> Any:
    """Take an own picture away."""
    pictures.remove(
        context.session(), membership_id=membership_id(), listing=listing, picture=picture
    )
    flash(_("De foto is weg."))
    return _to_edit(listing)


def _new_page(form: ListingForm, *, asked: bool = False) -> str:
    return render_template("listings/new.html", form=form, **_shown_kept(form, asked=asked))


def _shown_kept(form: ListingForm, *, asked: bool) -> dict[str, Any]:
    """Say what one unit leaves at the price in the form, and with bringing; an unchosen VAT is the usual one."""
    if not asked or not form.price.data:
        return {"keep": None, "brought": None}
    category, fee = form.vat_category.data or "standard", form.fee()
    prices = {0: (form.price.data, category)}
    if fee:
        prices[1] = (form.price.data + fee, category)
    found = _keeps(prices)
    return {"keep": found[0], "brought": found.get(1)}


def _keeps(prices: dict[int, tuple[int, str]]) -> dict[int, Any]:
    """Say what each price leaves: "Wat houd ik over?"."""
    return kept_of(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        prices=prices,
        now=context.now(),
    )


def _edit_page(
    public_id: str,
    *,
    form: ListingForm | None = None,
    asked: bool = True,
    picture_form: PictureForm | None = None,
) -> str:
    found = listings.own(context.session(), membership_id=membership_id(), public_id=public_id)
    shown = form or ListingForm(
        formdata=None,
        obj=found,
        price=found.price_cents,
        duration=found.duration_minutes and found.duration_minutes * 100 // 60,
        brings=found.delivery_km is not None,
        bring_km=found.delivery_km and found.delivery_km * 100,
        bring_fee=found.delivery_fee_cents,
    )
    if form is None and found.stock is not None:
        # Said afterwards: the listing has a field of that name too, in whole pieces.
        shown.stock.data, shown.stock_seen.data = found.stock * 100, str(found.stock)
    return render_template(
        "listings/edit.html",
        listing=found,
        form=shown,
        **_shown_kept(shown, asked=asked),
        picture_form=picture_form or PictureForm(formdata=None),
        state=words.STATE_WORDS[found.state],
        drawing_name=words.drawing_of(found.category, found.kind, found.title),
    )


def _to_edit(public_id: str) -> Any:
    return redirect(url_for("listings.edit", listing=public_id), 303)


def _tell(text: str, listing: Any) -> None:
    flash(text)
    if listing.lat is None:
        flash(
            _(
                "We kennen de plaats %(place)s niet. Kopers die zoeken op afstand, vinden dit dan niet.",
                place=listing.place,
            )
        )
