"""Bad input between order and settlement: what breaks nothing, and where each case is held.

| what | where |
| --- | --- |
| a double click, also at the same moment | services/test_races.py, web/test_order_pages.py |
| two tabs: pay in both, cancel in one and pay in the other | here |
| six buyers for the last piece; two hundred | services/test_races.py; here |
| two buyers for one time | doors/test_slots.py |
| the same word a thousand times, shuffled, in eight threads | here |
| words in any order | services/test_payments.py, stripe/test_gateway.py |
| two different events for one object and type | stripe/test_market.py; at once: here |
| unknown, foreign, cancelled and expired orders; another's account | services/test_payments.py |
| paid twice, or for an order that is over: it goes back | services/test_payments.py, stripe/test_strays.py |
| a wrong amount or currency | services/test_payments.py, web/test_webhook.py, stripe/test_market.py |
| a signature that is wrong, old or of the other mode | stripe/test_*.py, gateways/test_testbank.py |
| more back than was paid; at once | services/test_refunds.py; here |
| back after the pot was spent | services/test_refunds.py; the coach sees it: web/test_desk_orders_pages.py |
| Stripe slow, down, or answering 500 after the work | stripe/test_*.py, services/test_refunds.py |
| a refund that takes long and whose word is lost | services/test_refunds.py |
| files of the bank: cut off, in a wrong encoding, with entities, wrong sums, huge, noise | banking/test_files.py |
| the same file twice, overlapping, by two treasurers at once | banking/test_statements.py |
| a month or a year that ends between order, payment and delivery | here, books/test_vat.py |
| work of last year that goes back in this one | books/test_refunds_in_the_books.py |
| processes killed, PostgreSQL stopped | here beside: test_drill.py, `make faults` |
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from marketplace import context
from marketplace.domain.calendar import Month
from marketplace.domain.orders import StepNotAllowed, StockGone
from marketplace.domain.refunds import RefundTooMuch
from marketplace.gateways.database import Database
from marketplace.models.invoices import Invoice
from marketplace.models.ledger import Entry
from marketplace.models.listings import Listing
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentEvent, PaymentIntent
from marketplace.models.refunds import Refund
from marketplace.models.statements import Statement
from marketplace.services import ledgercheck
from marketplace.services.books import ledger
from marketplace.services.invoices import seller
from marketplace.services.months import monthend
from marketplace.services.trade import orders, payments, refunds, work
from marketplace.services.trade.orders import Wanted
from marketplace.services.trade.payments import EventRefused
from tests.books import factories
from tests.faults.people import FACTS
from tests.services import market as markets
from tests.web.shop import open_shop

THREADS = 8


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def market(database):
    with database.session(writes=True) as session:
        return markets.make_market(session, stock=1)


def at_once(database, acts):
    """Do each act in a transaction of its own, eight at a time; gives what came of each."""

    def run(act):
        try:
            with database.session(writes=True) as session, session.begin():
                return act(session)
        except Exception as fault:  # noqa: BLE001 the test looks at what came
            return fault

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, acts))


def look(database, query):
    with database.session(writes=False) as session:
        return list(session.scalars(query))


def books(database) -> list:
    with database.session(writes=False) as session:
        return ledgercheck.check(session)


def test_of_two_hundred_buyers_one_gets_the_last_piece(database, market, now):
    with database.session(writes=True) as session:
        buyers = [factories.make_person(session).id for _ in range(200)]
        session.commit()

    def buying(buyer_id):
        return lambda session: (
            orders.place(
                session,
                buyer_id=buyer_id,
                lines=[Wanted(market.product.public_id, 100)],
                idempotency_key="the-last-one",
                now=now,
            ).id
        )

    results = at_once(database, [buying(buyer_id) for buyer_id in buyers])
    assert Counter(type(one) for one in results) == {int: 1, StockGone: 199}
    assert look(database, select(Listing.stock).where(Listing.id == market.product.id)) == [0]
    assert len(look(database, select(Order.id))) == len(look(database, select(OrderLine.id))) == 1


def test_pay_pressed_in_eight_tabs_at_once_is_one_wish(database, market, now):
    with database.session(writes=True) as session:
        order = markets.accepted(session, market, now=now)
        session.commit()
    wishes = at_once(
        database, [lambda session: markets.wish(session, market, order, now=now)] * THREADS
    )
    assert len({wish.key for wish in wishes}) == 1
    assert len(look(database, select(PaymentIntent.id))) == 1


@pytest.mark.parametrize("first", ["word", "cancel"])
def test_cancelled_in_one_tab_and_paid_in_the_other_the_money_is_never_lost(
    database, market, now, first
):
    with database.session(writes=True) as session:
        order = markets.accepted(session, market, now=now)
        event = markets.word(markets.wish(session, market, order, now=now))
        session.commit()
    acts = [
        lambda session: markets.receive(session, event, now=now),
        lambda session: (
            orders.cancel(
                session, buyer_id=market.buyer.id, public_id=order.public_id, now=now
            ).payment_state
        ),
    ]
    results = at_once(database, acts if first == "word" else acts[::-1])
    results = results if first == "word" else results[::-1]
    [(state, line)] = _states(database)
    assert results[0] == "booked"  # and all of it goes back, the one way or the other
    [intent] = look(database, select(PaymentIntent.state))
    if intent == "paid":
        assert (state, line, results[1]) == ("paid", "refunded", "paid")
        assert [one.amount_cents for one in look(database, select(Refund))] == [12_100]
    else:
        assert (intent, state, line) == ("stray", "cancelled", "cancelled")
    assert books(database) == []


def _states(database) -> list[tuple[str, str]]:
    with database.session(writes=False) as session:
        query = select(Order.payment_state, OrderLine.state).join(
            OrderLine, OrderLine.order_id == Order.id
        )
        return [tuple(row) for row in session.execute(query)]


def test_the_same_word_a_thousand_times_among_others_is_booked_once(app):
    shop = open_shop(app)
    with app.app_context(), context.transaction() as session:
        order = markets.accepted(session, shop.market, now=context.now())
        wish = markets.wish(session, shop.market, order, now=context.now())
    word = markets.word(wish, fee_cents=29)
    others = [markets.word(wish, kind) for kind in ("paid", "paid", "expired", "failed", "open")]
    told = [word] * 1000 + others * 3
    random.Random(4).shuffle(told)

    def tell(event):
        body = json.dumps(dataclasses.asdict(event)).encode()
        answer = shop.hook(body, shop.bank().sign(event.id, body).signature)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(THREADS) as threads:
        answers = Counter(threads.map(tell, told))
    assert answers == {(200, "booked"): 1, (200, "ignored"): 5, (200, "repeat"): 1009}
    with app.app_context(), context.transaction() as session:
        assert session.scalar(select(func.count(PaymentEvent.id))) == 6
        booked = Counter(session.scalars(select(Entry.kind)))
        booked.pop(
            "provider_fee", 0
        )  # only the first word can bring it, and only one knows it here
        assert booked == {"paid": 1}
        mails = session.scalars(select(OutboxMessage.kind)).all()
        assert mails.count("order_paid_buyer") == 1
        assert ledgercheck.check(session) == []


def test_eight_words_of_their_own_about_one_payment_at_once_book_it_once(database, market, now):
    with database.session(writes=True) as session:
        order = markets.accepted(session, market, now=now)
        wish = markets.wish(session, market, order, now=now)
        session.commit()
    words = [markets.word(wish) for _ in range(THREADS)]
    results = at_once(
        database,
        [lambda session, word=word: markets.receive(session, word, now=now) for word in words],
    )
    assert Counter(results) == {"booked": 1, "ignored": THREADS - 1}
    assert books(database) == []


def test_refunds_that_together_are_too_much_are_given_at_once_only_as_far_as_there_is(
    database, market, now
):
    with database.session(writes=True) as session:
        order = markets.paid(session, market, now=now)
        line = session.scalars(select(OrderLine.id)).one()
        session.commit()

    def giving(session):
        return refunds.refund(
            session,
            order_id=order.id,
            lines={line: 5_000},
            reason="price",
            liable="cooperative",
            by_id=None,
            now=now,
        ).amount_cents

    results = at_once(database, [giving] * THREADS)
    assert Counter(one if isinstance(one, int) else type(one) for one in results) == {
        5_000: 2,
        RefundTooMuch: THREADS - 2,
    }
    assert books(database) == []


def test_a_step_of_a_line_at_once_with_its_refund_is_one_or_the_other(database, market, now):
    with database.session(writes=True) as session:
        order = markets.paid(session, market, now=now)
        line = markets.line_of(session, order)
        session.commit()
    results = at_once(
        database,
        [
            lambda session: work.deliver(session, **market.own, public_id=line, now=now),
            lambda session: orders.cancel(
                session, buyer_id=market.buyer.id, public_id=order.public_id, now=now
            ),
        ],
    )
    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [StepNotAllowed]
    assert _states(database) in ([("paid", "delivered")], [("paid", "refunded")])
    assert books(database) == []


@pytest.mark.parametrize("regime", ["pot", "set_off", "premium"])
def test_a_year_that_ends_between_order_payment_and_delivery(session, regime):
    """Asked and paid in December; the word comes when December is closed; done in January."""
    market = markets.make_market(session, regime=regime)
    tenant = market.member.cooperative_id
    evening = dt.datetime(2025, 12, 31, 22, 50, tzinfo=dt.UTC)  # ten to twelve in Amsterdam
    seller.keep(session, cooperative_id=tenant, facts=FACTS, actor_id=None, now=evening)
    before = markets.paid(session, market, now=evening)
    late = markets.accepted(session, market, now=evening)
    word = markets.word(markets.wish(session, market, late, now=evening))
    new_year = evening + dt.timedelta(hours=3)
    _close_all(session, new_year)
    december = _statement(session, market, "2025-12")
    assert markets.receive(session, word, now=new_year) == "booked"
    for order in (before, late):
        line = markets.line_of(session, order)
        work.deliver(session, **market.own, public_id=line, now=new_year)
    entries = session.execute(
        select(Entry.kind, Entry.for_month).where(Entry.kind.in_(("paid", "delivered")))
    ).all()
    assert sorted((kind, str(month)) for kind, month in entries) == [
        ("delivered", "2026-01"),
        ("delivered", "2026-01"),
        ("paid", "2025-12"),
        ("paid", "2026-01"),
    ]
    labels = session.scalars(select(Invoice.label).order_by(Invoice.id)).all()
    assert [(one.year, one.number) for one in session.scalars(select(Invoice))] == [
        (2025, 1),
        (2026, 1),
    ], labels
    _close_all(session, dt.datetime(2026, 2, 2, 9, tzinfo=dt.UTC))
    assert _statement(session, market, "2025-12") == december, "what was stated stays"
    assert _statement(session, market, "2026-01") is not None
    assert ledger.balance(session, cooperative_id=tenant, code="received_in_advance") == 0
    assert ledgercheck.check(session) == []


def _close_all(session, now) -> None:
    cursor = None
    while True:
        cursor = monthend.run_due(session, now=now, cursor=cursor).cursor
        if cursor is None:
            return


def _statement(session, market, month) -> tuple | None:
    found = session.scalars(
        select(Statement).where(
            Statement.membership_id == market.member.id, Statement.month == Month.parse(month)
        )
    ).one_or_none()
    if found is None:
        return None
    session.refresh(found)
    return tuple(getattr(found, column.key) for column in Statement.__table__.columns)


def test_a_refusal_at_once_with_its_repeat_is_kept_once(database, market, now):
    with database.session(writes=True) as session:
        order = markets.accepted(session, market, now=now)
        word = markets.word(markets.wish(session, market, order, now=now), amount_cents=1)
        session.commit()

    def keeping(session):
        payments.refuse(
            session,
            provider="testbank",
            event=word,
            payload_sha256="0" * 64,
            fault=EventRefused("wrong_amount"),
            now=now,
        )

    assert at_once(database, [keeping] * THREADS) == [None] * THREADS
    assert [one.reason for one in look(database, select(PaymentEvent))] == ["wrong_amount"]
