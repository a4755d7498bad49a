"""Ten kills on each database, as `make test` runs them; `make faults` does two hundred."""

from __future__ import annotations

import pytest

from tests.faults.drill import Drill, run

ORDERS, KILLS = 24, 10


@pytest.mark.drill
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_ten_kills_lose_and_double_nothing(kind):
    stops = 1 if kind == "postgresql" else 0
    drill = Drill(kind, ORDERS, KILLS, stops, seed=6, stripe_restarts=1, bank_days=1)
    said: list[str] = []
    report = run(drill, say=said.append)
    assert report.faults == [], f"{report}\n{said}"
    assert sum(report.kills.values()) == KILLS
    assert (report.orders, report.stops) == (ORDERS, stops)
    assert report.paid > ORDERS / 2
    assert report.strays > 0
    assert report.mails >= report.paid * 4
