"""The benches measure what they say: the floors answer as the engine does where the rules are the same."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, event, func, select

from marketplace.gateways.database import Database
from marketplace.models.invoices import Invoice
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import Order
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentIntent
from marketplace.models.statements import Assessment, Statement
from tests.bench import checkout, closing, sales, trading, writers
from tests.bench import engine as engines


def test_the_trivial_rule_exempts_as_much_as_the_engine():
    incomes = [0, 1, 40_000, 114_000, 120_000, 99_999]
    made = engines.cases(incomes)
    assert engines.trivial(incomes) == engines.engine(made, explain=False)
    assert engines.engine(made, explain=True) == engines.engine(made, explain=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def two_databases(request, tmp_path) -> Iterator[tuple[str, str]]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ours.sqlite", f"sqlite:///{tmp_path}/floor.sqlite"
        return
    server = request.getfixturevalue("postgresql")
    names = [f"{kind}_{os.getpid()}" for kind in ("ours", "floor")]
    ours, floor = (server.create(name) for name in names)
    yield ours, floor
    for name in names:
        server.drop(name)


def test_the_close_and_its_floor_write_as_many_rows(two_databases):
    for figures in closing.measure(two_databases, members=7, months=3):
        assert figures.ratio > 0
    for address in two_databases:
        engine = create_engine(address)
        with engine.connect() as connection:
            for model in (Statement, Assessment, OutboxMessage):
                assert connection.scalar(select(func.count()).select_from(model)) == 21
            assert connection.scalar(select(func.sum(Assessment.exempt_cents))) == EXEMPT
        engine.dispose()


# A quarter of 85 % of 101.00 to 107.00, half a cent up, in each of three months.
EXEMPT = 3 * sum((net * 85 // 100 + 2) // 4 for net in range(10_100, 10_800, 100))


MOST_STATEMENTS = 61


def test_orders_and_their_floor_write_the_same_entries(two_databases):
    figures = trading.measure(two_databases, turns=1, members=2, rounds=1)
    assert figures.ratio > 0
    ours, floor = (_books(address) for address in two_databases)
    assert ours == floor
    assert sum(ours.values()) == trading.POSTINGS * ORDERS
    assert _count(two_databases[0], Invoice) == ORDERS, "each with its invoice"
    for address in two_databases:
        assert _count(address, Entry) == trading.ENTRIES * ORDERS


# Two for each of two members to get warm, and one turn.
ORDERS = 4 + trading.TURN


def _count(address: str, model) -> int:
    made = create_engine(address)
    with made.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(model))
    made.dispose()
    return int(found or 0)


def _books(address: str) -> dict[tuple[str, str, str, int], int]:
    """How often each posting stands there: kind of entry, account, side and cents."""
    made = create_engine(address)
    with made.connect() as connection:
        names = (Entry.kind, Account.code, Posting.side, Posting.amount_cents)
        rows = connection.execute(
            select(*names, func.count())
            .join(Posting, Posting.entry_id == Entry.id)
            .join(Account, Account.id == Posting.account_id)
            .where(Entry.sealed)
            .group_by(*names)
        ).all()
    made.dispose()
    return {(kind, code, side, cents): many for kind, code, side, cents, many in rows}


def test_an_order_asks_the_database_no_more_than_it_did(database_url):
    database = Database(database_url)
    ours = trading.Ours(database, trading.fill(database, members=1))
    ours.order()  # opens the accounts
    asked: list[str] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]), named=False
    )
    ours.order()
    database.engine.dispose()
    assert len([one for one in asked if not one.startswith("BEGIN")]) <= MOST_STATEMENTS


def test_four_writers_get_all_their_orders_through(database_url):
    rates = writers.measure(database_url, rounds=1, orders=1, members=1)
    assert rates.ratio > 0
    assert _count(database_url, Invoice) == 2 * 2 * writers.WRITERS


def test_each_press_of_pay_is_of_an_order_of_its_own(two_databases, tmp_path):
    figures = checkout.measure(*two_databases, tmp_path, bursts=1, listings=9001)
    assert figures.ratio > 0
    assert _count(two_databases[0], PaymentIntent) == _count(two_databases[0], Order) > 0


@pytest.mark.parametrize("part", sales.HEADS)
def test_a_head_has_as_many_columns_as_its_lines(part):
    columns, line = sales.head(part).splitlines()[-2:]
    assert columns.count("|") == line.count("|")
