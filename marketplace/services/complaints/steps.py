"""One step of a complaint: found within its scope, locked, checked against the table, logged and told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.talking import complaints as rules
from marketplace.domain.talking.complaints import Act, By, ComplaintMoved, Proposal, State
from marketplace.domain.talking.talk import check_text
from marketplace.gateways.pictures import Prepared
from marketplace.gateways.storage import Storage
from marketplace.models.orders import Order, OrderLine
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services.complaints import mails
from marketplace.services.trade import lines as order_lines


@dataclass(frozen=True, slots=True)
class Who:
    """Who makes a step, from which side; the clock is nobody."""

    by: By
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that was written anew and kept: its name in storage and its size in dots."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with a step: words, an amount in cents, a day, a photo, and who bears money that goes back."""

    text: str = ""
    cents: int | None = None
    on_day: dt.date | None = None
    liable: str | None = None
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A complaint with its line and order, locked until the transaction ends."""

    complaint: Complaint
    line: OrderLine
    order: Order

    @property
    def left_cents(self) -> int:
        """What of the line did not go back yet."""
        return self.line.gross_cents - self.line.refunded_cents


NOTHING = Said()
SHELF = "complaints"


def keep_photo(storage: Storage | None, prepared: Prepared | None) -> Photo | None:
    """Put a prepared photo in storage; None where there is none."""
    if prepared is None:
        return None
    if storage is None:
        raise ValueError("a photo needs a storage")
    return Photo(storage.keep(SHELF, "webp", prepared.full), prepared.width, prepared.height)


def lock(session: Session, public_id: str, scope: ColumnElement[bool]) -> Locked:
    """Give a complaint (its public id) within a scope, locked with its order; NotFound for a stranger."""
    order_id = session.scalar(
        select(Complaint.order_id).where(Complaint.public_id == public_id, scope)
    )
    if order_id is None:
        raise NotFound
    order, lines = order_lines.lock_order(session, order_id)
    complaint = session.scalars(
        select(Complaint).where(Complaint.public_id == public_id),
        execution_options={"populate_existing": True},
    ).one()
    return Locked(complaint, next(one for one in lines if one.id == complaint.line_id), order)


def take(
    session: Session,
    found: Locked,
    act: Act,
    who: Who,
    said: Said = NOTHING,
    *,
    seen: int,
    now: dt.datetime,
) -> bool:
    """Make a step that a form asked for; False for the second click of one that was just made.

    `seen` is the number of steps that the form knew of: ComplaintMoved where another one came between.
    """
    if found.complaint.steps != seen:
        _same_again(session, found.complaint, act, who, seen)
        return False
    make(session, found, act, who, said, now=now)
    return True


def _same_again(session: Session, complaint: Complaint, act: Act, who: Who, seen: int) -> None:
    """Refuse all but the second click of the last step (ComplaintMoved)."""
    last = session.scalars(
        select(ComplaintEvent)
        .where(ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.act != Act.WRITE)
        .order_by(ComplaintEvent.id.desc())
        .limit(1)
    ).one()
    same = last.act == act and last.actor_id == who.person_id
    if complaint.steps != seen + 1 or not same:
        raise ComplaintMoved


def make(
    session: Session, found: Locked, act: Act, who: Who, said: Said = NOTHING, *, now: dt.datetime
) -> ComplaintEvent:
    """Make a step of a locked complaint, write it in the log and tell the others.

    Raises ComplaintMoved, and what does not belong: RedoDayRefused, RefundTooMuch, EmptyMessage.
    """
    complaint, today = found.complaint, day_in_amsterdam(now)
    row = rules.step(
        act,
        by=who.by,
        state=State(complaint.state),
        proposal=Proposal(complaint.proposal) if complaint.proposal else None,
    )
    _check(found, act, said, today)
    if row.makes is not None:
        complaint.proposal = row.makes
        complaint.proposal_cents, complaint.proposal_on = said.cents, said.on_day
    if row.outcome is not None:
        complaint.outcome, complaint.closed_at = row.outcome, now
    complaint.state = row.to
    if act is not Act.COORDINATOR_LATE:  # the day that passed stays on the page
        complaint.due_on = rules.due_on(row.to, today, complaint.proposal_on)
    complaint.clock_at = rules.clock_at(act, complaint.due_on, today)
    complaint.steps += 1
    event = log(session, complaint, act, who, said, now=now)
    mails.tell(session, complaint, found.line.title, event)
    return event


def _check(found: Locked, act: Act, said: Said, today: dt.date) -> None:
    """Refuse a day, an amount or words that a step cannot do with."""
    if act in {Act.OFFER_REDO, Act.DECIDE_REDO}:
        rules.check_redo_day(said.on_day or dt.date.min, today)
    if act in {Act.OFFER_PART, Act.DECIDE_REFUND}:
        rules.check_amount(said.cents or 0, found.left_cents)
    if act in rules.WITH_WORDS:
        check_text(said.text.strip(), photo=False)


def log(
    session: Session, complaint: Complaint, act: Act, who: Who, said: Said, *, now: dt.datetime
) -> ComplaintEvent:
    """Add one row to the log."""
    photo = said.photo
    event = ComplaintEvent(
        cooperative_id=complaint.cooperative_id,
        complaint_id=complaint.id,
        act=act,
        side=who.by,
        actor_id=who.person_id,
        at=now,
        text=said.text.strip(),
        cents=said.cents,
        on_day=said.on_day,
        liable=said.liable,
        file=photo.file if photo else None,
        width=photo.width if photo else None,
        height=photo.height if photo else None,
    )
    session.add(event)
    session.flush()
    return event
