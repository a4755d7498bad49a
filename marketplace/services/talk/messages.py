"""Messages on a line of an order, between its buyer, its member and the cooperative's coordinators.

A member sees the talk of her own lines alone. Nobody else finds it: not the officer, not a
treasurer, not another member of the same order.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.domain.access import Actor, Role
from marketplace.domain.errors import NotFound
from marketplace.domain.talking.talk import HOUR, Side, check_pace, check_text, mail_due
from marketplace.gateways.pictures import prepare
from marketplace.gateways.storage import Storage
from marketplace.models.memberships import Membership
from marketplace.models.messages import Message, MessageReader
from marketplace.models.orders import Order, OrderLine
from marketplace.models.people import Person
from marketplace.services import outbox
from marketplace.services.trade import lines as order_lines

PAGE = 30


@dataclass(frozen=True, slots=True)
class Talk:
    """One line's talk as one person sees it: a page of messages, the oldest first."""

    line: OrderLine
    side: Side
    messages: list[Message]
    earlier: str | None
    unread: int


@dataclass(frozen=True, slots=True)
class Row:
    """One talk in the list."""

    line: OrderLine
    side: Side
    last: Message
    unread: bool


def one(session: Session, *, actor: Actor, line: str, before: str | None = None) -> Talk:
    """Give a line's talk (its public id), the newest page or the one before a message; NotFound for others."""
    found, side = _seen(session, actor, line)
    wanted = select(Message).where(Message.line_id == found.id)
    if before:
        wanted = wanted.where(
            Message.id
            < select(Message.id)
            .where(Message.public_id == before, Message.line_id == found.id)
            .scalar_subquery()
        )
    newest = session.scalars(
        wanted.options(joinedload(Message.sender)).order_by(Message.id.desc()).limit(PAGE + 1)
    ).all()
    shown = list(reversed(newest[:PAGE]))
    unread = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.line_id == found.id,
            Message.sender_id != actor.person_id,
            Message.id > _read_to(actor, found.id),
        )
    )
    earlier = shown[0].public_id if len(newest) > PAGE else None
    return Talk(found, side, shown, earlier, unread or 0)


def mine(session: Session, *, actor: Actor, before: str | None = None) -> list[Row]:
    """Give the talks of a person, the last written first: as buyer, member or coordinator."""
    newest = select(func.max(Message.id)).where(Message.line_id == OrderLine.id)
    query = (
        _lines()
        .add_columns(Message, func.coalesce(MessageReader.read_to, 0))
        .join(Message, Message.id == newest.correlate(OrderLine).scalar_subquery())
        .outerjoin(
            MessageReader,
            (MessageReader.line_id == OrderLine.id) & (MessageReader.person_id == actor.person_id),
        )
        .where(_may_see(actor))
        .order_by(Message.id.desc())
        .limit(PAGE)
    )
    if before:
        edge = select(Message.id).where(Message.public_id == before).scalar_subquery()
        query = query.where(Message.id < edge)
    return [
        Row(
            line,
            _side(actor, line),
            last,
            unread=last.sender_id != actor.person_id and last.id > read,
        )
        for line, last, read in session.execute(query).all()
    ]


def write(
    session: Session,
    *,
    storage: Storage,
    actor: Actor,
    line: str,
    text: str,
    photo: bytes | None = None,
    now: dt.datetime,
) -> Message:
    """Write a message; what was there counts as read, and the other side gets a mail, once in half an hour.

    Raises EmptyMessage, MessageTooLong, NotAPicture or TooManyMessages.
    """
    text = text.strip()
    check_text(text, photo=photo is not None)
    found, side = _seen(session, actor, line)
    prepared = prepare(photo) if photo is not None else None  # before any row is locked
    order, _all = order_lines.lock_order(session, found.order_id)
    session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update())
    check_pace(_written(session, actor, now))
    message = Message(
        cooperative_id=found.cooperative_id,
        line_id=found.id,
        sender_id=actor.person_id,
        side=side.value,
        text=text,
        file=storage.keep("messages", "webp", prepared.full) if prepared else None,
        width=prepared.width if prepared else None,
        height=prepared.height if prepared else None,
        sent_at=now,
    )
    session.add(message)
    session.flush()
    _reader(session, found, actor.person_id).read_to = message.id
    _tell(session, order, found, message, now)
    session.flush()
    return message


