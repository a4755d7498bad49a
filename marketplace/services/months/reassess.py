"""A booking for a month that has a statement: the month is computed anew, and what follows from it too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import cast

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assessment import Exemption
from marketplace.domain.earnings.case import MonthsUsed
from marketplace.domain.earnings.counters import MonthGiven, carried_into, premium_used
from marketplace.gateways.rows.prepared import Query
from marketplace.models.memberships import Membership
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months import assessments, monthfacts
from marketplace.services.outbox import queue_mail


def after_booking(
    session: Session, *, membership_id: int, for_month: Month, now: dt.datetime
) -> list[Assessment]:
    """Compute a month anew after a booking for it; a month without a statement is left to its end."""
    return touched(
        session, membership_id=membership_id, month=for_month, reason="late_booking", now=now
    )


def touched(
    session: Session, *, membership_id: int, month: Month, reason: str, now: dt.datetime
) -> list[Assessment]:
    """Compute a month with a statement anew, and each later one for which what came before changes.

    That is the count of exemption months, the premium so far, or what is carried over above the norm.

    A version is added only where something changes; gives the versions added. One that was not confirmed
    shows its newest version; one that was confirmed stands as it was sent, and the difference waits
    for the next statement.
    """
    session.flush()
    named = {"member": membership_id, "month": month}
    if _HAS_STATEMENT.first(session, named) is None:  # as most months while they run
        return []
    rows = session.execute(_STATED, named).all()
    if not rows or rows[0][0].month != month:
        return []
    added = _cascade(session, [(statement, newest) for statement, newest in rows], reason, now)
    _tell(session, membership_id, rows[0][0], added, now)
    return added


_HAS_STATEMENT = Query(
    select(Statement.id).where(
        Statement.membership_id == bindparam("member"), Statement.month == bindparam("month")
    )
)
_STATED = (
    select(Statement, Assessment)
    .join(Assessment, Assessment.statement_id == Statement.id)
    .where(
        Statement.membership_id == bindparam("member"),
        Statement.month >= bindparam("month"),
        Assessment.version
        == select(func.max(Assessment.version))
        .where(Assessment.statement_id == Statement.id)
        .correlate(Statement)
        .scalar_subquery(),
    )
    .order_by(Statement.month)
    .with_for_update(of=Statement)
)


def _cascade(
    session: Session,
    rows: Sequence[tuple[Statement, Assessment]],
    reason: str,
    now: dt.datetime,
) -> list[Assessment]:
    """Go through the months in order: the first for its booking, a later one when what came before changed."""
    membership_id = rows[0][0].membership_id
    given = {
        one.month: one
        for one in monthfacts.exemptions_given(session, membership_ids=[membership_id]).get(
            membership_id, []
        )
    }
    added: list[Assessment] = []
    for place, (statement, newest) in enumerate(rows):
        why = _changed_before(statement, newest, list(given.values())) if place else reason
        if why is None:
            continue
        kept = _anew(session, statement, newest, why, now)
        if kept is None and not place:
            break
        if kept is not None:
            added.append(kept)
            exemption = cast("Exemption | None", kept.exemption)
            given[statement.month] = MonthGiven(
                statement.month, exemption, kept.premium_cents, kept.surplus_cents
            )
    return added


def _anew(
    session: Session, statement: Statement, newest: Assessment, reason: str, now: dt.datetime
) -> Assessment | None:
    found = monthfacts.of_member(
        session, membership_id=statement.membership_id, month=statement.month
    )
    if found is None:
        return None
    # What it tells about other months stays; later differences wait for the next statement.
    computed = assessments.compute(found, newest.outcome["corrections"])
    if assessments.says_the_same(newest, computed):
        return None
    return assessments.keep(
        session,
        computed,
        statement=statement,
        version=newest.version + 1,
        reason=reason,
        now=now,
    )


def _changed_before(
    statement: Statement, newest: Assessment, given: Sequence[MonthGiven]
) -> str | None:
    """Give why a month counts otherwise: what came before it is no longer what the version used; or None."""
    if _counts_otherwise(statement, newest, given):
        return "counter_changed"
    carried = carried_into(statement.month, given)
    return "surplus_changed" if carried != newest.inputs.get("carried_cents", 0) else None


def _counts_otherwise(
    statement: Statement, newest: Assessment, given: Sequence[MonthGiven]
) -> bool:
    """Whether exemption months or premium before this month are no longer what the version used."""
    inputs = newest.inputs
    agreement = inputs["agreement"]
    used = monthfacts.counted_before(
        statement.month,
        given,
        entry=Month.of(dt.date.fromisoformat(agreement["valid_from"])),
        at_entry=MonthsUsed(
            n=agreement["months_n_used_at_entry"],
            r=inputs.get("months_r_used_at_entry", 0),
            z=inputs.get("decided_months_used_at_entry", 0),
        ),
        counting=inputs["n_counting"],
    )
    premium = inputs.get("premium")
    return bool(
        used.n != inputs["months_n_used"]
        or used.r != inputs.get("months_r_used", used.r)
        or used.z != inputs.get("decided_months_used", used.z)
        or used.a34 != inputs.get("months_34a_used", 0)
        or (premium and premium["used_year_cents"] != premium_used(statement.month, given))
    )


def _tell(
    session: Session,
    membership_id: int,
    statement: Statement,
    added: Sequence[Assessment],
    now: dt.datetime,
) -> None:
    """Mail the member when a month that was sent came out otherwise."""
    if not added or statement.state == "ready":
        return
    person_id = session.scalar(select(Membership.person_id).where(Membership.id == membership_id))
    if person_id is not None:
        queue_mail(
            session,
            kind="statement_corrected",
            person_id=person_id,
            facts={
                "month": str(statement.month),
                "path": f"/werk/opgaven/{statement.public_id}",
            },
            dedupe_key=f"statement_corrected:{statement.public_id}:{added[0].version}",
            now=now,
        )
