"""The bank's word about payments that we sent: a line that went out, or a report of its refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.bank import entries
from marketplace.domain.bank.banking import AmountsDiffer
from marketplace.models.banking import BankLine, PayoutBatch, PayoutItem
from marketplace.services.books import ledger, payouts

ON_THE_WAY = ("sent", "accepted")


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
    return closed


def close(session: Session, *, item: PayoutItem, line: BankLine, now: dt.datetime) -> None:
    """Book one payment that the bank carried out."""
    if item.cents != -line.cents:
        raise AmountsDiffer
    line.match, line.matched_at = "payout", now
    item.state, item.paid_line_id = "paid", line.id
    session.flush()
    if item.kind == "surplus":
        _repay(session, item, now)
    else:
        _pay_out(session, item, line, now)
    _close_batch(session, item)


def _repay(session: Session, item: PayoutItem, now: dt.datetime) -> None:
    source = session.scalars(
        select(BankLine).where(BankLine.id == item.source_line_id).with_for_update()
    ).one()
    source.left_cents -= item.cents
    ledger.post(
        session,
        entries.surplus_repaid(amount_cents=item.cents),
        cooperative_id=item.cooperative_id,
        source=f"payout_item:{item.id}:surplus_repaid",
        kind="surplus_repaid",
        membership_id=None,
        now=now,
    )


def _pay_out(session: Session, item: PayoutItem, line: BankLine, now: dt.datetime) -> None:
    batch = session.get_one(PayoutBatch, item.batch_id)
    if item.membership_id is None:
        raise ValueError("earnings and receipts are of a member")
    payouts.book(
        session,
        cooperative_id=item.cooperative_id,
        membership_id=item.membership_id,
        kind=item.kind,
        amount_cents=item.cents,
        bank_reference=item.public_id,
        paid_on=line.booked_on,
        booked_by_id=batch.released_by_id or batch.proposed_by_id,
        idempotency_key=f"item:{item.public_id}",
        now=now,
        carried_out=True,
    )


def _close_batch(session: Session, item: PayoutItem) -> None:
    session.flush()
    waiting = session.scalar(
        select(PayoutItem.id)
        .where(PayoutItem.batch_id == item.batch_id, PayoutItem.state.in_(("waiting", *ON_THE_WAY)))
        .limit(1)
    )
    if waiting is None:
        session.get_one(PayoutBatch, item.batch_id).state = "closed"


def reported(
    session: Session, *, cooperative_id: int, answers: dict[str, tuple[str, str]]
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
            item.state, item.reason_code = "rejected", reason[:4] or None
            rejected += 1
            _close_batch(session, item)
        else:
            accepted += item.state == "sent"
            item.state = "accepted"
    session.flush()
    return accepted, rejected
