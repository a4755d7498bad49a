"""Money back to the buyer: checked against what is left, booked at once, and settled on the provider's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.calendar import Month
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, LineState, PaymentState, StepNotAllowed
from marketplace.domain.refunds import (
    ON_PAPER,
    OTHERWISE_ON_PAPER,
    Left,
    Liable,
    spread,
    vat_half_up,
)
from marketplace.models.base import new_public_id
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund, RefundLine
from marketplace.services.books import allocations, ledger
from marketplace.services.invoices import issuing
from marketplace.services.months import reassess
from marketplace.services.trade import lines as order_lines

# So often the provider is asked while it does not answer; then somebody has to look.
MOST_ATTEMPTS = 60
# Who bears what goes back of work that was done: the account that gives it up.
_BORNE_BY = {"member": "turnover", "cooperative": "losses", "provider": "receivable"}


def refund(
    session: Session,
    *,
    order_id: int,
    lines: Mapping[int, int],
    reason: str,
    liable: Liable,
    by_id: int | None,
    now: dt.datetime,
) -> Refund:
    """Book a refund of a paid order: gross cents by line id; the worker asks the provider afterwards.

    Raises NotFound for a line of another order, StepNotAllowed for an order that is not paid, and
    RefundTooMuch for more than was paid less what went back before.
    """
    order, found = order_lines.lock_order(session, order_id)
    return _book(
        session, order, found, amounts=lines, reason=reason, liable=liable, by_id=by_id, now=now
    )


def from_provider(
    session: Session,
    *,
    order: Order,
    refunded_total_cents: int,
    provider_reference: str,
    now: dt.datetime,
) -> Refund | None:
    """Take in what the provider paid back without our asking, spread over the lines by what is left.

    The provider tells the total of the payment; what our own refunds explain is left out, so a
    repeat gives None. The cooperative bears it until somebody decides otherwise.
    """
    order, found = order_lines.lock_order(session, order.id)
    known = session.scalar(
        select(func.sum(Refund.amount_cents)).where(
            Refund.order_id == order.id, Refund.via == "provider", Refund.state != "failed"
        )
    )
    extra = refunded_total_cents - int(known or 0)
    if extra <= 0:
        return None
    live = [line for line in found if LineState(line.state) not in ENDED]
    parts = spread(extra, [line.gross_cents - line.refunded_cents for line in live])
    made = _book(
        session,
        order,
        found,
        amounts={line.id: cents for line, cents in zip(live, parts, strict=True) if cents},
        reason="provider_dashboard",
        liable="cooperative",
        by_id=None,
        now=now,
    )
    made.provider_reference = provider_reference
    settled(session, refund_id=made.id, via="provider", now=now)
    return made


def settled(session: Session, *, refund_id: int, via: str, now: dt.datetime) -> bool:
    """Book that the buyer got the money, out of the clearing, the bank or the cash; a repeat is False."""
    found = _locked(session, refund_id)
    if found.state == "done":
        return False
    found.via, found.state, found.done_at, found.last_error = via, "done", now, None
    ledger.post(
        session,
        rules.refund_settled(
            amount_cents=found.amount_cents, out_of=rules.REFUNDED_FROM[found.via]
        ),
        cooperative_id=found.cooperative_id,
        source=f"refund:{found.id}:refund_settled",
        kind="refund_settled",
        membership_id=None,
        now=now,
    )
    return True


def failed(session: Session, *, refund_id: int, why: str) -> None:
    """Remember that the provider cannot send it; the debt to the buyer stays in the books."""
    found = _locked(session, refund_id)
    if found.state != "done":
        found.state, found.last_error = "failed", why[:200]
        session.flush()


def ask_again(refund: Refund, *, now: dt.datetime) -> None:
    """Let a failed refund wait for the worker again; it is locked.

    After a clear no at the first try, or a refund that failed, the key is a new one. Where a try before
    got no answer that try may have been done, so the key stays and finds it.
    """
    if refund.provider_reference is not None or refund.attempts <= 1:
        refund.public_id, refund.provider_reference = new_public_id(), None
    refund.state, refund.attempts, refund.not_before, refund.last_error = "booked", 0, now, None


def of_order(session: Session, *, order_id: int) -> list[Refund]:
    """Give the refunds of an order, oldest first."""
    query = select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)
    return list(session.scalars(query))


def _locked(session: Session, refund_id: int) -> Refund:
    found = session.scalars(
        select(Refund).where(Refund.id == refund_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _book(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    *,
    amounts: Mapping[int, int],
    reason: str,
    liable: Liable,
    by_id: int | None,
    now: dt.datetime,
) -> Refund:
    """Write the refund with its lines and its entries; the order is locked."""
    chosen = _chosen(order, lines, amounts)
    parts = [_part(session, line, amounts[line.id], liable) for line in chosen]
    made = Refund(
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        amount_cents=sum(amounts.values()),
        liable=liable,
        reason=reason,
        via=order.paid_via or "provider",
        state="booked",
        by_id=by_id,
        created_at=now,
        not_before=now,
    )
    session.add(made)
    session.flush()
    for line, part in zip(chosen, parts, strict=True):
        part.refund_id = made.id
        _take(session, line, part)
    session.add_all(parts)
    session.flush()
    # One member after the other in the order of their keys, so that two refunds never wait crosswise.
    for line, part in sorted(
        zip(chosen, parts, strict=True), key=lambda pair: pair[0].membership_id
    ):
        _post(session, line, part, now)
    _write_credit_note(session, made, amounts, now)
    return made


def _write_credit_note(
    session: Session, made: Refund, amounts: Mapping[int, int], now: dt.datetime
) -> None:
    """Let the paper follow the money. Last of all: who issues holds the cooperative's number until the end."""
    issuing.credit(
        session,
        order_id=made.order_id,
        cents=amounts,
        reason=ON_PAPER.get(made.reason, OTHERWISE_ON_PAPER),
        source=f"refund:{made.id}",
        now=now,
        patient=True,
    )


def _chosen(
    order: Order, lines: Sequence[OrderLine], amounts: Mapping[int, int]
) -> list[OrderLine]:
    """Give the lines that money goes back of; NotFound for another's, StepNotAllowed where none was paid."""
    chosen = [line for line in lines if line.id in amounts]
    if not amounts or len(chosen) != len(amounts):
        raise NotFound
    ended = any(LineState(line.state) in ENDED for line in chosen)
    if order.payment_state != PaymentState.PAID or ended:
        raise StepNotAllowed
    return chosen


def _part(session: Session, line: OrderLine, gross_cents: int, liable: Liable) -> RefundLine:
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


def _take(session: Session, line: OrderLine, part: RefundLine) -> None:
    """Count it on the line; one that went back whole ends, with its stock on the shelf if it never left."""
    line.refunded_cents += part.gross_cents
    if line.refunded_cents == line.gross_cents:
        line.state = LineState.REFUNDED
        if line.delivered_on is None:
            order_lines.give_back(session, line=line)


def _post(session: Session, line: OrderLine, part: RefundLine, now: dt.datetime) -> None:
    """Book one line: where the member bears it her result falls, and the waterfall follows."""
    entry = rules.refunded(
        borne_by=part.borne_by, net_cents=part.net_cents, vat_cents=part.vat_cents
    )
    thing = f"refundline:{part.id}"
    if part.borne_by != "turnover" or line.delivered_on is None:
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
