"""Paying by the link in a mail, without signing in: what it costs, and the way to the bank. It tells no names.

Whoever holds the link may pay, whoever is signed in beside it. After its end it only says in a word how the
order stands.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace import context
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, LineState, PaymentState, StepNotAllowed
from marketplace.gateways.paylinks import PayLink
from marketplace.services.banking import transfer as transfers
from marketplace.services.people import throttle
from marketplace.services.trade import orders, payments
from marketplace.web import door, errors, paying
from marketplace.web.messages import sentence
from marketplace.web.security import public
from marketplace.web.views.money import transfer

blueprint = Blueprint("paylinks", __name__, url_prefix="/betalen")

# What the page says when nothing can be paid by this link: a title and what to do.
ENDINGS = {
    "paid": (
        _l("Er is betaald"),
        _l("Dank je wel. Je hoeft hier niets meer te doen. We mailen je wat er verder gebeurt."),
    ),
    "refunded": (
        _l("Deze bestelling gaat niet door"),
        _l("Er was betaald. Dat geld is terug of komt terug. Je hoeft niets te doen."),
    ),
    "cancelled": (
        _l("Deze bestelling gaat niet door"),
        _l(
            "Je hoeft niets te betalen. Heb je toch betaald? Dan neemt de coöperatie contact met je op."
        ),
    ),
    "expired": (
        _l("De tijd om te betalen is voorbij"),
        _l("Je hoeft niets te betalen. Wil je het nog steeds? Vraag het dan opnieuw."),
    ),
    "not_due": (
        _l("Er hoeft nu niet te worden betaald"),
        _l("We mailen je zodra het wel kan."),
    ),
    "over": (
        _l("Deze link werkt niet meer"),
        _l("Log in. Bij je bestelling zie je wat je kunt doen."),
    ),
}


@blueprint.after_request
def keep_to_ourselves(answer: Response) -> Response:
    """Let no search engine, no cache and no other site learn the address of such a page.

    Not `no-referrer`: on https a form is only taken with the site it came from, and that has no path.
    """
    answer.headers["Referrer-Policy"] = "strict-origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.errorhandler(NotFound)
def unknown(_fault: NotFound) -> tuple[str, int]:
    """Say what to do with a link that was never ours, or of which a part is missing."""
    title = _("Deze link werkt niet")
    text = _(
        "Klik nog eens op de link in je mail, of kopieer hem helemaal. "
        "Lukt het dan nog niet? Log in. Bij je bestelling kun je ook betalen."
    )
    return render_template("paylinks/ended.html", title=title, text=text, order=None), 404


@blueprint.get("/<token>")
@public
def page(token: str) -> Any:
    """Show who is paid, for what, how much and until when; or why nothing is to be paid."""
    link, buyer_id = _read(token)
    return _shown(token, link, buyer_id)


@blueprint.post("/<token>")
@public
def start(token: str) -> Any:
    """Go to the provider's page, as who is signed in does."""
    link, buyer_id = _read(token)
    return _unless_over(
        token,
        link,
        buyer_id,
        lambda: paying.to_provider(buyer_id=buyer_id, order=link.order, way=_way(token)),
    )


@blueprint.get("/<token>/terug")
@public
def back(token: str) -> Any:
    """Show how the payment stands; the buyer herself, signed in, goes on to her own page."""
    link, buyer_id = _read(token)
    actor = context.actor()
    if actor is not None and actor.person_id == buyer_id:
        return redirect(url_for("payments.back", order=link.order), 303)
    return paying.returned(buyer_id=buyer_id, order=link.order, way=_way(token))


@blueprint.post("/<token>/overschrijven")
@public
def choose_transfer(token: str) -> Any:
    """Choose to pay by bank; it gives more days, so the way on is a link that lasts as long."""
    link, buyer_id = _read(token)

    def choose() -> Any:
        chosen = transfers.choose(
            context.session(), buyer_id=buyer_id, public_id=link.order, now=context.now()
        )
        longer = PayLink(link.order, link.buyer, chosen.due_at or link.until)
        context.wake_after_commit()
        return redirect(url_for("paylinks.transfer_page", token=paying.links().make(longer)), 303)

    return _unless_over(token, link, buyer_id, choose)


@blueprint.get("/<token>/overschrijven")
@public
def transfer_page(token: str) -> Any:
    """Show what to send, and under which reference."""
    link, buyer_id = _read(token)
    found = orders.one(context.session(), buyer_id=buyer_id, public_id=link.order)
    if _standing(found, link) != "to_pay":
        return redirect(url_for("paylinks.page", token=token), 303)
    return transfer.show(found, pay_page=url_for("paylinks.page", token=token))


def _read(token: str) -> tuple[PayLink, int]:
    """Give what a link says and the key of its buyer; NotFound when it was not signed here for her order."""
    link = paying.links().read(token)
    if link is None:
        raise NotFound
    return link, payments.payer(context.session(), order=link.order, buyer=link.buyer)


def _way(token: str) -> paying.Way:
    return paying.Way(
        url_for("paylinks.page", token=token),
        _("Terug naar wat je betaalt"),
        url_for("paylinks.start", token=token),
        _("Probeer het opnieuw"),
    )


def _unless_over(token: str, link: PayLink, buyer_id: int, act: Any) -> Any:
    """Do what was pressed; when the link or the order is over by now, show the page that says so (409)."""
    if link.until > context.now():
        try:
            door.count(throttle.PAY_LINK, link.order)
            return act()
        except throttle.TooManyTries as refusal:
            return errors.page(429, _("Even wachten"), sentence(refusal))
        except StepNotAllowed:
            context.undo()
    shown = _shown(token, link, buyer_id)
    shown.status_code = 409
    return shown


def _shown(token: str, link: PayLink, buyer_id: int) -> Response:
    found = orders.one(context.session(), buyer_id=buyer_id, public_id=link.order)
    standing = _standing(found, link)
    if standing == "to_pay":
        titles = {line.title: None for line in found.lines if LineState(line.state) not in ENDED}
        shown = render_template(
            "paylinks/page.html", token=token, order=found, titles=list(titles), link=link
        )
        return paying.may_lead_on(make_response(shown))
    title, text = ENDINGS[standing]
    shown = render_template("paylinks/ended.html", title=title, text=text, order=link.order)
    return make_response(shown, 409 if standing == "over" else 200)


def _standing(order: Any, link: PayLink) -> str:
    """Give "to_pay", or a key of ENDINGS."""
    now, states = context.now(), {LineState(line.state) for line in order.lines}
    if order.payment_state == PaymentState.PAID:
        return "refunded" if states <= ENDED | {LineState.REFUNDED} else "paid"
    if order.payment_state == PaymentState.CANCELLED:
        return "expired" if LineState.EXPIRED in states else "cancelled"
    if order.payment_state == PaymentState.NOT_DUE:
        return "not_due"
    if order.due_at is not None and order.due_at <= now:
        return "expired"
    return "over" if link.until <= now else "to_pay"
