"""Making an agreement with a member."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.agreements import (
    LaterAgreement,
    MonthHasBookings,
    MonthStated,
    NotFirstOfMonth,
)
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.municipal.restarting import NEVER, FewerMonths, RestartDecisionNeeded
from marketplace.domain.regimes import (
    ExperimentEndNeeded,
    ExperimentShareNeeded,
    LegalBasisNeeded,
    NoExemptionDecisionNeeded,
    PremiumShareNeeded,
)
from marketplace.services.membership import agreements, members, restarts
from marketplace.services.months.profiles import choices_of, profile_of
from marketplace.web.forms.agreements import MONTHS_AHEAD, AgreementForm
from marketplace.web.messages import sentence
from marketplace.web.messages.statements import REGIMES
from marketplace.web.municipal import chosen
from marketplace.web.security import cooperative_id, needs, who

# Where a rule's refusal is told: beside the field that it is about.
FIELDS: dict[type[Refused], str] = {
    NotFirstOfMonth: "valid_from",
    LaterAgreement: "valid_from",
    MonthHasBookings: "valid_from",
    MonthStated: "valid_from",
    NoExemptionDecisionNeeded: "no_exemption_reference",
    PremiumShareNeeded: "premium_percent",
    ExperimentShareNeeded: "experiment_percent",
    LegalBasisNeeded: "experiment_legal_basis",
    ExperimentEndNeeded: "experiment_last_month",
    FewerMonths: "months_n_used_at_entry",
    RestartDecisionNeeded: "n_restart_reference",
}

blueprint = Blueprint("agreements", __name__, url_prefix="/balie/leden")


@blueprint.route("/<membership>/afspraak", methods=["GET", "POST"])
@needs(Permission.AGREEMENTS_MAKE, fresh=True)
def new(membership: str) -> Any:
    """Make an agreement; the one before it ends the day before."""
    session, tenant = context.session(), cooperative_id()
    member, municipality = members.get(session, cooperative_id=tenant, public_id=membership)
    earlier = agreements.of_member(session, membership_id=member.id)
    form = AgreementForm()
    form.offer(this_month := Month.of(day_in_amsterdam(context.now())))
    form.offer_restart(possible=_may_restart(municipality.profile_code, this_month))
    counted = restarts.counted(session, member=member, earlier=earlier, month=this_month.shift(1))
    if request.method == "GET":
        # Household facts carry over as a suggestion; how earnings are treated is chosen anew.
        form.suggest(this_month, earlier, counted)
    shown = partial(
        render_template,
        "agreements/new.html",
        form=form,
        member=member,
        municipality=municipality,
        earlier=earlier,
        regimes=REGIMES,
        counted=counted,
        **_choices(municipality.profile_code, this_month),
    )
    if not form.validate_on_submit():
        return shown(), 422 if form.is_submitted() else 200
    try:
        agreements.make(
            session,
            cooperative_id=tenant,
            membership_id=member.id,
            terms=form.terms(),
            made_by_id=who().person_id,
            now=context.now(),
        )
    except tuple(FIELDS) as fault:
        name = FIELDS[type(fault)]
        form[name if name in form else "months_n_used_at_entry"].errors = [sentence(fault)]
        return shown(), 422
    flash(_("De afspraak staat vast."), "ok")
    return redirect(url_for("members.page", public_id=membership), 303)


def _choices(code: str | None, month: Month) -> dict[str, Any]:
    """Give what the municipality chose: its premium for all, and all choices in words."""
    premium = profile_of(code, month).premium
    return {"premium": premium, "chosen": chosen(choices_of(code, month))}


def _may_restart(code: str | None, month: Month) -> bool:
    """Whether the municipality lets the months of the exemption begin anew, now or in a month on offer."""
    ahead = (profile_of(code, month.shift(later)).n_restart for later in (0, MONTHS_AHEAD))
    return any(choice != NEVER for choice in ahead)
