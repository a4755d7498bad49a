"""The member's side of an order: what is asked of her, her yes or no, and what she delivered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, Act, By, LineState, PaymentState, StepNotAllowed
from marketplace.domain.talking.complaints import State
from marketplace.models.orders import Order, OrderLine
from marketplace.models.talk.complaints import Complaint
from marketplace.services.books import terms
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import settling, steppingback, telling
from marketplace.services.trade.teamwork import teams
from marketplace.services.trade.teamwork.teamlines import Locked

PAGE = 20
# The lists a member sees: what waits for her, what she offered, what waits for the buyer's money, what to
# do, what is done.
LISTS = ("asked", "offered", "waiting", "to_do", "done", "off")
_AGREED = (LineState.ACCEPTED, LineState.ORDERED)
_TO_DO = (*_AGREED, LineState.IN_PROGRESS)
_DONE = (LineState.DELIVERED, LineState.DISPUTED, LineState.CONFIRMED)


def jobs(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    which: str,
    before: str | None = None,
) -> list[OrderLine]:
    """Give a member's lines of one list with order and buyer, newest first, at most PAGE.

    `which` is one of LISTS; `before` the public id of the last line seen.
    """
    query = _own_lines(cooperative_id, membership_id).where(_in_list(which))
    if before:
        last = select(OrderLine.id).where(
            OrderLine.public_id == before, OrderLine.membership_id == membership_id
        )
        query = query.where(OrderLine.id < last.scalar_subquery())
    return list(session.scalars(query.order_by(OrderLine.id.desc()).limit(PAGE)))


@dataclass(frozen=True, slots=True)
class OpenJobs:
    """What is not finished, newest first: lists by name, and complaints with their lines that wait for the member.

    The lists are "asked", "waiting", "to_do" and "done" (not confirmed); what was complained about is not done.
    """

    lists: dict[str, list[OrderLine]]
    complaints: list[tuple[OrderLine, Complaint]]


def open_jobs(
    session: Session, *, cooperative_id: int, membership_id: int, limit: int = 100
) -> OpenJobs:
    """Give what is not finished of a member, in one question."""
    open_states = (LineState.REQUESTED, *_TO_DO, *_DONE[:2])
    up = Complaint.state.in_((State.WITH_MEMBER, State.REDOING))
    query = (
        _own_lines(cooperative_id, membership_id)
        .outerjoin(Complaint, (Complaint.line_id == OrderLine.id) & up)
        .add_columns(Complaint)
        .where(OrderLine.state.in_(open_states) | Complaint.id.is_not(None))
        .options(joinedload(OrderLine.listing))
        .order_by(OrderLine.id.desc())
        .limit(limit)
    )
    found = OpenJobs({"asked": [], "waiting": [], "to_do": [], "done": []}, [])
    for line, complaint in session.execute(query):
        if complaint is not None:
            found.complaints.append((line, complaint))
        if line.state in open_states and (complaint is None or _list_of(line) != "done"):
            found.lists[_list_of(line)].append(line)
    return found


def _list_of(line: OrderLine) -> str:
    if line.state in _TO_DO:
        return "to_do" if line.order.payment_state == PaymentState.PAID else "waiting"
    return "asked" if line.state == LineState.REQUESTED else "done"


def one(session: Session, *, cooperative_id: int, membership_id: int, public_id: str) -> OrderLine:
    """Give one line of this member with its order, its buyer and the request behind it; else NotFound."""
    return seen(
        session, cooperative_id=cooperative_id, membership_id=membership_id, public_id=public_id
    ).line


@dataclass(frozen=True, slots=True)
class Seen:
    """One line with its order; the latest complaint about it; the lines of its team, alone itself."""

    line: OrderLine
    complaint: Complaint | None
    team: list[OrderLine]


def seen(session: Session, *, cooperative_id: int, membership_id: int, public_id: str) -> Seen:
    """Give one line as `one` does with what stands around it, in one question; NotFound for another's."""
    latest = select(func.max(Complaint.id)).where(Complaint.line_id == OrderLine.id)
    part = aliased(OrderLine)
    first = func.coalesce(OrderLine.team_of_id, OrderLine.id)
    in_team = and_(
        part.order_id == OrderLine.order_id, or_(part.id == first, part.team_of_id == first)
    )
    rows = session.execute(
        _own_lines(cooperative_id, membership_id)
        .outerjoin(Complaint, Complaint.id == latest.correlate(OrderLine).scalar_subquery())
        .join(part, in_team)
        .add_columns(Complaint, part)
        .where(OrderLine.public_id == public_id)
        .options(
            contains_eager(OrderLine.order).joinedload(Order.request),
            joinedload(part.membership),
        )
        .order_by(part.id)
    ).all()
    if not rows:
        raise NotFound
    return Seen(rows[0][0], rows[0][1], [row[2] for row in rows])


def _own_lines(cooperative_id: int, membership_id: int) -> Select[OrderLine]:
    return (
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.cooperative_id == cooperative_id, OrderLine.membership_id == membership_id)
        .options(contains_eager(OrderLine.order).joinedload(Order.buyer))
    )


def _in_list(which: str) -> ColumnElement[bool]:
    """Give the condition of a list; an unknown name is the first list."""
    paid = Order.payment_state == PaymentState.PAID
    conditions = {
        "offered": OrderLine.state == LineState.OFFERED,
        "waiting": and_(OrderLine.state.in_(_AGREED), ~paid),
        "to_do": and_(OrderLine.state.in_(_TO_DO), paid),
        "done": OrderLine.state.in_(_DONE),
        "off": OrderLine.state.in_((*ENDED, LineState.REFUNDED)),
    }
    return conditions.get(which, OrderLine.state == LineState.REQUESTED)


