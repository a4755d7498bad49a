"""The door for the provider's word: what is not signed is 400, what does not fit is kept and 200."""

from __future__ import annotations

import dataclasses
import json

import pytest

from marketplace import context
from marketplace.services.trade import orders, payments
from tests.services import market as markets
from tests.web.shop import open_shop


@pytest.fixture
def shop(app):
    return open_shop(app)


@pytest.fixture
def wish(app, shop):
    with app.app_context(), context.transaction() as session:
        order = markets.accepted(session, shop.market, now=context.now())
        return markets.wish(session, shop.market, order, now=context.now())


def signed(shop, event) -> tuple[bytes, str]:
    body = json.dumps(dataclasses.asdict(event)).encode()
    return body, shop.bank().sign(event.id, body).signature


def standing(app, shop) -> str:
    with app.app_context(), context.transaction() as session:
        return orders.mine(session, buyer_id=shop.market.buyer.id)[0].payment_state


def refusals(app) -> list[str | None]:
    with app.app_context(), context.transaction() as session:
        return [one.reason for one in payments.refusals(session)]


def test_a_word_and_its_repeats_are_200_and_booked_once(app, shop, wish):
    body, signature = signed(shop, markets.word(wish))
    answers = [shop.hook(body, signature) for _ in range(3)]
    assert [(one.status_code, one.text) for one in answers] == [
        (200, "booked"),
        (200, "repeat"),
        (200, "repeat"),
    ]
    assert standing(app, shop) == "paid"


@pytest.mark.parametrize("signature", ["", "x", "a.b.c"])
def test_an_unsigned_word_is_400_and_leaves_no_trace(app, shop, wish, signature):
    body, _ = signed(shop, markets.word(wish))
    assert shop.hook(body, signature).status_code == 400
    assert (standing(app, shop), refusals(app)) == ("awaiting", [])


def test_a_changed_body_is_400(shop, wish):
    body, signature = signed(shop, markets.word(wish))
    assert shop.hook(body.replace(b"12100", b"1"), signature).status_code == 400


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"intent": "never-ours"}, "unknown_intent"),
        ({"amount_cents": 1}, "wrong_amount"),
        ({"currency": "GBP"}, "wrong_currency"),
    ],
)
def test_what_does_not_fit_is_200_and_shown_to_the_operator(app, shop, wish, values, reason):
    body, signature = signed(shop, markets.word(wish, **values))
    answers = [shop.hook(body, signature) for _ in range(2)]
    assert [(one.status_code, one.text) for one in answers] == [(200, "refused"), (200, "repeat")]
    assert (standing(app, shop), refusals(app)) == ("awaiting", [reason])


def test_a_fault_of_ours_is_500_and_the_next_try_books(app, shop, wish, monkeypatch):
    def broken(*_args, **_values):
        raise RuntimeError("the disk is full")

    body, signature = signed(shop, markets.word(wish))
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as patched:
        patched.setattr(payments, "receive", broken)
        assert shop.hook(body, signature).status_code == 500
    assert shop.hook(body, signature).text == "booked"


def test_the_webhook_has_no_cookie_and_needs_no_token(shop, wish):
    answer = shop.hook(*signed(shop, markets.word(wish)))
    assert "Set-Cookie" not in answer.headers


def test_a_body_that_is_too_large_is_not_read(shop):
    assert shop.hook(b"x" * 70_000, "x").status_code == 413