def read(session: Session, *, actor: Actor, line: str, to: str) -> None:
    """Remember that a person has read a line's messages up to this one (its public id)."""
    found = _seen(session, actor, line)[0]
    last = session.scalar(
        select(Message.id).where(Message.line_id == found.id, Message.public_id == to)
    )
    if last is None:
        raise NotFound
    order_lines.lock_order(session, found.order_id)
    reader = _reader(session, found, actor.person_id)
    reader.read_to = max(reader.read_to, last)
    session.flush()


def photo_of(session: Session, *, actor: Actor, line: str, message: str) -> str:
    """Give the name in storage of a message's photo; NotFound for who does not see the talk."""
    found = _seen(session, actor, line)[0]
    name = session.scalar(
        select(Message.file).where(Message.line_id == found.id, Message.public_id == message)
    )
    if name is None:
        raise NotFound
    return name


def _lines() -> Select[OrderLine]:
    return (
        select(OrderLine)
        .join(OrderLine.order)
        .join(OrderLine.membership)
        .options(
            contains_eager(OrderLine.order).joinedload(Order.buyer),
            contains_eager(OrderLine.membership),
        )
    )


def _may_see(actor: Actor) -> ColumnElement[bool]:
    """Give the condition of lines whose talk a person sees."""
    own = [g.membership_id for g in actor.grants if g.role == Role.MEMBER and g.membership_id]
    led = _led(actor)
    return or_(
        Order.buyer_id == actor.person_id,
        OrderLine.membership_id.in_(own),
        OrderLine.cooperative_id.in_(led),
    )


def _led(actor: Actor) -> list[int]:
    return [
        g.cooperative_id for g in actor.grants if g.role == Role.COORDINATOR and g.cooperative_id
    ]


def _side(actor: Actor, line: OrderLine) -> Side:
    if line.order.buyer_id == actor.person_id:
        return Side.BUYER
    own = {g.membership_id for g in actor.grants if g.role == Role.MEMBER}
    return Side.MEMBER if line.membership_id in own else Side.COOPERATIVE


def _seen(session: Session, actor: Actor, public_id: str) -> tuple[OrderLine, Side]:
    found = session.scalars(
        _lines().where(OrderLine.public_id == public_id, _may_see(actor))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found, _side(actor, found)


def _read_to(actor: Actor, line_id: int) -> ColumnElement[int]:
    read_to = (
        select(MessageReader.read_to)
        .where(MessageReader.line_id == line_id, MessageReader.person_id == actor.person_id)
        .scalar_subquery()
    )
    return func.coalesce(read_to, 0)


def _written(session: Session, actor: Actor, now: dt.datetime) -> int:
    count = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.sender_id == actor.person_id, Message.sent_at > now - HOUR)
    )
    return count or 0


def _reader(session: Session, line: OrderLine, person_id: int) -> MessageReader:
    """Give a person's row of a line, made when it is the first; the order is locked, so there is one."""
    found = session.scalars(
        select(MessageReader).where(
            MessageReader.line_id == line.id, MessageReader.person_id == person_id
        ),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        found = MessageReader(
            cooperative_id=line.cooperative_id, line_id=line.id, person_id=person_id, read_to=0
        )
        session.add(found)
        session.flush()
    return found


def _tell(
    session: Session, order: Order, line: OrderLine, message: Message, now: dt.datetime
) -> None:
    """Mail buyer and member, whoever of them did not write it; the mail holds a link and no text."""
    person_of_member = session.scalar(
        select(Membership.person_id).where(Membership.id == line.membership_id)
    )
    told = {one for one in (order.buyer_id, person_of_member) if one is not None}
    for person_id in sorted(told - {message.sender_id}):
        reader = _reader(session, line, person_id)
        at = mail_due(reader.mail_at, now)
        if at is None:
            continue
        outbox.queue_mail(
            session,
            kind="order_message",
            person_id=person_id,
            facts={"title": line.title, "path": f"/gesprekken/{line.public_id}"},
            dedupe_key=f"message:{message.public_id}:{person_id}",
            order_id=order.id,
            now=now,
            not_before=at,
        )
        reader.mail_at = at
