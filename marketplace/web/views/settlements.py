"""The definitive settlement of a year: entered and seen by the member or by the municipality."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month
from marketplace.domain.months.settlement import MonthNotSent, NothingToSettle, YearNotOver
from marketplace.services.months import settlements
from marketplace.services.months.settlements import Year
from marketplace.web.forms.settlements import SettlementForm
from marketplace.web.messages import sentence
from marketplace.web.security import membership_id, municipality_id, needs, who

blueprint = Blueprint("settlements", __name__)
YEAR = "<int(min=2023, max=2199):year>"


@blueprint.route(f"/werk/opgaven/jaar/{YEAR}", methods=["GET", "POST"])
@needs(Permission.STATEMENTS_OWN)
def mine(year: int) -> Any:
    """Show a member's own year, provisional and definitive."""
    found = settlements.of_member(context.session(), membership_id=membership_id(), year=year)
    return _page(found, officer=False)


@blueprint.route(f"/gemeente/deelnemers/<reference>/jaar/{YEAR}", methods=["GET", "POST"])
@needs(Permission.STATEMENTS_SIGN_OFF, fresh=True)
def of_participant(reference: str, year: int) -> Any:
    """Show the year of the municipality's own participant."""
    found = settlements.of_participant(
        context.session(), municipality_id=municipality_id(), reference=reference, year=year
    )
    return _page(found, officer=True)


def _page(year: Year, *, officer: bool) -> Any:
    form = SettlementForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            settlements.settle(
                context.session(),
                year=year,
                assessed=form.assessed,
                actor_id=who().person_id,
                now=context.now(),
            )
        except (YearNotOver, NothingToSettle, MonthNotSent) as fault:
            form.form_errors.append(sentence(fault))
        else:
            flash(_("Het jaar is opnieuw berekend."), "ok")
            return redirect(request.path, 303)
    page = render_template(
        "statements/year.html", found=year, form=form, officer=officer, month_of=Month.parse
    )
    return page, status
