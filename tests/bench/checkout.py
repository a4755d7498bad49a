"""The start of the checkout beside the floor's page of a listing: our time, not the provider's.

Each press of "pay" is of an order that was never paid for: signed in, with the token of the form, it
commits the wish, asks the provider, stores the answer and sends the buyer on. The provider here answers
at once.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from werkzeug.test import EnvironBuilder, run_wsgi_app

from marketplace.app import create_app, embedded_gateways
from marketplace.gateways.payments import PayPage
from marketplace.gateways.testbank import TestBank
from marketplace.settings import Settings
from tests.bench import data, trading
from tests.bench.floor import create_floor
from tests.bench.measure import BURST, ROUNDS, Figures, Spent, Visitor, clock_of

AIM = 2.5
PAGE = "/aanbod/l000000000009001"


class AtOnce(TestBank):
    """A provider that makes its page in no time."""

    def create_page(self, *, key: str, **_asked: object) -> PayPage:
        """Give a page without keeping it."""
        return PayPage(f"tb_{key}", f"https://bank.example/{key}")


class Buyer:
    """A browser that is signed in and presses the button of the payment."""

    def __init__(self, app: Flask, person_id: int) -> None:
        self._app = app
        stamp = int(trading.NOW.timestamp())
        signed = {"person": person_id, "epoch": 0, "since": stamp, "seen": stamp}
        with app.test_request_context():
            self._token = generate_csrf()
            signed["csrf_token"] = session["csrf_token"]
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        self._cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(signed)}"

    def ready(self, order: str) -> dict[str, Any]:
        """Make the request of an order, before the clock runs."""
        asked = EnvironBuilder(
            f"/bestellingen/{order}/betalen",
            method="POST",
            headers={"Accept-Language": "nl,en;q=0.5", "Cookie": self._cookie},
            data={"csrf_token": self._token},
        )
        environment = asked.get_environ()
        environment["wsgi.input"] = BytesIO(environment["wsgi.input"].read())
        return environment

    def press(self, environment: dict[str, Any]) -> str:
        """Press; gives where it leads. Anything but the provider's page is a fault of the bench."""
        _body, status, headers = run_wsgi_app(self._app.wsgi_app, environment)
        if not status.startswith("303"):
            raise RuntimeError(status)
        return headers["Location"]


def measure(ours: str, floor: str, folder: Path, *, bursts: int, listings: int) -> Figures:
    """Measure both in turns; `floor` and `ours` are addresses of empty databases."""
    settings = Settings.for_tests(database_url=ours, var_dir=folder / "checkout")
    database = trading.opened(ours)
    offers = trading.fill(database, members=1)
    gateways = embedded_gateways(settings)
    bank = AtOnce(folder=settings.var_dir, base_url=settings.base_url, secret="x" * 32)
    app = create_app(settings, replace(gateways, payments=bank), clock=lambda: trading.NOW)
    buyer, sales = Buyer(app, offers[0].buyer_id), trading.Ours(database, offers)
    filled = trading.opened(floor)
    data.fill(filled.engine.execution_options(writes=True), listings)
    filled.engine.dispose()
    plain_app = create_floor(floor)
    plain = Visitor(plain_app)
    figures = Figures("start of the checkout")
    try:
        _turn(plain, buyer, sales)
        engines = plain_app.extensions["engine"], app.extensions["marketplace"].database.engine
        clocks = clock_of(engines[0]), clock_of(engines[1])
        for _ in range(ROUNDS):
            spent = [_turn(plain, buyer, sales, *clocks) for _ in range(bursts)]
            figures.floor.append(sum(one for one, _ in spent) * 1000 / (bursts * BURST))
            figures.ours.append(sum(one for _, one in spent) * 1000 / (bursts * BURST))
    finally:
        database.engine.dispose()
        for engine in (
            plain_app.extensions["engine"],
            app.extensions["marketplace"].database.engine,
        ):
            engine.dispose()
    return figures


def _turn(
    plain: Visitor,
    buyer: Buyer,
    sales: trading.Ours,
    floor_clock: Spent = float,
    our_clock: Spent = float,
) -> tuple[float, float]:
    """Let the floor answer a burst, and ours; gives CPU seconds of both."""
    presses = [buyer.ready(sales.agreed().order) for _ in range(BURST)]
    begin = floor_clock()
    for _ in range(BURST):
        plain.get(PAGE)
    floor = floor_clock() - begin
    begin = our_clock()
    for environment in presses:
        buyer.press(environment)
    return floor, our_clock() - begin
