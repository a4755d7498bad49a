"""A member's calendar: what is planned, the hours of her week, days off, and moving an appointment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.availability import SlotGone
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.services.booking import calendars
from marketplace.services.trade import moving, work
from marketplace.web.forms.fields import read_day
from marketplace.web.forms.trade.agenda import DAYS, DaysOffForm, MoveForm, WeekForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, membership_id, needs
from marketplace.web.standing import progress

blueprint = Blueprint("agenda", __name__, url_prefix="/werk/agenda")


def _own() -> dict[str, int]:
    return {"cooperative_id": cooperative_id(), "membership_id": membership_id()}


@blueprint.get("")
@needs(Permission.WORK)
def page() -> Any:
    """Show what is planned, and the days off."""
    return _page(DaysOffForm(today=day_in_amsterdam(context.now()), formdata=None))


def _page(form: DaysOffForm, status: int = 200) -> tuple[str, int]:
    session, now = context.session(), context.now()
    shown = render_template(
        "agenda/page.html",
        lines=calendars.planned(session, **_own(), now=now),
        blocked=calendars.blocked(session, **_own(), today=day_in_amsterdam(now)),
        rules=calendars.rules(session, **_own()),
        form=form,
        progress=progress,
    )
    return shown, status


@blueprint.route("/uren", methods=["GET", "POST"])
@needs(Permission.WORK)
def week() -> Any:
    """Show and keep the hours of a normal week."""
    form = WeekForm() if request.method == "POST" else _filled()
    if request.method == "GET" or not form.validate():
        status = 422 if request.method == "POST" else 200
        return render_template("agenda/week.html", form=form, days=DAYS), status
    calendars.save(
        context.session(), **_own(), hours=form.hours(), limits=form.limits(), now=context.now()
    )
    flash(_("Bewaard. Kopers kiezen nu zelf een tijd."), "ok")
    return redirect(url_for("agenda.page"), 303)


def _filled() -> WeekForm:
    """Give the form with what is known."""
    found = calendars.rules(context.session(), **_own())
    week: dict[str, Any] = {"buffer_minutes": 30, "per_day": 3, "notice_hours": 24}
    if found is not None:
        week = {name: getattr(found, name) for name in week}
        for weekday, opens, closes in found.hours:
            week.setdefault(DAYS[weekday], []).append((opens, closes))
    return WeekForm(formdata=None, data=week)


@blueprint.post("/vrij")
@needs(Permission.WORK)
def block() -> Any:
    """Take days off."""
    form = DaysOffForm(today=day_in_amsterdam(context.now()))
    if not form.validate():
        return _page(form, 422)
    first = form.first.data
    calendars.block(context.session(), **_own(), first=first, last=form.last.data or first)
    flash(_("Op deze dagen kan niemand je boeken. Afspraken die er al zijn, blijven staan."), "ok")
    return redirect(url_for("agenda.page"), 303)


@blueprint.post("/open")
@needs(Permission.WORK)
def unblock() -> Any:
    """Open a day again."""
    day = read_day(request.form.get("day", ""))
    if day is not None:
        calendars.unblock(context.session(), **_own(), day=day)
        flash(_("Op deze dag kun je weer geboekt worden."), "ok")
    return redirect(url_for("agenda.page"), 303)


@blueprint.route("/<line>/verzetten", methods=["GET", "POST"])
@needs(Permission.WORK)
def move(line: str) -> Any:
    """Choose another time for an appointment; the buyer gets a mail."""
    form = MoveForm()
    if request.method == "GET" or not form.validate():
        return _move_page(line, form, 422 if request.method == "POST" else 200)
    try:
        moving.move(
            context.session(),
            cooperative_id=cooperative_id(),
            membership_id=membership_id(),
            public_id=line,
            starts_at=form.starts_at.data,
            now=context.now(),
        )
    except SlotGone as fault:
        form.form_errors.append(sentence(fault))
        return _move_page(line, form, 409)
    context.wake_after_commit()
    flash(_("De afspraak is verzet. De koper krijgt een mail."), "ok")
    return redirect(url_for("agenda.page"), 303)


def _move_page(line: str, form: MoveForm, status: int) -> tuple[str, int]:
    session, now = context.session(), context.now()
    found = work.one(session, **_own(), public_id=line)
    since = read_day(request.args.get("vanaf", ""))
    shown = render_template(
        "agenda/move.html",
        line=found,
        form=form,
        free=calendars.free_days(session, line=found, since=since, now=now),
        progress=progress,
    )
    return shown, status
