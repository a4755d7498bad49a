"""The operator's pages about law to come: what is pending, who would notice, confirm and withdraw."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.services.months import rulebook, rulechanges
from marketplace.web import explain
from marketplace.web.formats import day
from marketplace.web.forms.rules import ConfirmForm, SinceForm, WithdrawForm
from marketplace.web.messages import sentence
from marketplace.web.messages.rules import PENDING
from marketplace.web.security import needs, who

blueprint = Blueprint("rules", __name__, url_prefix="/beheer/regels")
LARGEST_KEY = 2**63 - 1


@blueprint.get("")
@needs(Permission.OPERATE)
def overview() -> str:
    """Show every pending law with article, sources and certainty, and what was confirmed."""
    return render_template(
        "rules/overview.html",
        rules=rulebook.pending_rules(context.session()),
        titles=PENDING,
        certainty=explain.certainty_text,
    )


@blueprint.get("/<pending_id>")
@needs(Permission.OPERATE, fresh=True)
def page(pending_id: str) -> str:
    """Show one pending law, and which months would come out otherwise from a chosen day on."""
    return _page(pending_id, ConfirmForm(formdata=None), WithdrawForm(formdata=None))


@blueprint.post("/<pending_id>/bevestigen")
@needs(Permission.OPERATE, fresh=True)
def confirm(pending_id: str) -> Any:
    """Put a pending law in force, with where it stands and from when."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            rulebook.confirm(
                context.session(),
                pending_id=pending_id,
                reference=form.data["reference"],
                valid_from=form.data["valid_from"],
                actor_id=who().person_id,
                now=context.now(),
            )
        except rulebook.BeforeExpected as refusal:
            expected = day(refusal.expected)
            form.valid_from.errors = [
                _("Deze regel begint op zijn vroegst op %(day)s.", day=expected)
            ]
        except (rulebook.InsideMonth, rulebook.NeedsReference) as refusal:
            wrong = form.valid_from if isinstance(refusal, rulebook.InsideMonth) else form.reference
            wrong.errors = [sentence(refusal)]
        else:
            flash(_("De regel telt mee vanaf %(day)s.", day=day(form.data["valid_from"])))
            return redirect(url_for("rules.page", pending_id=pending_id), 303)
    return _page(pending_id, form, WithdrawForm(formdata=None)), 422


@blueprint.post("/<pending_id>/intrekken")
@needs(Permission.OPERATE, fresh=True)
def withdraw(pending_id: str) -> Any:
    """Take a confirmation back, with the reason."""
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            rulebook.withdraw(
                context.session(),
                pending_id=pending_id,
                reason=form.data["reason"],
                actor_id=who().person_id,
                now=context.now(),
            )
        except rulebook.NeedsReference as refusal:
            form.reason.errors = [sentence(refusal)]
        else:
            flash(_("De regel telt niet meer mee. Opgaven die er al zijn, blijven zoals ze waren."))
            return redirect(url_for("rules.page", pending_id=pending_id), 303)
    return _page(pending_id, ConfirmForm(formdata=None), form), 422


def _page(pending_id: str, form: ConfirmForm, withdrawing: WithdrawForm) -> str:
    session = context.session()
    law = rulebook.pending_law(pending_id)
    found = next(one for one in rulebook.pending_rules(session) if one.law.id == law.id)
    first = Month.of(day_in_amsterdam(context.now())).shift(-rulechanges.MONTHS).first
    since, asked = _since(first)
    looked = None
    if not explain.is_medical(law.article):
        looked = rulechanges.if_confirmed(
            session, pending_id=law.id, since=since, now=context.now(), after=_after()
        )
    return render_template(
        "rules/page.html",
        rule=found,
        title=PENDING.get(law.id, law.article),
        certainty=explain.certainty_text(law.certainty),
        share=explain.percent_of(law.fraction) if law.fraction is not None else None,
        form=form,
        withdrawing=withdrawing,
        asked=asked,
        since=since,
        looked=looked,
        is_first=_after() == 0,
    )


def _since(usual: dt.date) -> tuple[dt.date, SinceForm]:
    """Read the chosen day; what cannot be read is told beside the field, and the usual day is taken."""
    if "since" not in request.args:
        return usual, SinceForm(formdata=None, data={"since": usual})
    form = SinceForm(request.args)
    return (form.data["since"] if form.validate() else usual), form


def _after() -> int:
    after = request.args.get("after", 0, type=int)
    if not 0 <= after <= LARGEST_KEY:
        raise NotFound
    return after
