"""How the house is: what a request needs, what the worker did last, and figures without persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from sqlalchemy import ColumnElement, func, inspect, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.orders import PaymentState
from marketplace.gateways import disk, revisions
from marketplace.models.orders import Order
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentEvent
from marketplace.models.worker import WorkerStep

HEARTBEAT = "tick"
PATIENCE = dt.timedelta(minutes=5)
# Orders that ended are counted among the newest only: their number grows for ever.
NEWEST_ORDERS = 10_000
OPEN_ORDERS = (PaymentState.NOT_DUE, PaymentState.AWAITING)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether each part is there; None is unknown, because a part before it is away."""

    disk: bool
    database: bool = False
    migrations: bool | None = None
    worker: bool | None = None

    @property
    def away(self) -> list[str]:
        """The names of the parts that are away."""
        parts = ("database", "migrations", "worker", "disk")
        return [name for name in parts if getattr(self, name) is False]


@dataclass(frozen=True, slots=True)
class Report:
    """The last run of one step of the worker: `done` rows or mails, and its last fault, if ever."""

    name: str
    last_at: dt.datetime
    done: int
    failed_at: dt.datetime | None
    error: str | None

    @property
    def failing(self) -> bool:
        """Whether the last run failed."""
        return self.failed_at == self.last_at


@dataclass(frozen=True, slots=True)
class Work:
    """What the worker told: its steps by name, and when it was last seen (None: never)."""

    seen_at: dt.datetime | None
    steps: Sequence[Report]

    def at_work(self, now: dt.datetime) -> bool:
        """Tell whether it was seen in the last five minutes; a clock that jumped back counts as not."""
        return self.seen_at is not None and abs(now - self.seen_at) < PATIENCE


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts for a monitor. `oldest_waiting` is the age of the oldest mail that still waits."""

    mails: dict[str, int]
    oldest_waiting: dt.timedelta
    refused_events: int
    orders: dict[str, int]
    work: Work

    def values(self, now: dt.datetime) -> dict[str, float | Mapping[str, float]]:
        """Give them under the names of gateways/metrics.py; times in seconds."""
        seen_at, steps = self.work.seen_at, self.work.steps
        return {
            "outbox_waiting": self.mails["waiting"],
            "outbox_failed": self.mails["failed"],
            "outbox_oldest_waiting_seconds": self.oldest_waiting.total_seconds(),
            "refused_payment_events": self.refused_events,
            "orders": self.orders,
            "worker_heartbeat_age_seconds": (now - seen_at).total_seconds() if seen_at else inf,
            "worker_step_last_run_timestamp_seconds": {
                one.name: one.last_at.timestamp() for one in steps
            },
            "worker_step_done": {one.name: one.done for one in steps},
            "worker_step_failing": {one.name: int(one.failing) for one in steps},
        }


def beat(session: Session, *, now: dt.datetime) -> None:
    """Say that the worker lives."""
    _store(session, HEARTBEAT, last_at=now, done=0)


def report(
    session: Session, *, step: str, now: dt.datetime, done: int = 0, error: Exception | None = None
) -> None:
    """Keep what one step did, or that it failed; the last fault stays until the next one."""
    fault: dict[str, dt.datetime | str] = {}
    if error:
        fault = {"failed_at": now, "error": type(error).__name__[:80]}
    _store(session, step, last_at=now, done=done, **fault)


def _store(session: Session, name: str, **values: dt.datetime | int | str) -> None:
    mine = WorkerStep.name == name
    known = session.execute(
        update(WorkerStep).where(mine).values(**values).returning(WorkerStep.id)
    ).first()
    if known is not None:
        return
    try:
        with session.begin_nested():
            session.add(WorkerStep(name=name, **values))
    except IntegrityError:  # a second worker was first, this very moment: its word is as good
        return


def work(session: Session) -> Work:
    """Give what the worker told, in one query."""
    rows = session.scalars(select(WorkerStep).order_by(WorkerStep.name)).all()
    found = [Report(r.name, r.last_at, r.done, r.failed_at, r.error) for r in rows]
    seen_at = next((one.last_at for one in found if one.name == HEARTBEAT), None)
    return Work(seen_at, [one for one in found if one.name != HEARTBEAT])


def without_database(*, folder: Path) -> Readiness:
    """Give the readiness of a house whose database is away."""
    return Readiness(disk=disk.has_room(folder))


def readiness(session: Session, *, folder: Path, now: dt.datetime) -> Readiness:
    """Look at each part; `folder` is var/. A fault of the database's driver passes through."""
    room = disk.has_room(folder)
    if not _is_migrated(session):
        return Readiness(disk=room, database=True, migrations=False)
    at_work = work(session).at_work(now)
    return Readiness(disk=room, database=True, migrations=True, worker=at_work)


def _is_migrated(session: Session) -> bool:
    if not inspect(session.connection()).has_table("alembic_version"):
        return False
    found = session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [revisions.newest()]


def figures(session: Session, *, now: dt.datetime) -> Figures:
    """Count what a monitor wants to know, in four queries that do not grow with the house."""
    waiting = session.execute(
        select(OutboxMessage.state, func.count(), func.min(OutboxMessage.created_at))
        .where(OutboxMessage.state.in_(("waiting", "failed")))
        .group_by(OutboxMessage.state)
    ).all()
    oldest = {state: first for state, _count, first in waiting}.get("waiting", now)
    counts = {state: count for state, count, _first in waiting}
    refused = select(func.count()).where(PaymentEvent.outcome == "refused")
    orders = (
        select(Order.payment_state, func.count()).where(_counted()).group_by(Order.payment_state)
    )
    by_state = {row[0]: row[1] for row in session.execute(orders)}
    return Figures(
        mails={"waiting": 0, "failed": 0} | counts,
        oldest_waiting=max(now - oldest, dt.timedelta()),
        refused_events=session.scalars(refused).one(),
        orders=dict.fromkeys(map(str, PaymentState), 0) | by_state,
        work=work(session),
    )


def _counted() -> ColumnElement[bool]:
    newest = select(func.max(Order.id)).scalar_subquery()
    return or_(Order.payment_state.in_(OPEN_ORDERS), Order.id > newest - NEWEST_ORDERS)
