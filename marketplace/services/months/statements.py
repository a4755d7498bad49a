"""Monthly statements as the member sees them: in the making, ready, confirmed; and the confirming itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from marketplace.domain import statements as rules
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.municipal.hours import Beside
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Assessment, Statement, StatementQuestion
from marketplace.services import audit
from marketplace.services.months import assessments, corrections, hours, monthfacts

PAGE = 24


@dataclass(frozen=True, slots=True)
class Told:
    """What a statement says: plain JSON, the same for one in the making and one that was sent."""

    month: Month
    inputs: Mapping[str, Any]
    outcome: Mapping[str, Any]
    rules_hash: str
    provisional: bool
    version: int | None

    @property
    def figures(self) -> Mapping[str, int]:
        """The amounts of the month, in cents."""
        figures: Mapping[str, int] = self.outcome["figures"]
        return figures

    @property
    def regime(self) -> str:
        """How the earnings of the month are treated."""
        return str(self.inputs["agreement"]["regime"])

    @property
    def is_nil(self) -> bool:
        """Whether nothing was earned or spent in the month and nothing is corrected."""
        return rules.is_nil(self.inputs, self.outcome)


@dataclass(frozen=True, slots=True)
class Row:
    """One statement in a list; `question` is the oldest about it that waits for an answer."""

    statement: Statement
    told: Told
    question: StatementQuestion | None


@dataclass(frozen=True, slots=True)
class Page:
    """One statement with all its page shows. `newest` is set when the month was computed anew since.

    `hours` are those that the member wrote down beside the municipality's ceiling, where it has one.
    """

    statement: Statement
    told: Told
    municipality: Municipality
    newest: Told | None
    hours: Beside | None


@dataclass(frozen=True, slots=True)
class Making:
    """A statement in the making, and the municipality that decides about its month."""

    told: Told
    municipality: Municipality | None


def draft(session: Session, *, membership_id: int, month: Month, now: dt.datetime) -> Told | None:
    """Give what the statement of a month in the making says, as `in_the_making` does."""
    made = in_the_making(session, membership_id=membership_id, month=month, now=now)
    return made.told if made else None


def in_the_making(
    session: Session, *, membership_id: int, month: Month, now: dt.datetime
) -> Making | None:
    """Give the statement of a month in the making, not stored; None without an agreement in that month.

    A month to come has none either. Refuses as the rulebook does, and with NoParameters.
    """
    if month > Month.of(day_in_amsterdam(now)):
        return None
    found = monthfacts.of_member(session, membership_id=membership_id, month=month)
    if found is None:
        return None
    waiting = corrections.waiting(session, membership_ids=[membership_id])
    shown = [one.correction.as_dict() for one in waiting.get(membership_id, [])]
    computed = assessments.compute(found, shown)
    told = Told(
        month, computed.inputs, computed.outcome, computed.rules_hash, computed.provisional, None
    )
    return Making(told, found.municipality)


def mine(
    session: Session, *, membership_id: int, before: Month | None = None, limit: int = PAGE
) -> list[Row]:
    """Give a member's statements, newest month first; `before` is the last month of the page before."""
    query = (
        select(Statement, Assessment, StatementQuestion)
        .join(Assessment, Assessment.statement_id == Statement.id)
        .outerjoin(StatementQuestion, StatementQuestion.id == _oldest_question())
        .where(
            Statement.membership_id == membership_id,
            Assessment.version == func.coalesce(Statement.stated_version, newest_version()),
        )
        .order_by(Statement.month.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Statement.month < before)
    return [
        Row(statement, told_of(statement, assessment), question)
        for statement, assessment, question in session.execute(query)
    ]


def _oldest_question() -> Any:
    """Select the oldest question about the Statement of the query around it that waits."""
    asked = aliased(StatementQuestion)
    return (
        select(func.min(asked.id))
        .where(asked.statement_id == Statement.id, asked.answered_at.is_(None))
        .correlate(Statement)
        .scalar_subquery()
    )


def page_of(session: Session, *, membership_id: int, public_id: str) -> Page:
    """Give a member's own statement as it was sent, or as it stands now; NotFound when it is another's."""
    row = session.execute(
        select(Statement, Municipality)
        .join(Municipality, Municipality.id == Statement.municipality_id)
        .where(Statement.membership_id == membership_id, Statement.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    statement, municipality = row
    return page_from(session, statement=statement, municipality=municipality)


def page_from(session: Session, *, statement: Statement, municipality: Municipality) -> Page:
    """Build the page of a statement from its versions."""
    versions = versions_of(session, statement_id=statement.id)
    newest = versions[-1]
    stated = next((one for one in versions if one.version == statement.stated_version), newest)
    return Page(
        statement,
        told_of(statement, stated),
        municipality,
        told_of(statement, newest) if newest.version > stated.version else None,
        hours.of_statement(session, statement=statement, municipality=municipality),
    )


def confirm(
    session: Session,
    *,
    membership_id: int,
    public_id: str,
    version: int,
    actor_id: int,
    now: dt.datetime,
) -> Statement:
    """Freeze a statement as the member saw it: the version, the digest over all it says, and the moment.

    Refuses what was confirmed before, and what changed since `version` was shown; NotFound for another's.
    """
    statement = held(session, membership_id=membership_id, public_id=public_id)
    newest = versions_of(session, statement_id=statement.id)[-1]
    runs = rules.sent_from(statement.month, statement.due_on, day_in_amsterdam(now))
    rules.may_confirm(statement.state, newest=newest.version, seen=version, runs=runs is not None)
    _freeze(session, statement, newest, actor_id, now)
    for other in of_period(session, statement=statement, lock=True):
        if other.state == "ready":
            last = versions_of(session, statement_id=other.id)[-1]
            _freeze(session, other, last, actor_id, now)
    return statement


def of_period(session: Session, *, statement: Statement, lock: bool = False) -> Sequence[Statement]:
    """Give the other months that are sent with a statement, per quarter or year; per month there are none."""
    query = (
        select(Statement)
        .where(
            Statement.membership_id == statement.membership_id,
            Statement.due_on == statement.due_on,
            Statement.id != statement.id,
        )
        .order_by(Statement.month)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def _freeze(
    session: Session, statement: Statement, newest: Assessment, actor_id: int, now: dt.datetime
) -> None:
    statement.state = "confirmed"
    statement.stated_version = newest.version
    statement.confirmed_at = now
    statement.digest = rules.digest(
        newest.inputs, newest.outcome, newest.rules_hash, statement.worked_quarters
    )
    audit.record(
        session,
        actor_id=actor_id,
        act="statement_confirmed",
        thing=f"statement:{statement.id}",
        at=now,
        cooperative_id=statement.cooperative_id,
        municipality_id=statement.municipality_id,
        after={"version": newest.version, "digest": statement.digest},
    )


def held(session: Session, *, membership_id: int, public_id: str) -> Statement:
    """Give a member's own statement with its row held, as it stands now; NotFound for another's."""
    statement = session.scalar(
        select(Statement)
        .where(Statement.membership_id == membership_id, Statement.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if statement is None:
        raise NotFound
    return statement


def set_hours(
    session: Session, *, membership_id: int, public_id: str, quarters: int | None
) -> Statement:
    """Keep the hours worked in the month, in quarters of an hour; None: not told. Refuses after confirming."""
    statement = held(session, membership_id=membership_id, public_id=public_id)
    rules.may_change_hours(statement.state)
    statement.worked_quarters = quarters
    return statement


def versions_of(session: Session, *, statement_id: int) -> Sequence[Assessment]:
    """Give all versions of a statement, oldest first."""
    return session.scalars(
        select(Assessment)
        .where(Assessment.statement_id == statement_id)
        .order_by(Assessment.version)
    ).all()


def newest_version() -> Any:
    """Select the newest version of the Statement of the query around it."""
    later = aliased(Assessment)
    return (
        select(func.max(later.version))
        .where(later.statement_id == Statement.id)
        .correlate(Statement)
        .scalar_subquery()
    )


def told_of(statement: Statement, assessment: Assessment) -> Told:
    """Give what a kept version says."""
    return Told(
        statement.month,
        assessment.inputs,
        assessment.outcome,
        assessment.rules_hash,
        assessment.provisional,
        assessment.version,
    )


def stands_as_sent(statement: Statement, told: Told) -> bool:
    """Tell whether what is kept still has the digest of when it was confirmed."""
    now = rules.digest(told.inputs, told.outcome, told.rules_hash, statement.worked_quarters)
    return statement.digest == now


def membership_of(session: Session, *, membership_id: int) -> Membership:
    """Give the member with the person behind it."""
    return session.get_one(Membership, membership_id, options=[joinedload(Membership.person)])
