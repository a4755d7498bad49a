"""A service that comes back: the buyer asks for it, the member answers, and both see and stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.availability import SlotGone
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import NotForSale, OwnListing, line_price_half_up
from marketplace.services.doors import series
from marketplace.services.market import catalogue
from marketplace.services.months import prices
from marketplace.web import words
from marketplace.web.formats import clock_of, weekday_name
from marketplace.web.forms.recurring import EVERY_WORDS, SeriesForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, membership_id, needs, who
from marketplace.web.standing import progress
from marketplace.web.views.catalogue import free_days

blueprint = Blueprint("recurring", __name__)

STATE_NAMES = {
    "asked": _l("Wacht op antwoord"),
    "active": _l("Loopt"),
    "paused": _l("Pauze"),
    "stopped": _l("Gestopt"),
    "declined": _l("Kan niet"),
    "expired": _l("Verlopen"),
}
OUTCOME_NAMES = {
    "made": _l("Bestelling gemaakt"),
    "asked": _l("Los gevraagd"),
    "slot_gone": _l("Overgeslagen: de tijd was niet vrij"),
    "not_sold": _l("Overgeslagen: niet op de markt"),
}


@blueprint.route("/bestellen/<listing>/vaker", methods=["GET", "POST"])
@needs(Permission.BUY)
def ask(listing: str) -> Any:
    """Ask for a service again and again."""
    found = catalogue.one(context.session(), public_id=listing)
    if found.kind != "service":
        raise NotFound
    if request.method == "GET":
        given = {"quantity": 100, "every": "week"}
        form = SeriesForm(unit=found.unit, now=context.now(), formdata=None, data=given)
        return _ask_page(found, form)
    form = SeriesForm(unit=found.unit, now=context.now())
    if "vanaf" in request.form:  # other days, please
        return _ask_page(found, form)
    good = form.validate_on_submit()
    free = free_days(found, form)
    if free and free.any_free and not form.starts_at.data and not form.starts_at.errors:
        form.starts_at.errors, good = [_("Kies een tijd.")], False
    elif not (free and free.any_free) and not form.wanted_on.data and not form.wanted_on.errors:
        form.wanted_on.errors, good = [_("Kies de dag van de eerste keer.")], False
    if not good:
        return _ask_page(found, form, 422)
    try:
        made = series.ask(
            context.session(),
            buyer_id=who().person_id,
            listing=listing,
            wish=form.wish(),
            idempotency_key=form.key.data,
            now=context.now(),
        )
    except (NotForSale, OwnListing, SlotGone) as fault:
        form.form_errors.append(sentence(fault))
        return _ask_page(found, form, 409)
    context.wake_after_commit()
    flash(_("Gevraagd. Je krijgt een mail bij het antwoord."), "ok")
    return redirect(url_for("recurring.page", series_id=made.public_id), 303)


def _ask_page(listing: Any, form: SeriesForm, status: int = 200) -> tuple[str, int]:
    free = free_days(listing, form)
    form.wanted_on.flags.required = True  # where no time is to be chosen
    form.quantity.label.text = words.HOW_MANY_WORDS[listing.unit]
    shown = render_template(
        "recurring/ask.html",
        listing=listing,
        form=form,
        free=free if free and free.days else None,
        unit=words.UNIT_WORDS[listing.unit],
    )
    return shown, status


@blueprint.get("/bestellingen/vaker")
@needs(Permission.BUY)
def mine() -> str:
    """Show what comes back for a buyer."""
    return _list({"buyer_id": who().person_id}, "buyer")


@blueprint.get("/werk/vaker")
@needs(Permission.WORK)
def jobs() -> str:
    """Show what comes back for a member."""
    return _list(_member(), "member")


def _member() -> dict[str, int]:
    return {"cooperative_id": cooperative_id(), "membership_id": membership_id()}


def _list(scope: dict[str, int], side: str) -> str:
    before = request.args.get("voor")
    found = series.mine(context.session(), scope=scope, before=before)
    return render_template(
        "recurring/mine.html",
        found=found,
        side=side,
        before=before,
        following=found[-1].public_id if len(found) == series.PAGE else None,
        rhythm=rhythm_words,
        states=STATE_NAMES,
    )


@blueprint.get("/bestellingen/vaker/<series_id>")
@needs(Permission.BUY)
def page(series_id: str) -> str:
    """Show one series to its buyer."""
    return _page(series_id, {"buyer_id": who().person_id}, "buyer")


@blueprint.get("/werk/vaker/<series_id>")
@needs(Permission.WORK)
def job(series_id: str) -> str:
    """Show one series to its member, with what each time leaves."""
    return _page(series_id, _member(), "member")


def _page(series_id: str, scope: dict[str, int], side: str) -> str:
    session = context.session()
    found = series.one(session, scope=scope, public_id=series_id)
    price = line_price_half_up(found.listing.price_cents, found.quantity_hundredths)
    keep = None
    if side == "member" and found.state in {"asked", "active", "paused"}:
        kept = prices.kept_of(
            session,
            **_member(),
            prices={"each": (price, found.listing.vat_category)},
            now=context.now(),
        )
        keep = kept["each"]
    return render_template(
        "recurring/page.html",
        one=found,
        dates=series.dates(session, series=found),
        side=side,
        price=price,
        keep=keep,
        how_much=progress.how_much_of(found.listing.unit, found.quantity_hundredths),
        rhythm=rhythm_words(found),
        states=STATE_NAMES,
        outcomes=OUTCOME_NAMES,
    )


def rhythm_words(one: Any) -> str:
    """Say how often and when: elke week op maandag, 9:00 uur."""
    often = str(EVERY_WORDS[one.every])
    if one.every == "month":
        on = _("rond dag %(day)s", day=one.first_on.day) if one.first_on.day > 28 else ""
        on = on or _("op dag %(day)s", day=one.first_on.day)
    else:
        on = _("op %(day)s", day=weekday_name(one.first_on))
    if one.at_minute is None:
        return f"{often} {on}"
    at = clock_of(one.at_minute)
    return str(_("%(often)s %(on)s, %(at)s uur", often=often, on=on, at=at))


def _do(act: Callable[[], Any], where: str, series_id: str, told: str) -> Any:
    act()
    context.wake_after_commit()
    flash(told, "ok")
    return redirect(url_for(where, series_id=series_id), 303)


def _answer(series_id: str, *, yes: bool, told: str) -> Any:
    def act() -> Any:
        return series.answer(
            context.session(), scope=_member(), public_id=series_id, yes=yes, now=context.now()
        )

    return _do(act, "recurring.job", series_id, told)


@blueprint.post("/werk/vaker/<series_id>/ja")
@needs(Permission.WORK)
def accept(series_id: str) -> Any:
    """Say yes, once for all times."""
    told = _("Je hebt ja gezegd. De eerste bestellingen zijn gemaakt.")
    return _answer(series_id, yes=True, told=told)


@blueprint.post("/werk/vaker/<series_id>/nee")
@needs(Permission.WORK)
def decline(series_id: str) -> Any:
    """Say no, without a reason."""
    told = _("Je hebt nee gezegd. Dat mag altijd. De koper krijgt een mail.")
    return _answer(series_id, yes=False, told=told)


ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "pauze": (series.pause, _l("Dit staat op pauze. Er komen even geen nieuwe bestellingen.")),
    "verder": (series.resume, _l("Dit gaat weer door.")),
    "stop": (series.stop, _l("Gestopt. Er komen geen nieuwe bestellingen.")),
}


def _change(series_id: str, act: str, scope: dict[str, int], side: str) -> Any:
    change, told = ACTS[act]

    def do() -> Any:
        return change(
            context.session(), scope=scope, public_id=series_id, side=side, now=context.now()
        )

    where = "recurring.page" if side == "buyer" else "recurring.job"
    return _do(do, where, series_id, str(told))


@blueprint.post("/bestellingen/vaker/<series_id>/<any(pauze, verder, stop):act>")
@needs(Permission.BUY)
def change(series_id: str, act: str) -> Any:
    """Pause, go on or stop, as the buyer."""
    return _change(series_id, act, {"buyer_id": who().person_id}, "buyer")


@blueprint.post("/werk/vaker/<series_id>/<any(pauze, verder, stop):act>")
@needs(Permission.WORK)
def change_job(series_id: str, act: str) -> Any:
    """Pause, go on or stop, as the member."""
    return _change(series_id, act, _member(), "member")
