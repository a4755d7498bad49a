"""Statements that are asked at every step: compiled once for each database, and put to the driver itself.

Each time SQLAlchemy executes a statement it looks up the text, binds by name, learns the columns of the
answer and wraps its rows; for a small statement that is five times what the driver needs. Here all that is
known beforehand. Values pass through the types of their columns, who listens to statements hears these too,
and faults are SQLAlchemy's. What the session holds back is not written first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVarTuple, cast

from sqlalchemy import Connection, Dialect, Executable, TextClause, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

_Columns = TypeVarTuple("_Columns")
_Convert = Callable[[Any], Any]
_KNOWN = "marketplace_prepared"


@dataclass(slots=True)
class _Text:
    """A statement as one driver takes it: places by number or by name, what to convert, what is fixed.

    How rows are read depends on what the driver calls the types, so the first answer tells.
    """

    sql: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    writers: tuple[tuple[str, _Convert], ...]
    readers: tuple[tuple[int, _Convert], ...] | None = None

    def bind(self, named: Mapping[str, Any]) -> Any:
        """Give the values as the driver takes them; None is NULL."""
        values = {**self.fixed, **named}
        for name, write in self.writers:
            value = values[name]
            if value is not None:
                values[name] = write(value)
        return values if self.order is None else tuple([values[name] for name in self.order])


class _Prepared:
    """A statement whose values are named by `bindparam`, or by the columns that an insert gets."""

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns

    def _execute(self, session: Session, named: Mapping[str, Any]) -> tuple[_Text, Any]:
        """Execute it; gives how its rows are read, and the driver's cursor."""
        connection = _connection(session)
        text = self._text(connection.dialect)
        return text, _put(connection, text.sql, text.bind(named))

    def _text(self, dialect: Dialect) -> _Text:
        # On the dialect, since types make their converters for one: the box with the keys lies there too.
        known: dict[_Prepared, _Text] = vars(dialect).setdefault(_KNOWN, {})
        text = known.get(self)
        if text is None:
            text = known[self] = self._compile(dialect)
        return text

    def _compile(self, dialect: Dialect) -> _Text:
        # Each statement that is made here can compile itself.
        made: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]
        writers = {
            name: write
            for bind, name in made.bind_names.items()
            if (write := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        asked = {name for bind, name in made.bind_names.items() if bind.required}
        fixed = {name: value for name, value in made.params.items() if name not in asked}
        for name in writers.keys() & fixed.keys():
            write, value = writers.pop(name), fixed[name]
            fixed[name] = None if value is None else write(value)
        order = tuple(made.positiontup) if made.positional else None
        return _Text(made.string, order, fixed, tuple(writers.items()))


class Query(_Prepared, Generic[*_Columns]):
    """A prepared question, or a change that gives rows back; what `in_` takes is named one by one (`literal`)."""

    def __init__(
        self, statement: TypedReturnsRows[*_Columns], columns: Sequence[str] | None = None
    ) -> None:
        super().__init__(cast("Executable", statement), columns)
        self._answer = statement

    def all(self, session: Session, named: Mapping[str, Any]) -> list[tuple[*_Columns]]:
        """Give the rows."""
        text, cursor = self._execute(session, named)
        rows: list[tuple[*_Columns]] = cursor.fetchall()
        if text.readers is None:
            text.readers = self._readers(_connection(session).dialect, cursor.description)
        cursor.close()
        return [_read(row, text.readers) for row in rows] if text.readers else rows

    def _readers(
        self, dialect: Dialect, description: Sequence[Any]
    ) -> tuple[tuple[int, _Convert], ...]:
        """Give what converts the values of a row, by place; `description` is the driver's, of the columns."""
        found = (
            (place, column.type.dialect_impl(dialect).result_processor(dialect, told[1]))
            for place, (column, told) in enumerate(
                zip(self._answer.exported_columns, description, strict=True)
            )
        )
        return tuple((place, read) for place, read in found if read is not None)

    def first(self, session: Session, named: Mapping[str, Any]) -> tuple[*_Columns] | None:
        """Give the first row, or None."""
        rows = self.all(session, named)
        return rows[0] if rows else None

    def scalar(self, session: Session, named: Mapping[str, Any]) -> Any:
        """Give the first value of the first row, or None."""
        rows = cast("list[tuple[Any, ...]]", self.all(session, named))
        return rows[0][0] if rows else None


class Change(_Prepared):
    """A prepared insert, update or delete that gives nothing back."""

    def __init__(
        self, statement: UpdateBase | TextClause, columns: Sequence[str] | None = None
    ) -> None:
        super().__init__(statement, columns)

    def run(self, session: Session, named: Mapping[str, Any]) -> int:
        """Do it; gives how many rows it touched."""
        cursor = self._execute(session, named)[1]
        touched: int = cursor.rowcount
        cursor.close()
        return touched

    def run_all(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Do it for each of some rows, at once."""
        connection = _connection(session)
        text = self._text(connection.dialect)
        _put(connection, text.sql, [text.bind(row) for row in rows], many=True).close()


def _connection(session: Session) -> Connection:
    """Give the connection of the session's transaction, without asking the session each time.

    A savepoint begins on the database when the session is asked for its connection.
    """
    known: Connection | None = session.info.get(_KNOWN)
    if known is None or session.in_nested_transaction() or not known.in_transaction():
        known = session.info[_KNOWN] = session.connection()
    return known


def _put(connection: Connection, sql: str, values: Any, *, many: bool = False) -> Any:
    """Put a text to the driver; gives its cursor."""
    dialect: Any = connection.dialect
    cursor: Any = connection.connection.cursor()
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, sql, values, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(sql, values)
    except dialect.dbapi.Error as fault:
        lost = dialect.is_disconnect(fault, connection.connection.driver_connection, cursor)
        if lost:
            connection.invalidate(fault)
        raise DBAPIError.instance(
            sql,
            values,
            fault,
            dialect.dbapi.Error,
            hide_parameters=connection.engine.hide_parameters,
            connection_invalidated=lost,
            dialect=dialect,
            ismulti=many,
        ) from fault
    return cursor


def _read(row: Sequence[Any], readers: Sequence[tuple[int, _Convert]]) -> Any:
    values = list(row)
    for place, read in readers:
        values[place] = read(values[place])
    return tuple(values)
