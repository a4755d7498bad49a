"""The cooperative's orders for coordinator and treasurer, and money back by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.access import Permission, Role
from marketplace.domain.bank import references
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.disputes import DisputeHoldsMoney
from marketplace.domain.doors.telephone import spoken_phone
from marketplace.domain.refunds import RefundTooMuch
from marketplace.services import maillog
from marketplace.services.doors import contacts, workorders
from marketplace.services.trade import deskorders, deskstepping, orderlog
from marketplace.services.trade.teamwork import teamlines
from marketplace.web.forms.trade.refunds import LIABLE_NAMES, REASON_NAMES, RefundForm
from marketplace.web.messages import sentence
from marketplace.web.messages.mails import MAIL_STATES, MAIL_WORDS
from marketplace.web.security import cooperative_id, needs, who
from marketplace.web.standing import complaining, progress, timeline

blueprint = Blueprint("deskorders", __name__, url_prefix="/balie/bestellingen")

FILTER_NAMES = {
    "not_due": _l("Wacht op antwoord"),
    "awaiting": _l("Wacht op betaling"),
    "paid": _l("Betaald"),
    "cancelled": _l("Gaat niet door"),
    "refunding": _l("Geld onderweg terug"),
    "refund_failed": _l("Terugbetalen lukte niet"),
}
REFUND_NAMES = {
    "booked": _l("Wacht op verzending"),
    "sent": _l("Onderweg"),
    "done": _l("Teruggegeven"),
    "failed": _l("Niet gelukt"),
}
INTENT_NAMES = {
    "created": _l("Begonnen"),
    "open": _l("Betaalpagina open"),
    "paid": _l("Betaald"),
    "failed": _l("Niet gelukt"),
    "expired": _l("Verlopen"),
    "stray": _l("Dubbel of te laat betaald, gaat terug"),
    "returned": _l("Dubbel of te laat betaald, teruggegeven"),
}
VIA_NAMES = {
    "provider": _l("online"),
    "bank": _l("per bank"),
    "cash": _l("contant"),
    "dispute": _l("door de bank van de koper"),
}
# Reasons that nobody chose.
OTHER_REASONS = {
    "provider_dashboard": _l("Teruggegeven bij de betaaldienst zelf"),
    "dispute_lost": _l("Betwiste betaling verloren"),
}


@blueprint.get("")
@needs(Permission.ORDERS_SEE)
def browse() -> str:
    """Show the cooperative's orders, newest first, all or by where they stand."""
    which = request.args.get("soort", "")
    which = which if which in deskorders.FILTERS else ""
    before = request.args.get("voor")
    found = deskorders.page(
        context.session(), cooperative_id=cooperative_id(), which=which, before=before
    )
    return render_template(
        "deskorders/browse.html",
        orders=found,
        which=which,
        names=FILTER_NAMES,
        before=before,
        enters=_enters(),
        following=found[-1].public_id if len(found) == deskorders.PAGE else None,
    )


@blueprint.get("/<order>")
@needs(Permission.ORDERS_SEE)
def page(order: str) -> Any:
    """Show one order: lines, payments, what went back, and the mails about it."""
    session = context.session()
    found, complaints = deskorders.with_complaints(
        session, cooperative_id=cooperative_id(), public_id=order
    )
    acts = _acts(found)
    return render_template(
        "deskorders/page.html",
        order=found,
        progress=progress,
        payments=deskorders.payments(session, order=found),
        refunds=deskorders.refunds_of(session, order=found),
        refundable=_refundable(found),
        names=FILTER_NAMES,
        refund_names=REFUND_NAMES,
        intent_names=INTENT_NAMES,
        via_names=VIA_NAMES,
        reasons={**REASON_NAMES, **OTHER_REASONS},
        liable_names=LIABLE_NAMES,
        acts=acts,
        complaints=complaints if acts else {},  # a treasurer sees the refund, and no complaint
        words=complaining,
        today=day_in_amsterdam(context.now()),
        calling_off=deskstepping.calling_off(found, found.lines, now=context.now())
        if acts
        else None,
        told=timeline.for_desk(orderlog.of_order(session, order=found), found),
        mails=maillog.of_order(session, order_id=found.id),
        mail_words=MAIL_WORDS,
        mail_states=MAIL_STATES,
        **_by_telephone(found),
    )


