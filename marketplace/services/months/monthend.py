"""The end of the month: every member with an agreement gets a statement, also when nothing happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.statements import due_on, has_ended
from marketplace.gateways.collector import collector_waits
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.statements import Statement
from marketplace.services.months import assessments, corrections, holding, monthfacts, statementrows
from marketplace.services.months.holding import Held
from marketplace.services.months.statementrows import Draft, Member

BATCH = 400
MONTHS_BACK = 12
log = structlog.get_logger()


class MonthNotOver(Refused):
    """A month is closed when it has ended in Amsterdam."""

    code = "month_not_over"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a run stopped: the month, and the last membership that was looked at."""

    month: Month
    after: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What one batch did; `cursor` None: everything is done. `refused` are references with the rule's code."""

    made: int
    refused: tuple[tuple[str, str], ...]
    cursor: Cursor | None


def run_due(
    session: Session, *, now: dt.datetime, cursor: Cursor | None = None, limit: int = BATCH
) -> Progress:
    """Make one batch of statements for the months that ended, oldest first.

    One call is one transaction; call again with the cursor until it is None. Who starts anew without a
    cursor finds what is left: a statement that stands is never made again. The oldest month goes
    first, since the count of exemption months builds on earlier ones.
    """
    last = Month.of(day_in_amsterdam(now)).shift(-1)
    at = cursor or Cursor(last.shift(1 - MONTHS_BACK), 0)
    while at.month <= last:
        made, refused, after = _batch(session, month=at.month, after=at.after, now=now, limit=limit)
        if after is not None:
            return Progress(made, refused, Cursor(at.month, after))
        at = Cursor(at.month.shift(1), 0)
    return Progress(0, (), None)


def close(
    session: Session,
    *,
    month: Month,
    now: dt.datetime,
    cursor: Cursor | None = None,
    limit: int = BATCH,
) -> Progress:
    """Make one batch of statements for one month; refuses a month that has not ended."""
    if not has_ended(month, now):
        raise MonthNotOver
    after = cursor.after if cursor else 0
    made, refused, reached = _batch(session, month=month, after=after, now=now, limit=limit)
    return Progress(made, refused, None if reached is None else Cursor(month, reached))


def left(session: Session, *, month: Month) -> int:
    """Give how many members have no statement of the month yet."""
    counted = holding.in_force(month).where(_no_statement(month)).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _no_statement(month: Month) -> ColumnElement[bool]:
    stands = select(Statement.id).where(
        Statement.membership_id == Agreement.membership_id, Statement.month == month
    )
    return ~stands.exists()


def _batch(
    session: Session, *, month: Month, after: int, now: dt.datetime, limit: int
) -> tuple[int, tuple[tuple[str, str], ...], int | None]:
    """Make statements for the next members; gives the last membership looked at, None for none left."""
    with collector_waits():
        rows = _left(session, month=month, after=after, limit=limit)
        if not rows:
            return 0, (), None
        return _made_for(session, rows, month=month, now=now)


def _made_for(
    session: Session, rows: list[Held], *, month: Month, now: dt.datetime
) -> tuple[int, tuple[tuple[str, str], ...], int]:
    """Make statements under the locks of these members."""
    last = rows[-1].terms.membership_id
    members = _locked(session, [one.terms.membership_id for one in rows])
    # Another worker may have made some while this one waited for the locks.
    made_already = _made(session, list(members), month)
    rows = [one for one in rows if one.terms.membership_id not in made_already]
    decided = [one for one in rows if one.parameters is not None]
    faults = {one.terms.membership_id: "no_parameters" for one in rows if one.parameters is None}
    waiting = corrections.waiting(
        session, membership_ids=[one.terms.membership_id for one in decided]
    )
    drafts: list[Draft] = []
    for one in monthfacts.gather(session, rows=decided, month=month):
        member = members[one.agreement.membership_id]
        told = waiting.get(member.id, [])
        try:
            computed = assessments.compute(one, [each.correction.as_dict() for each in told])
        except Refused as fault:
            faults[member.id] = fault.code
            continue
        due = due_on(month, one.profile.frequency)
        drafts.append(statementrows.draft(member, one.agreement, computed, told, due=due, now=now))
    statementrows.write(session, drafts, month=month, now=now)
    named = tuple((members[key].reference, code) for key, code in faults.items())
    for reference, code in named:
        log.info("statement_not_made", member=reference, month=str(month), code=code)
    return len(drafts), named, last


def _locked(session: Session, ids: list[int]) -> dict[int, Member]:
    """Hold the members' rows, as each booking does: a booking is in the statement or finds it made."""
    query = (
        select(Membership.id, Membership.cooperative_id, Membership.person_id, Membership.reference)
        .where(Membership.id.in_(ids))
        .order_by(Membership.id)
        .with_for_update()
    )
    return {row[0]: Member(*row) for row in session.execute(query)}


def _made(session: Session, ids: list[int], month: Month) -> set[int]:
    """Give who of these members has a statement of the month."""
    query = select(Statement.membership_id).where(
        Statement.membership_id.in_(ids), Statement.month == month
    )
    return set(session.scalars(query))


def _left(session: Session, *, month: Month, after: int, limit: int) -> list[Held]:
    """Give the next agreements in force whose member has no statement of the month."""
    narrowed = (_no_statement(month), Agreement.membership_id > after)
    return holding.read_many(session, month, *narrowed, limit=limit)
