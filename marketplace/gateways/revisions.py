"""The number of the newest migration, told without Alembic: it takes a second to import."""

from __future__ import annotations

from functools import cache
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@cache
def newest() -> str:
    """Give the number at which this version of the application expects the database, like "0002".

    Read once per process, so that files of a newer version beside a running one change nothing.
    """
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
