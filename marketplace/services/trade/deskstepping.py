"""What the coordinator does in somebody's stead: call an order off, say no for a member, confirm for a buyer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, Act, By, LineState, PaymentState, may
from marketplace.models.orders import Order, OrderLine
from marketplace.services import audit
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import steppingback, telling

# What a coordinator may do with a line as it stands; a whole order is called off, and money back has a form.
ACTS = (Act.DECLINE, Act.CONFIRM)


def allowed(order: Order, line: OrderLine) -> list[Act]:
    """Give what the desk may do with a line now."""
    line_state, payment = LineState(line.state), PaymentState(order.payment_state)
    return [act for act in ACTS if may(act, by=By.COORDINATOR, line=line_state, payment=payment)]


@dataclass(frozen=True, slots=True)
class CallingOff:
    """What calling an order off does now: the lines that end, what of them goes back, and what is too late."""

    lines: Sequence[OrderLine]
    cents: int
    too_late: bool


def calling_off(order: Order, lines: Sequence[OrderLine], *, now: dt.datetime) -> CallingOff:
    """Say beforehand what calling off does; before the payment all that is open ends, and nothing goes back."""
    if order.payment_state != PaymentState.PAID:
        return CallingOff([one for one in lines if LineState(one.state) not in ENDED], 0, False)
    back = steppingback.returnable(order, lines, now=now)
    late = len(steppingback.undelivered(order, lines)) > len(back)
    return CallingOff(back, steppingback.left_of(back), late)


def cancel(
    session: Session, *, cooperative_id: int, public_id: str, by_id: int, now: dt.datetime
) -> Order:
    """Call off an order in the buyer's stead; she and the members hear it. A second click changes nothing.

    After the payment it is on her own terms, and the money of what can be called off goes back. Raises
    NotFound for another cooperative's, TooLateToCallOff, and StepNotAllowed where all was delivered.
    """
    order, lines = _ours(session, cooperative_id, public_id)
    if order.payment_state == PaymentState.PAID:
        for line in steppingback.call_off(
            session, order=order, lines=lines, desk_id=by_id, now=now
        ):
            _note(session, line, Act.CALL_OFF, by_id=by_id, now=now)
        return order
    live = [line for line in lines if LineState(line.state) not in ENDED]
    for line in live:
        _take(session, order, lines, line, Act.CANCEL, by_id=by_id, now=now)
    if live:
        telling.tell_buyer(session, order=order, lines=live, kind="order_ended_desk", now=now)
        kinds = {line.id: "order_ended_desk_member" for line in live}
        telling.tell_members(session, lines=live, kinds=kinds, now=now)
    return order


def decline(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    line: str,
    by_id: int,
    now: dt.datetime,
) -> Order:
    """Say no in the stead of a member who cannot answer; what is left may become due.

    Raises NotFound, StepNotAllowed. A second click changes nothing.
    """
    order, lines = _ours(session, cooperative_id, public_id)
    found = _line(lines, line)
    if found.state != LineState.DECLINED:
        _take(session, order, lines, found, Act.DECLINE, by_id=by_id, now=now)
        found.answered_at = now
        telling.tell_buyer(session, order=order, lines=[found], kind="order_declined", now=now)
        kinds = {found.id: "order_declined_desk"}
        telling.tell_members(session, lines=[found], kinds=kinds, now=now)
        telling.tell_due(session, order=order, lines=lines, now=now)
    return order


def confirm(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    line: str,
    by_id: int,
    now: dt.datetime,
) -> Order:
    """Say in the buyer's stead that a delivered line is right. Raises NotFound, StepNotAllowed.

    A second click changes nothing.
    """
    order, lines = _ours(session, cooperative_id, public_id)
    found = _line(lines, line)
    if found.state != LineState.CONFIRMED:
        _take(session, order, lines, found, Act.CONFIRM, by_id=by_id, now=now)
        found.confirmed_at = now
        kinds = {found.id: "order_confirmed_desk"}
        telling.tell_members(session, lines=[found], kinds=kinds, now=now)
    return order


def _take(
    session: Session,
    order: Order,
    lines: list[OrderLine],
    line: OrderLine,
    act: Act,
    *,
    by_id: int,
    now: dt.datetime,
) -> None:
    """Make the step, with an audit line beside the log: the desk acted for somebody else."""
    order_lines.take(
        session,
        order=order,
        lines=lines,
        line=line,
        act=act,
        by=By.COORDINATOR,
        now=now,
        person_id=by_id,
    )
    _note(session, line, act, by_id=by_id, now=now)


def _note(session: Session, line: OrderLine, act: Act, *, by_id: int, now: dt.datetime) -> None:
    audit.record(
        session,
        actor_id=by_id,
        act=f"order.{act}",
        thing=f"line:{line.id}",
        at=now,
        cooperative_id=line.cooperative_id,
        after={"state": line.state},
    )


def _line(lines: list[OrderLine], public_id: str) -> OrderLine:
    found = next((one for one in lines if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _ours(session: Session, cooperative_id: int, public_id: str) -> tuple[Order, list[OrderLine]]:
    order_id = session.scalar(
        select(Order.id).where(Order.public_id == public_id, Order.cooperative_id == cooperative_id)
    )
    if order_id is None:
        raise NotFound
    return order_lines.lock_order(session, order_id)
