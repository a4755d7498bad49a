"""Writing one balanced entry past the session: the row, its postings and its seal, in three statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.domain import ledger
from marketplace.gateways.bulk import add_unless_there
from marketplace.gateways.prepared import Change
from marketplace.models.base import table_of
from marketplace.models.ledger import Account, Entry

_ENTRIES, _ACCOUNTS = table_of(Entry), table_of(Account)
_SEAL = Change(update(_ENTRIES).where(_ENTRIES.c.id == bindparam("key")).values(sealed=True))


def write(session: Session, row: Mapping[str, Any], entry: ledger.Entry) -> bool:
    """Write an entry whose columns are `row`, and seal it; False where its source stands already."""
    unique = ("cooperative_id", "source")
    key = add_unless_there(session, _ENTRIES, unique, {**row, "sealed": False})
    if key is None:
        return False
    named: dict[str, Any] = {"cooperative_id": row["cooperative_id"], "entry_id": key}
    for place, line in enumerate(entry.lines):
        named[f"code{place}"], named[f"member{place}"] = line.account_code, line.membership_id
        named[f"side{place}"], named[f"cents{place}"] = line.side, line.cents
    postings = _postings(len(entry.lines))
    if not postings.run(session, named):
        _open_accounts(session, row["cooperative_id"], entry.lines)
        postings.run(session, named)
    _SEAL.run(session, {"key": key})
    return True


@lru_cache(maxsize=32)
def _postings(many: int) -> Change:
    """Give the statement that finds the accounts and writes so many postings: all of them, or none."""
    lines = ", ".join(
        f"({place}, CAST(:code{place} AS varchar), CAST(:member{place} AS bigint),"
        f" CAST(:side{place} AS varchar), CAST(:cents{place} AS bigint))"
        for place in range(many)
    )
    account = "SELECT id FROM accounts WHERE cooperative_id = :cooperative_id AND code = lines.code"
    return Change(
        text(
            "INSERT INTO postings (cooperative_id, entry_id, account_id, side, amount_cents)"  # noqa: S608 the text is ours  # nosec B608
            f" WITH lines (place, code, member, side, cents) AS (VALUES {lines}),"
            " found AS (SELECT place, side, cents, CASE WHEN member IS NULL"
            f" THEN ({account} AND membership_id IS NULL)"
            f" ELSE ({account} AND membership_id = lines.member) END AS account FROM lines)"
            " SELECT :cooperative_id, :entry_id, account, side, cents FROM found"
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
