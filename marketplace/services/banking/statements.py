"""Takes statements of the bank in: each line once, whole files or nothing, matched in the same transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.domain.bank import entries
from marketplace.domain.bank.banking import (
    BankFileOfAnother,
    BankStatement,
    NoAccountYet,
    fingerprints,
)
from marketplace.gateways.bankfiles import statements as files
from marketplace.models import banking as rows
from marketplace.models.cooperatives import Cooperative
from marketplace.services import audit
from marketplace.services.banking import matching
from marketplace.services.books import ledger


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: new lines, lines that were known, and how many found their place."""

    new: int
    known: int
    matched: int


def take(
    session: Session,
    *,
    cooperative_id: int,
    content: bytes,
    actor_id: int,
    now: dt.datetime,
) -> Taken:
    """Read a file and keep its new lines; raises a Refused before anything is kept.

    Two at once with the same lines: the second waits for the first and finds them known.
    """
    found = _of_own_account(session, cooperative_id, content)
    digest = hashlib.sha256(content).hexdigest()
    values: list[dict[str, Any]] = []
    for place, statement in enumerate(found):
        values_of = {
            "cooperative_id": cooperative_id,
            "file_sha256": digest,
            "place": place,
            "imported_by_id": actor_id,
            "imported_at": now,
        }
        row = _statement(session, statement, values_of)
        values += _values(row, statement)
    fresh = _keep(session, cooperative_id, values)
    _book(session, fresh, now)
    matched = matching.match_new(session, cooperative_id=cooperative_id, lines=fresh, now=now)
    audit.record(
        session,
        actor_id=actor_id,
        act="bank_file_taken",
        thing=f"bank_file:{digest[:16]}",
        at=now,
        cooperative_id=cooperative_id,
        after={"new": len(fresh), "known": len(values) - len(fresh), "matched": matched},
    )
    return Taken(len(fresh), len(values) - len(fresh), matched)


def _of_own_account(session: Session, cooperative_id: int, content: bytes) -> list[BankStatement]:
    own = session.get_one(Cooperative, cooperative_id).iban
    if own is None:
        raise NoAccountYet
    found = files.read(content)
    if any(statement.iban != own for statement in found):
        raise BankFileOfAnother
    return found


def _statement(
    session: Session, statement: BankStatement, values: dict[str, Any]
) -> rows.BankStatement:
    told = {
        "number": statement.number,
        "closed_on": statement.closed_on,
        "opening_cents": statement.opening_cents,
        "closing_cents": statement.closing_cents,
    }
    _insert_if_absent(session, rows.BankStatement, [values | told])
    return session.scalars(
        select(rows.BankStatement).where(
            rows.BankStatement.cooperative_id == values["cooperative_id"],
            rows.BankStatement.file_sha256 == values["file_sha256"],
            rows.BankStatement.place == values["place"],
        )
    ).one()


def _values(row: rows.BankStatement, statement: BankStatement) -> list[dict[str, Any]]:
    return [
        {
            "cooperative_id": row.cooperative_id,
            "statement_id": row.id,
            "fingerprint": fingerprint,
            "booked_on": line.booked_on,
            "cents": line.cents,
            "left_cents": max(0, line.cents),
            "bank_reference": line.bank_reference,
            "end_to_end": line.end_to_end,
            "counter_name": line.counter_name,
            "counter_iban": line.counter_iban,
            "text": line.text,
            "return_code": line.return_code,
        }
        for line, fingerprint in zip(
            statement.lines, fingerprints(statement.iban, statement.lines), strict=True
        )
    ]


def _keep(
    session: Session, cooperative_id: int, values: list[dict[str, Any]]
) -> list[rows.BankLine]:
    """Insert what is new, always in the same order: two that overlap wait in turn, never crosswise."""
    prints = [one["fingerprint"] for one in values]
    known = set(_ids(session, cooperative_id, prints))
    _insert_if_absent(
        session, rows.BankLine, sorted(values, key=lambda one: str(one["fingerprint"]))
    )
    fresh = set(_ids(session, cooperative_id, prints)) - known
    mine = {one["statement_id"] for one in values}
    query = select(rows.BankLine).where(rows.BankLine.statement_id.in_(mine))
    return [line for line in session.scalars(query.order_by(rows.BankLine.id)) if line.id in fresh]


def _ids(session: Session, cooperative_id: int, prints: Sequence[str]) -> list[int]:
    found: list[int] = []
    for at in range(0, len(prints), 500):
        query = select(rows.BankLine.id).where(
            rows.BankLine.cooperative_id == cooperative_id,
            rows.BankLine.fingerprint.in_(prints[at : at + 500]),
        )
        found += session.scalars(query)
    return found


def _insert_if_absent(session: Session, table: type[Any], values: list[dict[str, Any]]) -> None:
    if not values:
        return
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(table).on_conflict_do_nothing(), values)
    else:
        session.execute(postgresql.insert(table).on_conflict_do_nothing(), values)


def _book(session: Session, lines: Sequence[rows.BankLine], now: dt.datetime) -> None:
    """Book what came in; what went out is booked once it is known what it paid."""
    for line in lines:
        if line.cents > 0:
            ledger.post(
                session,
                entries.bank_received(amount_cents=line.cents),
                cooperative_id=line.cooperative_id,
                source=f"bank_line:{line.id}:bank_received",
                kind="bank_received",
                membership_id=None,
                now=now,
            )
