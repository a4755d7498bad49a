"""The buyer's pages: asking for a quote, posting what is wanted, comparing offers and choosing one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.asking import LIVE, REACH_KM, NobodyNear, TooManyRequestPhotos
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound, Refused
from marketplace.domain.listings import NotAPicture
from marketplace.services.asking import choosing, photos, reading, requests
from marketplace.services.market import catalogue
from marketplace.web import requestwords
from marketplace.web.forms.listings import PictureForm
from marketplace.web.forms.trade.requests import USUAL_OPEN, AgreeForm, QuoteForm, WantedForm
from marketplace.web.messages import sentence
from marketplace.web.photos import private_photo
from marketplace.web.security import needs, who
from marketplace.web.standing import progress

blueprint = Blueprint("requests", __name__)


@blueprint.route("/offerte-vragen/<listing>", methods=["GET", "POST"])
@needs(Permission.BUY)
def ask(listing: str) -> Any:
    """Ask the maker of a service for a quote; what cannot be sent stays in the form."""
    found = catalogue.one(context.session(), public_id=listing)
    if found.kind != "service":
        raise NotFound
    form = QuoteForm(now=context.now())

    def send() -> str:
        return requests.ask_quote(
            context.session(),
            buyer_id=who().person_id,
            listing=listing,
            asked=form.asked(),
            idempotency_key=form.key.data,
            now=context.now(),
        ).public_id

    trail = [
        (_("Aanbod"), url_for("catalogue.browse")),
        (found.title, url_for("catalogue.page", listing=listing)),
    ]
    return ask_with(form, send, maker=found.membership.name, trail=trail)


def ask_with(form: QuoteForm, send: Callable[[], str], **shown: Any) -> Any:
    """Show the form for a quote, or send it; `send` gives the public id of what was asked.

    `shown` says of whom (`maker`) and the way there (`trail`).
    """
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _asked(send())
            except Refused as fault:
                form.form_errors.append(sentence(fault))
                status = 409
    return render_template("requests/ask.html", form=form, **shown), status


@blueprint.route("/gezocht/nieuw", methods=["GET", "POST"])
@needs(Permission.BUY)
def post() -> Any:
    """Post what somebody wants; what cannot be posted stays in the form."""
    usual = {"closes_on": day_in_amsterdam(context.now()) + USUAL_OPEN}
    form = WantedForm(now=context.now(), data=usual)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _asked(_post(form))
            except NobodyNear as fault:
                form.place.errors = [sentence(fault)]
            except Refused as fault:
                form.form_errors.append(sentence(fault))
                status = 409
    return render_template("requests/post.html", form=form, reach_km=REACH_KM), status


def _post(form: WantedForm) -> str:
    return requests.post_wanted(
        context.session(),
        buyer_id=who().person_id,
        title=form.title.data or "",
        asked=form.asked(),
        closes_on=form.closes_on.data,
        idempotency_key=form.key.data,
        now=context.now(),
    ).public_id


def _asked(public_id: str) -> Any:
    context.wake_after_commit()
    flash(_("Je vraag is verstuurd. Je kunt er nog foto's bij zetten."), "ok")
    return redirect(url_for("requests.page", public_id=public_id), 303)


@blueprint.get("/aanvragen")
@needs(Permission.BUY)
def mine() -> str:
    """Show the buyer's requests, newest first."""
    before = request.args.get("voor")
    found = reading.mine(context.session(), buyer_id=who().person_id, before=before)
    return render_template(
        "requests/mine.html",
        rows=found,
        before=before,
        following=found[-1][0].public_id if len(found) == reading.PAGE else None,
        words=requestwords,
    )


@blueprint.get("/aanvragen/<public_id>")
@needs(Permission.BUY)
def page(public_id: str) -> Any:
    """Show one request with its offers, in the order in which they came."""
    return _page(public_id, PictureForm(formdata=None))


def _page(public_id: str, photo_form: PictureForm) -> str:
    found, offers = reading.one(context.session(), buyer_id=who().person_id, public_id=public_id)
    return render_template(
        "requests/page.html",
        asked=found,
        offers=offers,
        live=found.state in LIVE,
        photo_form=photo_form,
        progress=progress,
        words=requestwords,
    )


