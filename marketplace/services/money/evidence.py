"""Our side of a dispute: what was sold, what happened by the log, and what we say; handed in once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.disputes import DisputeState, DisputeTakesNoEvidence, takes_evidence
from marketplace.domain.errors import NotFound
from marketplace.models.orders import OrderStep
from marketplace.models.payments import Dispute, ProviderCall
from marketplace.services import audit
from marketplace.services.money import calls
from marketplace.services.trade import disputes, orderlog


def log_text(steps: Iterable[OrderStep]) -> str:
    """Write the log for a bank: one line a step, in English, with the side that made it and no name."""
    return "\n".join(
        f"{one.at:%Y-%m-%d %H:%M} UTC: {one.act} by {one.by}, {one.was or 'new'} -> {one.became}"
        for one in steps
    )


def open_for(dispute: Dispute, call: ProviderCall | None) -> bool:
    """Tell whether our side can be handed in: the bank waits for it, and no answer of ours is on its way."""
    waits = takes_evidence(DisputeState(dispute.state))
    return waits and (call is None or call.state == "failed")


def hand_in(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    what: str,
    story: str,
    delivered_on: dt.date | None,
    by_id: int,
    now: dt.datetime,
) -> Dispute:
    """Keep our side and let the worker hand it in, with the log of the order as it is now.

    Raises NotFound for another cooperative's dispute, DisputeTakesNoEvidence where it is over or on its way.
    """
    row = _locked(session, cooperative_id, public_id)
    if not open_for(row, calls.about_dispute(session, dispute=row)):
        raise DisputeTakesNoEvidence
    whole = disputes.one(session, cooperative_id=cooperative_id, public_id=public_id)
    steps = orderlog.of_order(session, order=whole.order)
    row.evidence = {
        "what": what,
        "story": story,
        "delivered_on": delivered_on.isoformat() if delivered_on else "",
        "log": log_text(steps),
    }
    row.evidence_at, row.evidence_by_id = now, by_id
    calls.queue_evidence(session, dispute=row, now=now)
    audit.record(
        session,
        actor_id=by_id,
        act="dispute.evidence",
        thing=f"dispute:{row.id}",
        at=now,
        cooperative_id=cooperative_id,
        reason=row.reason,
    )
    return row


def _locked(session: Session, cooperative_id: int, public_id: str) -> Dispute:
    """Give the dispute, held until the end: of two at once the second finds the call of the first."""
    found = session.scalars(
        select(Dispute)
        .where(Dispute.public_id == public_id, Dispute.cooperative_id == cooperative_id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
