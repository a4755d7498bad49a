"""Receipts: a member hands them in, a coordinator decides. The picture is shown to these two only."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain import costs as rules
from marketplace.domain.access import Permission, Role
from marketplace.domain.bank.paying import WrongIban
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.listings import NotAPicture
from marketplace.domain.municipal.accepting import UnknownKind, check_kind, kind_of
from marketplace.gateways.pictures import prepare
from marketplace.services.banking import accounts
from marketplace.services.trade import accepting, costs, work
from marketplace.web.forms.costs import (
    CATEGORY_NAMES,
    PAID_BY_NAMES,
    ApproveForm,
    CostForm,
    RejectForm,
)
from marketplace.web.messages import sentence
from marketplace.web.municipal import cost_text
from marketplace.web.security import cooperative_id, membership_id, needs, who

blueprint = Blueprint("costs", __name__)

FIELDS: dict[type[Refused], str] = {
    NotAPicture: "receipt",
    rules.SpentInFuture: "spent_on",
    rules.VatTooHigh: "vat",
    WrongIban: "supplier_iban",
    UnknownKind: "municipal_kind",
}


@blueprint.get("/werk/bonnen")
@needs(Permission.COSTS_OWN)
def mine() -> str:
    """Show a member's receipts, newest first."""
    before = request.args.get("voor", type=int)
    found = costs.of_member(context.session(), membership_id=membership_id(), before_id=before)
    following = found[-1].id if len(found) == costs.PAGE else None
    return render_template(
        "costs/mine.html", costs=found, following=following, names=CATEGORY_NAMES, before=before
    )


@blueprint.route("/werk/bonnen/nieuw", methods=["GET", "POST"])
@needs(Permission.COSTS_OWN)
def new() -> Any:
    """Hand in a receipt."""
    form = CostForm()
    form.offer_lines(_recent_lines())
    listed = _listed()
    form.offer_kinds(listed)
    shown = partial(render_template, "costs/new.html", form=form, listed=listed, rule=cost_text)
    if not form.validate_on_submit():
        return shown(), 422 if form.is_submitted() else 200
    try:
        rules.check(
            form.category.data,
            form.spent_on.data,
            form.gross.data,
            form.vat.data or 0,
            today=day_in_amsterdam(context.now()),
        )
        check_kind(form.kind, _listed(form.spent_on.data).costs)
        supplier, picture = _supplier(form), prepare(form.receipt.data.read())
    except tuple(FIELDS) as fault:
        # Said beside the field, and before a picture is kept: what was typed stays.
        getattr(form, FIELDS[type(fault)]).errors = [sentence(fault)]
        return shown(), 422
    costs.submit(
        context.session(),
        cooperative_id=cooperative_id(),
        membership_id=membership_id(),
        description=form.description.data or "",
        category=form.category.data,
        spent_on=form.spent_on.data,
        gross_cents=form.gross.data,
        vat_cents=form.vat.data or 0,
        paid_by=form.paid_by.data,
        supplier=supplier,
        municipal_kind=form.kind,
        receipt_file=context.gateways().storage.keep("receipts", "webp", picture.full),
        order_line_public_id=form.line.data or None,
        now=context.now(),
    )
    return _told()


def _told() -> Any:
    flash(_("Je bon is binnen. De coördinator kijkt ernaar."), "ok")
    return redirect(url_for("costs.mine"), 303)


def _listed(day: dt.date | None = None) -> accepting.Listed:
    """Give what the municipality accepts of the member's costs in the month of a day, or in this one."""
    month = Month.of(day or day_in_amsterdam(context.now()))
    return accepting.listed_for(context.session(), membership_id=membership_id(), month=month)


def _supplier(form: CostForm) -> rules.Supplier | None:
    """Give whom the cooperative has to pay, or None; raises WrongIban."""
    if form.paid_by.data != "supplier":
        return None
    return rules.Supplier(
        name=(form.supplier_name.data or "").strip(),
        iban=accounts.plain(form.supplier_iban.data or ""),
        reference=(form.supplier_reference.data or "").strip(),
    )


@blueprint.get("/bonnen/<public_id>/foto")
@needs(Permission.RECEIPTS_SEE)
def receipt(public_id: str) -> Response:
    """Show the picture of a receipt to its member and to the own cooperative's staff."""
    grant = context.acting()
    if grant is not None and grant.role is Role.MEMBER:
        cost = costs.get_own(context.session(), membership_id=membership_id(), public_id=public_id)
    else:
        cost = costs.get(context.session(), cooperative_id=cooperative_id(), public_id=public_id)
    content = context.gateways().storage.fetch(cost.receipt_file)
    return Response(content, mimetype="image/webp")


@blueprint.get("/balie/bonnen")
@needs(Permission.COSTS_DECIDE)
def queue() -> str:
    """Show the receipts that wait, oldest first."""
    found = costs.waiting(context.session(), cooperative_id=cooperative_id())
    return render_template("costs/queue.html", costs=found, names=CATEGORY_NAMES)


@blueprint.get("/balie/bonnen/<public_id>")
@needs(Permission.COSTS_DECIDE, fresh=True)
def page(public_id: str) -> str:
    """Show one receipt with the two answers."""
    return _decision_page(public_id, RejectForm())


@blueprint.post("/balie/bonnen/<public_id>/goed")
@needs(Permission.COSTS_DECIDE, fresh=True)
def approve(public_id: str) -> Any:
    """Approve: the cost is booked and the waterfall runs again."""
    form = ApproveForm()
    if not form.validate_on_submit():
        return _decision_page(public_id, RejectForm(formdata=None), form), 422
    costs.approve(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=public_id,
        actor_id=who().person_id,
        now=context.now(),
        approval_reference=(form.approval_reference.data or "").strip() or None,
    )
    flash(_("De bon is goedgekeurd en geboekt."), "ok")
    return redirect(url_for("costs.queue"), 303)


@blueprint.post("/balie/bonnen/<public_id>/niet-goed")
@needs(Permission.COSTS_DECIDE, fresh=True)
def reject(public_id: str) -> Any:
    """Say no, with a reason that the member reads."""
    form = RejectForm()
    if not form.validate_on_submit():
        return _decision_page(public_id, form), 422
    costs.reject(
        context.session(),
        cooperative_id=cooperative_id(),
        public_id=public_id,
        actor_id=who().person_id,
        reason=form.reason.data or "",
        now=context.now(),
    )
    flash(_("De bon is afgewezen. Het lid leest jouw reden."), "ok")
    return redirect(url_for("costs.queue"), 303)


def _decision_page(public_id: str, form: RejectForm, yes: ApproveForm | None = None) -> str:
    cost = costs.get(context.session(), cooperative_id=cooperative_id(), public_id=public_id)
    listed = accepting.listed_for(
        context.session(), membership_id=cost.membership_id, month=Month.of(cost.spent_on)
    )
    return render_template(
        "costs/decide.html",
        cost=cost,
        form=form,
        yes=yes or ApproveForm(formdata=None),
        listed=listed,
        rule=cost_text,
        kind=kind_of(cost.municipal_kind, listed.costs),
        names=CATEGORY_NAMES,
        payers=PAID_BY_NAMES,
    )


def _recent_lines() -> list[Any]:
    """Give the jobs for which a receipt can be: what is to be done and what was done last."""
    found: list[Any] = []
    for which in ("to_do", "done"):
        found += work.jobs(
            context.session(),
            cooperative_id=cooperative_id(),
            membership_id=membership_id(),
            which=which,
        )
    return found
