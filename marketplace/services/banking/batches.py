"""Batches of payments: the treasurer proposes, a second person releases, the bank's word books them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, undefer

from marketplace.domain.bank import paying as rules
from marketplace.domain.bank.paying import (
    AccountMissing,
    AnswerOfAnother,
    BatchStepNotAllowed,
    NothingProposed,
    SecondPersonNeeded,
    SharePending,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.disputes import DisputeHoldsMoney
from marketplace.domain.errors import NotFound
from marketplace.gateways.bankfiles import sepa
from marketplace.models.banking import PayoutBatch, PayoutItem
from marketplace.models.cooperatives import Cooperative
from marketplace.models.costs import Cost
from marketplace.models.refunds import Refund
from marketplace.services import audit
from marketplace.services.banking import confirming, payables, refunding
from marketplace.services.banking.payables import Payable
from marketplace.services.books import covers, payouts

PAGE = 50
_ABOUT = {
    "earnings": "Verdiensten",
    "receipts": "Bonnen terug",
    "surplus": "Te veel betaald",
    "refund": "Geld terug",
    "supplier": "Rekening",
    "municipality": "Deel van de gemeente",
}
# The column that says what a payment of each kind is for.
_PAYS_FOR = {
    "earnings": "membership_id",
    "receipts": "membership_id",
    "surplus": "source_line_id",
    "refund": "refund_id",
    "supplier": "cost_id",
    "municipality": "municipality_id",
}


def propose(
    session: Session,
    *,
    cooperative_id: int,
    keys: Sequence[str],
    actor_id: int,
    now: dt.datetime,
) -> PayoutBatch:
    """Put what was chosen into a batch; two proposals at once never hold the same money."""
    session.execute(
        select(Cooperative.id)
        .where(Cooperative.id == cooperative_id)
        .with_for_update(key_share=True)
    )
    wanted = set(keys)
    due = payables.all_of(session, cooperative_id=cooperative_id)
    chosen = [one for one in due if one.key in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise NothingProposed
    if any(not one.iban for one in chosen):
        raise AccountMissing
    refunding.claim(session, [one.row_id for one in chosen if one.kind == "refund"])
    batch = PayoutBatch(
        cooperative_id=cooperative_id, state="proposed", proposed_by_id=actor_id, proposed_at=now
    )
    session.add(batch)
    session.flush()
    session.add_all(_item(batch, one) for one in chosen)
    session.flush()
    _note(session, batch, "batch_proposed", actor_id, now)
    return batch


def _item(batch: PayoutBatch, one: Payable) -> PayoutItem:
    return PayoutItem(
        cooperative_id=batch.cooperative_id,
        batch_id=batch.id,
        kind=one.kind,
        cents=one.cents,
        name=one.name[:70],
        iban=one.iban,
        state="waiting",
        **{_PAYS_FOR[one.kind]: one.row_id},
    )


def get(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    hold: bool = False,
    with_accounts: bool = False,
) -> tuple[PayoutBatch, list[PayoutItem]]:
    """Give a batch of the own cooperative with its payments; NotFound for another one's."""
    query = select(PayoutBatch).where(
        PayoutBatch.cooperative_id == cooperative_id, PayoutBatch.public_id == public_id
    )
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    batch = session.scalars(query).one_or_none()
    if batch is None:
        raise NotFound
    items = select(PayoutItem).where(PayoutItem.batch_id == batch.id).order_by(PayoutItem.id)
    if with_accounts:
        items = items.options(undefer(PayoutItem.iban))
    return batch, list(session.scalars(items))


def newest(session: Session, *, cooperative_id: int) -> list[tuple[PayoutBatch, int, int, int]]:
    """Give the newest batches with how many payments, how much, and how many came back; at most PAGE."""
    back = func.sum(case((PayoutItem.state == "returned", 1), else_=0))
    rows = session.execute(
        select(PayoutBatch, func.count(PayoutItem.id), func.sum(PayoutItem.cents), back)
        .join(PayoutItem, PayoutItem.batch_id == PayoutBatch.id)
        .where(PayoutBatch.cooperative_id == cooperative_id)
        .group_by(PayoutBatch.id)
        .order_by(PayoutBatch.id.desc())
        .limit(PAGE)
    )
    return [(batch, count, int(cents), int(came)) for batch, count, cents, came in rows]


