"""Coming in and going out: sign-in, registration, forgotten passwords, invitations, the own account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.errors import NotFound
from marketplace.domain.people import PasswordRefused, normal_email
from marketplace.services.people import demo_people, registration, throttle
from marketplace.services.people import signin as people
from marketplace.web import door, signin
from marketplace.web.back import safe_next
from marketplace.web.forms.operator import ROLE_LABELS
from marketplace.web.forms.people import (
    AccountForm,
    ConfirmForm,
    ForgotForm,
    NewPasswordForm,
    RegisterForm,
    SignInForm,
)
from marketplace.web.language import reader_locale
from marketplace.web.messages import sentence
from marketplace.web.security import needs, public, who

blueprint = Blueprint("people", __name__)


def wanted() -> str | None:
    """Give the path of this site that somebody was on the way to."""
    given = request.values.get("next")
    return safe_next(given) if given and safe_next(given) == given else None


@blueprint.route("/inloggen", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Let somebody in by address and password; a wrong one of both reads the same."""
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            known = door.check(form.data["email"], form.data["password"])
        except throttle.TooManyTries as refusal:
            form.form_errors.append(sentence(refusal))
            return _sign_in_page(form), 429
        if known is not None:
            return redirect(door.begin(known, wanted()), 303)
        form.password.errors = [_("Het e-mailadres of het wachtwoord klopt niet.")]
    if request.method == "POST":
        status = 422
    return _sign_in_page(form), status


def _sign_in_page(form: SignInForm) -> str:
    """Show the form; in demo mode also who may be tried, each in one tap."""
    demo = context.settings().demo
    return render_template(
        "people/sign_in.html",
        form=form,
        next=wanted(),
        demo_people=demo_people.demo_signins(context.session()) if demo else [],
        demo_password=demo_people.PASSWORD,
        role_labels=ROLE_LABELS | {"buyer": _("Koper")},
    )


@blueprint.route("/bevestig", methods=["GET", "POST"])
@needs(Permission.ACCOUNT)
def confirm() -> Any:
    """Let somebody who is signed in type the password once more; counted as a try to sign in."""
    form = ConfirmForm()
    email = people.profile(context.session(), person_id=who().person_id).email or ""
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            known = door.check(email, form.data["password"])
        except throttle.TooManyTries as refusal:
            form.form_errors.append(sentence(refusal))
            status = 429
        else:
            if known is not None:
                signin.confirm()
                return redirect(safe_next(wanted(), door.first_page(who().role)), 303)
            form.password.errors = [_("Dit wachtwoord klopt niet.")]
    shown = render_template("people/confirm.html", form=form, email=email, next=wanted())
    return shown, status


@blueprint.post("/uitloggen")
@public
def sign_out() -> Any:
    """End this session; who was not signed in notices nothing."""
    signin.sign_out()
    flash(_("Je bent uitgelogd. Tot gauw!"))
    return redirect(safe_next(wanted()), 303)


@blueprint.route("/aanmelden", methods=["GET", "POST"])
@public
def register() -> Any:
    """Mail a link to choose a password, or that there is an account; the page tells neither."""
    form = RegisterForm()
    if form.validate_on_submit():
        return _mail_from(form, throttle.REGISTER, "people/register.html")
    shown = render_template("people/register.html", form=form, next=wanted())
    return shown, 422 if request.method == "POST" else 200


@blueprint.route("/wachtwoord", methods=["GET", "POST"])
@public
def forgot() -> Any:
    """Mail a link for a new password; the page says the same for every address."""
    form = ForgotForm()
    if form.validate_on_submit():
        return _mail_from(form, throttle.RESET, "people/forgot.html")
    shown = render_template("people/forgot.html", form=form, next=wanted())
    return shown, 422 if request.method == "POST" else 200


def _mail_from(form: RegisterForm | ForgotForm, way: throttle.Door, template: str) -> Any:
    """Count the try, queue the mail, and show the page that sends people to their mailbox."""
    try:
        door.knock(way, form.data["email"])
    except throttle.TooManyTries as refusal:
        form.form_errors.append(sentence(refusal))
        return render_template(template, form=form, next=wanted()), 429
    same: dict[str, Any] = {
        "email": form.data["email"],
        "locale": reader_locale(),
        "back": wanted(),
        "now": context.now(),
    }
    if isinstance(form, RegisterForm):
        registration.register(context.session(), name=form.data["name"], **same)
    else:
        registration.ask_reset(context.session(), **same)
    context.wake_after_commit()
    return redirect(url_for("people.mailed"), 303)


@blueprint.get("/kijk-in-je-mail")
@public
def mailed() -> str:
    """Say that a mail is on its way, to whoever asked."""
    return render_template("people/mailed.html")


@blueprint.route("/wachtwoord/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Any:
    """Let the holder of a mailed link choose a password; all sessions end, a new one begins."""
    form = NewPasswordForm()
    try:
        seen = registration.look(context.session(), token=token, now=context.now())
        if form.validate_on_submit():
            known = registration.choose_password(
                context.session(),
                token=token,
                password=form.data["password"],
                passwords=door.passwords(),
                now=context.now(),
            )
            context.wake_after_commit()
            flash(_("Gelukt. Je bent ingelogd met je nieuwe wachtwoord."))
            return redirect(door.begin(known, wanted()), 303)
    except registration.LinkOver:
        return render_template("people/link_over.html"), 409
    except PasswordRefused as refusal:
        form.password.errors = [sentence(refusal)]
    shown = render_template("people/reset.html", form=form, seen=seen, next=wanted())
    return shown, 422 if request.method == "POST" else 200


@blueprint.post("/rol")
@needs(Permission.ACCOUNT)
def switch() -> Any:
    """Choose with which role to look: one of the own grants, or as buyer."""
    chosen = request.form.get("grant", "")
    found = next((grant for grant in who().grants if grant.id == chosen), None)
    if found is None and chosen != "buyer":
        raise NotFound
    signin.choose_grant(chosen)
    return redirect(safe_next(door.first_page(found.role.value if found else "buyer")), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@needs(Permission.ACCOUNT)
def account() -> Any:
    """Show the own account: name, language, roles, and the way out."""
    me = people.profile(context.session(), person_id=who().person_id)
    form = AccountForm(name=me.name, locale=me.locale)
    if form.validate_on_submit():
        name, locale = form.data["name"], form.data["locale"]
        people.rename(context.session(), person_id=me.id, name=name, locale=locale)
        cookie["lang"] = locale
        flash(_("Bewaard."))
        return redirect(url_for("people.account"), 303)
    shown = render_template(
        "people/account.html",
        form=form,
        email=normal_email(me.email or ""),
        role_labels=ROLE_LABELS,
    )
    return shown, 422 if request.method == "POST" else 200