@blueprint.post("/aanvragen/<public_id>/intrekken")
@needs(Permission.BUY)
def withdraw(public_id: str) -> Any:
    """Take the request back."""
    requests.withdraw(
        context.session(), buyer_id=who().person_id, public_id=public_id, now=context.now()
    )
    context.wake_after_commit()
    flash(_("Je vraag is ingetrokken. Wie een offerte gaf, krijgt een mail."), "ok")
    return redirect(url_for("requests.page", public_id=public_id), 303)


@blueprint.post("/aanvragen/<public_id>/fotos")
@needs(Permission.BUY)
def add_photo(public_id: str) -> Any:
    """Take in a photo; what is no picture is refused beside the field."""
    form = PictureForm()
    if not form.validate():
        return _page(public_id, form), 422
    try:
        photos.add(
            context.session(),
            storage=context.gateways().storage,
            buyer_id=who().person_id,
            request=public_id,
            content=form.picture.data.read(),
            alt=form.alt.data or "",
            now=context.now(),
        )
    except (NotAPicture, TooManyRequestPhotos) as fault:
        form.picture.errors = [sentence(fault)]
        return _page(public_id, form), 422
    flash(_("De foto staat erbij."), "ok")
    return redirect(url_for("requests.page", public_id=public_id), 303)


@blueprint.post("/aanvragen/<public_id>/fotos/<photo>/weg")
@needs(Permission.BUY)
def remove_photo(public_id: str, photo: str) -> Any:
    """Take an own photo away."""
    photos.remove(
        context.session(),
        storage=context.gateways().storage,
        buyer_id=who().person_id,
        request=public_id,
        photo=photo,
    )
    flash(_("De foto is weg."), "ok")
    return redirect(url_for("requests.page", public_id=public_id), 303)


@blueprint.get("/aanvragen/<public_id>/foto/<photo>")
@needs(Permission.TALK)
def picture(public_id: str, photo: str) -> Response:
    """Give a photo to who sees the request, always as WebP."""
    name = photos.file_of(context.session(), actor=who(), request=public_id, photo=photo)
    return private_photo(name)


@blueprint.get("/offertes/<order>")
@needs(Permission.BUY)
def offer(order: str) -> Any:
    """Show one offer with its terms and the yes; what was agreed is an order with a page of its own."""
    found = reading.offer(context.session(), buyer_id=who().person_id, public_id=order)
    if found.payment_state in {"awaiting", "paid"}:
        return redirect(url_for("orders.page", order=order), 303)
    return _offer_page(found, AgreeForm(formdata=None))


def _offer_page(found: Any, form: AgreeForm) -> str:
    return render_template(
        "requests/offer.html",
        order=found,
        form=form,
        stands=found.payment_state == "not_due"
        and found.valid_until >= day_in_amsterdam(context.now()),
        progress=progress,
    )


@blueprint.post("/offertes/<order>/ja")
@needs(Permission.BUY)
def agree(order: str) -> Any:
    """Agree to an offer; it is paid next."""
    form = AgreeForm()
    if not form.validate():
        found = reading.offer(context.session(), buyer_id=who().person_id, public_id=order)
        return _offer_page(found, form), 422
    choosing.agree(
        context.session(),
        buyer_id=who().person_id,
        public_id=order,
        address=form.address.data or "",
        now=context.now(),
    )
    context.wake_after_commit()
    flash(_("Je hebt ja gezegd. Betaal nu, dan is het geregeld."), "ok")
    return redirect(url_for("orders.page", order=order), 303)


@blueprint.post("/offertes/<order>/nee")
@needs(Permission.BUY)
def turn_down(order: str) -> Any:
    """Say no to one offer."""
    found = choosing.turn_down(
        context.session(), buyer_id=who().person_id, public_id=order, now=context.now()
    )
    context.wake_after_commit()
    flash(_("Je hebt nee gezegd. De maker krijgt een mail."), "ok")
    asked = reading.offer(
        context.session(), buyer_id=who().person_id, public_id=found.public_id
    ).request
    return redirect(url_for("requests.page", public_id=asked.public_id if asked else ""), 303)
