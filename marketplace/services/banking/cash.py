"""Cash that the treasurer takes for an order, each with a numbered receipt."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.bank.banking import OrderTakesNoMoney
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import By
from marketplace.models.banking import CashReceipt
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.services import audit
from marketplace.services.banking import matching
from marketplace.services.trade import settling
from marketplace.services.trade.lines import lock_order
from marketplace.services.trade.lines import pay as pay_order
from marketplace.services.trade.payments import tell_paid


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
            CashReceipt.cooperative_id == cooperative_id, CashReceipt.order_id == order.id
        )
    ).one_or_none()
    if first is not None:
        return first
    if not matching.takes_money(held):
        raise OrderTakesNoMoney
    pay_order(session, order=order, lines=lines, by=By.COORDINATOR, now=now, person_id=actor_id)
    settling.paid(session, order=order, fee_cents=0, now=now, via="cash", held=lines)
    receipt = _receipt(session, order, actor_id, now)
    tell_paid(session, order, lines, now)
    return receipt


def _receipt(session: Session, order: Order, actor_id: int, now: dt.datetime) -> CashReceipt:
    """Give the next number; the cooperative's row is held, so that two never get the same one."""
    session.execute(
        select(Cooperative.id)
        .where(Cooperative.id == order.cooperative_id)
        .with_for_update(key_share=True)
    )
    last = session.scalar(
        select(func.max(CashReceipt.number)).where(
            CashReceipt.cooperative_id == order.cooperative_id
        )
    )
    receipt = CashReceipt(
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        number=(last or 0) + 1,
        cents=order.total_cents,
        received_by_id=actor_id,
        received_at=now,
    )
    session.add(receipt)
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="cash_received",
        thing=f"order:{order.public_id}",
        at=now,
        cooperative_id=order.cooperative_id,
        after={"number": receipt.number, "cents": receipt.cents},
    )
    return receipt


def get(
    session: Session, *, cooperative_id: int, public_id: str
) -> tuple[CashReceipt, Order, list[OrderLine], Cooperative]:
    """Give a receipt of the own cooperative with what it is for; NotFound for another one's."""
    found = session.execute(
        select(CashReceipt, Order, Cooperative)
        .join(Order, Order.id == CashReceipt.order_id)
        .join(Cooperative, Cooperative.id == CashReceipt.cooperative_id)
        .where(CashReceipt.cooperative_id == cooperative_id, CashReceipt.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    receipt, order, cooperative = found
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    )
    return receipt, order, list(lines), cooperative


def newest(session: Session, *, cooperative_id: int, limit: int = 20) -> list[CashReceipt]:
    """Give the newest receipts."""
    query = select(CashReceipt).where(CashReceipt.cooperative_id == cooperative_id)
    return list(session.scalars(query.order_by(CashReceipt.number.desc()).limit(limit)))
