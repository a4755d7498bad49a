"""Stepping back after the payment: the buyer or the desk for her calls off, the member cannot do it.

The money goes back by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.domain.orders import (
    Act,
    By,
    LineState,
    PaymentState,
    StepNotAllowed,
    TooLateToCallOff,
    call_off_until,
    may,
)
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund
from marketplace.services.trade import refunds, telling


def returnable(order: Order, lines: Sequence[OrderLine], *, now: dt.datetime) -> list[OrderLine]:
    """Give the lines that a buyer can call off now; what is left of each of them comes back."""
    return [line for line in undelivered(order, lines) if not _too_late(order, line, now)]


def undelivered(order: Order, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Give the lines that are paid and not delivered, in time or not."""
    payment = PaymentState(order.payment_state)
    return [
        line
        for line in lines
        if may(Act.CALL_OFF, by=By.BUYER, line=LineState(line.state), payment=payment)
    ]


def left_of(lines: Sequence[OrderLine]) -> int:
    """Give what is left of lines, in cents."""
    return sum(line.gross_cents - line.refunded_cents for line in lines)


def call_off(
    session: Session,
    *,
    order: Order,
    lines: Sequence[OrderLine],
    desk_id: int | None = None,
    now: dt.datetime,
) -> list[OrderLine]:
    """Call off what a buyer paid and can still call off; gives the lines. A second click changes nothing.

    The order is locked. `desk_id` is who at the desk does it for the buyer, on the same terms. Raises
    TooLateToCallOff where the appointment is too near, StepNotAllowed where all was delivered.
    """
    chosen = returnable(order, lines, now=now)
    if not chosen:
        if undelivered(order, lines):
            raise TooLateToCallOff
        if not any(line.state == LineState.REFUNDED for line in lines):
            raise StepNotAllowed
        return []
    by = By.BUYER if desk_id is None else By.COORDINATOR
    made = _give_back(session, order, chosen, (Act.CALL_OFF, by), now=now, desk_id=desk_id)
    kind = "order_called_off_buyer" if desk_id is None else "order_called_off_desk"
    telling.tell_refund(session, order=order, lines=chosen, refund=made, kind=kind)
    kinds = {line.id: "order_called_off_member" for line in chosen}
    telling.tell_members(session, lines=chosen, kinds=kinds, now=now)
    return chosen


def withdraw(session: Session, *, order: Order, line: OrderLine, now: dt.datetime) -> None:
    """Let a member step back from a line that is paid; the order is locked. Raises StepNotAllowed."""
    made = _give_back(session, order, [line], (Act.WITHDRAW, By.MEMBER), now=now)
    telling.tell_refund(
        session, order=order, lines=[line], refund=made, kind="order_withdrawn_buyer"
    )
    kinds = {line.id: "order_withdrawn_member"}
    telling.tell_members(session, lines=[line], kinds=kinds, now=now)


def _give_back(
    session: Session,
    order: Order,
    lines: list[OrderLine],
    step: tuple[Act, By],
    *,
    now: dt.datetime,
    desk_id: int | None = None,
) -> Refund:
    """Refund what is left of each line, which may take this step; it ends, stock and time go back."""
    return refunds.refund(
        session,
        order_id=order.id,
        lines={line.id: line.gross_cents - line.refunded_cents for line in lines},
        reason="cancelled",
        liable="cooperative",
        by_id=desk_id,
        step=step,
        now=now,
    )


def _too_late(order: Order, line: OrderLine, now: dt.datetime) -> bool:
    until = call_off_until(line.kind, line.starts_at, order.wanted_on)
    return until is not None and now > until
