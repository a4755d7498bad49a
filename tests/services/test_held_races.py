"""A dispute that opens and is lost while the worker takes the refund: who is first is seen by the other."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from marketplace.gateways.database import Database
from marketplace.gateways.payments import PayPage
from marketplace.models.orders import Order
from marketplace.models.refunds import Refund
from marketplace.services import ledgercheck
from marketplace.services.trade import lines, payments, refunds, refundsending
from tests.services import market as markets


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def bought(database, now):
    """A paid order with a refund of 100.00 that waits; gives its id and the wish that paid it."""
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        order = markets.accepted(session, market, now=now)
        wish = markets.wish(session, market, order, now=now)
        page = PayPage(f"tb_{wish.key}", "http://localhost/testbank")
        payments.opened(session, intent_id=wish.intent_id, page=page)
        markets.receive(session, markets.word(wish), now=now)
        refunds.refund(
            session,
            order_id=order.id,
            lines={line.id: 10_000 for line in lines.lock_order(session, order.id)[1]},
            reason="not_good",
            liable="cooperative",
            by_id=None,
            now=now,
        )
        session.commit()
        return order.id, wish


def dispute(wish, outcome):
    return markets.word(
        wish, "disputed", object_id="du_1", outcome=outcome, held_cents=wish.amount_cents
    )


def lose(database, wish, now):
    """The dispute opens and is lost, each in a transaction of its own."""
    for outcome in ("needs_response", "lost"):
        with database.session(writes=True) as session, session.begin():
            markets.receive(session, dispute(wish, outcome), now=now)


def the_refund(database):
    with database.session(writes=False) as session:
        assert ledgercheck.check(session) == []
        found = session.scalars(select(Refund).where(Refund.reason == "not_good")).one()
        session.expunge(found)
        return found


def claimed(database, now):
    with database.session(writes=True) as session, session.begin():
        return refundsending.claim(session, provider="testbank", now=now)


def test_the_worker_first_the_refund_may_be_on_its_way(database, bought, now):
    """The dispute waits for the worker's transaction, and then lets what may be on its way alone."""
    _order, wish = bought
    other = threading.Thread(target=lose, args=(database, wish, now))
    with database.session(writes=True) as session, session.begin():
        [asked] = refundsending.claim(session, provider="testbank", now=now)
        other.start()
        other.join(1)
        assert other.is_alive(), "it waits for the row that the worker holds"
    other.join(60)
    refund = the_refund(database)
    assert (refund.state, refund.unsure, refund.covered_cents) == ("booked", True, 0)
    assert (asked.amount_cents, asked.looks) == (10_000, False)
    assert claimed(database, now) == [], "its lease holds: that call may still come"
    [again] = claimed(database, now + dt.timedelta(minutes=11))
    assert (again.key, again.looks) == (asked.key, True)


def test_the_dispute_first_the_worker_takes_nothing(database, bought, now):
    order_id, wish = bought
    with database.session(writes=True) as session, session.begin():
        markets.receive(session, dispute(wish, "needs_response"), now=now)
    assert claimed(database, now) == []
    taken = []

    def work():
        taken.append(claimed(database, now))

    other = threading.Thread(target=work)
    with database.session(writes=True) as session, session.begin():
        session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
        markets.receive(session, dispute(wish, "lost"), now=now)
        other.start()
        other.join(1)
    other.join(60)
    assert taken == [[]]
    refund = the_refund(database)
    assert (refund.state, refund.via, refund.covered_cents) == ("done", "dispute", 10_000)
