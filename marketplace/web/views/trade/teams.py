"""Sharing a job: a member proposes it for her own line, the coordinator for an order by telephone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.doors.teams import BeingPaid, NotToBeShared, WrongTeam
from marketplace.domain.orders import By
from marketplace.services.months import whatif
from marketplace.services.trade import work
from marketplace.services.trade.teamwork import teamlines, teams
from marketplace.web.forms.teams import OTHERS, ShareForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, membership_id, needs, who
from marketplace.web.standing import progress

blueprint = Blueprint("teams", __name__)


@blueprint.route("/werk/klussen/<line>/delen", methods=["GET", "POST"])
@needs(Permission.WORK)
def share(line: str) -> Any:
    """Choose with whom, and which part each gets; what the own part leaves stands beside it."""
    return _share(lambda: _own(line), By.MEMBER, url_for("work.page", line=line))


@blueprint.post("/werk/klussen/<line>/delen/terug")
@needs(Permission.WORK)
def undo(line: str) -> Any:
    """Take the proposal back: the job is the own question again."""
    return _undo(_own(line), By.MEMBER, url_for("work.page", line=line))


@blueprint.route("/balie/klussen/<line>/delen", methods=["GET", "POST"])
@needs(Permission.ORDERS_ENTER)
def share_at_desk(line: str) -> Any:
    """Propose it for a line of an order by telephone; the member of the line is asked, too."""
    return _share(lambda: _at_desk(line), By.COORDINATOR, _order_of(_at_desk(line)))


@blueprint.post("/balie/klussen/<line>/delen/terug")
@needs(Permission.ORDERS_ENTER)
def undo_at_desk(line: str) -> Any:
    """Take the proposal back."""
    found = _at_desk(line)
    return _undo(found, By.COORDINATOR, _order_of(found))


def _own(line: str) -> Any:
    """Give an own line that is not a part of somebody else's job."""
    found = work.one(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        public_id=line,
    )
    if found.team_of_id is not None:
        raise NotToBeShared
    return found


def _at_desk(line: str) -> Any:
    return teamlines.for_desk(context.session(), cooperative_id=cooperative_id(), public_id=line)


def _order_of(line: Any) -> str:
    return url_for("deskorders.page", order=line.order.public_id)


def _share(read: Callable[[], Any], by: By, back: str) -> Any:
    line = read()
    at_desk = by is By.COORDINATOR
    form = ShareForm.of(
        teamlines.colleagues(context.session(), line=line),
        own_name=line.membership.trade_name if at_desk else None,
    )
    status = 200
    if request.method == "POST":
        if "erbij" in request.form:
            form.shown.data = str(min(form.count + 1, OTHERS))
        elif not form.fits(line.gross_cents):
            status = 422
        elif "vraag" in request.form:
            try:
                _propose(line, form, by)
            except (WrongTeam, BeingPaid, NotToBeShared) as fault:
                form.form_errors.append(sentence(fault))
                status = 409
                line = read()  # the lock read the order anew, without what the page shows
            else:
                context.wake_after_commit()
                flash(_("Gevraagd. Iedereen krijgt een mail en zegt zelf ja of nee."), "ok")
                return redirect(back, 303)
    shown = render_template(
        "teams/share.html",
        line=line,
        form=form,
        most=OTHERS,
        back=back,
        at_desk=at_desk,
        keep=_keep(line, form.shares[0]) if form.shares and not at_desk else None,
        progress=progress,
    )
    return shown, status


def _propose(line: Any, form: ShareForm, by: By) -> None:
    teams.propose(
        context.session(),
        line_id=line.id,
        own_cents=form.shares[0],
        others=form.others(),
        by=by,
        by_id=who().person_id,
        now=context.now(),
    )


def _keep(line: Any, cents: int) -> whatif.WhatIf | None:
    """Say what the own part would leave."""
    today = day_in_amsterdam(context.now())
    return whatif.for_amount(
        context.session(),
        membership_id=line.membership_id,
        cooperative_id=line.cooperative_id,
        gross_cents=cents,
        vat_rate=Fraction(line.vat_rate),
        costs_cents=0,
        on=whatif.day_of(line, today),
    )


def _undo(line: Any, by: By, back: str) -> Any:
    teams.undo(context.session(), line_id=line.id, by=by, by_id=who().person_id, now=context.now())
    context.wake_after_commit()
    flash(_("Samen doen gaat niet door. De hele klus is weer één vraag."), "ok")
    return redirect(back, 303)
