"""Who changed what in money and rights, and why: one line per act."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from marketplace.models.audit import AuditLine


def record(
    session: Session,
    *,
    actor_id: int | None,
    act: str,
    thing: str,
    at: dt.datetime,
    cooperative_id: int | None = None,
    municipality_id: int | None = None,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one act, with people and things by their ids, never by name. `before` and `after` are JSON."""
    session.add(
        AuditLine(
            at=at,
            actor_id=actor_id,
            cooperative_id=cooperative_id,
            municipality_id=municipality_id,
            act=act,
            thing=thing,
            reason=reason,
            before=before,
            after=after,
        )
    )
    session.flush()