def _by_telephone(order: Any) -> dict[str, Any]:
    """Give what the desk can do for a buyer who called, and what of the order can be printed."""
    entered = order.origin == "phone"
    return {
        "enters": _enters(),
        "contact": contacts.of_order(context.session(), order=order) if entered else None,
        "printable": any(line.state in workorders.GOES_ON for line in order.lines),
        "may_share": teamlines.may_share,
        "parts_of": teamlines.parts_of,
        "spoken": spoken_phone,
        "spaced": references.spaced,
    }


@blueprint.route("/<order>/geld-terug", methods=["GET", "POST"])
@needs(Permission.REFUNDS_MAKE, fresh=True)
def refund(order: str) -> Any:
    """Give money back: how much of each line, why, and who bears it."""
    found = _ours(order)
    form = RefundForm.of(found.lines)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                _refund(order, form)
            except (RefundTooMuch, DisputeHoldsMoney) as fault:
                form.form_errors.append(sentence(fault))
                found, status = _ours(order), 409
            else:
                context.wake_after_commit()
                flash(_("Het geld gaat terug. De koper krijgt een mail."), "ok")
                return redirect(url_for("deskorders.page", order=order), 303)
    shown = render_template(
        "deskorders/refund.html", order=found, form=form, refundable=_refundable(found)
    )
    return shown, status


def _refund(order: str, form: RefundForm) -> None:
    deskorders.refund(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=order,
        cents=form.cents(),
        seen_cents=int(form.seen.data or 0),
        reason=form.reason.data,
        liable=form.liable.data,
        by_id=who().person_id,
        now=context.now(),
    )


@blueprint.post("/<order>/geld-terug/opnieuw")
@needs(Permission.REFUNDS_MAKE, fresh=True)
def again(order: str) -> Any:
    """Ask the provider again for what failed to go back: refunds, and payments that the order did not take."""
    done = deskorders.try_again(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=order,
        by_id=who().person_id,
        now=context.now(),
    )
    if done:
        context.wake_after_commit()
        flash(_("We vragen het de betaaldienst opnieuw."), "ok")
    return redirect(url_for("deskorders.page", order=order), 303)


@blueprint.post("/<order>/afzeggen")
@needs(Permission.ORDERS_STEP, fresh=True)
def cancel(order: str) -> Any:
    """Call off an order in the buyer's stead; what was paid goes back."""
    deskstepping.cancel(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=order,
        by_id=who().person_id,
        now=context.now(),
    )
    return _stepped(order, _("Afgezegd voor de koper. Koper en lid krijgen een mail."))


@blueprint.post("/<order>/nee/<line>")
@needs(Permission.ORDERS_STEP, fresh=True)
def decline(order: str, line: str) -> Any:
    """Say no in a member's stead."""
    _step(deskstepping.decline, order, line)
    return _stepped(order, _("Er is nee gezegd. Koper en lid krijgen een mail."))


@blueprint.post("/<order>/bevestigen/<line>")
@needs(Permission.ORDERS_STEP, fresh=True)
def confirm(order: str, line: str) -> Any:
    """Say in the buyer's stead that a delivery is right."""
    _step(deskstepping.confirm, order, line)
    return _stepped(order, _("Bevestigd. Het deel van het lid komt nu vrij."))


def _step(step: Callable[..., object], order: str, line: str) -> None:
    step(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=order,
        line=line,
        by_id=who().person_id,
        now=context.now(),
    )


def _stepped(order: str, said: str) -> Any:
    context.wake_after_commit()
    flash(said, "ok")
    return redirect(url_for("deskorders.page", order=order), 303)


def _acts(order: Any) -> dict[str, list[str]]:
    """Give by line what the one who looks may do in somebody's stead; only a coordinator may."""
    grant = context.acting()
    if grant is None or grant.role is not Role.COORDINATOR:
        return {}
    return {line.public_id: list(deskstepping.allowed(order, line)) for line in order.lines}


def _enters() -> bool:
    """Tell whether who looks may enter orders by telephone."""
    grant = context.acting()
    return grant is not None and grant.role is Role.COORDINATOR


def _ours(order: str) -> Any:
    return deskorders.one(context.session(), cooperative_id=cooperative_id(), public_id=order)


def _refundable(order: Any) -> bool:
    """Tell whether something can go back: it was paid, and not all of it went back."""
    left = sum(line.gross_cents - line.refunded_cents for line in order.lines)
    return bool(order.payment_state == "paid" and left > 0)
