"""A member's own monthly statements: the list, one in the making, one that is ready, hours, confirming, a PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.statements import sent_from
from marketplace.domain.waterfall import NoAgreement
from marketplace.services.membership import agreements
from marketplace.services.months import marks, profiles, questions, statements
from marketplace.web import municipal, papers, told
from marketplace.web.forms.statements import ConfirmForm, HoursForm
from marketplace.web.messages.exemptions import OWN_GROUNDS
from marketplace.web.messages.statements import REGIMES, STATES
from marketplace.web.security import membership_id, needs, who

blueprint = Blueprint("statements", __name__, url_prefix="/werk/opgaven")


@blueprint.get("")
@needs(Permission.STATEMENTS_OWN)
def mine() -> str:
    """Show the statements, newest month first; a month with nothing is confirmed here, in one tap."""
    before = _month_asked("voor")
    found = statements.mine(context.session(), membership_id=membership_id(), before=before)
    return render_template(
        "statements/mine.html",
        rows=found,
        following=found[-1].statement.month if len(found) == statements.PAGE else None,
        before=before,
        month=_this_month(),
        today=day_in_amsterdam(context.now()),
        sent_from=sent_from,
        states=STATES,
        gain_of=told.gain_of,
        agreement=agreements.in_force(
            context.session(),
            membership_id=membership_id(),
            on=day_in_amsterdam(context.now()),
        ),
        grounds=OWN_GROUNDS,
        municipality=agreements.municipality_of(
            context.session(), membership_id=membership_id(), on=day_in_amsterdam(context.now())
        ),
    )


@blueprint.get("/deze-maand")
@needs(Permission.STATEMENTS_OWN)
def in_the_making() -> str:
    """Show the statement of this month as it stands now."""
    found = statements.in_the_making(
        context.session(), membership_id=membership_id(), month=_this_month(), now=context.now()
    )
    if found is None:
        raise NoAgreement
    return render_template(
        "statements/draft.html",
        told=found.told,
        told_as=told,
        regimes=REGIMES,
        municipality=found.municipality,
    )


@blueprint.get("/<public_id>")
@needs(Permission.STATEMENTS_OWN)
def page(public_id: str) -> str:
    """Show one statement with every step, its reason and its backing, and the questions about it."""
    return _page(_found(public_id), None)


@blueprint.get("/<public_id>/niets")
@needs(Permission.STATEMENTS_OWN)
def nothing(public_id: str) -> Any:
    """Show a month with nothing as one button; the whole statement when there is more to see."""
    found = _found(public_id)
    if found.statement.state != "ready" or _runs(found) or not found.told.is_nil:
        return redirect(url_for("statements.page", public_id=public_id), 303)
    return render_template(
        "statements/nothing.html",
        statement=found.statement,
        told=found.told,
        municipality=found.municipality,
    )


@blueprint.get("/<public_id>/opgave.pdf")
@needs(Permission.STATEMENTS_OWN)
def pdf(public_id: str) -> Response:
    """Give the statement as an accessible PDF."""
    found = _found(public_id)
    member = statements.membership_of(context.session(), membership_id=membership_id())
    return papers.own(found, name=member.name, reference=member.reference, now=context.now())


@blueprint.post("/<public_id>/uren")
@needs(Permission.STATEMENTS_OWN)
def hours(public_id: str) -> Any:
    """Keep the hours worked; nobody has to tell."""
    form = HoursForm()
    if not form.validate_on_submit():
        return _page(_found(public_id), form), 422
    statements.set_hours(
        context.session(),
        membership_id=membership_id(),
        public_id=public_id,
        quarters=form.quarters,
    )
    flash(_("Je uren staan erbij."), "ok")
    return redirect(url_for("statements.page", public_id=public_id), 303)


@blueprint.post("/<public_id>/bevestigen")
@needs(Permission.STATEMENTS_OWN, fresh=True)
def confirm(public_id: str) -> Any:
    """Confirm a statement: from now on it stands as it was sent."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        raise NotFound
    sent = statements.confirm(
        context.session(),
        membership_id=membership_id(),
        public_id=public_id,
        version=form.version.data or 0,
        actor_id=who().person_id,
        now=context.now(),
    )
    flash(_("Je opgave is bevestigd. Op deze pagina staat je bewijs."), "ok")
    return redirect(url_for("statements.page", public_id=sent.public_id), 303)


def _found(public_id: str) -> statements.Page:
    return statements.page_of(context.session(), membership_id=membership_id(), public_id=public_id)


def _page(found: statements.Page, form: HoursForm | None) -> str:
    if form is None:
        form = HoursForm(formdata=None)
        quarters = found.statement.worked_quarters
        form.hours.data = None if quarters is None else quarters * 25
    return render_template(
        "statements/page.html",
        statement=found.statement,
        told=found.told,
        newest=found.newest,
        municipality=found.municipality,
        asked=questions.of_statement(context.session(), statement_id=found.statement.id),
        form=form,
        marked=marks.of_version(
            context.session(),
            statement_id=found.statement.id,
            version=found.told.version or 0,
        ),
        period=statements.of_period(context.session(), statement=found.statement),
        runs=_runs(found),
        hours=municipal.hours_note(found.hours, found.told),
        counted=found.hours,
        limit=municipal.limit_text(found.hours) if found.hours else None,
        chosen=municipal.chosen(
            profiles.choices_of(found.municipality.profile_code, found.statement.month)
        ),
        told_as=told,
        states=STATES,
        regimes=REGIMES,
    )


def _runs(found: statements.Page) -> dt.date | None:
    """The day from which a statement may be sent, while its quarter or year still runs."""
    statement = found.statement
    if statement.state != "ready":
        return None
    return sent_from(statement.month, statement.due_on, day_in_amsterdam(context.now()))


def _this_month() -> Month:
    return Month.of(day_in_amsterdam(context.now()))


def _month_asked(name: str) -> Month | None:
    """Read a month from the address; what is no month is no page."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return Month.parse(text)
    except ValueError:
        raise NotFound from None
