"""What is booked when the bank carried a payment of ours out, and when it brought one back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.bank import entries
from marketplace.domain.bank.banking import AmountsDiffer
from marketplace.domain.bank.paying import BOOKED_AS, PAYS
from marketplace.models.banking import BankLine, PayoutBatch, PayoutItem
from marketplace.models.costs import Payout
from marketplace.services.banking import refunding
from marketplace.services.books import ledger, payouts
from marketplace.services.trade import refunds


def book(session: Session, *, item: PayoutItem, line: BankLine, now: dt.datetime) -> None:
    """Book one payment by its kind; the item says `paid` already."""
    if item.refund_id is not None:
        refunds.settled(session, refund_id=item.refund_id, via="bank", now=now, thing=_thing(item))
    elif item.membership_id is not None:
        _pay_out(session, item, item.membership_id, line, now)
    else:
        if item.source_line_id is not None:
            _source(session, item.source_line_id).left_cents -= item.cents
        _post(
            session, item, _ENTRIES[item.kind](amount_cents=item.cents), BOOKED_AS[item.kind], now
        )


_ENTRIES = {
    "surplus": entries.surplus_repaid,
    "supplier": entries.supplier_paid,
    "municipality": rules.municipality_paid,
}


def _pay_out(
    session: Session, item: PayoutItem, membership_id: int, line: BankLine, now: dt.datetime
) -> None:
    batch = session.get_one(PayoutBatch, item.batch_id)
    payouts.book(
        session,
        cooperative_id=item.cooperative_id,
        membership_id=membership_id,
        kind=item.kind,
        amount_cents=item.cents,
        bank_reference=item.public_id,
        paid_on=line.booked_on,
        booked_by_id=batch.released_by_id or batch.proposed_by_id,
        idempotency_key=_key(item),
        now=now,
        carried_out=True,
    )


def came_back(
    session: Session, *, cooperative_id: int, lines: Sequence[BankLine], now: dt.datetime
) -> int:
    """Recognise payments of ours that these lines bring back, by our own reference and the amount."""
    told = [line for line in lines if line.end_to_end and line.match is None]
    if not told:
        return 0
    query = (
        select(PayoutItem)
        .where(
            PayoutItem.cooperative_id == cooperative_id,
            PayoutItem.public_id.in_([line.end_to_end for line in told]),
        )
        .order_by(PayoutItem.id)
        .with_for_update()
    )
    items = {item.public_id: item for item in session.scalars(query)}
    found = 0
    for line in told:
        item = items.get(line.end_to_end)
        if item is not None and item.state == "paid" and item.cents == line.left_cents:
            take_back(session, item=item, line=line, now=now)
            found += 1
    return found


def take_back(session: Session, *, item: PayoutItem, line: BankLine, now: dt.datetime) -> None:
    """Book one payment that came back: the amount is payable again. Raises AmountsDiffer."""
    if item.state != "paid" or item.cents != line.left_cents:
        raise AmountsDiffer
    line.match, line.matched_at, line.left_cents = "return", now, 0
    item.state, item.returned_line_id = "returned", line.id
    item.reason_code = line.return_code or None
    session.flush()
    if item.source_line_id is not None:
        _source(session, item.source_line_id).left_cents += item.cents
        session.flush()
    if item.refund_id is not None:
        refunding.account_failed(session, item=item, why=line.return_code or "returned", now=now)
    if item.membership_id is not None:
        payout = session.scalars(
            select(Payout).where(
                Payout.cooperative_id == item.cooperative_id, Payout.idempotency_key == _key(item)
            )
        ).one()
        payout.returned_on = line.booked_on
    entry = entries.payment_returned(
        amount_cents=item.cents, code=PAYS[item.kind], membership_id=item.membership_id
    )
    _post(session, item, entry, "payment_returned", now)


def _source(session: Session, line_id: int) -> BankLine:
    return session.scalars(select(BankLine).where(BankLine.id == line_id).with_for_update()).one()


def _key(item: PayoutItem) -> str:
    return f"item:{item.public_id}"


def _thing(item: PayoutItem) -> str:
    return f"payout_item:{item.id}"


def _post(
    session: Session, item: PayoutItem, entry: rules.Entry, kind: str, now: dt.datetime
) -> None:
    ledger.post(
        session,
        entry,
        cooperative_id=item.cooperative_id,
        source=f"{_thing(item)}:{kind}",
        kind=kind,
        membership_id=item.membership_id,
        now=now,
    )
