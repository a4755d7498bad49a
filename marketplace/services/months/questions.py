"""A member says of a line "this is not right"; the coordinator answers. Both see the same clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.orm import Session

from marketplace.domain import questions as rules
from marketplace.domain.access import Role
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.models.memberships import Membership
from marketplace.models.people import Grant
from marketplace.models.statements import Assessment, Statement, StatementQuestion
from marketplace.services import audit
from marketplace.services.months.statements import Told, held, told_of
from marketplace.services.outbox import queue_mail

PAGE = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the statement as the member saw it, and whose it is."""

    question: StatementQuestion
    statement: Statement
    member: Membership
    told: Told


def ask(
    session: Session,
    *,
    membership_id: int,
    public_id: str,
    version: int,
    line: str,
    text: str,
    actor_id: int,
    now: dt.datetime,
) -> StatementQuestion:
    """Open a question about a line of the version that the member saw, and tell the coordinators.

    Confirming stays the member's choice. Refuses a second one about an open line; NotFound for another
    member's statement, and for a version or line that is not there.
    """
    statement = held(session, membership_id=membership_id, public_id=public_id)
    seen = session.scalar(
        select(Assessment).where(
            Assessment.statement_id == statement.id, Assessment.version == version
        )
    )
    if seen is None or line not in rules.codes_in(seen.outcome):
        raise NotFound
    rules.may_ask(line, _open_lines(session, statement_id=statement.id, version=version))
    question = StatementQuestion(
        cooperative_id=statement.cooperative_id,
        statement_id=statement.id,
        version=version,
        line=line,
        text=text,
        asked_at=now,
        due_on=rules.due_on(day_in_amsterdam(now)),
    )
    session.add(question)
    session.flush()
    _note(session, question, "statement_question_asked", actor_id, now)
    _tell_coordinators(session, question, statement, now)
    return question


def _open_lines(session: Session, *, statement_id: int, version: int) -> Sequence[str]:
    return session.scalars(
        select(StatementQuestion.line).where(
            StatementQuestion.statement_id == statement_id,
            StatementQuestion.version == version,
            StatementQuestion.answered_at.is_(None),
        )
    ).all()


def _tell_coordinators(
    session: Session, question: StatementQuestion, statement: Statement, now: dt.datetime
) -> None:
    coordinators = session.scalars(
        select(Grant.person_id).where(
            Grant.cooperative_id == question.cooperative_id, Grant.role == Role.COORDINATOR
        )
    ).all()
    for person_id in coordinators:
        queue_mail(
            session,
            kind="question_asked",
            person_id=person_id,
            facts={
                "month": str(statement.month),
                "due_on": question.due_on.isoformat(),
                "path": f"/balie/vragen/{question.public_id}",
            },
            dedupe_key=f"question_asked:{question.public_id}:{person_id}",
            now=now,
        )


def of_statement(session: Session, *, statement_id: int) -> list[Asked]:
    """Give the questions about a statement, the newest first."""
    query = _all().where(StatementQuestion.statement_id == statement_id)
    return _read(session, query.order_by(StatementQuestion.id.desc()).limit(PAGE))


def first_due(cooperative_id: int) -> Subquery:
    """Select per membership of a cooperative the first last day of the questions that wait."""
    return (
        select(Statement.membership_id, func.min(StatementQuestion.due_on).label("due_on"))
        .join(StatementQuestion, StatementQuestion.statement_id == Statement.id)
        .where(
            StatementQuestion.cooperative_id == cooperative_id,
            StatementQuestion.answered_at.is_(None),
        )
        .group_by(Statement.membership_id)
        .subquery()
    )


def waiting(
    session: Session, *, cooperative_id: int, after: int = 0, limit: int = PAGE
) -> list[Asked]:
    """Give the questions without an answer, oldest first; `after` is the last id seen."""
    query = _all().where(
        StatementQuestion.cooperative_id == cooperative_id,
        StatementQuestion.answered_at.is_(None),
        StatementQuestion.id > after,
    )
    return _read(session, query.order_by(StatementQuestion.id).limit(limit))


def get(session: Session, *, cooperative_id: int, public_id: str) -> Asked:
    """Give one question of the cooperative; NotFound outside it."""
    query = _all().where(
        StatementQuestion.cooperative_id == cooperative_id,
        StatementQuestion.public_id == public_id,
    )
    found = _read(session, query)
    if not found:
        raise NotFound
    return found[0]


def answer(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    text: str,
    actor_id: int,
    now: dt.datetime,
) -> StatementQuestion:
    """Answer a question and tell the member; refuses a second answer, NotFound outside the cooperative."""
    question = session.scalar(
        select(StatementQuestion)
        .where(
            StatementQuestion.cooperative_id == cooperative_id,
            StatementQuestion.public_id == public_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if question is None:
        raise NotFound
    rules.may_answer(question.answered_at)
    question.answered_at, question.answer, question.answered_by_id = now, text, actor_id
    _note(session, question, "statement_question_answered", actor_id, now)
    _tell_member(session, question, now)
    return question


def _tell_member(session: Session, question: StatementQuestion, now: dt.datetime) -> None:
    person_id, month, public_id = session.execute(
        select(Membership.person_id, Statement.month, Statement.public_id)
        .join(Statement, Statement.membership_id == Membership.id)
        .where(Statement.id == question.statement_id)
    ).one()
    if person_id is not None:
        queue_mail(
            session,
            kind="question_answered",
            person_id=person_id,
            facts={"month": str(month), "path": f"/werk/opgaven/{public_id}"},
            dedupe_key=f"question_answered:{question.public_id}",
            now=now,
        )


def _note(
    session: Session, question: StatementQuestion, act: str, actor_id: int, now: dt.datetime
) -> None:
    """Write down that it happened; what was said stays with the question."""
    audit.record(
        session,
        actor_id=actor_id,
        act=act,
        thing=f"statement_question:{question.id}",
        at=now,
        cooperative_id=question.cooperative_id,
        after={"statement": question.statement_id, "line": question.line},
    )


def _all() -> Select[StatementQuestion, Statement, Membership, Assessment]:
    return (
        select(StatementQuestion, Statement, Membership, Assessment)
        .join(Statement, Statement.id == StatementQuestion.statement_id)
        .join(Membership, Membership.id == Statement.membership_id)
        .join(
            Assessment,
            and_(
                Assessment.statement_id == StatementQuestion.statement_id,
                Assessment.version == StatementQuestion.version,
            ),
        )
    )


def _read(
    session: Session, query: Select[StatementQuestion, Statement, Membership, Assessment]
) -> list[Asked]:
    return [
        Asked(question, statement, member, told_of(statement, kept))
        for question, statement, member, kept in session.execute(query)
    ]
