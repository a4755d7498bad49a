"""A line without our reference that is a payment of ours after all: carried out, as one sum, or come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.bank.banking import AmountsDiffer
from marketplace.domain.bank.paying import ON_THE_WAY
from marketplace.models.banking import BankLine, PayoutBatch, PayoutItem
from marketplace.services.banking import byhand, carriedout, confirming

MOST = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something of the same amount: one payment (`name`, `kind`), or a batch with how many payments."""

    key: str
    kind: str
    name: str
    day: dt.datetime
    count: int = 1


def candidates(session: Session, *, line: BankLine) -> list[Candidate]:
    """Give the payments, and for what went out the batches, that have exactly this amount."""
    states = ("paid",) if line.cents > 0 else ON_THE_WAY
    cents = line.left_cents if line.cents > 0 else -line.cents
    rows = session.execute(
        select(PayoutItem.public_id, PayoutItem.kind, PayoutItem.name, PayoutBatch.proposed_at)
        .join(PayoutBatch, PayoutBatch.id == PayoutItem.batch_id)
        .where(
            PayoutItem.cooperative_id == line.cooperative_id,
            PayoutItem.state.in_(states),
            PayoutItem.cents == cents,
        )
        .order_by(PayoutItem.id.desc())
        .limit(MOST)
    )
    found = [Candidate(f"item:{key}", kind, name, day) for key, kind, name, day in rows]
    if line.cents > 0:
        return found
    whole = session.execute(
        select(PayoutBatch.public_id, PayoutBatch.proposed_at, func.count())
        .join(PayoutItem, PayoutItem.batch_id == PayoutBatch.id)
        .where(
            PayoutBatch.cooperative_id == line.cooperative_id,
            PayoutBatch.state == "released",
            PayoutItem.state.in_(ON_THE_WAY),
        )
        .group_by(PayoutBatch.id)
        .having(func.sum(PayoutItem.cents) == cents, func.count() > 1)
        .order_by(PayoutBatch.id.desc())
        .limit(MOST)
    )
    return found + [Candidate(f"batch:{key}", "batch", "", day, n) for key, day, n in whole]


def place(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    key: str,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Let a line be what was chosen of the candidates; AmountsDiffer for what is none, LineIsUsed."""
    line = byhand.usable(session, cooperative_id=cooperative_id, public_id=public_id)
    if key not in {one.key for one in candidates(session, line=line)}:
        raise AmountsDiffer
    what, _colon, name = key.partition(":")
    if what == "batch":
        batch_id = session.scalars(
            select(PayoutBatch.id).where(
                PayoutBatch.cooperative_id == cooperative_id, PayoutBatch.public_id == name
            )
        ).one()
        items = confirming.on_the_way(session, batch_id=batch_id)
        confirming.close_all(session, items=items, line=line, now=now)
    else:
        item = session.scalars(
            select(PayoutItem)
            .where(PayoutItem.cooperative_id == cooperative_id, PayoutItem.public_id == name)
            .with_for_update(),
            execution_options={"populate_existing": True},
        ).one()
        if line.cents > 0:
            carriedout.take_back(session, item=item, line=line, now=now)
        else:
            confirming.close(session, item=item, line=line, now=now)
    byhand.note(session, line, actor_id, now)
