"""An invitation, for who has an account and for who makes one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.people import PasswordRefused
from marketplace.services.people import invitations, throttle
from marketplace.services.people import signin as people
from marketplace.services.people.invitations import Accepted, InvitationSeen
from marketplace.web import door
from marketplace.web.forms.operator import ROLE_LABELS
from marketplace.web.forms.people import AcceptForm, AcceptKnownForm, AcceptNewForm
from marketplace.web.language import reader_locale
from marketplace.web.messages import sentence
from marketplace.web.security import public

blueprint = Blueprint("invitations", __name__)
Form = AcceptForm | AcceptKnownForm | AcceptNewForm


@blueprint.route("/uitnodiging/<token>", methods=["GET", "POST"])
@public
def accept(token: str) -> Any:
    """Show an invitation and let the invited address take it up, after signing in or as somebody new."""
    seen = invitations.look(context.session(), token=token, now=context.now())
    way = _way_in(seen)
    form = _form_of(way, seen)
    status = 422 if request.method == "POST" else 200
    if way != "other" and form.validate_on_submit():
        try:
            accepted = _take_up(token, way, form, seen)
        except throttle.TooManyTries as refusal:
            form.form_errors.append(sentence(refusal))
            status = 429
        except PasswordRefused as refusal:
            form.password.errors = [sentence(refusal)]
        else:
            if accepted is not None:
                return _welcome(accepted, way)
            form.password.errors = [_("Dit wachtwoord klopt niet.")]
    shown = render_template(
        "people/invitation.html", form=form, seen=seen, way=way, role_labels=ROLE_LABELS
    )
    return shown, status


def _way_in(seen: InvitationSeen) -> str:
    """Say how this reader can accept: signed_in, other (somebody else is signed in), known or new."""
    actor = context.actor()
    if actor is None:
        return "known" if seen.has_account else "new"
    me = people.profile(context.session(), person_id=actor.person_id)
    return "signed_in" if me.email == seen.email else "other"


def _form_of(way: str, seen: InvitationSeen) -> Form:
    if way == "new":
        return AcceptNewForm(name=seen.name)
    return AcceptKnownForm() if way == "known" else AcceptForm()


def _take_up(token: str, way: str, form: Form, seen: InvitationSeen) -> Accepted | None:
    """Accept in the reader's way; None when the password of the account was wrong."""
    if isinstance(form, AcceptNewForm):
        return invitations.accept_new(
            context.session(),
            token=token,
            name=form.data["name"],
            password=form.data["password"],
            passwords=door.passwords(),
            locale=reader_locale(),
            now=context.now(),
        )
    actor = context.actor()
    if way == "known":
        known = door.check(seen.email, form.data["password"])
        person_id = known.person_id if known else None
    else:
        person_id = actor.person_id if actor else None
    if person_id is None:
        return None
    return invitations.accept(
        context.session(), token=token, person_id=person_id, now=context.now()
    )


def _welcome(accepted: Accepted, way: str) -> Any:
    """Begin a new session in the new role."""
    flash(_("Welkom! Je doet mee."))
    known = people.SignedIn(accepted.person_id, accepted.epoch)
    path = door.begin(known, grant=accepted.grant, typed=way != "signed_in")
    return redirect(path, 303)
