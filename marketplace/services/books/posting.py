"""Writing one balanced entry: the row, its postings and its seal, past the session in three statements or four."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Dialect, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.domain import ledger
from marketplace.gateways.bulk import add_unless_there
from marketplace.models.base import table_of
from marketplace.models.ledger import Account, Entry, Posting

_Key = tuple[str, int | None]

_ENTRIES = table_of(Entry)
_POSTINGS = insert(table_of(Posting))
_SEAL = update(_ENTRIES).where(_ENTRIES.c.id == bindparam("key")).values(sealed=True)
_ACCOUNTS = select(Account.code, Account.membership_id, Account.id).where(
    Account.cooperative_id == bindparam("cooperative_id"),
    Account.code.in_(bindparam("codes", expanding=True)),
    or_(
        Account.membership_id.is_(None),
        Account.membership_id.in_(bindparam("members", expanding=True)),
    ),
)


def write(session: Session, row: Mapping[str, Any], entry: ledger.Entry) -> bool:
    """Write an entry whose columns are `row`, and seal it; False where its source stands already."""
    key = add_unless_there(
        session, _ENTRIES, ("cooperative_id", "source"), {**row, "sealed": False}
    )
    if key is None:
        return False
    _write_postings(session, key, row["cooperative_id"], entry)
    session.connection().execute(_SEAL, {"key": key})
    return True


def _write_postings(
    session: Session, entry_id: int, cooperative_id: int, entry: ledger.Entry
) -> None:
    accounts = _accounts(session, cooperative_id, entry.lines)
    session.connection().execute(
        _POSTINGS,
        [
            {
                "cooperative_id": cooperative_id,
                "entry_id": entry_id,
                "account_id": accounts[line.account_code, line.membership_id],
                "side": line.side,
                "amount_cents": line.cents,
            }
            for line in entry.lines
        ],
    )


def _accounts(
    session: Session, cooperative_id: int, lines: Iterable[ledger.Line]
) -> dict[_Key, int]:
    wanted = {(line.account_code, line.membership_id) for line in lines}
    found = _find_accounts(session, cooperative_id, wanted)
    missing = wanted - found.keys()
    if missing:
        rows = [
            {"cooperative_id": cooperative_id, "code": code, "membership_id": membership_id}
            for code, membership_id in sorted(missing, key=str)
        ]
        # Two first uses at once: the second waits, finds the account there and takes it.
        session.execute(_insert_if_absent(session.get_bind().dialect), rows)
        found |= _find_accounts(session, cooperative_id, missing)
    return found


def _insert_if_absent(dialect: Dialect) -> postgresql.Insert | sqlite.Insert:
    if dialect.name == "sqlite":
        return sqlite.insert(Account).on_conflict_do_nothing()
    return postgresql.insert(Account).on_conflict_do_nothing()


def _find_accounts(
    session: Session, cooperative_id: int, wanted: Iterable[_Key]
) -> dict[_Key, int]:
    wanted = set(wanted)
    rows = session.connection().execute(
        _ACCOUNTS,
        {
            "cooperative_id": cooperative_id,
            "codes": sorted({code for code, _ in wanted}),
            "members": sorted({member for _, member in wanted if member is not None}) or [0],
        },
    )
    return {(code, member): key for code, member, key in rows if (code, member) in wanted}
