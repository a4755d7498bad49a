"""The member's pages of requests: what she can answer, her offer with what it leaves, and her no."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.asking import MOST_LINES, Kind, RequestState
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.services.asking import offers, reading
from marketplace.services.months.prices import kept_of_document
from marketplace.web import requestwords
from marketplace.web.forms.trade.offers import OfferForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, membership_id, needs, who
from marketplace.web.standing import progress

blueprint = Blueprint("offers", __name__, url_prefix="/werk/aanvragen")

LIST_NAMES = {"quote": _l("Aan jou gevraagd"), "wanted": _l("Gezocht in de buurt")}
ASK, MORE = "reken", "erbij"  # the buttons that keep nothing


@blueprint.get("")
@needs(Permission.OFFERS_MAKE)
def browse() -> str:
    """Show what the member can answer: quotes asked of her, or what is wanted near her cooperative."""
    which = request.args.get("lijst", "quote")
    kind = Kind(which) if which in LIST_NAMES else Kind.QUOTE
    before = request.args.get("voor")
    found = reading.to_answer(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        kind=kind,
        today=day_in_amsterdam(context.now()),
        before=before,
    )
    return render_template(
        "offers/browse.html",
        rows=found,
        which=kind.value,
        names=LIST_NAMES,
        before=before,
        following=found[-1].request.public_id if len(found) == reading.PAGE else None,
        progress=progress,
    )


@blueprint.get("/<public_id>")
@needs(Permission.OFFERS_MAKE)
def page(public_id: str) -> Any:
    """Show one request, with the form of an offer or with the offer that was made."""
    return _page(public_id, OfferForm(now=context.now(), formdata=None))


@blueprint.post("/<public_id>")
@needs(Permission.OFFERS_MAKE)
def make(public_id: str) -> Any:
    """Make an offer; two buttons only compute, or give room for one line more."""
    form = OfferForm(now=context.now())
    if MORE in request.form:
        form.one_line_more()
        return _page(public_id, form)
    if ASK in request.form:
        return _page(public_id, form)
    if not form.validate():
        return _page(public_id, form), 422
    try:
        offers.make(
            context.session(),
            **_own(),
            request=public_id,
            lines=form.filled(),
            valid_until=form.valid_until.data,
            text=form.text.data or "",
            idempotency_key=form.key.data,
            now=context.now(),
        )
    except Refused as fault:
        form.form_errors.append(sentence(fault))
        return _page(public_id, form), 409
    context.wake_after_commit()
    flash(_("Je offerte is verstuurd. De koper krijgt een mail."), "ok")
    return redirect(url_for("offers.page", public_id=public_id), 303)


@blueprint.get("/<public_id>/wat-houd-ik-over")
@needs(Permission.OFFERS_MAKE)
def kept(public_id: str) -> str:
    """Give what the lines so far leave, as they are typed: a part of the form's page."""
    found = reading.for_member(context.session(), **_own(), public_id=public_id)
    form = OfferForm(now=context.now(), formdata=MultiDict(request.args))
    return render_template("offers/kept.html", keep=_keep(form, found))


@blueprint.post("/<public_id>/nee")
@needs(Permission.OFFERS_MAKE)
def decline(public_id: str) -> Any:
    """Say no to a question for a quote, without a reason."""
    offers.decline(context.session(), **_own(), request=public_id, now=context.now())
    context.wake_after_commit()
    flash(_("Je hebt nee gezegd. Dat mag altijd. De koper krijgt een mail."), "ok")
    return redirect(url_for("offers.browse"), 303)


@blueprint.post("/<public_id>/intrekken")
@needs(Permission.OFFERS_MAKE)
def take_back(public_id: str) -> Any:
    """Take the own offer back; while the request is open another one may follow."""
    offers.take_back(context.session(), **_own(), request=public_id, now=context.now())
    context.wake_after_commit()
    flash(_("Je offerte is ingetrokken. De koper krijgt een mail."), "ok")
    return redirect(url_for("offers.page", public_id=public_id), 303)


def _own() -> dict[str, int]:
    return {"cooperative_id": cooperative_id(), "membership_id": membership_id()}


def _page(public_id: str, form: OfferForm) -> str:
    found = reading.for_member(context.session(), **_own(), public_id=public_id)
    mine = reading.own_offer(context.session(), **_own(), request=found)
    stands = mine is not None and mine.payment_state != "cancelled"
    may_offer = (
        not stands
        and found.buyer_id != who().person_id
        and found.state == RequestState.OPEN
        and found.closes_on >= day_in_amsterdam(context.now())
        and (mine is None or mine.lines[0].state != "cancelled")
    )
    return render_template(
        "offers/page.html",
        asked=found,
        form=form,
        offer=mine,
        stands=stands,
        may_offer=may_offer,
        own=found.buyer_id == who().person_id,
        keep=_keep(form, found) if may_offer else None,
        most=MOST_LINES,
        progress=progress,
        words=requestwords,
    )


def _keep(form: OfferForm, found: Any) -> Any:
    """Say what the lines in the form leave together: "Wat houd ik over?"."""
    prices = form.prices() if request.form or request.args else []
    return kept_of_document(
        context.session(), **_own(), prices=prices, on=found.wanted_on, now=context.now()
    )
