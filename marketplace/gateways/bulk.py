"""Rows past the session: many at once without keys (COPY, or one prepared statement), and one unless it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_Writer = Callable[[Any], Any] | None


class Json(str):
    """A value of a JSON column that is written already, so that its parts need not be kept."""

    __slots__ = ()

    @classmethod
    def of(cls, value: Any) -> Json:
        """Write plain JSON values."""
        # A third of what the standard library takes for the same text, but for letters it would escape.
        return cls(to_json(value), "utf-8")


def add_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, in the session's transaction.

    Values pass through the types of their columns, as they do everywhere else; the defaults of Python
    do not, so each row is whole. A conflict with what stands is an IntegrityError.
    """
    if not rows:
        return
    connection = session.connection()
    names = list(rows[0])
    # Names come from the models, never from what somebody typed.
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    written = _written(connection, table, names, rows)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.cursor()
        with driver as cursor, cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN") as copy:
            for values in written:
                copy.write_row(values)
        return
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})"  # noqa: S608 idem  # nosec B608
    connection.exec_driver_sql(statement, list(written))


def add_unless_there(
    session: Session, table: Table, unique: tuple[str, ...], row: Mapping[str, Any]
) -> int | None:
    """Insert one row and give its key; None where one with the same `unique` columns stands.

    One that another transaction is inserting is waited for. What the session holds back is not
    written first. Columns that are left out take their default.
    """
    connection = session.connection()
    statement = _unless_there(connection.dialect.name, table, unique)
    key: int | None = connection.execute(statement, row).scalar_one_or_none()
    return key


@lru_cache(maxsize=64)
def _unless_there(dialect: str, table: Table, unique: tuple[str, ...]) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # Made once: what the statement is made of never changes.
    return insert(table).on_conflict_do_nothing(index_elements=unique).returning(table.c.id)


def _written(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    """Write each row as the driver takes it."""
    dialect = connection.dialect
    writers: list[_Writer] = [
        table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names
    ]
    pairs = list(zip(names, writers, strict=True))
    for row in rows:
        yield tuple(_value(row[name], write) for name, write in pairs)


def _value(value: Any, write: _Writer) -> Any:
    if write is None or value is None:
        return value
    return str(value) if type(value) is Json else write(value)
