"""Payments that a buyer's bank asks back: the list, one with its facts and its log, and our side of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.disputes import DisputeTakesNoEvidence
from marketplace.services.books import covers
from marketplace.services.money import calls, evidence
from marketplace.services.trade import disputes, orderlog
from marketplace.web.forms.money.disputes import EvidenceForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, needs, who
from marketplace.web.standing import timeline

blueprint = Blueprint("disputes", __name__, url_prefix="/balie/betwist")

STATE_NAMES = {
    "warning": _l("De bank heeft een vraag"),
    "needs_response": _l("Wacht op jullie antwoord"),
    "under_review": _l("De bank beslist"),
    "won": _l("Gewonnen"),
    "lost": _l("Verloren"),
    "warning_closed": _l("Vraag gesloten"),
}
REASON_NAMES = {
    "credit_not_processed": _l("De koper zegt dat er geld terug zou komen."),
    "duplicate": _l("De koper zegt dat er twee keer is betaald."),
    "fraudulent": _l("De koper zegt dat iemand anders heeft betaald."),
    "product_not_received": _l("De koper zegt dat er niets is geleverd."),
    "product_unacceptable": _l("De koper zegt dat het niet goed was."),
    "subscription_canceled": _l("De koper zegt dat dit was opgezegd."),
    "unrecognized": _l("De koper herkent de betaling niet."),
}


@blueprint.get("")
@needs(Permission.DISPUTES_SEE)
def browse() -> str:
    """Show the disputes of the cooperative, newest first."""
    before = request.args.get("voor")
    found = disputes.page(context.session(), cooperative_id=cooperative_id(), before=before)
    return render_template(
        "money/disputes.html",
        disputes=found,
        names=STATE_NAMES,
        before=before,
        following=found[-1].public_id if len(found) == disputes.PAGE else None,
    )


@blueprint.get("/<public_id>")
@needs(Permission.DISPUTES_SEE)
def page(public_id: str) -> Any:
    """Show one dispute: the facts, what happened, until when, and what was handed in."""
    found = _ours(public_id)
    return _shown(found, _form_for(found))


@blueprint.post("/<public_id>")
@needs(Permission.DISPUTES_ANSWER, fresh=True)
def answer(public_id: str) -> Any:
    """Hand in our side; the worker brings it to the bank."""
    found = _ours(public_id)
    form = EvidenceForm()
    if not form.validate_on_submit():
        return _shown(found, form), 422
    try:
        evidence.hand_in(
            context.session(),
            cooperative_id=cooperative_id(),
            public_id=public_id,
            what=(form.what.data or "").strip(),
            story=(form.story.data or "").strip(),
            delivered_on=form.delivered_on.data,
            by_id=who().person_id,
            now=context.now(),
        )
    except DisputeTakesNoEvidence as fault:
        form.form_errors.append(sentence(fault))
        return _shown(_ours(public_id), form), 409
    context.wake_after_commit()
    flash(_("Jullie antwoord gaat naar de bank. Hier zie je of het is aangekomen."), "ok")
    return redirect(url_for("disputes.page", public_id=public_id), 303)


def _ours(public_id: str) -> Any:
    return disputes.one(context.session(), cooperative_id=cooperative_id(), public_id=public_id)


def _form_for(found: Any) -> EvidenceForm:
    """Fill in what is known: what was handed in before and failed, or what was sold and when."""
    days = [line.delivered_on for line in found.order.lines if line.delivered_on]
    kept = found.evidence or {}
    titles = ", ".join(line.title for line in found.order.lines)
    told = {"what": kept.get("what") or titles[:500], "story": kept.get("story", "")}
    return EvidenceForm(formdata=None, data=told | {"delivered_on": max(days, default=None)})


def _shown(found: Any, form: EvidenceForm) -> str:
    session = context.session()
    call = calls.about_dispute(session, dispute=found)
    today = day_in_amsterdam(context.now())
    return render_template(
        "money/dispute.html",
        dispute=found,
        order=found.order,
        stray=found.intent.state != "paid",
        paid_cents=covers.paid_cents(session, dispute=found),
        twice_cents=found.lost_cents - found.covered_cents,
        form=form,
        call=call,
        takes=evidence.open_for(found, call),
        days_left=(found.due_on - today).days if found.due_on else None,
        names=STATE_NAMES,
        reason=REASON_NAMES.get(found.reason),
        told=timeline.for_desk(orderlog.of_order(session, order=found.order), found.order),
    )
