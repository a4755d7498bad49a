"""Writing balanced entries past the session: their rows, then the postings of all and their seals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.domain import ledger
from marketplace.gateways.rows.bulk import add_unless_there
from marketplace.gateways.rows.prepared import Change
from marketplace.models.base import table_of
from marketplace.models.ledger import Account, Entry

_ENTRIES, _ACCOUNTS = table_of(Entry), table_of(Account)


def begin(session: Session, row: Mapping[str, Any]) -> int | None:
    """Write the row of an entry, still open, and give its key; None where its source stands already."""
    return add_unless_there(
        session, _ENTRIES, ("cooperative_id", "source"), {**row, "sealed": False}
    )


def complete(
    session: Session, cooperative_id: int, entries: Sequence[tuple[int, ledger.Entry]]
) -> None:
    """Write the postings of entries of one cooperative, by key, and seal them."""
    named: dict[str, Any] = {"cooperative_id": cooperative_id}
    lines = [(key, line) for key, entry in entries for line in entry.lines]
    for place, (key, line) in enumerate(lines):
        named[f"entry{place}"] = key
        named[f"code{place}"], named[f"member{place}"] = line.account_code, line.membership_id
        named[f"side{place}"], named[f"cents{place}"] = line.side, line.cents
    postings = _postings(len(lines))
    if not postings.run(session, named):
        _open_accounts(session, cooperative_id, [line for _key, line in lines])
        postings.run(session, named)
    keys = {f"key{place}": key for place, (key, _entry) in enumerate(entries)}
    _seal(len(entries)).run(session, keys)


@lru_cache(maxsize=8)
def _seal(many: int) -> Change:
    keys: list[Any] = [bindparam(f"key{place}") for place in range(many)]
    return Change(update(_ENTRIES).where(_ENTRIES.c.id.in_(keys)).values(sealed=True))


@lru_cache(maxsize=32)
def _postings(many: int) -> Change:
    """Give the statement that finds the accounts and writes so many postings: all of them, or none."""
    lines = ", ".join(
        f"({place}, CAST(:entry{place} AS bigint), CAST(:code{place} AS varchar),"
        f" CAST(:member{place} AS bigint), CAST(:side{place} AS varchar),"
        f" CAST(:cents{place} AS bigint))"
        for place in range(many)
    )
    account = "SELECT id FROM accounts WHERE cooperative_id = :cooperative_id AND code = lines.code"
    return Change(
        text(
            "INSERT INTO postings (cooperative_id, entry_id, account_id, side, amount_cents)"  # noqa: S608 the text is ours  # nosec B608
            f" WITH lines (place, entry, code, member, side, cents) AS (VALUES {lines}),"
            " found AS (SELECT place, entry, side, cents, CASE WHEN member IS NULL"
            f" THEN ({account} AND membership_id IS NULL)"
            f" ELSE ({account} AND membership_id = lines.member) END AS account FROM lines)"
            " SELECT :cooperative_id, entry, account, side, cents FROM found"
            " WHERE NOT EXISTS (SELECT 1 FROM found WHERE account IS NULL) ORDER BY place"
        )
    )


def _open_accounts(session: Session, cooperative_id: int, lines: Iterable[ledger.Line]) -> None:
    """Make the accounts that are not there. Two first uses at once: the second waits and takes the first's."""
    wanted = {(line.account_code, line.membership_id) for line in lines}
    rows = [
        {"cooperative_id": cooperative_id, "code": code, "membership_id": membership_id}
        for code, membership_id in sorted(wanted, key=str)
    ]
    connection = session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(_ACCOUNTS).on_conflict_do_nothing(), rows)
