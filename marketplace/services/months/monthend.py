"""The end of the month: every member with an agreement gets a statement, also when nothing happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.statements import due_on, has_ended, is_nil, path_of
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.statements import Statement
from marketplace.services.months import assessments, corrections, monthfacts
from marketplace.services.months.monthfacts import MemberMonth
from marketplace.services.outbox import queue_mail

BATCH = 50
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


def _batch(
    session: Session, *, month: Month, after: int, now: dt.datetime, limit: int
) -> tuple[int, tuple[tuple[str, str], ...], int | None]:
    """Make statements for the next members; gives the last membership looked at, None for none left."""
    rows = _left(session, month=month, after=after, limit=limit)
    if not rows:
        return 0, (), None
    ids = [agreement.membership_id for agreement, *_ in rows]
    members = _locked(session, ids)
    waiting = corrections.waiting(session, membership_ids=ids)
    faults = {row[0].membership_id: "no_parameters" for row in rows if row[2] is None}
    made = 0
    decided = [row for row in rows if row[2] is not None]
    for one in monthfacts.gather(session, rows=decided, month=month):
        member = members[one.agreement.membership_id]
        try:
            with session.begin_nested():
                _make(session, one, member, waiting.get(member.id, []), now)
            made += 1
        except IntegrityError:
            # Another worker made it in this very moment; then it stands.
            continue
        except Refused as fault:
            faults[member.id] = fault.code
    named = tuple((members[key].reference, code) for key, code in faults.items())
    for reference, code in named:
        log.info("statement_not_made", member=reference, month=str(month), code=code)
    return made, named, ids[-1]


def _locked(session: Session, ids: list[int]) -> dict[int, Membership]:
    """Hold the members' rows, as each booking does: a booking is in the statement or finds it made."""
    query = (
        select(Membership).where(Membership.id.in_(ids)).order_by(Membership.id).with_for_update()
    )
    return {row.id: row for row in session.scalars(query)}


def _left(
    session: Session, *, month: Month, after: int, limit: int
) -> list[monthfacts.AgreementRow]:
    """Give the next agreements in force whose member has no statement of the month."""
    stands = select(Statement.id).where(
        Statement.membership_id == Agreement.membership_id, Statement.month == month
    )
    query = (
        monthfacts.in_force(month)
        .where(~stands.exists(), Agreement.membership_id > after)
        .order_by(Agreement.membership_id)
        .limit(limit)
    )
    return list(session.execute(query))


def _make(
    session: Session,
    month: MemberMonth,
    member: Membership,
    waiting: list[corrections.Waiting],
    now: dt.datetime,
) -> Statement:
    computed = assessments.compute(month, [one.correction.as_dict() for one in waiting])
    statement = Statement(
        cooperative_id=member.cooperative_id,
        membership_id=member.id,
        agreement_id=month.agreement.id,
        municipality_id=month.agreement.municipality_id,
        month=month.facts.month,
        state="ready",
        due_on=due_on(month.facts.month),
        created_at=now,
    )
    session.add(statement)
    session.flush()
    assessments.keep(session, computed, statement=statement, version=1, reason="month_end", now=now)
    corrections.show_in(session, statement_id=statement.id, shown=waiting)
    if member.person_id is not None:
        nil = is_nil(computed.inputs, computed.outcome)
        _tell(session, statement, member.person_id, path_of(statement.public_id, nil=nil), now)
    return statement


def _tell(
    session: Session, statement: Statement, person_id: int, path: str, now: dt.datetime
) -> None:
    queue_mail(
        session,
        kind="statement_ready",
        person_id=person_id,
        facts={
            "month": str(statement.month),
            "due_on": statement.due_on.isoformat(),
            "path": path,
        },
        dedupe_key=f"statement_ready:{statement.public_id}",
        now=now,
    )
