"""What a refund takes from each line: the cents with their VAT, the step of the line, and its entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.calendar import Month
from marketplace.domain.orders import Act, By, LineState, PaymentState, step_line
from marketplace.domain.refunds import Left, Liable, vat_half_up
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund, RefundLine
from marketplace.services.books import allocations, ledger
from marketplace.services.months import reassess
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orderlog

# Who bears what goes back of work that was done: the account that gives it up.
_BORNE_BY = {"member": "turnover", "cooperative": "losses", "provider": "receivable"}


def part(session: Session, line: OrderLine, gross_cents: int, liable: Liable) -> RefundLine:
    """Give what a refund takes from one line; raises RefundTooMuch."""
    returned = session.scalar(
        select(func.sum(RefundLine.vat_cents)).where(RefundLine.line_id == line.id)
    )
    left = Left(line.gross_cents - line.refunded_cents, line.vat_cents - int(returned or 0))
    vat_cents = vat_half_up(left, gross_cents)
    return RefundLine(
        cooperative_id=line.cooperative_id,
        line_id=line.id,
        gross_cents=gross_cents,
        net_cents=gross_cents - vat_cents,
        vat_cents=vat_cents,
        borne_by="received_in_advance" if line.delivered_on is None else _BORNE_BY[liable],
    )


def check(order: Order, lines: Iterable[OrderLine], step: tuple[Act, By]) -> None:
    """Raise StepNotAllowed unless each line can take this step."""
    for line in lines:
        _next_state(order, line, step)


def _next_state(order: Order, line: OrderLine, step: tuple[Act, By]) -> LineState:
    """Give where a line goes once all of it went back."""
    act, by = step
    payment = PaymentState(order.payment_state)
    return step_line(act, by=by, line=LineState(line.state), payment=payment)


def take(
    session: Session,
    *,
    order: Order,
    line: OrderLine,
    taken: RefundLine,
    step: tuple[Act, By],
    made: Refund,
) -> None:
    """Count it on the line; one that went back whole ends, with its stock on the shelf if it never left."""
    (act, by), was = step, line.state
    after = _next_state(order, line, step)
    line.refunded_cents += taken.gross_cents
    if line.refunded_cents == line.gross_cents:
        line.state = after
        if line.delivered_on is None:
            order_lines.give_back(session, line=line)
    orderlog.step(
        session,
        order=order,
        line=line,
        act=act,
        by=by,
        was=was,
        became=line.state,
        now=made.created_at,
        person_id=made.by_id,
        cents=taken.gross_cents,
    )


def post(
    session: Session,
    lines: Sequence[OrderLine],
    parts: Sequence[RefundLine],
    now: dt.datetime,
) -> None:
    """Book each line, one member after the other in the order of their keys: two refunds never wait crosswise."""
    for line, taken in sorted(
        zip(lines, parts, strict=True), key=lambda pair: pair[0].membership_id
    ):
        _post(session, line, taken, now)


def _post(session: Session, line: OrderLine, taken: RefundLine, now: dt.datetime) -> None:
    """Book one line: where the member bears it her result falls, and the waterfall follows."""
    entry = rules.refunded(
        borne_by=taken.borne_by, net_cents=taken.net_cents, vat_cents=taken.vat_cents
    )
    thing = f"refundline:{taken.id}"
    if taken.borne_by != "turnover" or line.delivered_on is None:
        ledger.post(
            session,
            entry,
            cooperative_id=line.cooperative_id,
            source=f"{thing}:refunded",
            kind="refunded",
            membership_id=None,
            now=now,
        )
        return
    month = allocations.book(
        session,
        entry,
        cooperative_id=line.cooperative_id,
        membership_id=line.membership_id,
        thing=thing,
        kind="sale_reversed",
        own_month=Month.of(line.delivered_on),
        now=now,
    )
    reassess.after_booking(session, membership_id=line.membership_id, for_month=month, now=now)
