"""The treasurer's bank: files in, lines without a place, and the own account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.bank.paying import WrongIban
from marketplace.domain.errors import NotFound, Refused
from marketplace.services.banking import accounts, byhand, bypayment, statements
from marketplace.web.forms.money.bank import (
    AccountForm,
    FileForm,
    OtherForm,
    ToOrderForm,
    plain_reference,
)
from marketplace.web.messages import sentence
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("bank", __name__, url_prefix="/balie/bank")


@blueprint.get("")
@needs(Permission.BANK_READ)
def queue() -> str:
    """Show the lines that wait for a place, and what bank and books say."""
    return _queue(FileForm())


def _queue(form: FileForm) -> str:
    tenant = cooperative_id()
    before = request.args.get("voor")
    lines = byhand.waiting(context.session(), cooperative_id=tenant, before=before)
    return render_template(
        "bank/queue.html",
        form=form,
        lines=lines,
        following=lines[-1][0].public_id if len(lines) == byhand.PAGE else None,
        before=before,
        balances=byhand.balances(context.session(), cooperative_id=tenant),
        account=accounts.of_cooperative(context.session(), cooperative_id=tenant),
    )


@blueprint.post("/bestand")
@needs(Permission.BANK_READ, fresh=True)
def take() -> Any:
    """Read a file of the bank in."""
    form = FileForm()
    if not form.validate_on_submit():
        return _queue(form), 422
    try:
        taken = statements.take(
            context.session(),
            cooperative_id=cooperative_id(),
            content=form.file.data.read(),
            actor_id=who().person_id,
            now=context.now(),
        )
    except Refused as fault:
        form.file.errors = [sentence(fault)]
        return _queue(form), 422
    context.wake_after_commit()
    flash(
        ngettext(
            "Er is %(num)d nieuwe regel van de bank.",
            "Er zijn %(num)d nieuwe regels van de bank.",
            taken.new,
        ),
        "ok",
    )
    return redirect(url_for("bank.queue"), 303)


@blueprint.get("/regel/<public_id>")
@needs(Permission.BANK_READ, fresh=True)
def line(public_id: str) -> str:
    """Show one line with the places that it can get."""
    return _line(public_id, ToOrderForm(formdata=None), OtherForm(formdata=None))


def _line(public_id: str, to_order_form: ToOrderForm, other_form: OtherForm) -> str:
    found = byhand.get(context.session(), cooperative_id=cooperative_id(), public_id=public_id)
    return render_template(
        "bank/line.html",
        line=found,
        to_order=to_order_form,
        other=other_form,
        candidates=bypayment.candidates(context.session(), line=found),
    )


@blueprint.post("/regel/<public_id>/bestelling")
@needs(Permission.BANK_READ, fresh=True)
def to_order(public_id: str) -> Any:
    """Use a line for an order."""
    byhand.get(context.session(), cooperative_id=cooperative_id(), public_id=public_id)
    form = ToOrderForm()
    if not form.validate_on_submit():
        return _line(public_id, form, OtherForm(formdata=None)), 422
    try:
        byhand.to_order(
            context.session(),
            reference=plain_reference(form.reference.data),
            **_act(public_id),
        )
    except NotFound:
        form.reference.errors = [_("Deze bestelling kennen we niet.")]
        return _line(public_id, form, OtherForm(formdata=None)), 422
    return _placed()


@blueprint.post("/regel/<public_id>/betaaldienst")
@needs(Permission.BANK_READ, fresh=True)
def to_provider(public_id: str) -> Any:
    """Recognise a payout of the provider."""
    byhand.to_provider(context.session(), **_act(public_id))
    return _placed()


@blueprint.post("/regel/<public_id>/betaling")
@needs(Permission.BANK_READ, fresh=True)
def to_payment(public_id: str) -> Any:
    """Say that a line is a payment of ours: carried out, or come back."""
    bypayment.place(context.session(), key=request.form.get("key", "")[:40], **_act(public_id))
    return _placed()


@blueprint.post("/regel/<public_id>/anders")
@needs(Permission.BANK_READ, fresh=True)
def to_other(public_id: str) -> Any:
    """Book a line on another account."""
    form = OtherForm()
    if not form.validate_on_submit():
        return _line(public_id, ToOrderForm(formdata=None), form), 422
    byhand.to_other(
        context.session(),
        code=form.code.data,
        reason=(form.reason.data or "").strip(),
        **_act(public_id),
    )
    return _placed()


@blueprint.route("/rekening", methods=["GET", "POST"])
@needs(Permission.BANK_READ, fresh=True)
def account() -> Any:
    """Set the cooperative's own account."""
    iban, name = accounts.of_cooperative(context.session(), cooperative_id=cooperative_id())
    form = AccountForm(data={"iban": iban, "account_name": name})
    if form.validate_on_submit():
        try:
            accounts.set_own(
                context.session(),
                cooperative_id=cooperative_id(),
                iban=form.iban.data or "",
                account_name=form.account_name.data or "",
                actor_id=who().person_id,
                now=context.now(),
            )
        except WrongIban as fault:
            form.iban.errors = [sentence(fault)]
        else:
            flash(_("De rekening is bewaard."), "ok")
            return redirect(url_for("bank.queue"), 303)
    return render_template("bank/account.html", form=form), 422 if form.is_submitted() else 200


def _act(public_id: str) -> dict[str, Any]:
    return {
        "cooperative_id": cooperative_id(),
        "public_id": public_id,
        "actor_id": who().person_id,
        "now": context.now(),
    }


def _placed() -> Any:
    context.wake_after_commit()
    flash(_("De regel heeft zijn plek."), "ok")
    return redirect(url_for("bank.queue"), 303)
