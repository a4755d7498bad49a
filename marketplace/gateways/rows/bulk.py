"""Rows past the session: many at once without keys (COPY, or one prepared statement), and one unless it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple, cast

from pydantic_core import to_json
from sqlalchemy import Column, Connection, Table, bindparam, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from marketplace.gateways.rows.prepared import Query

_Convert = Callable[[Any], Any]
_Writer = _Convert | None


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
    made = _unless_there(session.connection().dialect.name, table, unique, tuple(row), 1)
    values = {f"{name}_0": default(None) for name, default in made.defaults}
    values |= {f"{name}_0": value for name, value in row.items()}
    key: int | None = made.query.scalar(session, values)
    return key


def add_all_unless_there(
    session: Session, table: Table, unique: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows with the same columns, each as `add_unless_there`, in one statement."""
    if not rows:
        return
    dialect, given = session.connection().dialect.name, tuple(rows[0])
    made = _unless_there(dialect, table, unique, given, len(rows))
    values: dict[str, Any] = {}
    for place, row in enumerate(rows):
        values |= {f"{name}_{place}": default(None) for name, default in made.defaults}
        values |= {f"{name}_{place}": value for name, value in row.items()}
    made.query.all(session, values)


class _UnlessThere(NamedTuple):
    """The statement, with what makes the columns that the row leaves out."""

    query: Query[int]
    defaults: tuple[tuple[str, _Convert], ...]


@lru_cache(maxsize=64)
def _unless_there(
    dialect: str, table: Table, unique: tuple[str, ...], given: tuple[str, ...], many: int
) -> _UnlessThere:
    """Make the statement for one set of columns, once; what each row gives is named by column and place."""
    left_out = [column for column in table.columns if column.name not in given]
    defaults = tuple(_defaults_of(left_out))
    names = [*given, *(name for name, _default in defaults)]
    rows: list[dict[str, Any]] = [
        {name: bindparam(f"{name}_{place}", type_=table.c[name].type) for name in names}
        for place in range(many)
    ]
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table).values(rows).on_conflict_do_nothing(index_elements=unique)
    return _UnlessThere(Query(statement.returning(table.c.id)), defaults)


def add_now(
    session: Session, thing: DeclarativeBase, *, unless: tuple[str, ...] | None = None
) -> bool:
    """Write a new object and take it into the session, as `add` and `flush` do for one object.

    What it does not say takes the default of Python, or is empty. Where one with the same columns
    `unless` stands nothing is written, and it is False; one that another transaction writes is waited for.
    """
    made = _insert_of(inspect(type(thing)), session.connection().dialect.name, unless)
    given = vars(thing)
    values = {name: given.get(name) for name in made.columns}
    for name, default in made.defaults:
        if values[name] is None:
            values[name] = default(None)
    key = made.query.scalar(session, values)
    if key is None:
        return False
    for name, value in values.items():
        if name not in given:
            setattr(thing, name, value)
    setattr(thing, made.key, key)
    make_transient_to_detached(thing)
    undone = session.identity_map.get(identity_key(instance=thing))
    if undone is not None:  # SQLite gave its key to a row of a savepoint that was rolled back
        session.expunge(undone)
    session.add(thing)
    return True


class _Insert(NamedTuple):
    """The insert of an object: the columns but its key, and what makes a value that is left out."""

    query: Query[Any]
    key: str
    columns: tuple[str, ...]
    defaults: tuple[tuple[str, _Convert], ...]


@lru_cache
def _insert_of(mapper: Mapper[Any], dialect: str, unless: tuple[str, ...] | None) -> _Insert:
    table = cast("Table", mapper.local_table)
    (key,) = table.primary_key
    columns = [column for column in table.columns if column is not key]
    names = tuple(column.name for column in columns)
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    if unless is not None:
        statement = statement.on_conflict_do_nothing(index_elements=unless)
    return _Insert(
        Query(statement.returning(key), names), key.name, names, tuple(_defaults_of(columns))
    )


def _defaults_of(columns: Iterable[Column[Any]]) -> Iterator[tuple[str, _Convert]]:
    """Give what makes the value of each column that has a default of Python; it is called with None."""
    for column in columns:
        default: Any = column.default
        if default is not None:
            yield column.name, default.arg if default.is_callable else partial(_same, default.arg)


def _same(value: Any, _none: None) -> Any:
    return value


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
