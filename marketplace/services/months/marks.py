"""A member's "this is right" per line of a statement; the other answer is a question (questions.py)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.questions import MISSING, codes_in
from marketplace.models.statements import Assessment, Statement, StatementMark
from marketplace.services.months.statements import held


def mark(
    session: Session,
    *,
    membership_id: int,
    public_id: str,
    version: int,
    line: str,
    now: dt.datetime,
) -> Statement:
    """Keep that a line of the version that the member saw is right; said twice it is said once.

    NotFound for another member's statement, and for a version or line that is not there.
    """
    statement = held(session, membership_id=membership_id, public_id=public_id)
    seen = session.scalar(
        select(Assessment).where(
            Assessment.statement_id == statement.id, Assessment.version == version
        )
    )
    if seen is None or line == MISSING or line not in codes_in(seen.outcome):
        raise NotFound
    if line not in of_version(session, statement_id=statement.id, version=version):
        session.add(
            StatementMark(
                cooperative_id=statement.cooperative_id,
                statement_id=statement.id,
                version=version,
                line=line,
                marked_at=now,
            )
        )
        session.flush()
    return statement


def of_version(session: Session, *, statement_id: int, version: int) -> frozenset[str]:
    """Give the lines that the member said are right, of one version: what changed is looked at anew."""
    return frozenset(
        session.scalars(
            select(StatementMark.line).where(
                StatementMark.statement_id == statement_id, StatementMark.version == version
            )
        )
    )
