"""Refunds that a transfer or the cash box settles: the account that a buyer tells, and where each one stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Text, func, select, type_coerce, update
from sqlalchemy.orm import Session

from marketplace.domain.bank.paying import ACTIVE, NothingProposed, RefundUnderWay
from marketplace.domain.errors import NotFound
from marketplace.models.banking import PayoutItem
from marketplace.models.orders import Order
from marketplace.models.refunds import Refund
from marketplace.services import audit
from marketplace.services.banking import payables
from marketplace.services.banking.accounts import plain
from marketplace.services.books import covers
from marketplace.services.outbox import queue_mail

Standing = Literal["done", "waits_for_bank", "under_way", "account_needed", "cash", "soon"]


@dataclass(frozen=True, slots=True)
class Told:
    """A refund as its buyer sees it: where it stands."""

    refund: Refund
    standing: Standing

    @property
    def waits(self) -> bool:
        """Whether another account can still be told."""
        return self.standing in {"account_needed", "cash", "soon"}


def of_order(session: Session, *, order_id: int) -> list[Told]:
    """Give the refunds of an order, oldest first, each with where it stands, in one question."""
    under_way = (
        select(PayoutItem.id)
        .where(PayoutItem.refund_id == Refund.id, PayoutItem.state.in_(ACTIVE))
        .correlate(Refund)
        .exists()
    )
    rows = session.execute(
        select(
            Refund,
            under_way,
            covers.refund_waits(),
            payables.open_by_bank(),
            func.coalesce(type_coerce(payables.refund_iban(), Text), "") != "",
        )
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.order_id == order_id)
        .order_by(Refund.id)
    )
    return [
        Told(refund, _standing(refund, busy, waits, by_bank, known))
        for refund, busy, waits, by_bank, known in rows
    ]


def _standing(refund: Refund, busy: bool, waits: bool, by_bank: bool, known: bool) -> Standing:  # noqa: FBT001 four answers of one row
    if refund.state == "done":
        return "done"
    if waits and refund.state != "sent":
        return "waits_for_bank"
    if busy or refund.state == "sent":
        return "under_way"
    if not by_bank:
        return "under_way"
    if known:
        return "soon"
    return "cash" if refund.via == "cash" and refund.last_error is None else "account_needed"


def give_account(
    session: Session, *, buyer_id: int, public_id: str, iban: str, name: str, now: dt.datetime
) -> None:
    """Keep where the money of an order goes back to; NotFound for a stranger.

    Raises WrongIban, and RefundUnderWay where no money waits for it (any more).
    """
    order = session.scalars(
        select(Order)
        .where(Order.public_id == public_id, Order.buyer_id == buyer_id)
        .with_for_update()
    ).one_or_none()
    if order is None:
        raise NotFound
    number = plain(iban)
    if not any(one.waits for one in of_order(session, order_id=order.id)):
        raise RefundUnderWay
    order.refund_iban, order.refund_name = number, name
    session.flush()
    audit.record(
        session,
        actor_id=buyer_id,
        act="account_changed",
        thing=f"order:{order.public_id}",
        at=now,
        cooperative_id=order.cooperative_id,
    )


def claim(session: Session, ids: Sequence[int]) -> None:
    """Take refunds into a batch: from now on no other way settles them. Raises NothingProposed."""
    if not ids:
        return
    rows = session.scalars(
        select(Refund)
        .where(Refund.id.in_(ids), payables.open_by_bank())
        .order_by(Refund.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    if len(rows) != len(ids):
        raise NothingProposed
    for row in rows:
        if row.via == "provider":
            row.via, row.state, row.unsure = "bank", "booked", False
    session.flush()


def standing(session: Session, items: Sequence[PayoutItem], state: str) -> None:
    """Let the refunds of these payments stand where the payments do: "sent" or "booked"."""
    ids = [item.refund_id for item in items if item.refund_id is not None]
    if ids:
        session.execute(
            update(Refund).where(Refund.id.in_(ids), Refund.state != "done").values(state=state)
        )


def account_failed(session: Session, *, item: PayoutItem, why: str, now: dt.datetime) -> None:
    """Remember that the account of a payment cannot take the money, and ask the buyer for another one."""
    refund = session.get_one(Refund, item.refund_id, with_for_update=True, populate_existing=True)
    refund.state, refund.done_at, refund.last_error = "booked", None, why
    order = session.get_one(Order, refund.order_id)
    order.refund_iban, order.refund_name = None, None
    session.flush()
    queue_mail(
        session,
        kind="refund_came_back",
        person_id=order.buyer_id,
        facts={
            "total_cents": refund.amount_cents,
            "path": f"/bestellingen/{order.public_id}/geld-terug",
        },
        dedupe_key=f"payout_item:{item.id}:came_back",
        order_id=order.id,
        now=now,
    )
