"""Gives lines of the bank their place: by reference and amount when they come in, by hand afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.bank import references
from marketplace.domain.bank.banking import OrderTakesNoMoney
from marketplace.domain.orders import By, LineState, PaymentState, StepNotAllowed, pay
from marketplace.models.banking import BankLine
from marketplace.models.orders import Order, OrderLine
from marketplace.services.banking import carriedout, confirming
from marketplace.services.trade import settling
from marketplace.services.trade.lines import lock_order
from marketplace.services.trade.lines import pay as pay_order
from marketplace.services.trade.payments import tell_paid

_Held = tuple[Order, list[OrderLine]]


def match_new(
    session: Session, *, cooperative_id: int, lines: Sequence[BankLine], now: dt.datetime
) -> int:
    """Match fresh lines; gives how many found their place. All orders are locked before the first is paid."""
    wanted = {
        line.id: references.found_in(line.text, line.end_to_end) for line in lines if line.cents > 0
    }
    held = _hold(session, cooperative_id, {one for found in wanted.values() for one in found})
    matched = 0
    for line in lines:
        orders = [held[one] for one in wanted.get(line.id, ()) if one in held]
        # A payer who typed two references means something that only a person can sort out.
        if len(orders) == 1 and takes_money(orders[0]):
            attach(session, line=line, held=orders[0], now=now)
            matched += 1
    gone = [line for line in lines if line.cents < 0]
    matched += confirming.by_reference(session, cooperative_id=cooperative_id, lines=gone, now=now)
    # What came back is looked for last: it may stand in the same file as its going out.
    back = [line for line in lines if line.cents > 0]
    return matched + carriedout.came_back(
        session, cooperative_id=cooperative_id, lines=back, now=now
    )


def _hold(session: Session, cooperative_id: int, wanted: Iterable[str]) -> dict[str, _Held]:
    query = (
        select(Order.id)
        .where(Order.cooperative_id == cooperative_id, Order.bank_reference.in_(sorted(wanted)))
        .order_by(Order.id)
    )
    held = [lock_order(session, order_id) for order_id in session.scalars(query).all()]
    return {order.bank_reference or "": (order, lines) for order, lines in held}


def takes_money(held: _Held) -> bool:
    """Tell whether an order waits for money now."""
    order, lines = held
    if order.payment_state != PaymentState.AWAITING:
        return False
    try:
        pay((LineState(line.state) for line in lines), PaymentState(order.payment_state))
    except StepNotAllowed:
        return False
    return True


def attach(session: Session, *, line: BankLine, held: _Held, now: dt.datetime) -> None:
    """Put what is left of a line on a locked order; the order is paid once its lines make the whole."""
    if not takes_money(held):
        raise OrderTakesNoMoney
    order, order_lines = held
    line.match, line.order_id, line.matched_at = "order", order.id, now
    session.flush()
    collected = session.scalars(
        select(BankLine)
        .where(BankLine.order_id == order.id, BankLine.left_cents > 0)
        .order_by(BankLine.id)
    ).all()
    if sum(one.left_cents for one in collected) < order.total_cents:
        return
    needed = order.total_cents
    for one in collected:
        used = min(needed, one.left_cents)
        one.left_cents -= used
        needed -= used
    pay_order(session, order=order, lines=order_lines, by=By.BANK, now=now)
    tell_paid(session, order, order_lines, now)
    # Last of all, since it issues the invoice: who takes a number lets others wait for the next one.
    settling.paid(session, order=order, fee_cents=0, now=now, via="bank", held=order_lines)
