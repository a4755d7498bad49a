"""Corrections: the difference between what a month said when it was sent and what it says now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from marketplace.domain.statements import Correction, difference
from marketplace.models.statements import Assessment, Statement


@dataclass(frozen=True, slots=True)
class Waiting:
    """A correction that no statement carries yet, with the versions that it covers."""

    correction: Correction
    assessment_ids: tuple[int, ...]


def waiting(session: Session, *, membership_ids: Sequence[int]) -> dict[int, list[Waiting]]:
    """Give the corrections that the next statement of each member carries, oldest month first."""
    later = aliased(Assessment)
    corrected = (
        select(later.id)
        .where(
            later.statement_id == Statement.id,
            later.version > Statement.stated_version,
            later.shown_in_id.is_(None),
        )
        .exists()
    )
    rows = session.execute(
        select(Statement, Assessment)
        .join(Assessment, Assessment.statement_id == Statement.id)
        .where(
            Statement.membership_id.in_(membership_ids),
            Statement.stated_version.is_not(None),
            Assessment.version >= Statement.stated_version,
            corrected,
        )
        .order_by(Statement.month, Assessment.version)
    )
    versions: dict[int, tuple[Statement, list[Assessment]]] = {}
    for statement, assessment in rows:
        versions.setdefault(statement.id, (statement, []))[1].append(assessment)
    found: dict[int, list[Waiting]] = {}
    for statement, assessments in versions.values():
        found.setdefault(statement.membership_id, []).append(_difference(statement, assessments))
    return found


def _difference(statement: Statement, assessments: Sequence[Assessment]) -> Waiting:
    """The newest version against the last one that the member was told about."""
    unseen = [
        one
        for one in assessments
        if one.shown_in_id is None and one.version != statement.stated_version
    ]
    told = [one for one in assessments if one not in unseen][-1]
    newest = assessments[-1]
    correction = Correction(
        month=str(statement.month),
        from_version=told.version,
        to_version=newest.version,
        reason=newest.reason,
        differences=difference(told.outcome["figures"], newest.outcome["figures"]),
    )
    return Waiting(correction, tuple(one.id for one in unseen))


def show_in(session: Session, *, statement_id: int, shown: Iterable[Waiting]) -> None:
    """Remember which statement tells the member about these corrections."""
    ids = [key for one in shown for key in one.assessment_ids]
    if ids:
        session.execute(
            update(Assessment).where(Assessment.id.in_(ids)).values(shown_in_id=statement_id)
        )
