"""What a municipality sees: its own participants, their confirmed statements, and its group as a whole.

The minimum: status, agreement, amounts. No customers, no titles of jobs, no receipts. What is theirs is told by
the copy of the municipality on statement and agreement, so moving house hands over nothing of the past.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.domain import statements as rules
from marketplace.domain.calendar import Month
from marketplace.domain.errors import NotFound
from marketplace.domain.months.coverage import GroupMonth
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Assessment, Statement
from marketplace.services import audit
from marketplace.services.months.statements import Page, Told, newest_version, page_from, told_of

PAGE = 25
MONTHS = 12


@dataclass(frozen=True, slots=True)
class ToSign:
    """A confirmed statement that waits for its signing off."""

    statement: Statement
    name: str
    told: Told


@dataclass(frozen=True, slots=True)
class Participant:
    """One member with an agreement with the municipality; `month` and `state` of the newest statement."""

    name: str
    reference: str
    status: str
    regime: str
    valid_from: dt.date
    statement_id: str | None
    month: Month | None
    state: str | None


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """One statement as the municipality sees it."""

    page: Page
    name: str
    reference: str
    status: str


def municipality(session: Session, *, municipality_id: int) -> Municipality:
    """Give the municipality."""
    return session.get_one(Municipality, municipality_id)


def to_sign(
    session: Session, *, municipality_id: int, after: int = 0, limit: int = PAGE
) -> list[ToSign]:
    """Give the confirmed statements that were not signed off, oldest first; `after` is the last id seen."""
    rows = session.execute(
        select(Statement, Membership.name, Assessment)
        .join(Membership, Membership.id == Statement.membership_id)
        .join(Assessment, Assessment.statement_id == Statement.id)
        .where(
            Statement.municipality_id == municipality_id,
            Statement.state == "confirmed",
            Statement.id > after,
            Assessment.version == Statement.stated_version,
        )
        .order_by(Statement.id)
        .limit(limit)
    )
    return [ToSign(statement, name, told_of(statement, kept)) for statement, name, kept in rows]


def participants(
    session: Session,
    *,
    municipality_id: int,
    on: dt.date,
    after: str | None = None,
    limit: int = PAGE,
) -> list[Participant]:
    """Give the members whose agreement with the municipality holds on a day, by reference."""
    query = (
        select(Membership, Agreement, Statement)
        .join(Agreement, Agreement.membership_id == Membership.id)
        .outerjoin(
            Statement,
            and_(
                Statement.membership_id == Membership.id,
                Statement.municipality_id == municipality_id,
                Statement.month == _last_sent(municipality_id),
            ),
        )
        .where(
            Agreement.municipality_id == municipality_id,
            Agreement.valid_from <= on,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= on),
        )
        .order_by(Membership.reference)
        .limit(limit)
    )
    if after:
        query = query.where(Membership.reference > after)
    return [_participant(*row) for row in session.execute(query)]


def _last_sent(municipality_id: int) -> ScalarSelect[Month]:
    """Select the newest confirmed month of the Agreement of the query around it."""
    later = aliased(Statement)
    return (
        select(func.max(later.month))
        .where(
            later.membership_id == Agreement.membership_id,
            later.municipality_id == municipality_id,
            later.state != "ready",
        )
        .correlate(Agreement)
        .scalar_subquery()
    )


def _participant(
    member: Membership, agreement: Agreement, statement: Statement | None
) -> Participant:
    return Participant(
        member.name,
        member.reference,
        member.status,
        agreement.regime,
        agreement.valid_from,
        statement.public_id if statement else None,
        statement.month if statement else None,
        statement.state if statement else None,
    )


def page_of(session: Session, *, municipality_id: int, public_id: str) -> OfficerPage:
    """Give one confirmed statement; NotFound for another municipality's or one that nobody confirmed."""
    row = session.execute(
        select(Statement, Membership, Municipality)
        .join(Membership, Membership.id == Statement.membership_id)
        .join(Municipality, Municipality.id == Statement.municipality_id)
        .where(
            Statement.municipality_id == municipality_id,
            Statement.public_id == public_id,
            Statement.state != "ready",
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    statement, member, own = row
    page = page_from(session, statement=statement, municipality=own)
    return OfficerPage(page, member.name, member.reference, member.status)


def sign_off(
    session: Session, *, municipality_id: int, public_id: str, actor_id: int, now: dt.datetime
) -> Statement:
    """Sign a confirmed statement off; refuses a second time, and one that the member did not confirm."""
    statement = session.scalar(
        select(Statement)
        .where(Statement.municipality_id == municipality_id, Statement.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if statement is None:
        raise NotFound
    rules.may_sign_off(statement.state)
    statement.state = "signed_off"
    statement.signed_off_at = now
    statement.signed_off_by_id = actor_id
    audit.record(
        session,
        actor_id=actor_id,
        act="statement_signed_off",
        thing=f"statement:{statement.id}",
        at=now,
        cooperative_id=statement.cooperative_id,
        municipality_id=municipality_id,
        before={"state": "confirmed"},
        after={"state": "signed_off", "digest": statement.digest},
    )
    return statement


def coverage(session: Session, *, municipality_id: int, last: Month) -> list[GroupMonth]:
    """Give the last twelve months of the group, of confirmed statements, each by its newest version."""
    first = last.shift(1 - MONTHS)
    rows = session.execute(
        select(
            Statement.month,
            func.count(Statement.id),
            func.sum(Assessment.result_cents),
            func.sum(Assessment.norm_cents),
        )
        .join(Assessment, Assessment.statement_id == Statement.id)
        .where(
            Statement.municipality_id == municipality_id,
            Statement.month.between(first, last),
            Statement.state != "ready",
            Assessment.version == newest_version(),
        )
        .group_by(Statement.month)
    )
    known = {month: (people, int(result), int(norm)) for month, people, result, norm in rows}
    return [GroupMonth(month, *known.get(month, (0, 0, 0))) for month in first.until(last)]
