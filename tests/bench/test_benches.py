"""The benches measure what they say: the floors answer as the engine does where the rules are the same."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, func, select

from marketplace.models.outbox import OutboxMessage
from marketplace.models.statements import Assessment, Statement
from tests.bench import closing
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
