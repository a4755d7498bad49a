"""What the worker did: one row for each step of its tick, and one for the tick itself."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key


class WorkerStep(Base):
    """The last run of one step. `error` is a class name: what went wrong may hold a name or an address."""

    __tablename__ = "worker_steps"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    last_at: Mapped[dt.datetime]
    done: Mapped[int]
    failed_at: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(String(80))
