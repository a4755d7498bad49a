"""Members of a cooperative in lists: all of them by reference, and those on the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.municipal.hours import Beside
from marketplace.models.memberships import Agreement, Membership
from marketplace.services.months import hours, questions

PAGE = 50
DESK = 60


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member in a list; `regime` is that of the agreement in force, None without one.

    `answer_due_on` is the first last day of a question that waits for an answer. `over` are the hours of the
    month before, on the desk only, where they are over the municipality's ceiling.
    """

    id: int
    public_id: str
    name: str
    trade_name: str
    reference: str
    status: str
    started_on: dt.date
    regime: str | None
    answer_due_on: dt.date | None
    over: Beside | None = None


def browse(
    session: Session,
    *,
    cooperative_id: int,
    on: dt.date,
    after: str | None = None,
    limit: int = PAGE,
) -> list[MemberRow]:
    """Give the members of a cooperative by reference; `after` is the last reference of the page before."""
    query = _rows(cooperative_id, on).order_by(Membership.reference).limit(limit)
    if after:
        query = query.where(Membership.reference > after)
    return _read(session, query)


def for_desk(session: Session, *, cooperative_id: int, on: dt.date) -> list[MemberRow]:
    """Give the members who have not left, by name, at most DESK, each with the hours of the month before."""
    month = Month.of(on).shift(-1)
    worked = hours.in_month(cooperative_id, month)
    query = (
        _rows(cooperative_id, on)
        .add_columns(worked.c.own, worked.c.year, worked.c.code)
        .outerjoin(worked, worked.c.membership_id == Membership.id)
        .where(Membership.status != "left")
        .order_by(Membership.name, Membership.id)
        .limit(DESK)
    )
    return [
        _row(member, regime, due, hours.over(month, own=own, year=year, code=code))
        for member, regime, due, own, year, code in session.execute(query)
    ]


def _rows(cooperative_id: int, on: dt.date) -> Select[Membership, str | None, dt.date | None]:
    holds = and_(
        Agreement.membership_id == Membership.id,
        Agreement.valid_from <= on,
        or_(Agreement.valid_to.is_(None), Agreement.valid_to >= on),
    )
    asked = questions.first_due(cooperative_id)
    return (
        select(Membership, Agreement.regime, asked.c.due_on)
        .outerjoin(Agreement, holds)
        .outerjoin(asked, asked.c.membership_id == Membership.id)
        .where(Membership.cooperative_id == cooperative_id)
    )


def _read(
    session: Session, query: Select[Membership, str | None, dt.date | None]
) -> list[MemberRow]:
    return [_row(*row) for row in session.execute(query)]


def _row(
    member: Membership, regime: str | None, due_on: dt.date | None, over: Beside | None = None
) -> MemberRow:
    return MemberRow(
        member.id,
        member.public_id,
        member.name,
        member.trade_name,
        member.reference,
        member.status,
        member.started_on,
        regime,
        due_on,
        over,
    )
