"""What the provider says about money back: settled once, taken in once, and a wrong word is refused."""

from __future__ import annotations

import pytest

from marketplace.gateways.payments import PayPage
from marketplace.gateways.payments import Refund as Part
from marketplace.services import ledgercheck
from marketplace.services.books import ledger
from marketplace.services.trade import orders, payments, refunds
from marketplace.services.trade.payments import EventRefused
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def bought(session, market, now):
    """A paid order with the wish that paid it."""
    order = markets.accepted(session, market, now=now)
    wish = markets.wish(session, market, order, now=now)
    page = PayPage(f"tb_{wish.key}", "http://localhost/testbank")
    payments.opened(session, intent_id=wish.intent_id, page=page)
    markets.receive(session, markets.word(wish), now=now)
    return order, wish


def called_off(session, market, order, now):
    """The buyer calls off; gives the refund that waits."""
    orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    (made,) = refunds.of_order(session, order_id=order.id)
    return made


def told(wish, made, *, cents=None, total=None, **values):
    """The word about a refund that we asked for."""
    part = Part("re_1", cents or made.amount_cents, "succeeded", made.public_id)
    return markets.word(
        wish,
        "refunded",
        amount_cents=total or made.amount_cents,
        object_id="re_1",
        refunds=(part,),
        **values,
    )


def test_the_word_settles_our_refund_once(session, market, bought, now):
    order, wish = bought
    made = called_off(session, market, order, now)
    word = told(wish, made)
    assert [markets.receive(session, word, now=now) for _ in range(2)] == ["booked", "repeat"]
    assert markets.receive(session, told(wish, made), now=now) == "ignored"
    assert (made.state, made.provider_reference) == ("done", "re_1")
    for code in ("refunds_payable", "provider_clearing"):
        assert ledger.balance(session, cooperative_id=order.cooperative_id, code=code) == 0
    assert ledgercheck.check(session) == []


def test_a_refund_that_we_did_not_ask_for_is_taken_in_once(session, bought, now):
    order, wish = bought
    values = {"amount_cents": 2_000, "object_id": "re_9"}
    words = [markets.word(wish, "refunded", **values) for _ in range(2)]
    assert [markets.receive(session, word, now=now) for word in words] == ["booked", "ignored"]
    (made,) = refunds.of_order(session, order_id=order.id)
    assert (made.amount_cents, made.state, made.reason) == (2_000, "done", "provider_dashboard")
    assert ledgercheck.check(session) == []


@pytest.mark.parametrize(
    "case",
    [
        ({"cents": 1}, "wrong_amount"),
        ({"total": 12_101}, "wrong_amount"),
        ({"currency": "USD"}, "wrong_currency"),
        ({"reference": "tb_other"}, "foreign_reference"),
        ({"intent": "unknown"}, "unknown_intent"),
    ],
)
def test_a_wrong_word_books_nothing(session, market, bought, now, case):
    (order, wish), (values, reason) = bought, case
    made = called_off(session, market, order, now)
    with pytest.raises(EventRefused, match=reason), session.begin_nested():
        markets.receive(session, told(wish, made, **values), now=now)
    owed = ledger.balance(session, cooperative_id=order.cooperative_id, code="refunds_payable")
    assert owed == 12_100


def test_money_back_that_never_came_is_refused(session, market, now):
    order = markets.accepted(session, market, now=now)
    wish = markets.wish(session, market, order, now=now)
    with pytest.raises(EventRefused, match="refunded_unpaid"):
        markets.receive(session, markets.word(wish, "refunded"), now=now)


def test_a_refund_that_fails_later_is_for_somebody_to_look_at(session, market, bought, now):
    order, wish = bought
    made = called_off(session, market, order, now)
    part = Part("re_1", made.amount_cents, "failed", made.public_id)
    word = markets.word(wish, "refund_failed", object_id="re_1", refunds=(part,))
    assert markets.receive(session, word, now=now) == "ignored"
    session.refresh(made)
    assert made.state == "failed"
    assert ledgercheck.check(session) == []
