"""Payouts that the treasurer sent through the bank: earnings of a set_off member, or receipts repaid."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.errors import NotFound, Refused
from marketplace.models.costs import Payout
from marketplace.models.memberships import Membership
from marketplace.services import audit
from marketplace.services.books import ledger, pending

PAGE = 50
ACCOUNTS = {"earnings": "payable_to_member", "receipts": "receipts_payable"}
ENTRY_KINDS = {"earnings": "paid_out", "receipts": "receipt_repaid"}


class MoreThanPayable(Refused):
    """The amount is more than what the member has coming; `payable_cents` says how much that is."""

    code = "payout_more_than_payable"


class NothingToPay(Refused):
    """A payout is an amount above zero."""

    code = "payout_nothing"


def book(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    kind: str,
    amount_cents: int,
    bank_reference: str,
    paid_on: dt.date,
    booked_by_id: int,
    idempotency_key: str,
    now: dt.datetime,
    carried_out: bool = False,
) -> Payout:
    """Book a payout of a kind ("earnings", "receipts"); the same key again gives the first one.

    Refuses an amount of nothing, and more than is payable; NotFound for a member of another cooperative.
    What is pending is not payable, but what the bank `carried_out` is booked all the same.
    """
    _lock_member(session, cooperative_id, membership_id)
    first = _with_key(session, cooperative_id, idempotency_key)
    if first is not None:
        return first
    waits = kind == "earnings" and not carried_out
    _check_payable(session, cooperative_id, membership_id, kind, amount_cents, waits=waits)
    payout = Payout(
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        kind=kind,
        idempotency_key=idempotency_key,
        amount_cents=amount_cents,
        bank_reference=bank_reference,
        paid_on=paid_on,
        booked_by_id=booked_by_id,
        created_at=now,
    )
    session.add(payout)
    session.flush()
    _post(session, payout, now)
    return payout


def _with_key(session: Session, cooperative_id: int, key: str) -> Payout | None:
    query = select(Payout).where(Payout.cooperative_id == cooperative_id)
    return session.scalar(query.where(Payout.idempotency_key == key))


def _check_payable(
    session: Session,
    cooperative_id: int,
    membership_id: int,
    kind: str,
    amount_cents: int,
    *,
    waits: bool,
) -> None:
    if amount_cents <= 0:
        raise NothingToPay
    payable = ledger.balance(
        session, cooperative_id=cooperative_id, code=ACCOUNTS[kind], membership_id=membership_id
    )
    if waits:
        held = pending.of_members(session, membership_ids=[membership_id])
        payable = pending.available(payable, held.get(membership_id, 0))
    if amount_cents > payable:
        raise MoreThanPayable(payable_cents=max(0, payable))


def of_cooperative(
    session: Session, *, cooperative_id: int, before_id: int | None = None, limit: int = PAGE
) -> list[Payout]:
    """Give payouts, newest first; `before_id` is the last one of the page before."""
    query = select(Payout).where(Payout.cooperative_id == cooperative_id)
    if before_id is not None:
        query = query.where(Payout.id < before_id)
    return list(session.scalars(query.order_by(Payout.id.desc()).limit(limit)))


def payable(session: Session, *, cooperative_id: int) -> dict[int, dict[str, int]]:
    """Give what each member has coming in cents, by membership id and kind; only what is above zero.

    Of earnings what is pending does not count: it is paid once the buyer confirmed, or a week passed.
    """
    found = ledger.balances(session, cooperative_id=cooperative_id, codes=list(ACCOUNTS.values()))
    kinds = {code: kind for kind, code in ACCOUNTS.items()}
    owed = {(kinds[code], member): cents for (code, member), cents in found.items() if member}
    earning = [member for (kind, member), cents in owed.items() if kind == "earnings" and cents > 0]
    waits = pending.of_members(session, membership_ids=earning)
    amounts: dict[int, dict[str, int]] = {}
    for (kind, member), cents in owed.items():
        free = pending.available(cents, waits.get(member, 0)) if kind == "earnings" else cents
        if free > 0:
            amounts.setdefault(member, {})[kind] = free
    return amounts


def _lock_member(session: Session, cooperative_id: int, membership_id: int) -> None:
    found = session.scalar(
        select(Membership.id)
        .where(Membership.id == membership_id, Membership.cooperative_id == cooperative_id)
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound


def _post(session: Session, payout: Payout, now: dt.datetime) -> None:
    build = rules.paid_out if payout.kind == "earnings" else rules.receipt_repaid
    ledger.post(
        session,
        build(amount_cents=payout.amount_cents, membership_id=payout.membership_id),
        cooperative_id=payout.cooperative_id,
        source=f"payout:{payout.id}:{ENTRY_KINDS[payout.kind]}",
        kind=ENTRY_KINDS[payout.kind],
        membership_id=payout.membership_id,
        now=now,
    )
    audit.record(
        session,
        actor_id=payout.booked_by_id,
        act="payout_booked",
        thing=f"payout:{payout.public_id}",
        at=now,
        cooperative_id=payout.cooperative_id,
        after={"kind": payout.kind, "amount_cents": payout.amount_cents},
    )
