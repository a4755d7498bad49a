"""Members, for the people who run the cooperative: the list, one member, inviting, a change of status."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission, Role
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.members import AlreadyMember
from marketplace.services.books import ledger
from marketplace.services.membership import agreements, memberlists, members
from marketplace.services.months import statements
from marketplace.services.trade import costs
from marketplace.web.forms.members import InviteForm, StatusForm
from marketplace.web.messages import sentence
from marketplace.web.messages.statements import REGIMES, STATES, STATUSES
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("members", __name__, url_prefix="/balie/leden")
FEW = 6


@blueprint.get("")
@needs(Permission.MEMBERS_SEE)
def browse() -> str:
    """Show the members by reference."""
    after = request.args.get("na", default=None, type=str)
    day = day_in_amsterdam(context.now())
    found = memberlists.browse(
        context.session(), cooperative_id=cooperative_id(), on=day, after=after
    )
    following = found[-1].reference if len(found) == memberlists.PAGE else None
    return render_template(
        "members/browse.html",
        members=found,
        following=following,
        after=after,
        statuses=STATUSES,
        regimes=REGIMES,
        invites=_is_coordinator(),
    )


@blueprint.get("/<public_id>")
@needs(Permission.MEMBERS_SEE)
def page(public_id: str) -> str:
    """Show one member: the agreement, the money, statements, receipts and jobs."""
    return _page(public_id, StatusForm())


@blueprint.post("/<public_id>/status")
@needs(Permission.MEMBERS_INVITE, fresh=True)
def status(public_id: str) -> Any:
    """Change the status of a member."""
    form = StatusForm()
    member, _municipality = members.get(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )
    form.offer(member.status)
    if not form.validate_on_submit():
        return _page(public_id, form), 422
    members.set_status(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=public_id,
        status=form.status.data,
        reason=form.reason.data,
        actor_id=who().person_id,
        now=context.now(),
    )
    flash(_("De status is veranderd."), "ok")
    return redirect(url_for("members.page", public_id=public_id), 303)


@blueprint.route("/nieuw", methods=["GET", "POST"])
@needs(Permission.MEMBERS_INVITE, fresh=True)
def invite() -> Any:
    """Invite somebody as a member."""
    form = InviteForm()
    known = members.municipalities(context.session())
    form.offer(known)
    if not form.validate_on_submit():
        return render_template(
            "members/invite.html", form=form
        ), 422 if form.is_submitted() else 200
    chosen = next((one for one in known if one.public_id == form.municipality.data), None)
    if chosen is None:
        raise NotFound
    try:
        made = members.invite(
            context.session(),
            cooperative_id=cooperative_id(),
            municipality_id=chosen.id,
            name=(form.name.data or "").strip(),
            trade_name=(form.trade_name.data or "").strip(),
            email=form.email.data or "",
            invited_by_id=who().person_id,
            now=context.now(),
        )
    except AlreadyMember as fault:
        form.email.errors = [sentence(fault)]
        return render_template("members/invite.html", form=form), 422
    context.wake_after_commit()
    flash(_("De uitnodiging is verstuurd. Maak nu de afspraak."), "ok")
    return redirect(url_for("members.page", public_id=made.membership.public_id), 303)


def _page(public_id: str, form: StatusForm) -> str:
    session, tenant = context.session(), cooperative_id()
    member, municipality = members.get(session, cooperative_id=tenant, public_id=public_id)
    form.offer(member.status)
    day = day_in_amsterdam(context.now())
    agreed = agreements.of_member(session, membership_id=member.id)
    now = next(
        (
            one
            for one in agreed
            if one.valid_from <= day and (one.valid_to is None or one.valid_to >= day)
        ),
        None,
    )
    return render_template(
        "members/page.html",
        member=member,
        municipality=municipality,
        agreed=agreed,
        now=now,
        money=_money(member.id, now.regime if now else None),
        statements=statements.mine(session, membership_id=member.id, limit=FEW),
        costs=costs.of_member(session, membership_id=member.id, limit=FEW),
        jobs=members.latest_jobs(session, membership_id=member.id),
        form=form,
        changes=_is_coordinator(),
        statuses=STATUSES,
        regimes=REGIMES,
        states=STATES,
    )


def _money(membership_id: int, regime: str | None) -> dict[str, int]:
    """Give what is destined for the member and what is still to be paid out, from the books."""
    held = ledger.balances(
        context.session(),
        cooperative_id=cooperative_id(),
        codes=["destined_for_member", "payable_to_member", "receipts_payable"],
        membership_id=membership_id,
    )
    return {code: cents for (code, _member), cents in held.items()} | {"in_pot": regime == "pot"}


def _is_coordinator() -> bool:
    grant = context.acting()
    return grant is not None and grant.role is Role.COORDINATOR
