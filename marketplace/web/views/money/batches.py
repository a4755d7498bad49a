"""Batches of payments: propose, let a second person release, fetch the file, read the bank's answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.bank.paying import WrongIban
from marketplace.domain.errors import Refused
from marketplace.services.banking import accounts, batches, payables, townhalls
from marketplace.services.membership import members
from marketplace.web.forms.money.bank import FileForm, MemberAccountForm
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("batches", __name__, url_prefix="/balie/betaalopdrachten")


@blueprint.get("")
@needs(Permission.PAYOUTS_RELEASE)
def overview() -> str:
    """Show what can be paid, and the batches so far."""
    return render_template(
        "bank/batches.html",
        form=FlaskForm(),
        payable=payables.all_of(context.session(), cooperative_id=cooperative_id()),
        batches=batches.newest(context.session(), cooperative_id=cooperative_id()),
    )


@blueprint.post("")
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def propose() -> Any:
    """Propose a batch of what was chosen."""
    made = batches.propose(
        context.session(),
        cooperative_id=cooperative_id(),
        keys=request.form.getlist("key"),
        actor_id=who().person_id,
        now=context.now(),
    )
    return redirect(url_for("batches.page", public_id=made.public_id), 303)


@blueprint.get("/<public_id>")
@needs(Permission.PAYOUTS_RELEASE, fresh=True)
def page(public_id: str) -> str:
    """Show one batch."""
    return _page(public_id, FileForm(formdata=None))


def _page(public_id: str, form: FileForm) -> str:
    batch, items = batches.get(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )
    return render_template(
        "bank/batch.html", batch=batch, items=items, form=form, me=who().person_id
    )


@blueprint.post("/<public_id>/vrijgeven")
@needs(Permission.PAYOUTS_RELEASE, fresh=True)
def release(public_id: str) -> Any:
    """A second person lets it go."""
    batches.release(context.session(), **_act(public_id))
    flash(_("De betaalopdracht is vrijgegeven."), "ok")
    return redirect(url_for("batches.page", public_id=public_id), 303)


@blueprint.post("/<public_id>/intrekken")
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def withdraw(public_id: str) -> Any:
    """Take a proposal back."""
    batches.withdraw(context.session(), **_act(public_id))
    flash(_("De betaalopdracht is ingetrokken."), "ok")
    return redirect(url_for("batches.overview"), 303)


@blueprint.get("/<public_id>/bestand")
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def file(public_id: str) -> Response:
    """Give the file for the bank."""
    content = batches.file_of(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )
    answer = Response(content, mimetype="application/xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="betaalopdracht-{public_id}.xml"'
    return answer


@blueprint.post("/<public_id>/antwoord")
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def answer(public_id: str) -> Any:
    """Read the bank's answer."""
    batches.get(context.session(), cooperative_id=cooperative_id(), public_id=public_id)
    form = FileForm()
    if not form.validate_on_submit():
        return _page(public_id, form), 422
    try:
        accepted, refused = batches.answer(
            context.session(), content=form.file.data.read(), **_act(public_id)
        )
    except Refused as fault:
        form.file.errors = [sentence(fault)]
        return _page(public_id, form), 422
    flash(
        _(
            "De bank heeft geantwoord: %(accepted)d goed, %(refused)d geweigerd.",
            accepted=accepted,
            refused=refused,
        ),
        "ok",
    )
    return redirect(url_for("batches.page", public_id=public_id), 303)


@blueprint.route("/rekening/<public_id>", methods=["GET", "POST"])
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def account(public_id: str) -> Any:
    """Set the account of a member; what stands there is never shown."""
    member, _town = members.get(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )
    return _account(member.name, public_id, accounts.set_of_member)


@blueprint.route("/gemeente/<public_id>", methods=["GET", "POST"])
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def town_account(public_id: str) -> Any:
    """Set the account of a municipality; what stands there is never shown."""
    town = townhalls.name_of(
        context.session(), cooperative_id=cooperative_id(), public_id=public_id
    )
    return _account(town.name, public_id, townhalls.set_account)


def _account(name: str, public_id: str, keep: Callable[..., None]) -> Any:
    form = MemberAccountForm()
    if form.validate_on_submit():
        try:
            keep(context.session(), iban=form.iban.data or "", **_act(public_id))
        except WrongIban as fault:
            form.iban.errors = [sentence(fault)]
        else:
            flash(_("De rekening is bewaard."), "ok")
            return redirect(url_for("batches.overview"), 303)
    shown = render_template("bank/payee_account.html", form=form, name=name)
    return shown, 422 if form.is_submitted() else 200


def _act(public_id: str) -> dict[str, Any]:
    return {
        "cooperative_id": cooperative_id(),
        "public_id": public_id,
        "actor_id": who().person_id,
        "now": context.now(),
    }