def accept(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    public_id: str,
    seen_cents: int | None = None,
    now: dt.datetime,
) -> OrderLine:
    """Say yes: once every line has its yes the payment is due. Raises StepNotAllowed, NoAgreement.

    `seen_cents` is the price that the page showed: where it became another one since, it is
    StepNotAllowed. A second click changes nothing. The line that comes back is apart from the session.
    """
    order, lines, line = _held(session, cooperative_id, membership_id, public_id)
    if line.state == LineState.ACCEPTED:
        return line
    if seen_cents is not None and seen_cents != line.gross_cents:
        raise StepNotAllowed
    terms.require_agreement(
        session,
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        day=day_in_amsterdam(now),
    )
    team = Locked(order, lines, line)
    teams.accepting(session, held=team, now=now)
    order_lines.take(
        session, order=order, lines=lines, line=line, act=Act.ACCEPT, by=By.MEMBER, now=now
    )
    line.answered_at = now
    order_lines.keep(session, order, *lines)
    teams.accepted(session, held=team, now=now)
    telling.tell_due(session, order=order, lines=lines, now=now)
    if line.starts_at is not None:
        kinds = {line.id: "order_accepted_member"}
        telling.tell_members(session, lines=[line], kinds=kinds, now=now)
    return line


def decline(
    session: Session, *, cooperative_id: int, membership_id: int, public_id: str, now: dt.datetime
) -> OrderLine:
    """Say no; no reason is asked. Raises StepNotAllowed; a second click changes nothing.

    A colleague's no to a share brings the job back to the first member. She herself takes the proposal
    back first: a no from a page of before it would end the whole job.
    """
    order, lines, line = _locked(session, cooperative_id, membership_id, public_id)
    if line.state == LineState.DECLINED:
        return line
    order_lines.refuse_offer([line])
    team = Locked(order, lines, line)
    if team.parts and line is team.first:
        raise StepNotAllowed
    if line.state == LineState.REQUESTED and teams.refuse(session, held=team, now=now):
        return line
    order_lines.take(
        session, order=order, lines=lines, line=line, act=Act.DECLINE, by=By.MEMBER, now=now
    )
    line.answered_at = now
    telling.tell_buyer(session, order=order, lines=[line], kind="order_declined", now=now)
    telling.tell_due(session, order=order, lines=lines, now=now)
    return line


def withdraw(
    session: Session, *, cooperative_id: int, membership_id: int, public_id: str, now: dt.datetime
) -> OrderLine:
    """Step back from what was paid: the buyer gets all of it back. Raises StepNotAllowed.

    A second click changes nothing.
    """
    order, _lines, line = _locked(session, cooperative_id, membership_id, public_id)
    if line.state != LineState.REFUNDED:
        steppingback.withdraw(session, order=order, line=line, now=now)
    return line


def start(
    session: Session, *, cooperative_id: int, membership_id: int, public_id: str, now: dt.datetime
) -> OrderLine:
    """Say that the work began: from now on the buyer does not call it off alone. Raises StepNotAllowed.

    A second click changes nothing.
    """
    order, lines, line = _locked(session, cooperative_id, membership_id, public_id)
    if line.state != LineState.IN_PROGRESS:
        order_lines.take(
            session, order=order, lines=lines, line=line, act=Act.START, by=By.MEMBER, now=now
        )
    return line


def deliver(
    session: Session, *, cooperative_id: int, membership_id: int, public_id: str, now: dt.datetime
) -> OrderLine:
    """Say that it is done: books turnover and divides it. Raises StepNotAllowed, NoAgreement.

    A second click changes nothing. The line that comes back is apart from the session.
    """
    order, lines, line = _held(session, cooperative_id, membership_id, public_id)
    if line.state in {LineState.DELIVERED, LineState.CONFIRMED}:
        return line
    order_lines.take(
        session, order=order, lines=lines, line=line, act=Act.DELIVER, by=By.MEMBER, now=now
    )
    line.delivered_at = now
    line.delivered_on = day_in_amsterdam(now)
    order_lines.keep(session, order, *lines)
    settling.delivered(session, line=line, now=now, held=order)
    telling.tell_buyer(session, order=order, lines=[line], kind="order_delivered", now=now)
    return line


def _held(
    session: Session, cooperative_id: int, membership_id: int, public_id: str
) -> tuple[Order, list[OrderLine], OrderLine]:
    """Give the same as `_locked`, apart from the session: what changes is written by `lines.keep`."""
    scope = {"cooperative_id": cooperative_id, "membership_id": membership_id}
    order, lines = order_lines.hold(session, order_lines.OF_MEMBER, {"line": public_id, **scope})
    return order, lines, next(one for one in lines if one.public_id == public_id)


def _locked(
    session: Session, cooperative_id: int, membership_id: int, public_id: str
) -> tuple[Order, list[OrderLine], OrderLine]:
    """Give this member's line with its order, locked; NotFound for another's."""
    scope = {"cooperative_id": cooperative_id, "membership_id": membership_id}
    order, lines = order_lines.lock_found(session, _OWN_ORDER, line=public_id, **scope)
    return order, lines, next(one for one in lines if one.public_id == public_id)


_OWN_ORDER = order_lines.of_member(select(Order))
