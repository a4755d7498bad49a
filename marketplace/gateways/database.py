"""The database: one engine for reading, and one for writing that takes SQLite's lock at the start.

A deferred SQLite transaction that reads first and writes later may be refused half-way; one that
begins IMMEDIATE waits its turn instead. PostgreSQL needs no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from marketplace.gateways.secretbox import SecretBox

# Begins a transaction of its own: for work that commits before it asks somebody outside.
Transaction = Callable[[], AbstractContextManager[Session]]


class Database:
    """Sessions for reading and for writing on one address."""

    def __init__(self, url: str, keys: Sequence[str] = ()) -> None:
        self.engine = open_engine(url)
        # The types of columns see only the dialect, so the box for what is encrypted lies there.
        self.engine.dialect.secret_box = SecretBox(keys)  # type: ignore[attr-defined]
        writing = self.engine.execution_options(writes=True)
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        self._write = sessionmaker(writing, expire_on_commit=False)

    def session(self, *, writes: bool) -> Session:
        """Give a session; it begins with its first query."""
        return self._write() if writes else self._read()


def open_engine(url: str) -> Engine:
    """Open the engine with what each database needs."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},  # a server that says nothing is away, too
    )


def _open_sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 15}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        # Takes no lock and cannot be refused: straight to the driver, at a third of the cost.
        driver: Any = connection.connection
        driver.execute("BEGIN")

    return engine


def is_away(fault: BaseException) -> bool:
    """Whether a fault means that the database cannot be reached now."""
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return True
    return isinstance(fault, OperationalError)
