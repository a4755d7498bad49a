"""A friendly mail, once, when a statement still waits shortly before its last day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.statements import REMIND_DAYS, is_nil, path_of
from marketplace.models.memberships import Membership
from marketplace.models.outbox import OutboxMessage
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months.statements import newest_version
from marketplace.services.outbox import queue_mail

BATCH = 50
_KEY = "statement_reminder:"


def remind(session: Session, *, now: dt.datetime, limit: int = BATCH) -> int:
    """Queue one batch of reminders, from three days before the last day up to that day; gives how many.

    Once per statement: the mail's key tells. Call again until it gives zero.
    """
    today, days = day_in_amsterdam(now), dt.timedelta(days=REMIND_DAYS)
    told = select(OutboxMessage.id).where(
        OutboxMessage.dedupe_key == literal(_KEY) + cast(Statement.public_id, String)
    )
    rows = session.execute(
        select(Statement, Membership.person_id, Assessment.inputs, Assessment.outcome)
        .join(Membership, Membership.id == Statement.membership_id)
        .join(Assessment, Assessment.statement_id == Statement.id)
        .where(
            Statement.state == "ready",
            Statement.month == Month.of(today).shift(-1),  # of a quarter or year its last
            Statement.due_on.between(today, today + days),
            Statement.created_at <= now - days,  # who heard only now needs none yet
            Membership.person_id.is_not(None),
            Assessment.version == newest_version(),
            ~told.exists(),
        )
        .order_by(Statement.id)
        .limit(limit)
    ).all()
    for statement, person_id, inputs, outcome in rows:
        nil = is_nil(inputs, outcome)
        queue_mail(
            session,
            kind="statement_reminder_nil" if nil else "statement_reminder",
            person_id=person_id,
            facts={
                "month": str(statement.month),
                "due_on": statement.due_on.isoformat(),
                "path": path_of(statement.public_id, nil=nil),
            },
            dedupe_key=f"{_KEY}{statement.public_id}",
            now=now,
        )
    return len(rows)
