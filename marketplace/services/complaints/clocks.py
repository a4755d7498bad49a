"""What the clock does with complaints: it hands on what nobody came for, and forgets what is long over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.domain.talking.complaints import LATE, By, State, forgotten_before
from marketplace.gateways.storage import Storage
from marketplace.models.orders import Order
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services.complaints import steps
from marketplace.services.complaints.steps import Who

BATCH = 50


def run(session: Session, *, now: dt.datetime) -> int:
    """Make the step of the clock for at most BATCH orders of which a complaint waited too long; gives how many.

    Orders that somebody is busy with are left for the next round (SKIP LOCKED on PostgreSQL).
    """
    due = Complaint.clock_at <= now
    order_ids = session.scalars(
        select(Order.id)
        .where(Order.id.in_(select(Complaint.order_id).where(due)))
        .order_by(Order.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    late = session.scalars(
        select(Complaint.public_id)
        .where(Complaint.order_id.in_(order_ids), due)
        .order_by(Complaint.id)
    ).all()
    for public_id in late:
        found = steps.lock(session, public_id, due)
        act = LATE[State(found.complaint.state)]
        steps.make(session, found, act, Who(By.CLOCK), now=now)
    return len(late)


def forget(session: Session, *, storage: Storage, now: dt.datetime) -> int:
    """Delete at most BATCH complaints that were closed long ago, with log and photos; gives how many.

    Photos go first: who is killed in between finds the rows at the next round.
    """
    old = session.scalars(
        select(Complaint.id)
        .where(Complaint.closed_at <= forgotten_before(now))
        .order_by(Complaint.closed_at)
        .limit(BATCH)
    ).all()
    events = ComplaintEvent.complaint_id.in_(old)
    for name in session.scalars(
        select(ComplaintEvent.file).where(events, ComplaintEvent.file.is_not(None))
    ):
        storage.forget(name or "")
    session.execute(delete(ComplaintEvent).where(events))
    session.execute(delete(Complaint).where(Complaint.id.in_(old)))
    return len(old)
