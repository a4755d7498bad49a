"""Batches of payments: the treasurer proposes, a second person releases, the bank's word books them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.bank.paying import (
    AccountMissing,
    AnswerOfAnother,
    BatchStepNotAllowed,
    NothingProposed,
    SecondPersonNeeded,
    SharePending,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import PaymentState
from marketplace.gateways.bankfiles import sepa
from marketplace.gateways.secretbox import SecretBox
from marketplace.models.banking import BankLine, PayoutBatch, PayoutItem
from marketplace.models.cooperatives import Cooperative
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.services import audit
from marketplace.services.banking import confirming
from marketplace.services.books import payouts

PAGE = 50
ACTIVE = ("waiting", "sent", "accepted")
_ABOUT = {"earnings": "Verdiensten", "receipts": "Bonnen terug", "surplus": "Te veel betaald"}


@dataclass(frozen=True, slots=True)
class Payable:
    """Something that can be paid now: `key` names it in a form."""

    key: str
    kind: str
    name: str
    cents: int
    membership_id: int | None
    source_line_id: int | None
    iban_sealed: str
    member: str | None = None


def payable(session: Session, *, cooperative_id: int) -> list[Payable]:
    """Give what can be proposed: what is due less what is on its way already."""
    found = _of_members(session, cooperative_id) + _surpluses(session, cooperative_id)
    return [one for one in found if one.cents > 0]


def _of_members(session: Session, cooperative_id: int) -> list[Payable]:
    due = payouts.payable(session, cooperative_id=cooperative_id)
    rows = session.execute(
        select(PayoutItem.membership_id, PayoutItem.kind, func.sum(PayoutItem.cents))
        .where(PayoutItem.cooperative_id == cooperative_id, PayoutItem.state.in_(ACTIVE))
        .group_by(PayoutItem.membership_id, PayoutItem.kind)
    )
    under_way = {(member, kind): int(cents) for member, kind, cents in rows}
    members = session.scalars(
        select(Membership)
        .where(Membership.cooperative_id == cooperative_id, Membership.id.in_(sorted(due)))
        .order_by(Membership.name, Membership.id)
    )
    return [
        Payable(
            key=f"{kind}:{member.public_id}",
            kind=kind,
            name=member.name,
            cents=cents - under_way.get((member.id, kind), 0),
            membership_id=member.id,
            source_line_id=None,
            iban_sealed=member.iban_sealed or "",
            member=member.public_id,
        )
        for member in members
        for kind, cents in sorted(due[member.id].items())
    ]


def _surpluses(session: Session, cooperative_id: int) -> list[Payable]:
    """Money that came in for an order that takes none, or too much of it: it can go back."""
    busy = select(PayoutItem.source_line_id).where(
        PayoutItem.cooperative_id == cooperative_id,
        PayoutItem.state.in_(ACTIVE),
        PayoutItem.source_line_id.is_not(None),
    )
    lines = session.scalars(
        select(BankLine)
        .outerjoin(Order, Order.id == BankLine.order_id)
        .where(
            BankLine.cooperative_id == cooperative_id,
            BankLine.left_cents > 0,
            BankLine.id.not_in(busy),
            func.coalesce(Order.payment_state, "") != PaymentState.AWAITING,
        )
        .order_by(BankLine.id)
    )
    return [
        Payable(
            key=f"surplus:{line.public_id}",
            kind="surplus",
            name=line.counter_name[:70] or "-",
            cents=line.left_cents,
            membership_id=None,
            source_line_id=line.id,
            iban_sealed=line.counter_iban_sealed,
        )
        for line in lines
    ]


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
    chosen = [one for one in payable(session, cooperative_id=cooperative_id) if one.key in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise NothingProposed
    if any(not one.iban_sealed for one in chosen):
        raise AccountMissing
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
        membership_id=one.membership_id,
        source_line_id=one.source_line_id,
        cents=one.cents,
        name=one.name[:70],
        iban_sealed=one.iban_sealed,
        state="waiting",
    )


def get(
    session: Session, *, cooperative_id: int, public_id: str, hold: bool = False
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
    items = session.scalars(
        select(PayoutItem).where(PayoutItem.batch_id == batch.id).order_by(PayoutItem.id)
    )
    return batch, list(items)


def newest(session: Session, *, cooperative_id: int) -> list[tuple[PayoutBatch, int, int]]:
    """Give the newest batches with how many payments and how much, at most PAGE."""
    rows = session.execute(
        select(PayoutBatch, func.count(PayoutItem.id), func.sum(PayoutItem.cents))
        .join(PayoutItem, PayoutItem.batch_id == PayoutBatch.id)
        .where(PayoutBatch.cooperative_id == cooperative_id)
        .group_by(PayoutBatch.id)
        .order_by(PayoutBatch.id.desc())
        .limit(PAGE)
    )
    return [(batch, count, int(cents)) for batch, count, cents in rows]


def release(
    session: Session, *, cooperative_id: int, public_id: str, actor_id: int, now: dt.datetime
) -> None:
    """A second person lets the batch go to the bank; SharePending where a share is not free (any more)."""
    batch, items = get(session, cooperative_id=cooperative_id, public_id=public_id, hold=True)
    if batch.state != "proposed":
        raise BatchStepNotAllowed
    if batch.proposed_by_id == actor_id:
        raise SecondPersonNeeded
    _check_free(session, cooperative_id, items)
    batch.state, batch.released_by_id, batch.released_at = "released", actor_id, now
    for item in items:
        item.state = "sent"
    _note(session, batch, "batch_released", actor_id, now)


def _check_free(session: Session, cooperative_id: int, items: Sequence[PayoutItem]) -> None:
    """Refuse where a share became pending since the proposal: a payment of the member is disputed now."""
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


def file_of(session: Session, *, cooperative_id: int, public_id: str, box: SecretBox) -> bytes:
    """Give the file for the bank of a released batch; the same bytes each time."""
    batch, items = get(session, cooperative_id=cooperative_id, public_id=public_id)
    own = session.get_one(Cooperative, cooperative_id)
    if batch.released_at is None or own.iban is None:
        raise BatchStepNotAllowed
    return sepa.order_to_pay(
        message_id=message_id(batch),
        name=own.account_name or own.name,
        iban=own.iban,
        payments=[
            sepa.Payment(
                name=item.name,
                iban=box.open(item.iban_sealed),
                cents=item.cents,
                end_to_end=item.public_id,
                text=f"{_ABOUT[item.kind]} {own.name}",
            )
            for item in items
        ],
        execute_on=day_in_amsterdam(batch.released_at),
        made_at=batch.released_at,
    )


def message_id(batch: PayoutBatch) -> str:
    """Give the batch's name at the bank: letters and digits that SEPA knows."""
    return f"SM{batch.proposed_at:%Y%m%d}-{batch.id}"


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
    )
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
