"""Orders by telephone: entering one, paying by bank for the buyer, and the work order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.availability import SlotGone
from marketplace.domain.doors.telephone import MOST_LINES, BuyerUnknown, NoTelephone
from marketplace.domain.orders import NotForSale, OwnListing, StockGone
from marketplace.services.booking import slots
from marketplace.services.booking.slots import FreeDays
from marketplace.services.doors import contacts, telephone, workorders
from marketplace.web import workorder
from marketplace.web.forms.fields import read_day
from marketplace.web.forms.telephone import TelephoneForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("telephone", __name__, url_prefix="/balie/bestellingen")

MOST_SENT = 25


@blueprint.get("/nieuw")
@needs(Permission.ORDERS_ENTER)
def new() -> Any:
    """Show the empty form."""
    return _page(_form(formdata=None))


@blueprint.post("/nieuw")
@needs(Permission.ORDERS_ENTER)
def enter() -> Any:
    """Find a buyer, show times or one more row, or keep the order: each is a button of the one form."""
    form = _form()
    if "zoek" in request.form:
        return _look_up(form)
    _know_the_chosen(form)
    if "regel" in request.form:
        form.shown.data = str(min(form.count + 1, MOST_LINES))
        return _page(form)
    if "tijden" in request.form:
        return _page(form, times=request.form["tijden"])
    if not form.validate():
        return _page(form, 422)
    try:
        order = _enter(form)
    except (StockGone, OwnListing, NotForSale, SlotGone, BuyerUnknown, NoTelephone) as fault:
        form.form_errors.append(sentence(fault))
        return _page(form, 409)
    context.wake_after_commit()
    flash(_("Genoteerd. Het lid krijgt de vraag. Jij krijgt een mail bij het antwoord."), "ok")
    return redirect(url_for("deskorders.page", order=order.public_id), 303)


def _form(**options: Any) -> TelephoneForm:
    offers = telephone.offers(context.session(), cooperative_id=cooperative_id())
    return TelephoneForm.of(offers, now=context.now(), **options)


def _look_up(form: TelephoneForm) -> Any:
    typed = (form.typed.data or "").strip()
    found = []
    if typed and len(typed) <= 254:
        found = contacts.look_up(
            context.session(),
            cooperative_id=cooperative_id(),
            typed=typed,
            by_id=who().person_id,
            now=context.now(),
        )
    form.know(found)
    return _page(form, found=bool(found), looked=True)


def _know_the_chosen(form: TelephoneForm) -> None:
    """Keep who was chosen on the page, without a second look-up."""
    if form.is_new:
        return
    try:
        person, contact = contacts.one(
            context.session(), cooperative_id=cooperative_id(), key=form.buyer.data
        )
    except BuyerUnknown:
        form.buyer.data = None
        form.know([])
        return
    form.know([contacts.known(person, contact)])


def _enter(form: TelephoneForm) -> Any:
    caller = telephone.Caller(
        known=None if form.is_new else form.buyer.data,
        name=(form.name.data or "").strip(),
        phone=form.phone.data or "",
        email=(form.email.data or "").strip() or None,
        address=(form.address.data or "").strip(),
    )
    return telephone.enter(
        context.session(),
        cooperative_id=cooperative_id(),
        by_id=who().person_id,
        caller=caller,
        lines=form.wanted(),
        idempotency_key=form.key.data,
        note=(form.note.data or "").strip(),
        wanted_on=form.wanted_on.data,
        now=context.now(),
    )


def _page(form: TelephoneForm, status: int = 200, times: str = "", **told: Any) -> Any:
    number, free = _free(form, times)
    form.ask_for()
    shown = render_template(
        "deskorders/new.html", form=form, number=number, free=free, most=MOST_LINES, **told
    )
    return shown, status


def _free(form: TelephoneForm, times: str) -> tuple[int | None, FreeDays | None]:
    """Give the row of which times are asked ("2" or "2:2026-05-04") with its free days."""
    row, _colon, since = times[:MOST_SENT].partition(":")
    if not (row.isascii() and row.isdigit() and int(row) < form.count):
        return None, None
    listing, quantity, starts_at = form.rows[int(row)]
    offer: Any = form.offers.get(listing.data or "")
    if offer is None:
        return int(row), None
    day: dt.date | None = read_day(since)
    if day is None and starts_at.data is not None:
        day = starts_at.data.date()
    found = slots.free_days(
        context.session(),
        listing=offer,
        quantity_hundredths=quantity.data or 100,
        since=day,
        now=context.now(),
    )
    return int(row), found


@blueprint.post("/<order>/overschrijven")
@needs(Permission.ORDERS_ENTER)
def choose_transfer(order: str) -> Any:
    """Let the buyer pay by bank."""
    telephone.choose_transfer(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=order,
        by_id=who().person_id,
        now=context.now(),
    )
    flash(_("Hieronder staat wat de koper overmaakt, en met welk kenmerk."), "ok")
    return redirect(url_for("deskorders.page", order=order), 303)


@blueprint.get("/<order>/werkbon.pdf")
@needs(Permission.ORDERS_SEE)
def paper(order: str) -> Response:
    """Give the work orders of an order, a page for each line that goes on."""
    found = workorders.of_order(context.session(), cooperative_id=cooperative_id(), public_id=order)
    return workorder.paper(found, now=context.now())
