"""Complaints as each side sees them: one with its log, lists, words that are added, and the photos."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.access import Actor, Role
from marketplace.domain.errors import NotFound
from marketplace.domain.talking.complaints import Act, ComplaintMoved, State
from marketplace.domain.talking.talk import HOUR, check_pace, check_text
from marketplace.gateways.pictures import prepare
from marketplace.gateways.storage import Storage
from marketplace.models.orders import Order, OrderLine
from marketplace.models.people import Person
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services.complaints import mails, steps
from marketplace.services.complaints.steps import Said, Who

PAGE = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint with its line, order and people, and a page of its log, the oldest first."""

    complaint: Complaint
    events: list[ComplaintEvent]
    earlier: str | None

    @property
    def line(self) -> OrderLine:
        """The line that it is about."""
        return self.complaint.line

    @property
    def left_cents(self) -> int:
        """What of the line did not go back yet."""
        return self.line.gross_cents - self.line.refunded_cents


def one(
    session: Session, *, scope: ColumnElement[bool], public_id: str, before: str | None = None
) -> Case:
    """Give a complaint within a scope with the newest page of its log; NotFound for a stranger."""
    complaint = session.scalars(
        _whole().where(Complaint.public_id == public_id, scope)
    ).one_or_none()
    if complaint is None:
        raise NotFound
    wanted = select(ComplaintEvent).where(ComplaintEvent.complaint_id == complaint.id)
    if before:
        edge = select(ComplaintEvent.id).where(
            ComplaintEvent.public_id == before, ComplaintEvent.complaint_id == complaint.id
        )
        wanted = wanted.where(ComplaintEvent.id < edge.scalar_subquery())
    newest = session.scalars(wanted.order_by(ComplaintEvent.id.desc()).limit(PAGE + 1)).all()
    shown = list(reversed(newest[:PAGE]))
    return Case(complaint, shown, shown[0].public_id if len(newest) > PAGE else None)


def _whole() -> Select[Complaint]:
    line = joinedload(Complaint.line)
    return select(Complaint).options(
        line.joinedload(OrderLine.order).options(
            joinedload(Order.buyer), joinedload(Order.cooperative)
        ),
        line.joinedload(OrderLine.membership),
    )


def waiting(session: Session, *, cooperative_id: int, after: str | None = None) -> list[Complaint]:
    """Give a cooperative's open complaints, who must come first at the top, at most PAGE."""
    query = _whole().where(
        Complaint.cooperative_id == cooperative_id, Complaint.state != State.CLOSED
    )
    if after:
        edge = select(Complaint).where(
            Complaint.public_id == after, Complaint.cooperative_id == cooperative_id
        )
        last = session.scalars(edge).one_or_none()
        if last is not None and last.due_on is not None:
            query = query.where(
                or_(
                    Complaint.due_on > last.due_on,
                    (Complaint.due_on == last.due_on) & (Complaint.id > last.id),
                )
            )
    return list(session.scalars(query.order_by(Complaint.due_on, Complaint.id).limit(PAGE)))


def closed(session: Session, *, cooperative_id: int, before: str | None = None) -> list[Complaint]:
    """Give a cooperative's closed complaints, the newest first, at most PAGE."""
    query = _whole().where(
        Complaint.cooperative_id == cooperative_id, Complaint.state == State.CLOSED
    )
    return list(session.scalars(_newest(query, before)))


def of_membership(
    session: Session, *, cooperative_id: int, membership_id: int, before: str | None = None
) -> list[Complaint]:
    """Give the complaints about a member's own work, the newest first, at most PAGE."""
    query = _whole().where(
        Complaint.cooperative_id == cooperative_id, Complaint.membership_id == membership_id
    )
    return list(session.scalars(_newest(query, before)))


def _newest(query: Select[Complaint], before: str | None) -> Select[Complaint]:
    if before:
        edge = select(Complaint.id).where(Complaint.public_id == before).scalar_subquery()
        query = query.where(Complaint.id < edge)
    return query.order_by(Complaint.id.desc()).limit(PAGE)


def write(
    session: Session,
    *,
    storage: Storage,
    scope: ColumnElement[bool],
    who: Who,
    public_id: str,
    text: str,
    photo: bytes | None = None,
    now: dt.datetime,
) -> Complaint:
    """Add words or a photo to an open complaint; nobody's clock changes.

    Raises ComplaintMoved for a closed one, EmptyMessage, MessageTooLong, NotAPicture, TooManyMessages.
    """
    check_text(text.strip(), photo=photo is not None)
    prepared = prepare(photo) if photo is not None else None  # before any row is locked
    found = steps.lock(session, public_id, scope)
    if found.complaint.state == State.CLOSED:
        raise ComplaintMoved
    session.execute(select(Person.id).where(Person.id == who.person_id).with_for_update())
    check_pace(_written(session, who, now))
    said = Said(text, photo=steps.keep_photo(storage, prepared))
    event = steps.log(session, found.complaint, Act.WRITE, who, said, now=now)
    mails.tell(session, found.complaint, found.line.title, event)
    return found.complaint


def _written(session: Session, who: Who, now: dt.datetime) -> int:
    count = session.scalar(
        select(func.count())
        .select_from(ComplaintEvent)
        .where(ComplaintEvent.actor_id == who.person_id, ComplaintEvent.at > now - HOUR)
    )
    return count or 0


def photo_of(session: Session, *, actor: Actor, complaint: str, event: str) -> str:
    """Give the name in storage of a photo; NotFound for who does not see the complaint."""
    own = [g.membership_id for g in actor.grants if g.role == Role.MEMBER and g.membership_id]
    led = [
        g.cooperative_id for g in actor.grants if g.role == Role.COORDINATOR and g.cooperative_id
    ]
    name = session.scalar(
        select(ComplaintEvent.file)
        .join(Complaint, Complaint.id == ComplaintEvent.complaint_id)
        .where(
            Complaint.public_id == complaint,
            ComplaintEvent.public_id == event,
            or_(
                Complaint.buyer_id == actor.person_id,
                Complaint.membership_id.in_(own),
                Complaint.cooperative_id.in_(led),
            ),
        )
    )
    if name is None:
        raise NotFound
    return name
