"""The provider's word: booked once, in any order; what does not fit is kept and changes nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import StepNotAllowed
from marketplace.gateways.payments import PayPage
from marketplace.models.ledger import Entry
from marketplace.models.payments import PaymentEvent, PaymentIntent
from marketplace.services import ledgercheck
from marketplace.services.books import ledger
from marketplace.services.trade import orders, payments, sweeps
from marketplace.services.trade.payments import EventRefused
from tests.books import factories
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def order(session, market, now):
    return markets.accepted(session, market, now=now)


@pytest.fixture
def wish(session, market, order, now):
    return markets.wish(session, market, order, now=now)


@pytest.fixture
def due(market, order, wish):
    """The three together, for tests that ask for more besides."""
    return SimpleNamespace(market=market, order=order, wish=wish)


def clearing(session, market) -> int:
    coop = market.member.cooperative_id
    return ledger.balance(session, cooperative_id=coop, code="provider_clearing")


def refused(session, event, now) -> str:
    """Receive as the web does: undo, then keep the refusal; gives the reason."""
    session.commit()
    with pytest.raises(EventRefused) as fault:
        markets.receive(session, event, now=now)
    session.rollback()
    payments.refuse(
        session,
        provider="testbank",
        event=event,
        payload_sha256="0" * 64,
        fault=fault.value,
        now=now,
    )
    session.commit()
    return fault.value.reason


def test_pressing_pay_twice_is_one_wish(session, market, order, wish, now):
    assert markets.wish(session, market, order, now=now) == wish
    assert (wish.amount_cents, wish.currency, wish.title) == (12_100, "EUR", "Heg knippen")


def test_who_may_not_pay_finds_nothing_and_what_is_not_due_is_refused(session, market, order, now):
    stranger = factories.make_person(session)
    with pytest.raises(NotFound):
        payments.begin(
            session, buyer_id=stranger.id, public_id=order.public_id, provider="x", now=now
        )
    asked = markets.place(session, market, market.service, now=now)
    with pytest.raises(StepNotAllowed):
        markets.wish(session, market, asked, now=now)
    with pytest.raises(StepNotAllowed):
        markets.wish(session, market, order, now=order.due_at)


def test_the_word_books_the_order_once(session, market, order, wish, now):
    event = markets.word(wish)
    assert markets.receive(session, event, now=now) == "booked"
    assert markets.receive(session, event, now=now) == "repeat"
    assert markets.receive(session, markets.word(wish), now=now) == "ignored"
    assert order.payment_state == "paid"
    assert clearing(session, market) == 12_100
    assert session.scalar(select(func.count(Entry.id))) == 1


def test_the_word_may_come_before_the_answer_is_stored(session, market, order, wish, now):
    event = markets.word(wish)
    markets.receive(session, event, now=now)
    intent = session.get_one(PaymentIntent, wish.intent_id)
    assert intent.provider_reference == event.reference, "money can go back though no answer came"
    payments.opened(session, intent_id=wish.intent_id, page=PayPage(event.reference, "http://b/1"))
    assert session.get(PaymentIntent, wish.intent_id).state == "paid"


@pytest.mark.parametrize("kinds", list(itertools.permutations(["failed", "expired", "paid"])))
def test_in_whatever_order_the_words_come_the_order_is_paid(session, due, now, kinds):
    for kind in kinds:
        markets.receive(session, markets.word(due.wish, kind), now=now)
    assert due.order.payment_state == "paid"
    assert session.get(PaymentIntent, due.wish.intent_id).state == "paid"
    assert clearing(session, due.market) == 12_100


def test_after_a_failure_there_is_a_new_wish(session, market, order, wish, now):
    markets.receive(session, markets.word(wish, "failed"), now=now)
    assert payments.standing(session, buyer_id=order.buyer_id, public_id=order.public_id) == (
        "failed"
    )
    assert markets.wish(session, market, order, now=now).key != wish.key


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"intent": "never-ours"}, "unknown_intent"),
        ({"intent": None}, "unknown_intent"),
        ({"amount_cents": 12_099}, "wrong_amount"),
        ({"currency": "USD"}, "wrong_currency"),
        ({"kind": "gift"}, "unknown_kind"),
        ({"kind": "settled"}, "settled_unpaid"),
        ({"reference": "of-another"}, "foreign_reference"),
        ({"account": "another-cooperative"}, "foreign_account"),
    ],
)
def test_what_does_not_fit_is_kept_for_the_operator_and_changes_nothing(
    session, due, now, values, reason
):
    payments.opened(
        session, intent_id=due.wish.intent_id, page=PayPage(f"tb_{due.wish.key}", "http://b")
    )
    event = markets.word(due.wish, **{"kind": "paid"} | values)
    assert refused(session, event, now) == reason
    assert markets.receive(session, event, now=now) == "repeat"
    session.refresh(due.order)
    assert due.order.payment_state == "awaiting"
    assert clearing(session, due.market) == 0
    kept = payments.refusals(session)
    assert [(one.event_id, one.reason) for one in kept] == [(event.id, reason)]
    assert markets.receive(session, markets.word(due.wish), now=now) == "booked"


def test_another_providers_wish_is_foreign(session, market, order, wish, now):
    with pytest.raises(EventRefused, match="foreign_reference"):
        payments.receive(
            session, provider="other", event=markets.word(wish), payload_sha256="0", now=now
        )


def taken_in(session, market, wish, now) -> str:
    """Tell the word twice: booked once, for the buyer and not for the order; gives the reason."""
    event = markets.word(wish)
    assert markets.receive(session, event, now=now) == "booked"
    assert markets.receive(session, event, now=now) == "repeat"
    assert markets.receive(session, markets.word(wish), now=now) == "ignored"
    assert session.get_one(PaymentIntent, wish.intent_id).state == "stray"
    coop = market.member.cooperative_id
    assert ledger.balance(session, cooperative_id=coop, code="unmatched_receipts") == 12_100
    assert ledgercheck.check(session) == []
    query = select(PaymentEvent.reason).where(PaymentEvent.event_id == event.id)
    return session.scalars(query).one()


def test_money_for_a_cancelled_order_is_taken_in_to_go_back(session, market, order, wish, now):
    orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    assert taken_in(session, market, wish, now) == "order_cancelled"
    assert order.payment_state == "cancelled"


def test_money_for_an_expired_order_is_taken_in_to_go_back(session, market, order, wish, now):
    later = now + dt.timedelta(days=15)
    assert sweeps.expire(session, now=later) == 1
    assert taken_in(session, market, wish, later) == "order_cancelled"


def test_paying_on_two_pages_is_booked_once_and_told(session, market, order, wish, now):
    markets.receive(session, markets.word(wish, "failed"), now=now)
    second = markets.wish(session, market, order, now=now)
    assert markets.receive(session, markets.word(second), now=now) == "booked"
    assert taken_in(session, market, wish, now) == "paid_twice"
    assert clearing(session, market) == 24_200


def test_what_the_provider_sends_on_empties_the_clearing(session, market, order, wish, now):
    markets.receive(session, markets.word(wish, fee_cents=29), now=now)
    settled = markets.word(wish, "settled", amount_cents=12_071)
    assert markets.receive(session, settled, now=now) == "booked"
    assert markets.receive(session, settled, now=now) == "repeat"
    assert clearing(session, market) == 0


def test_an_event_is_stored_with_what_it_books_or_not_at_all(session, due, now, monkeypatch):
    from marketplace.services.trade import settling

    def broken(*_args, **_values):
        raise RuntimeError("the disk is full")

    session.commit()
    event = markets.word(due.wish)
    with monkeypatch.context() as patched:
        patched.setattr(settling, "paid", broken)
        with pytest.raises(RuntimeError):
            markets.receive(session, event, now=now)
    session.rollback()
    assert session.scalar(select(func.count(PaymentEvent.id))) == 0
    assert markets.receive(session, event, now=now) == "booked"
