"""What the coordinator does in somebody's stead: call an order off, say no for a member, confirm for a buyer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, Act, By, LineState, PaymentState, may
from marketplace.models.orders import Order, OrderLine
from marketplace.services import audit
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import telling

# What a coordinator may do with an order as it stands; money back has a form of its own.
ACTS = (Act.DECLINE, Act.CONFIRM, Act.CANCEL)


def allowed(order: Order, line: OrderLine) -> list[Act]:
    """Give what the desk may do with a line now."""
    line_state, payment = LineState(line.state), PaymentState(order.payment_state)
    return [act for act in ACTS if may(act, by=By.COORDINATOR, line=line_state, payment=payment)]


def cancel(
    session: Session, *, cooperative_id: int, public_id: str, by_id: int, now: dt.datetime
) -> Order:
    """Call off an order that is not paid; buyer and members hear it. A second click changes nothing.

    Raises NotFound for another cooperative's, StepNotAllowed after the payment.
    """
    order, lines = _ours(session, cooperative_id, public_id)
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
    audit.record(
        session,
        actor_id=by_id,
        act=f"order.{act}",
        thing=f"line:{line.id}",
        at=now,
        cooperative_id=order.cooperative_id,
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
