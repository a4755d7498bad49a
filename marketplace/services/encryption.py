"""What is encrypted under a new key: every column of the type, in batches, and where it was left off.

Nothing is kept about how far it came: what the newest key opens is done, so a second run passes it by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Text, bindparam, select, type_coerce, update
from sqlalchemy.orm import Session

from marketplace.gateways.secretbox import NoKey
from marketplace.models.base import Encrypted, Marked
from marketplace.models.registry import METADATA

BATCH = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a column: how many were written, were new already, or that no key opens; the last id."""

    written: int
    new_already: int
    unreadable: Sequence[int]
    last: int | None


def columns() -> list[Column[Any]]:
    """Give every column that is encrypted, in the order of the tables."""
    return [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, Encrypted)
    ]


def write_anew(
    session: Session, column: Column[Any], *, after: int = 0, limit: int = BATCH
) -> Batch:
    """Write one batch of a column with the newest key, rows after an id; `last` is None at the end."""
    table, raw = column.table, type_coerce(column, Text)
    box = session.get_bind().dialect.secret_box  # type: ignore[attr-defined]
    rows = session.execute(
        select(table.c.id, raw)
        .where(table.c.id > after, column.is_not(None))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update()
    ).all()
    old: list[dict[str, Any]] = []
    unreadable: list[int] = []
    for key, sealed in rows:
        if box.is_newest(sealed):
            continue
        try:
            old.append({"key": key, "plain": box.open(sealed)})
        except NoKey:
            unreadable.append(key)
    if old:
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("key"))
            .values({column: bindparam("plain", type_=Encrypted())}),
            old,
        )
    return Batch(
        written=len(old),
        new_already=len(rows) - len(old) - len(unreadable),
        unreadable=unreadable,
        last=rows[-1][0] if len(rows) == limit else None,
    )


def marks() -> list[tuple[Column[Any], Column[Any]]]:
    """Give every encrypted column of which a mark stands beside it (`phone`, `phone_mark`), with that mark."""
    return [
        (column, column.table.c[f"{column.name}_mark"])
        for column in columns()
        if isinstance(column.table.c.get(f"{column.name}_mark", column).type, Marked)
    ]


def mark_anew(
    session: Session,
    column: Column[Any],
    mark: Column[Any],
    *,
    after: int = 0,
    limit: int = BATCH,
) -> tuple[int, int | None]:
    """Make one batch of marks anew under the present keys; gives how many, and the last id or None at the end.

    A mark is made with the oldest key, so it must be made anew once that one is taken away.
    """
    table = column.table
    rows = session.execute(
        select(table.c.id.label("key"), column.label("plain"))
        .where(table.c.id > after, column.is_not(None))
        .order_by(table.c.id)
        .limit(limit)
    ).all()
    if rows:
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("key"))
            .values({mark: bindparam("plain", type_=Marked())}),
            [{"key": row.key, "plain": row.plain} for row in rows],
        )
    return len(rows), rows[-1].key if len(rows) == limit else None
