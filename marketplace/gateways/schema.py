"""The database's shape: brings it to a numbered migration and tells where it stands.

The migrations lie beside the package, in `migrations/versions/0001_....py`, one head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from marketplace.gateways.revisions import MIGRATIONS

LOCK = 7_239_041  # any number, the same for all who migrate one PostgreSQL database


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to a revision, all of it or nothing; two at once wait in line."""
    with _locked(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision ("base" is empty), all of it or nothing."""
    with _locked(url) as connection:
        command.downgrade(_config(connection), revision)


def current_is_head(url: str) -> bool:
    """Tell whether the database stands at the newest migration; raises OperationalError when away."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _writing_engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        # Python's sqlite3 opens a transaction before data only, never before DDL: do it ourselves.
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin_at_once)
    return engine


def _leave_transactions_to_us(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None


def _begin_at_once(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    """One transaction that holds the database's migration lock."""
    with _writing_engine(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        yield connection
