"""Mails to the treasurers of a cooperative about money of an order."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.access import Role
from marketplace.models.people import Grant
from marketplace.services.outbox import queue_mail


def tell_treasurers(
    session: Session,
    *,
    cooperative_id: int,
    order_id: int,
    kind: str,
    facts: dict[str, str | int],
    key: str,
    now: dt.datetime,
) -> None:
    """Queue a mail to each treasurer, once for a key."""
    treasurers = session.scalars(
        select(Grant.person_id)
        .where(Grant.cooperative_id == cooperative_id, Grant.role == Role.TREASURER)
        .order_by(Grant.person_id)
    )
    for person_id in treasurers.all():
        queue_mail(
            session,
            kind=kind,
            person_id=person_id,
            facts=facts,
            dedupe_key=f"{kind}:{key}:{person_id}",
            order_id=order_id,
            now=now,
        )
