"""Stripe for tests: the local one, or with STRIPE_TEST_KEY also Stripe's own test mode."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.gateways.stripe import Account, Stripe
from marketplace.models.orders import OrderLine
from marketplace.models.people import Grant
from marketplace.services.trade import orders, work
from tests.books import factories
from tests.services import market as markets
from tests.stripe import fake
from tests.web.people_pages import send
from tests.web.shop import open_shop


@pytest.fixture
def local():
    with fake.running() as running:
        yield running


@pytest.fixture
def gateway(local):
    return Stripe({"": Account(fake.KEY, fake.SECRET, local.address, (10.0, 30.0))})


@pytest.fixture(params=["local", "test_mode"])
def either(request):
    """What needs no buyer runs against both."""
    if request.param == "local":
        return request.getfixturevalue("gateway")
    key = os.environ.get("STRIPE_TEST_KEY", "")
    if not key.startswith(("sk_test_", "rk_test_")):
        pytest.skip("STRIPE_TEST_KEY is not set: only the local Stripe is asked")
    return Stripe({"": Account(key, "whsec_unused")})


@pytest.fixture
def shop(app, gateway):
    parts = app.extensions["marketplace"]
    bundle = replace(parts.gateways, payments=gateway)
    app.extensions["marketplace"] = replace(
        parts, gateways=bundle, clock=lambda: dt.datetime.now(dt.UTC)
    )
    return open_shop(app)


@pytest.fixture
def order(app, shop):
    with app.app_context(), context.transaction() as session:
        return markets.accepted(session, shop.market, now=context.now()).public_id


@pytest.fixture
def page(app, shop, local, order):
    """The reference of the page after the buyer pressed pay."""
    answer = press_pay(shop, order)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("https://checkout.stripe.com/")
    return next(reversed(local.tables["cs"]))


def tell(app, body):
    """Bring a word to the webhook; it is booked."""
    headers = {"Stripe-Signature": fake.sign(body)}
    assert app.test_client().post("/webhooks/payments", data=body, headers=headers).text == "booked"


def press_pay(shop, order):
    buyer = shop.browser(shop.market.buyer)
    return send(buyer, f"/bestellingen/{order}/betalen", seen_at=f"/bestellingen/{order}")


@pytest.fixture
def sold(app, shop, local, page):
    """A paid and delivered service of 121.00; gives the reference of its page."""
    tell(app, local.word("checkout.session.completed", local.buyer_pays(page, fee=0)))
    with app.app_context(), context.transaction() as session:
        line = session.scalars(select(OrderLine)).one()
        work.deliver(session, **shop.market.own, public_id=line.public_id, now=context.now())
        treasurer = factories.make_person(session)
        session.add(
            Grant(
                person_id=treasurer.id,
                role="treasurer",
                cooperative_id=shop.market.member.cooperative_id,
                created_at=context.now(),
            )
        )
    return page


def cancel(app, shop, order):
    with app.app_context(), context.transaction() as session:
        orders.cancel(session, buyer_id=shop.market.buyer.id, public_id=order, now=context.now())


@pytest.fixture
def late(app, shop, local, order, page):
    """A page that was paid after its order was cancelled, and told."""
    cancel(app, shop, order)
    tell(app, local.word("checkout.session.completed", local.buyer_pays(page, fee=29)))
    return page
