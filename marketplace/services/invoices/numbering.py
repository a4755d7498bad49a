"""Numbers without gaps: one row per cooperative and year, held until the transaction ends."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.gateways.rows.prepared import Query
from marketplace.models.base import table_of
from marketplace.models.invoices import InvoiceCounter


def take(session: Session, *, cooperative_id: int, year: int) -> int:
    """Give the next number. A transaction that is rolled back gives it back.

    Others who need a number of this cooperative wait until the transaction ends, so take it late.
    """
    row = {"cooperative_id": cooperative_id, "year": year, "last_number": 1}
    number: int = _next(session.connection().dialect.name).scalar(session, row)
    return number


@lru_cache
def _next(dialect: str) -> Query[int]:
    """Give the statement that counts one up, or makes the first row of a year; both wait for who is first."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    counters = table_of(InvoiceCounter)
    statement = insert(counters).on_conflict_do_update(
        index_elements=("cooperative_id", "year"),
        set_={"last_number": counters.c.last_number + 1},
    )
    columns = ("cooperative_id", "year", "last_number")
    return Query(statement.returning(counters.c.last_number), columns)
