"""The municipality's page of an exemption by decision, for one participant of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.exemptions import BeforeAgreement, EndsBeforeItBegins, MonthStatedBefore
from marketplace.services.membership import exemptions
from marketplace.services.membership.exemptions import Participant
from marketplace.web.forms.exemptions import DecisionForm, EndForm
from marketplace.web.messages import sentence
from marketplace.web.messages.exemptions import GROUNDS
from marketplace.web.security import municipality_id, needs, who

blueprint = Blueprint("exemptions", __name__, url_prefix="/gemeente/deelnemers/<reference>")
REFUSALS: tuple[type[Refused], ...] = (BeforeAgreement, MonthStatedBefore, EndsBeforeItBegins)


@blueprint.route("/vrijlating", methods=["GET", "POST"])
@needs(Permission.EXEMPTIONS_DECIDE, fresh=True)
def decide(reference: str) -> Any:
    """Show what was decided for a participant, and write a new decision."""
    found, form = _participant(reference), DecisionForm()
    shown = partial(_page, found, form, EndForm(formdata=None))
    if not form.validate_on_submit():
        return shown(), 422 if form.is_submitted() else 200
    try:
        exemptions.decide(
            context.session(),
            participant=found,
            decided=form.decided(),
            actor_id=who().person_id,
            now=context.now(),
        )
    except REFUSALS as fault:
        form.since.errors = [sentence(fault)]
        return shown(), 422
    flash(_("De vrijlating staat vast."), "ok")
    return redirect(url_for("exemptions.decide", reference=reference), 303)


@blueprint.post("/vrijlating/stoppen")
@needs(Permission.EXEMPTIONS_DECIDE, fresh=True)
def end(reference: str) -> Any:
    """Let the decision end with a month."""
    found, form = _participant(reference), EndForm()
    shown = partial(_page, found, DecisionForm(formdata=None), form)
    if not form.validate_on_submit():
        return shown(), 422
    try:
        exemptions.end(
            context.session(),
            participant=found,
            last=form.last.data,
            actor_id=who().person_id,
            now=context.now(),
        )
    except REFUSALS as fault:
        form.last.errors = [sentence(fault)]
        return shown(), 422
    flash(_("De vrijlating stopt na die maand."), "ok")
    return redirect(url_for("exemptions.decide", reference=reference), 303)


def _participant(reference: str) -> Participant:
    return exemptions.of_participant(
        context.session(),
        municipality_id=municipality_id(),
        reference=reference,
        on=day_in_amsterdam(context.now()),
    )


def _page(found: Participant, form: DecisionForm, ending: EndForm) -> str:
    return render_template(
        "officer/exemption.html",
        member=found.member,
        agreement=found.agreement,
        form=form,
        ending=ending,
        grounds=GROUNDS,
    )
