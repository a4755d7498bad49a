"""The test bank's own page. It stands for another company's site: no session, no database of ours."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import force_locale

from marketplace import context
from marketplace.domain.errors import NotFound
from marketplace.gateways.payments import ProviderAway
from marketplace.gateways.testbank import PageGone, TestBank
from marketplace.web.security import public

blueprint = Blueprint("testbank", __name__, url_prefix="/testbank")


def _bank() -> TestBank:
    """Give the test bank, where this installation has one on purpose."""
    settings, bank = context.settings(), context.gateways().payments
    if isinstance(bank, TestBank) and (settings.demo or settings.testbank_secret):
        return bank
    raise NotFound


@blueprint.get("/<reference>")
@public
def page(reference: str) -> Any:
    """Show what is to be paid, or the receipt."""
    try:
        found = _bank().page(reference)
        with force_locale(
            found.locale
        ):  # the bank was told the buyer's language; it knows no more of her
            return render_template("testbank/page.html", page=found, lang=found.locale)
    except PageGone as gone:
        raise NotFound from gone
    except ProviderAway:
        return render_template("testbank/away.html"), 503


@blueprint.post("/<reference>")
@public
def decide(reference: str) -> Any:
    """Pay or not, then tell the market at once; the worker tells it later when that fails."""
    bank = _bank()
    try:
        paying = request.form.get("choice") == "pay"
        event = bank.pay(reference) if paying else bank.refuse(reference)
        bank.deliver(event)
    except PageGone as gone:
        raise NotFound from gone
    except ProviderAway:
        return render_template("testbank/away.html"), 503
    return redirect(url_for("testbank.page", reference=reference), 303)
