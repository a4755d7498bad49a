"""The ground under every table: names of constraints, and column types for instants and months."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Annotated, Any, cast

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Integer, MetaData, String, Table, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from marketplace.domain.calendar import Month

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Big = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant: aware in Python, UTC in the database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Write UTC; SQLite keeps no zone, so it gets the naive UTC value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant carries its time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Read an aware UTC instant."""
        if value is None:
            return None
        stamped: dt.datetime = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return stamped.astimezone(dt.UTC)


class Encrypted(TypeDecorator[str]):
    """A text that is encrypted in the database; the engine's dialect carries the keys (gateways/database.py)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Encrypt with the newest key."""
        return None if value is None else str(dialect.secret_box.seal(value))

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Decrypt."""
        return None if value is None else str(dialect.secret_box.open(value))


class Marked(TypeDecorator[str]):
    """A text of which the database holds a keyed mark only: it can be compared, and not be read back."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Write, and compare with, the mark of a plain text."""
        return None if value is None else str(dialect.secret_box.mark(value))


class MonthDate(TypeDecorator[Month]):
    """A month, stored as its first day."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: Month | None, dialect: Dialect) -> dt.date | None:
        """Write the first day."""
        return None if value is None else value.first

    def process_result_value(self, value: dt.date | None, dialect: Dialect) -> Month | None:
        """Read the month of the day."""
        return None if value is None else Month.of(value)


def new_public_id() -> str:
    """Give a random id for addresses: 16 characters, 96 bits."""
    return secrets.token_urlsafe(12)


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: UtcDateTime, Month: MonthDate}  # noqa: RUF012 the name is SQLAlchemy's


def table_of(model: type[Base]) -> Table:
    """Give the table of a model, for statements about many rows."""
    return cast("Table", model.__table__)


Key = Annotated[int, mapped_column(Big, primary_key=True)]
Ref = Annotated[int, mapped_column(Big)]
Cents = Annotated[int, mapped_column(Big)]
PublicId = Annotated[str, mapped_column(String(16), unique=True, default=new_public_id)]
