"""Counts the SQL statements of what runs inside it, so that a page's number of queries can be held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from flask import Flask

MOST = 8  # a page's limit, session and grants included
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Queries:
    """The statements seen so far."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)

    def __str__(self) -> str:
        return "\n".join(self.statements)


@contextmanager
def counted(app: Flask) -> Iterator[Queries]:
    """Give a list that fills with the statements which the application's engine runs meanwhile.

    with counted(app) as queries:
        client.get("/")
    assert len(queries) <= MOST, str(queries)
    """
    engine = app.extensions["marketplace"].database.engine
    seen = Queries()

    def note(_c: Any, _k: Any, statement: str, _p: Any, _x: Any, _many: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_COUNTED):
            seen.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