def release(
    session: Session, *, cooperative_id: int, public_id: str, actor_id: int, now: dt.datetime
) -> None:
    """A second person lets the batch go to the bank.

    Raises SharePending where a share is not free (any more), and DisputeHoldsMoney where a refund waits for a
    dispute since.
    """
    batch, items = get(session, cooperative_id=cooperative_id, public_id=public_id, hold=True)
    if batch.state != "proposed":
        raise BatchStepNotAllowed
    if batch.proposed_by_id == actor_id:
        raise SecondPersonNeeded
    _check_free(session, cooperative_id, items)
    batch.state, batch.released_by_id, batch.released_at = "released", actor_id, now
    for item in items:
        item.state = "sent"
    refunding.standing(session, items, "sent")
    _note(session, batch, "batch_released", actor_id, now)


def _check_free(session: Session, cooperative_id: int, items: Sequence[PayoutItem]) -> None:
    """Refuse where a payment is disputed since the proposal: a share became pending, or a refund waits."""
    refunds = [item.refund_id for item in items if item.refund_id is not None]
    waits = select(Refund.id).where(Refund.id.in_(refunds), covers.refund_waits()).limit(1)
    if refunds and session.scalar(waits) is not None:
        raise DisputeHoldsMoney
    free = payouts.payable(session, cooperative_id=cooperative_id)
    for item in (one for one in items if one.kind == "earnings"):
        if item.cents > free.get(item.membership_id or 0, {}).get("earnings", 0):
            raise SharePending


def withdraw(
    session: Session, *, cooperative_id: int, public_id: str, actor_id: int, now: dt.datetime
) -> None:
    """Take a proposal back: all of it is payable again."""
    batch, items = get(session, cooperative_id=cooperative_id, public_id=public_id, hold=True)
    if batch.state != "proposed":
        raise BatchStepNotAllowed
    batch.state = "withdrawn"
    for item in items:
        item.state = "withdrawn"
    _note(session, batch, "batch_withdrawn", actor_id, now)


def file_of(session: Session, *, cooperative_id: int, public_id: str) -> bytes:
    """Give the file for the bank of a released batch; the same bytes each time."""
    batch, items = get(
        session, cooperative_id=cooperative_id, public_id=public_id, with_accounts=True
    )
    own = session.get_one(Cooperative, cooperative_id)
    if batch.released_at is None or own.iban is None:
        raise BatchStepNotAllowed
    bills = _bills(session, items)
    return sepa.order_to_pay(
        message_id=message_id(batch),
        name=own.account_name or own.name,
        iban=own.iban,
        payments=[
            sepa.Payment(
                name=item.name,
                iban=item.iban,
                cents=item.cents,
                end_to_end=item.public_id,
                text=f"{bills.get(item.cost_id) or _ABOUT[item.kind]} {own.name}",
            )
            for item in items
        ],
        execute_on=day_in_amsterdam(batch.released_at),
        made_at=batch.released_at,
    )


def _bills(session: Session, items: Sequence[PayoutItem]) -> dict[int | None, str]:
    """Give what each bill must be paid under, by the id of its cost."""
    ids = [item.cost_id for item in items if item.cost_id is not None]
    if not ids:
        return {}
    rows = session.execute(select(Cost.id, Cost.supplier_reference).where(Cost.id.in_(ids)))
    return {key: reference for key, reference in rows if reference}


def message_id(batch: PayoutBatch) -> str:
    """Give the batch's name at the bank."""
    return rules.message_id(batch.id, batch.proposed_at.date())


def answer(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    content: bytes,
    actor_id: int,
    now: dt.datetime,
) -> tuple[int, int]:
    """Take the bank's report (pain.002) on a batch; gives how many were accepted and refused."""
    about, whole, answers = sepa.read_answer(content)
    batch, items = get(session, cooperative_id=cooperative_id, public_id=public_id, hold=True)
    if about != message_id(batch):
        raise AnswerOfAnother
    everything = answers.pop("", ("", ""))
    if whole in {"RJCT", "ACCP", "ACSC", "ACTC", "ACSP"}:
        for item in items:
            answers.setdefault(item.public_id, everything)
    own = {item.public_id for item in items}
    counts = confirming.reported(
        session,
        cooperative_id=cooperative_id,
        answers={key: told for key, told in answers.items() if key in own},
        now=now,
    )
    confirming.found_sum(session, batch=batch, now=now)
    _note(session, batch, "batch_answered", actor_id, now)
    return counts


def _note(session: Session, batch: PayoutBatch, act: str, actor_id: int, now: dt.datetime) -> None:
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act=act,
        thing=f"payout_batch:{batch.public_id}",
        at=now,
        cooperative_id=batch.cooperative_id,
        after={"state": batch.state},
    )
