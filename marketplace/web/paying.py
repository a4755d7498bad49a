"""The way to the provider's pay page and back: one for who is signed in and for who follows the link in a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from marketplace import context
from marketplace.gateways.paylinks import PayLink, PayLinks
from marketplace.gateways.payments import ProviderAway, ProviderRefused
from marketplace.services.trade import payments
from marketplace.services.trade.payments import Wish
from marketplace.web.language import reader_locale
from marketplace.web.security import POLICY

# How often the page looks by itself for the bank's word: every three seconds for two minutes.
MOST_LOOKS = 40


@dataclass(frozen=True, slots=True)
class Way:
    """The way in that somebody took: its page and what leads there, and the form that pays again."""

    page_url: str
    label: str
    again_url: str
    again_label: str


def links() -> PayLinks:
    """Give the maker of links to pay."""
    return PayLinks(str(current_app.config["SECRET_KEY"]))


def to_provider(*, buyer_id: int, order: str, way: Way) -> Any:
    """Commit our wish to be paid, ask the provider for its page with no row locked, store the answer."""
    gateway = context.gateways().payments
    wish = payments.begin(
        context.session(),
        buyer_id=buyer_id,
        public_id=order,
        provider=gateway.name,
        now=context.now(),
    )
    if wish.pay_url:
        return redirect(wish.pay_url, 303)
    context.commit_step()
    try:
        page = gateway.create_page(
            key=wish.key,
            amount_cents=wish.amount_cents,
            currency=wish.currency,
            title=wish.title,
            back_url=_back_url(wish, order),
            locale=reader_locale(),
            account=wish.account,
            expires_at=wish.expires_at,
        )
    except ProviderRefused:
        payments.give_up(context.session(), intent_id=wish.intent_id)
        context.commit_step()
        return render_template("orders/away.html", way=way), 503
    except ProviderAway:
        return render_template("orders/away.html", way=way), 503
    payments.opened(context.session(), intent_id=wish.intent_id, page=page)
    return redirect(page.url, 303)


def _back_url(wish: Wish, order: str) -> str:
    """Give where the provider sends the buyer back to, signed in or not.

    One page of the provider serves both ways in, and the same key must be asked for with the same words.
    """
    until = wish.due_at or context.now()
    token = links().make(PayLink(order, wish.buyer, until))
    return context.settings().base_url + url_for("paylinks.back", token=token)


def returned(*, buyer_id: int, order: str, way: Way) -> Any:
    """Show how the payment stands: coming back proves nothing, so nothing is booked here."""
    standing = payments.standing(context.session(), buyer_id=buyer_id, public_id=order)
    if standing == "paid":
        return redirect(way.page_url, 303)
    looks = max(1, request.args.get("keer", 1, type=int))
    waiting = standing == "waiting" and looks < MOST_LOOKS
    answer = make_response(
        render_template("orders/waiting.html", standing=standing, waiting=waiting, way=way)
    )
    if waiting:
        answer.headers["Refresh"] = f"3; url={request.path}?keer={looks + 1}"
    return answer


def may_lead_on(answer: Response) -> Response:
    """Let a form of this page lead on to the provider's own site; a browser asks whether it may."""
    origin = context.gateways().payments.origin
    answer.headers["Content-Security-Policy"] = POLICY.replace(
        "form-action 'self'", f"form-action 'self' {origin}"
    )
    return answer
