"""Cash that the treasurer takes for an order or gives back of it, each with a numbered receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.bank.banking import OrderTakesNoMoney
from marketplace.domain.bank.paying import ACTIVE, NotEnoughCash, RefundUnderWay
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, By
from marketplace.models.banking import CashReceipt, PayoutItem
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.models.people import Person
from marketplace.models.refunds import Refund
from marketplace.services import audit
from marketplace.services.banking import matching
from marketplace.services.books import ledger
from marketplace.services.trade import refunds, settling
from marketplace.services.trade.lines import lock_order
from marketplace.services.trade.lines import pay as pay_order
from marketplace.services.trade.payments import tell_paid

PAGE = 50


def book(
    session: Session, *, cooperative_id: int, reference: str, actor_id: int, now: dt.datetime
) -> CashReceipt:
    """Book the whole amount of an order as received in cash; a repeat gives the first receipt.

    Raises NotFound for another cooperative's order, OrderTakesNoMoney where it does not wait for money.
    """
    order_id = session.scalar(
        select(Order.id).where(
            Order.cooperative_id == cooperative_id,
            or_(Order.public_id == reference, Order.bank_reference == reference),
        )
    )
    if order_id is None:
        raise NotFound
    held = lock_order(session, order_id)
    order, lines = held
    first = session.scalars(
        select(CashReceipt).where(
            CashReceipt.cooperative_id == cooperative_id,
            CashReceipt.order_id == order.id,
            CashReceipt.refund_id.is_(None),
        )
    ).one_or_none()
    if first is not None:
        return first
    if not matching.takes_money(held):
        raise OrderTakesNoMoney
    pay_order(session, order=order, lines=lines, by=By.COORDINATOR, now=now, person_id=actor_id)
    tell_paid(session, order, lines, now)
    # Last, since both take a number: of the invoice and of the receipt, for which others wait meanwhile.
    settling.paid(session, order=order, fee_cents=0, now=now, via="cash", held=lines)
    _hold(session, order.cooperative_id)
    return _receipt(session, order, order.total_cents, actor_id, now)


def to_give(session: Session, *, cooperative_id: int) -> list[tuple[Refund, Order, str]]:
    """Give the refunds that can be given in cash, longest first, with their order and buyer; at most PAGE."""
    rows = session.execute(
        select(Refund, Order, Person.name)
        .join(Order, Order.id == Refund.order_id)
        .join(Person, Person.id == Order.buyer_id)
        .where(Refund.cooperative_id == cooperative_id, *_in_cash())
        .order_by(Refund.id)
        .limit(PAGE)
    )
    return [(refund, order, name) for refund, order, name in rows]


def _in_cash() -> tuple[ColumnElement[bool], ...]:
    """Tell which refunds the cash box can settle: paid in cash, and not under way through the bank."""
    busy = select(PayoutItem.refund_id).where(
        PayoutItem.refund_id.is_not(None), PayoutItem.state.in_(ACTIVE)
    )
    return (Refund.via == "cash", Refund.state == "booked", Refund.id.not_in(busy))


def give_back(
    session: Session, *, cooperative_id: int, public_id: str, actor_id: int, now: dt.datetime
) -> CashReceipt:
    """Give a refund in cash; a repeat gives the first receipt.

    Raises NotFound for another cooperative's, RefundUnderWay where a transfer settles it, and
    NotEnoughCash for more than the books say is in the box.
    """
    _hold(session, cooperative_id)
    refund = session.scalars(
        select(Refund).where(Refund.cooperative_id == cooperative_id, Refund.public_id == public_id)
    ).one_or_none()
    if refund is None:
        raise NotFound
    first = session.scalars(
        select(CashReceipt).where(
            CashReceipt.cooperative_id == cooperative_id, CashReceipt.refund_id == refund.id
        )
    ).one_or_none()
    if first is not None:
        return first
    if session.scalar(select(Refund.id).where(Refund.id == refund.id, *_in_cash())) is None:
        raise RefundUnderWay
    if refund.amount_cents > ledger.balance(session, cooperative_id=cooperative_id, code="cash"):
        raise NotEnoughCash
    refunds.settled(session, refund_id=refund.id, via="cash", now=now)
    order = session.get_one(Order, refund.order_id)
    return _receipt(session, order, refund.amount_cents, actor_id, now, refund_id=refund.id)


def _hold(session: Session, cooperative_id: int) -> None:
    """Hold the cooperative's row: two never get one number, and no batch is proposed meanwhile."""
    session.execute(
        select(Cooperative.id)
        .where(Cooperative.id == cooperative_id)
        .with_for_update(key_share=True)
    )


def _receipt(
    session: Session,
    order: Order,
    cents: int,
    actor_id: int,
    now: dt.datetime,
    *,
    refund_id: int | None = None,
) -> CashReceipt:
    """Write a receipt with the next number; the cooperative's row is held."""
    last = session.scalar(
        select(func.max(CashReceipt.number)).where(
            CashReceipt.cooperative_id == order.cooperative_id
        )
    )
    receipt = CashReceipt(
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        refund_id=refund_id,
        number=(last or 0) + 1,
        cents=cents,
        received_by_id=actor_id,
        received_at=now,
    )
    session.add(receipt)
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="cash_received" if refund_id is None else "cash_given_back",
        thing=f"order:{order.public_id}",
        at=now,
        cooperative_id=order.cooperative_id,
        after={"number": receipt.number, "cents": receipt.cents},
    )
    return receipt


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt with what it is for."""

    row: CashReceipt
    order: Order
    lines: Sequence[OrderLine]
    cooperative: Cooperative
    buyer: str


def get(session: Session, *, cooperative_id: int, public_id: str) -> Receipt:
    """Give a receipt of the own cooperative; NotFound for another one's."""
    return _one(session, public_id, CashReceipt.cooperative_id == cooperative_id)


def of_buyer(session: Session, *, buyer_id: int, public_id: str) -> Receipt:
    """Give a receipt of this buyer; NotFound for a stranger."""
    return _one(session, public_id, Order.buyer_id == buyer_id)


def _one(session: Session, public_id: str, mine: ColumnElement[bool]) -> Receipt:
    found = session.execute(
        select(CashReceipt, Order, Cooperative, Person.name)
        .join(Order, Order.id == CashReceipt.order_id)
        .join(Cooperative, Cooperative.id == CashReceipt.cooperative_id)
        .join(Person, Person.id == Order.buyer_id)
        .where(CashReceipt.public_id == public_id, mine)
    ).one_or_none()
    if found is None:
        raise NotFound
    row, order, cooperative, buyer = found
    lines = session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.state.not_in(ENDED))
        .order_by(OrderLine.id)
    )
    return Receipt(row, order, list(lines), cooperative, buyer)


def of_order(session: Session, *, order_id: int) -> list[CashReceipt]:
    """Give the receipts of an order, oldest first."""
    query = select(CashReceipt).where(CashReceipt.order_id == order_id)
    return list(session.scalars(query.order_by(CashReceipt.id)))


def newest(session: Session, *, cooperative_id: int, limit: int = 20) -> list[CashReceipt]:
    """Give the newest receipts."""
    query = select(CashReceipt).where(CashReceipt.cooperative_id == cooperative_id)
    return list(session.scalars(query.order_by(CashReceipt.number.desc()).limit(limit)))
