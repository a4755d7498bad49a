"""The municipality's pages: statements to sign off, participants, the coverage of the norm, the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.months.coverage import SMALLEST_GROUP, GroupMonth
from marketplace.services.months import officers, profiles, reports
from marketplace.web import municipal, papers, sheets, told
from marketplace.web.formats import month_short
from marketplace.web.messages.statements import REGIMES, STATES, STATUSES
from marketplace.web.security import municipality_id, needs, who

blueprint = Blueprint("officer", __name__, url_prefix="/gemeente")
FEW = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One month of the chart: whole percents, None when the group is too small to show."""

    label: str
    value: int | None


@blueprint.get("")
@needs(Permission.PARTICIPANTS_SEE)
def overview() -> str:
    """Show what waits for signing off, the participants, and the coverage of the norm."""
    session, own = context.session(), municipality_id()
    day = day_in_amsterdam(context.now())
    after = request.args.get("na", default=0, type=int)
    waiting = officers.to_sign(session, municipality_id=own, after=_within(after))
    people = officers.participants(session, municipality_id=own, on=day, limit=FEW + 1)
    group = officers.coverage(session, municipality_id=own, last=Month.of(day).shift(-1))
    return render_template(
        "officer/overview.html",
        municipality=(town := officers.municipality(session, municipality_id=own)),
        chosen=municipal.chosen(profiles.choices_of(town.profile_code, Month.of(day))),
        waiting=waiting,
        following=waiting[-1].statement.id if len(waiting) == officers.PAGE else None,
        after=after,
        people=people[:FEW],
        more=len(people) > FEW,
        group=group,
        points=_points(group),
        smallest=SMALLEST_GROUP,
        statuses=STATUSES,
        regimes=REGIMES,
        states=STATES,
        told_as=told,
    )


@blueprint.get("/deelnemers")
@needs(Permission.PARTICIPANTS_SEE)
def participants() -> str:
    """Show the participants by reference."""
    after = request.args.get("na")
    people = officers.participants(
        context.session(),
        municipality_id=municipality_id(),
        on=day_in_amsterdam(context.now()),
        after=after,
    )
    return render_template(
        "officer/participants.html",
        people=people,
        following=people[-1].reference if len(people) == officers.PAGE else None,
        after=after,
        statuses=STATUSES,
        regimes=REGIMES,
        states=STATES,
    )


@blueprint.get("/opgaven/<public_id>")
@needs(Permission.PARTICIPANTS_SEE)
def statement(public_id: str) -> str:
    """Show one confirmed statement: status, agreement and amounts, no customers."""
    found = officers.page_of(
        context.session(), municipality_id=municipality_id(), public_id=public_id
    )
    return render_template(
        "officer/statement.html",
        found=found,
        statement=found.page.statement,
        settles=found.page.statement.month.year < day_in_amsterdam(context.now()).year,
        told=found.page.told,
        hours=municipal.hours_note(found.page.hours, found.page.told, officer=True),
        chosen=municipal.chosen(
            profiles.choices_of(found.page.municipality.profile_code, found.page.statement.month)
        ),
        statuses=STATUSES,
        regimes=REGIMES,
        states=STATES,
        told_as=told,
    )


@blueprint.get("/opgaven/<public_id>/opgave.pdf")
@needs(Permission.PARTICIPANTS_SEE)
def statement_pdf(public_id: str) -> Response:
    """Give one confirmed statement as an accessible PDF: the reference, no name and no customers."""
    found = officers.page_of(
        context.session(), municipality_id=municipality_id(), public_id=public_id
    )
    return papers.minimal(found, now=context.now())


@blueprint.post("/opgaven/<public_id>/aftekenen")
@needs(Permission.STATEMENTS_SIGN_OFF, fresh=True)
def sign_off(public_id: str) -> Any:
    """Sign a statement off."""
    officers.sign_off(
        context.session(),
        municipality_id=municipality_id(),
        public_id=public_id,
        actor_id=who().person_id,
        now=context.now(),
    )
    flash(_("De opgave is afgetekend."), "ok")
    return redirect(url_for("officer.overview"), 303)


@blueprint.get("/opgaven.csv")
@needs(Permission.REPORTS_SEE)
def report_csv() -> Response:
    """Give the confirmed statements of the last twelve months, by reference, without names."""
    last = Month.of(day_in_amsterdam(context.now())).shift(-1)
    first = last.shift(1 - officers.MONTHS)
    rows = reports.report(
        context.session(), municipality_id=municipality_id(), first=first, last=last
    )
    return sheets.answer(rows, f"opgaven-{first}-{last}.csv")


def _points(group: list[GroupMonth]) -> list[Point]:
    return [Point(month_short(one.month), one.percent) for one in group]


def _within(number: int) -> int:
    """A number from the address as the database can hold it."""
    return number if 0 <= number < 2**63 else 0
