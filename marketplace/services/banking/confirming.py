"""The bank's word about payments that we sent: a line that went out, one sum for a batch, or a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.bank.banking import AmountsDiffer
from marketplace.domain.bank.paying import (
    ACCOUNT_FAULTS,
    ACTIVE,
    ON_THE_WAY,
    batch_in,
    message_id,
)
from marketplace.models.banking import BankLine, PayoutBatch, PayoutItem
from marketplace.services.banking import carriedout, refunding


def by_reference(
    session: Session, *, cooperative_id: int, lines: Sequence[BankLine], now: dt.datetime
) -> int:
    """Close the payments that these lines carry out, by our own reference and the amount."""
    query = (
        select(PayoutItem)
        .where(
            PayoutItem.cooperative_id == cooperative_id,
            PayoutItem.public_id.in_([line.end_to_end for line in lines]),
        )
        .order_by(PayoutItem.id)
        .with_for_update()
    )
    items = {item.public_id: item for item in session.scalars(query)} if lines else {}
    closed = 0
    for line in lines:
        item = items.get(line.end_to_end)
        if item is not None and item.state in ON_THE_WAY and item.cents == -line.cents:
            close(session, item=item, line=line, now=now)
            closed += 1
        elif item is None:
            closed += _by_sum(session, line=line, now=now)
    return closed


def _by_sum(session: Session, *, line: BankLine, now: dt.datetime) -> bool:
    """Close a batch that the bank booked as one sum, where the line names it and the sum is right."""
    batch_id = batch_in(line.end_to_end)
    if batch_id is None:
        return False
    batch = session.scalars(
        select(PayoutBatch)
        .where(PayoutBatch.cooperative_id == line.cooperative_id, PayoutBatch.id == batch_id)
        .with_for_update()
    ).one_or_none()
    if batch is None or not line.end_to_end.startswith(
        message_id(batch.id, batch.proposed_at.date())
    ):
        return False
    items = on_the_way(session, batch_id=batch.id)
    if sum(item.cents for item in items) != -line.cents:
        return False
    close_all(session, items=items, line=line, now=now)
    return True


def found_sum(session: Session, *, batch: PayoutBatch, now: dt.datetime) -> None:
    """After a report: a sum that came before it may fit now that the refused payments are known."""
    name = message_id(batch.id, batch.proposed_at.date())
    lines = session.scalars(
        select(BankLine)
        .where(
            BankLine.cooperative_id == batch.cooperative_id,
            BankLine.match.is_(None),
            BankLine.cents < 0,
            BankLine.end_to_end.in_((name, f"{name}-1")),
        )
        .with_for_update()
    ).all()
    for line in lines:
        _by_sum(session, line=line, now=now)


def on_the_way(session: Session, *, batch_id: int) -> list[PayoutItem]:
    """Give the payments of a batch that the bank has and did not carry out, held."""
    query = (
        select(PayoutItem)
        .where(PayoutItem.batch_id == batch_id, PayoutItem.state.in_(ON_THE_WAY))
        .order_by(PayoutItem.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def close(session: Session, *, item: PayoutItem, line: BankLine, now: dt.datetime) -> None:
    """Book one payment that the bank carried out; raises AmountsDiffer."""
    close_all(session, items=[item], line=line, now=now)


def close_all(
    session: Session, *, items: Sequence[PayoutItem], line: BankLine, now: dt.datetime
) -> None:
    """Book the payments that one line carried out together; raises AmountsDiffer."""
    if not items or sum(item.cents for item in items) != -line.cents:
        raise AmountsDiffer
    line.match, line.matched_at = "payout", now
    for item in items:
        item.state, item.paid_line_id = "paid", line.id
        session.flush()
        carriedout.book(session, item=item, line=line, now=now)
    for batch_id in sorted({item.batch_id for item in items}):
        _close_batch(session, batch_id)


def _close_batch(session: Session, batch_id: int) -> None:
    session.flush()
    waiting = session.scalar(
        select(PayoutItem.id)
        .where(PayoutItem.batch_id == batch_id, PayoutItem.state.in_(ACTIVE))
        .limit(1)
    )
    if waiting is None:
        session.get_one(PayoutBatch, batch_id).state = "closed"


def reported(
    session: Session,
    *,
    cooperative_id: int,
    answers: dict[str, tuple[str, str]],
    now: dt.datetime,
) -> tuple[int, int]:
    """Take the bank's report: (state, reason) by our reference; gives how many were accepted and refused.

    A payment that was refused is payable again. What the bank carried out already stays so.
    """
    accepted = rejected = 0
    query = (
        select(PayoutItem)
        .where(
            PayoutItem.cooperative_id == cooperative_id,
            PayoutItem.public_id.in_(sorted(answers)),
            PayoutItem.state.in_(ON_THE_WAY),
        )
        .order_by(PayoutItem.id)
        .with_for_update()
    )
    for item in session.scalars(query).all():
        state, reason = answers[item.public_id]
        if state == "RJCT":
            _reject(session, item, reason[:4], now)
            rejected += 1
        else:
            accepted += item.state == "sent"
            item.state = "accepted"
    session.flush()
    return accepted, rejected


def _reject(session: Session, item: PayoutItem, reason: str, now: dt.datetime) -> None:
    item.state, item.reason_code = "rejected", reason or None
    if item.refund_id is not None and reason in ACCOUNT_FAULTS:
        refunding.account_failed(session, item=item, why=reason, now=now)
    else:
        refunding.standing(session, [item], "booked")
    _close_batch(session, item.batch_id)
