"""The buyer's pages: asking or ordering, the own orders, cancelling and confirming."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace import context
from marketplace.domain.access import Permission
from marketplace.domain.availability import SlotGone
from marketplace.domain.baskets import BasketFull
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.orders import NotForSale, OwnListing, StockGone
from marketplace.services.banking import cash, refunding
from marketplace.services.complaints import buying
from marketplace.services.invoices import reading as invoices
from marketplace.services.market import catalogue
from marketplace.services.trade import baskets, orderlog, orders, steppingback
from marketplace.services.trade.orders import Wanted
from marketplace.web import paying
from marketplace.web.forms.fields import read_hundredths
from marketplace.web.forms.orders import DELIVERY_REFUSALS, OrderForm, tell_beside
from marketplace.web.forms.trade.times import read_stamp
from marketplace.web.messages import sentence
from marketplace.web.security import needs, who
from marketplace.web.standing import complaining, handover, progress, shared, timeline
from marketplace.web.views.catalogue import free_days, order_form, render_listing

blueprint = Blueprint("orders", __name__)


@blueprint.get("/bestellen/<listing>")
@needs(Permission.BUY)
def ask(listing: str) -> Any:
    """Show the listing with its form; who is not signed in comes back here with what was chosen."""
    found = catalogue.one(context.session(), public_id=listing)
    wanted = read_hundredths(request.args.get("aantal", "")) or 100
    chosen = {"quantity": wanted, "starts_at": read_stamp(request.args.get("tijd", ""))}
    form = order_form(found, formdata=None, data=chosen)
    return render_listing(found, form)


@blueprint.post("/bestellen/<listing>")
@needs(Permission.BUY)
def place(listing: str) -> Any:
    """Place the order; a product is paid next, a service waits for its yes."""
    found = catalogue.one(context.session(), public_id=listing)
    form = order_form(found)
    if (
        "vanaf" in request.form
    ):  # other days, please: nothing is asked yet, and what was typed stays
        return render_listing(found, form)
    good = form.validate_on_submit()
    free = free_days(found, form)
    if free and free.any_free and not form.starts_at.data and not form.starts_at.errors:
        form.starts_at.errors = [_("Kies een tijd.")]
        good = False
    if not good:
        return render_listing(found, form, 422, free=free)
    try:
        if "mand" in request.form:
            _lay_in_basket(listing, form)
            return redirect(url_for("basket.page"), 303)
        order = _order(listing, form)
    except DELIVERY_REFUSALS as fault:
        tell_beside(form, fault)
        return render_listing(found, form, 409)
    except (StockGone, OwnListing, NotForSale, SlotGone, BasketFull) as fault:
        form.form_errors.append(sentence(fault))
        return render_listing(found, form, 409)
    context.wake_after_commit()
    return redirect(url_for("orders.page", order=order.public_id), 303)


def _order(listing: str, form: OrderForm) -> Any:
    return orders.place(
        context.session(),
        buyer_id=who().person_id,
        lines=[Wanted(listing, form.quantity.data, form.starts_at.data, form.way)],
        idempotency_key=form.key.data,
        note=(form.note.data or "").strip(),
        address=form.address.data or "",
        deliver_to=form.deliver_to.data or "",
        wanted_on=form.wanted_on.data,
        now=context.now(),
    )


def _lay_in_basket(listing: str, form: OrderForm) -> None:
    baskets.put(
        context.session(),
        person_id=who().person_id,
        listing=listing,
        quantity_hundredths=form.quantity.data,
        starts_at=form.starts_at.data,
        handover=form.way,
        now=context.now(),
    )


@blueprint.get("/bestellingen")
@needs(Permission.BUY)
def mine() -> str:
    """Show the buyer's orders, newest first."""
    before = request.args.get("voor")
    found = orders.mine(context.session(), buyer_id=who().person_id, before=before)
    following = found[-1].public_id if len(found) == orders.PAGE else None
    return render_template(
        "orders/mine.html",
        orders=found,
        following=following,
        before=before,
        progress=progress,
        jobs_of=shared.jobs_of,
    )


@blueprint.get("/bestellingen/<order>")
@needs(Permission.BUY)
def page(order: str) -> Any:
    """Show one order: where it stands, what comes next, and the one thing to do."""
    found = orders.one(context.session(), buyer_id=who().person_id, public_id=order)
    if found.request_id is not None and found.payment_state == "not_due":
        # An offer that waits for a yes has a page of its own, with its terms.
        return redirect(url_for("requests.offer", order=order), 303)
    may_cancel = found.payment_state in {"not_due", "awaiting"}
    papers = invoices.for_order(context.session(), buyer_id=who().person_id, order=order)
    answer = make_response(
        render_template(
            "orders/page.html",
            order=found,
            jobs=shared.jobs_of(found.lines),
            may_cancel=may_cancel,
            back=_what_comes_back(found),
            progress=progress,
            papers=papers,
            **_what_is_not_right(found),
            told=timeline.for_buyer(orderlog.of_order(context.session(), order=found), found),
            handover=handover,
            receipts=cash.of_order(context.session(), order_id=found.id)
            if found.paid_via == "cash"
            else [],
        )
    )
    return paying.may_lead_on(answer)


def _what_is_not_right(order: Any) -> dict[str, Any]:
    """Say for each line whether something can be said about it, and how the latest complaint stands."""
    session, now = context.session(), context.now()
    return {
        "complaints": buying.about_lines(session, order=order, lines=order.lines, now=now),
        "words": complaining,
        "today": day_in_amsterdam(now),
    }


def _what_comes_back(order: Any) -> dict[str, Any]:
    """Say beforehand what calling off gives back, whether it is too late for something, and what went back."""
    lines = steppingback.returnable(order, order.lines, now=context.now())
    return {
        "lines": lines,
        "cents": steppingback.left_of(lines),
        "too_late": len(steppingback.undelivered(order, order.lines)) > len(lines),
        "refunds": refunding.of_order(context.session(), order_id=order.id),
    }


@blueprint.post("/bestellingen/<order>/afzeggen")
@needs(Permission.BUY)
def cancel(order: str) -> Any:
    """Cancel before the payment, or call off what was paid and not delivered."""
    found = orders.cancel(
        context.session(), buyer_id=who().person_id, public_id=order, now=context.now()
    )
    context.wake_after_commit()
    if found.payment_state == "paid":
        flash(_("Je hebt afgezegd. Je krijgt je geld terug."), "ok")
    else:
        flash(_("Je hebt afgezegd. Je hoeft niets te betalen."), "ok")
    return redirect(url_for("orders.page", order=order), 303)


@blueprint.post("/bestellingen/<order>/bevestigen/<line>")
@needs(Permission.BUY)
def confirm(order: str, line: str) -> Any:
    """Say that what was delivered is right."""
    orders.confirm(
        context.session(), buyer_id=who().person_id, public_id=order, line=line, now=context.now()
    )
    context.wake_after_commit()
    flash(_("Dank je wel. We geven het door."), "ok")
    return redirect(url_for("orders.page", order=order), 303)
