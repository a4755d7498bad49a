"""Payouts: what members have coming, and the booking by the treasurer of what the bank sent."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.services.books import payouts
from marketplace.services.membership import members
from marketplace.web.forms.payouts import KIND_NAMES, PayoutForm
from marketplace.web.security import cooperative_id, needs, who

blueprint = Blueprint("payouts", __name__, url_prefix="/balie/uitbetalen")


@blueprint.get("")
@needs(Permission.PAYOUTS_BOOK)
def queue() -> str:
    """Show what each member has coming, and what was paid last."""
    tenant = cooperative_id()
    payable = payouts.payable(context.session(), cooperative_id=tenant)
    before = request.args.get("voor", type=int)
    done = payouts.of_cooperative(context.session(), cooperative_id=tenant, before_id=before)
    people = members.named(
        context.session(),
        cooperative_id=tenant,
        ids={*payable, *(payout.membership_id for payout in done)},
    )
    waiting = sorted(
        (people[member][1], people[member][0], kind, cents)
        for member, kinds in payable.items()
        for kind, cents in kinds.items()
    )
    return render_template(
        "payouts/queue.html",
        waiting=waiting,
        done=done,
        following=done[-1].id if len(done) == payouts.PAGE else None,
        before=before,
        people=people,
        names=KIND_NAMES,
    )


@blueprint.route("/<public_id>/<kind>", methods=["GET", "POST"])
@needs(Permission.PAYOUTS_BOOK, fresh=True)
def book(public_id: str, kind: str) -> Any:
    """Book one payout."""
    tenant = cooperative_id()
    member, _town = members.get(context.session(), cooperative_id=tenant, public_id=public_id)
    if kind not in KIND_NAMES:
        raise NotFound
    payable = payouts.payable(context.session(), cooperative_id=tenant)
    open_cents = payable.get(member.id, {}).get(kind, 0)
    form = PayoutForm(
        key=secrets.token_urlsafe(16),
        amount=open_cents or None,
        paid_on=day_in_amsterdam(context.now()),
    )
    if not form.validate_on_submit():
        shown = render_template(
            "payouts/book.html",
            form=form,
            member=member,
            kind=kind,
            open_cents=open_cents,
            names=KIND_NAMES,
        )
        return shown, 422 if form.is_submitted() else 200
    payouts.book(
        context.session(),
        cooperative_id=tenant,
        membership_id=member.id,
        kind=kind,
        amount_cents=form.amount.data,
        bank_reference=form.reference.data or "",
        paid_on=form.paid_on.data,
        booked_by_id=who().person_id,
        idempotency_key=form.key.data or "",
        now=context.now(),
    )
    flash(_("De betaling staat in de boeken."), "ok")
    return redirect(url_for("payouts.queue"), 303)
