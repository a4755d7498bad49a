"""The operator's pages: what there is, what to start, whom to invite, and what was refused or is stuck."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission, Role
from marketplace.gateways.rulefiles import load_municipalities
from marketplace.services import health
from marketplace.services.people import invitations, operators
from marketplace.web.forms.fields import choices_of
from marketplace.web.forms.operator import (
    ROLE_LABELS,
    CooperativeForm,
    InvitationForm,
    MunicipalityForm,
)
from marketplace.web.messages import sentence
from marketplace.web.messages.mails import MAIL_WORDS
from marketplace.web.paging import page_key
from marketplace.web.security import needs, who
from marketplace.web.words import STEP_WORDS

blueprint = Blueprint("operator", __name__, url_prefix="/beheer")
INVITED_HERE = [Role.COORDINATOR, Role.TREASURER, Role.OFFICER]
LARGEST_KEY = 2**63 - 1


@blueprint.get("/")
@needs(Permission.OPERATE)
def overview() -> str:
    """Show cooperatives, municipalities, open invitations, what the worker did and mails that do not leave."""
    session = context.session()
    work = health.work(session)
    return render_template(
        "operator/overview.html",
        cooperatives=operators.cooperatives(session),
        municipalities=operators.municipalities(session),
        invitations=invitations.waiting(session, roles=INVITED_HERE, now=context.now()),
        mails=operators.stuck_mails(session, now=context.now()),
        role_labels=ROLE_LABELS,
        work=work,
        at_work=work.at_work(context.now()),
        step_words=STEP_WORDS,
        mail_words=MAIL_WORDS,
    )


@blueprint.route("/cooperaties/nieuw", methods=["GET", "POST"])
@needs(Permission.OPERATE, fresh=True)
def new_cooperative() -> Any:
    """Start a cooperative with its first dated parameters and its place in the VAT."""
    form = CooperativeForm()
    if form.validate_on_submit():
        try:
            made = operators.create_cooperative(
                context.session(),
                wanted=form.wanted(),
                created_by=who().person_id,
                now=context.now(),
            )
        except operators.NameTaken as refusal:
            form.name.errors = [sentence(refusal)]
        else:
            flash(_("%(name)s staat klaar. Nodig nu een coördinator uit.", name=made.name))
            target = url_for("operator.invite_to_cooperative", public_id=made.public_id)
            return redirect(target, 303)
    shown = render_template("operator/cooperative.html", form=form)
    return shown, 422 if request.method == "POST" else 200


@blueprint.route("/gemeenten/nieuw", methods=["GET", "POST"])
@needs(Permission.OPERATE, fresh=True)
def new_municipality() -> Any:
    """Start a municipality; its own rules come from a file, or are the defaults."""
    form = MunicipalityForm()
    profiles = [(one.code, one.name) for one in load_municipalities().values()]
    form.profile_code.choices = choices_of([("", _("De gewone regels")), *profiles])
    if form.validate_on_submit():
        try:
            made = operators.create_municipality(
                context.session(),
                name=form.data["name"],
                profile_code=form.data["profile_code"],
                contact_email=form.data["contact_email"],
                contact_phone=form.data["contact_phone"],
                created_by=who().person_id,
                now=context.now(),
            )
        except operators.NameTaken as refusal:
            form.name.errors = [sentence(refusal)]
        else:
            flash(_("%(name)s staat klaar. Nodig nu iemand van de gemeente uit.", name=made.name))
            target = url_for("operator.invite_to_municipality", public_id=made.public_id)
            return redirect(target, 303)
    shown = render_template("operator/municipality.html", form=form)
    return shown, 422 if request.method == "POST" else 200


@blueprint.route("/cooperaties/<public_id>/uitnodigen", methods=["GET", "POST"])
@needs(Permission.OPERATE, fresh=True)
def invite_to_cooperative(public_id: str) -> Any:
    """Invite a coordinator or a treasurer."""
    row = operators.cooperative(context.session(), public_id=public_id)
    return _invite([Role.COORDINATOR, Role.TREASURER], row.name, cooperative_id=row.id)


@blueprint.route("/gemeenten/<public_id>/uitnodigen", methods=["GET", "POST"])
@needs(Permission.OPERATE, fresh=True)
def invite_to_municipality(public_id: str) -> Any:
    """Invite somebody of the municipality."""
    row = operators.municipality(context.session(), public_id=public_id)
    return _invite([Role.OFFICER], row.name, municipality_id=row.id)


def _invite(
    roles: list[Role],
    where: str,
    *,
    cooperative_id: int | None = None,
    municipality_id: int | None = None,
) -> Any:
    form = InvitationForm()
    form.offer(roles)
    if form.validate_on_submit():
        invitations.invite(
            context.session(),
            role=Role(form.role.data),
            email=form.data["email"],
            name=form.data["name"],
            cooperative_id=cooperative_id,
            municipality_id=municipality_id,
            invited_by=who().person_id,
            now=context.now(),
        )
        context.wake_after_commit()
        flash(_("De uitnodiging voor %(name)s is onderweg.", name=form.name.data))
        return redirect(url_for("operator.overview"), 303)
    shown = render_template("operator/invite.html", form=form, where=where)
    return shown, 422 if request.method == "POST" else 200


@blueprint.get("/geweigerd")
@needs(Permission.OPERATE)
def refusals() -> str:
    """Show the provider's events that were refused, newest first."""
    page = operators.refused_events(
        context.session(), before=page_key(request.args.get("before"), largest=LARGEST_KEY)
    )
    return render_template(
        "operator/refusals.html", page=page, is_first="before" not in request.args
    )
