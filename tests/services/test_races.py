"""Two at the same moment: one sale of the last piece, one order of a double click, one booking of a payment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from marketplace.domain.orders import StockGone
from marketplace.gateways.database import Database
from marketplace.models.ledger import Entry
from marketplace.models.listings import Listing
from marketplace.models.orders import Order
from marketplace.services.trade import orders
from marketplace.services.trade.orders import Wanted
from tests.services import market as markets


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


def at_once(database, acts: list[Callable]) -> list:
    """Run each act in a thread and transaction of its own, all starting together; gives what came of each."""
    gate = threading.Barrier(len(acts))
    results: list = [None] * len(acts)

    def run(place: int, act: Callable) -> None:
        gate.wait()
        try:
            with database.session(writes=True) as session, session.begin():
                results[place] = act(session)
        except Exception as fault:  # noqa: BLE001 the test looks at what came
            results[place] = fault

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def buying(market, key: str, now) -> Callable:
    def act(session) -> int:
        return orders.place(
            session,
            buyer_id=market.buyer.id,
            lines=[Wanted(market.product.public_id, 100)],
            idempotency_key=key,
            now=now,
        ).id

    return act


def test_the_last_piece_is_sold_exactly_once(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session, stock=1)
    results = at_once(database, [buying(market, f"key-{n}", now) for n in range(6)])
    assert sum(isinstance(one, int) for one in results) == 1, results
    assert sum(isinstance(one, StockGone) for one in results) == 5, results
    with database.session(writes=False) as session:
        assert session.scalar(select(Listing.stock).where(Listing.id == market.product.id)) == 0
        assert session.scalar(select(func.count(Order.id))) == 1


def test_a_double_click_at_the_same_moment_is_one_order(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session, stock=5)
    results = at_once(database, [buying(market, "the-same", now)] * 4)
    assert all(isinstance(one, int) for one in results), results
    assert len(set(results)) == 1
    with database.session(writes=False) as session:
        assert session.scalar(select(Listing.stock).where(Listing.id == market.product.id)) == 4


def test_the_same_word_twice_at_once_is_booked_once(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        order = markets.accepted(session, market, now=now)
        event = markets.word(markets.wish(session, market, order, now=now))
        session.commit()
    results = at_once(database, [lambda session: markets.receive(session, event, now=now)] * 3)
    assert sorted(map(str, results)) == ["booked", "repeat", "repeat"]
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count(Entry.id))) == 1
