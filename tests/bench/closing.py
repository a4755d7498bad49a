"""The close of a month for many members, beside a floor that writes as many rows of the same width.

The floor reads the same earnings in one query, computes a quarter with a cap and a counter, and
writes statement, assessment and mail of each member by COPY or executemany, all in one go, without
explanation, locks, batches or a place to start again.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.gateways import schema
from marketplace.gateways.database import Database
from marketplace.gateways.rows.bulk import add_rows
from marketplace.models.base import new_public_id, table_of
from marketplace.models.outbox import OutboxMessage
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months import monthend
from tests.bench import monthdata
from tests.bench.measure import Spent, clock_of

FIRST = Month(2025, 1)
AFTER = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
AIM = 3.0


@dataclass
class Closed:
    """CPU milliseconds per member of each month, and the memory after the first and the last one."""

    floor: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Give the median of the months' ratios."""
        return statistics.median(a / b for a, b in zip(self.ours, self.floor, strict=True))

    def row(self, name: str) -> str:
        """Give a row of the table."""
        floor, ours = statistics.median(self.floor), statistics.median(self.ours)
        memory = f"{self.megabytes[0]:.0f} to {self.megabytes[-1]:.0f}"
        return f"| {name} | {floor:.3f} | {ours:.3f} | {self.ratio:.2f} | {memory} |"


class Floor:
    """The trivial rule on its own database of the same content."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.used: Counter[int] = Counter()
        self.width: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    def close(self, month: Month) -> int:
        """Close a month in one transaction."""
        with self.database.session(writes=True) as session, session.begin():
            earned = _earned(session, month)
            statements, assessments, mails = [], [], []
            base = month.year * 12 + month.number
            for member, cents in earned:
                exempt = min((cents + 2) // 4, 28_500) if self.used[member] < 6 else 0
                self.used[member] += exempt > 0
                key = base * monthdata.STEP + member
                statements.append(_statement(key, member, month))
                assessments.append(self._assessment(key, cents, exempt))
                mails.append(_mail(key, member))
            add_rows(session, table_of(Statement), statements)
            add_rows(session, table_of(Assessment), assessments)
            add_rows(session, table_of(OutboxMessage), mails)
        return len(earned)

    def _assessment(self, key: int, cents: int, exempt: int) -> dict[str, Any]:
        inputs, outcome = self.width
        return {
            "cooperative_id": 1,
            "statement_id": key,
            "version": 1,
            "reason": "month_end",
            "made_at": AFTER,
            "rules_hash": "0" * 64,
            "provisional": False,
            "inputs": inputs,
            "outcome": outcome,
            "turnover_cents": cents,
            "result_cents": cents,
            "income_cents": cents,
            "norm_cents": 0,
            "exempt_cents": exempt,
            "set_off_cents": cents - exempt,
            "municipality_cents": 0,
            "benefit_reduction_cents": cents - exempt,
            "premium_cents": 0,
            "exemption": "n" if exempt else None,
        }


def _earned(session: Session, month: Month) -> list[tuple[int, int]]:
    rows = session.execute(
        text(
            "SELECT e.membership_id, sum(p.amount_cents) FROM entries e"
            " JOIN postings p ON p.entry_id = e.id JOIN accounts a ON a.id = p.account_id"
            " WHERE e.for_month = :month AND a.code = 'payable_to_member' GROUP BY e.membership_id"
        ).bindparams(month=month.first)
    )
    return [(member, int(cents)) for member, cents in rows]


def _statement(key: int, member: int, month: Month) -> dict[str, Any]:
    return {
        "id": key,
        "public_id": new_public_id(),
        "cooperative_id": 1,
        "membership_id": member,
        "agreement_id": member,
        "municipality_id": 1,
        "month": month,
        "state": "ready",
        "due_on": month.last,
        "created_at": AFTER,
    }


def _mail(key: int, member: int) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "dedupe_key": f"statement_ready:{key}",
        "kind": "statement_ready",
        "person_id": member,
        "facts": {
            "month": "2025-01",
            "due_on": "2025-01-31",
            "path": "/werk/opgaven/xxxxxxxxxxxxxxxx",
        },
        "state": "waiting",
        "attempts": 0,
        "not_before": AFTER,
        "created_at": AFTER,
    }


def close(database: Database, month: Month) -> int:
    """Close a month as the application does, batch by batch."""
    made, cursor = 0, None
    while True:
        with database.session(writes=True) as session, session.begin():
            done = monthend.close(session, month=month, now=AFTER, cursor=cursor)
        made, cursor = made + done.made, done.cursor
        if cursor is None:
            return made


def measure(addresses: tuple[str, str], *, members: int, months: int) -> Iterator[Closed]:
    """Close month after month on both, in turns; gives the figures so far after each month."""
    ours, plain = (_opened(address, members) for address in addresses)
    floor = Floor(plain)
    figures = Closed()
    clocks = clock_of(ours.engine), clock_of(plain.engine)
    for place in range(months):
        month = FIRST.shift(place)
        for one in (ours, plain):
            monthdata.month(one.engine.execution_options(writes=True), members, month)
        if place == 0:
            close(ours, month)
            floor.width = _one_outcome(ours)
            floor.close(month)  # both are warm, and their first month does not count
            clocks = clock_of(ours.engine), clock_of(plain.engine)
            continue
        figures.ours.append(_timed(clocks[0], lambda month=month: close(ours, month)))
        figures.floor.append(_timed(clocks[1], lambda month=month: floor.close(month)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures.megabytes.append(peak)
        yield figures
    for one in (ours, plain):
        one.engine.dispose()


def _opened(address: str, members: int) -> Database:
    schema.upgrade(address)
    database = Database(address)
    monthdata.people(database.engine.execution_options(writes=True), members)
    return database


def _one_outcome(database: Database) -> tuple[dict[str, Any], dict[str, Any]]:
    with database.session(writes=False) as session:
        row = session.scalars(select(Assessment).limit(1)).one()
    return json.loads(json.dumps(row.inputs)), json.loads(json.dumps(row.outcome))


def _timed(spent: Spent, work: Any) -> float:
    """Give CPU milliseconds per member."""
    begin, at = spent(), time.monotonic()
    made = work()
    seconds = spent() - begin
    assert time.monotonic() >= at
    return seconds * 1000 / made
