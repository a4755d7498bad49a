"""Money back to the buyer: checked against what is left, booked at once, and settled on the provider's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import (
    ENDED,
    Act,
    By,
    LineState,
    PaymentState,
    StepNotAllowed,
)
from marketplace.domain.refunds import (
    ON_PAPER,
    OTHERWISE_ON_PAPER,
    Liable,
    spread,
)
from marketplace.models.base import new_public_id
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund
from marketplace.services.books import ledger
from marketplace.services.invoices import issuing
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import refundparts

# So often the provider is asked while it does not answer; then somebody has to look.
MOST_ATTEMPTS = 60


def refund(
    session: Session,
    *,
    order_id: int,
    lines: Mapping[int, int],
    reason: str,
    liable: Liable,
    by_id: int | None,
    now: dt.datetime,
    step: tuple[Act, By] = (Act.REFUND, By.COORDINATOR),
) -> Refund:
    """Book a refund of a paid order: gross cents by line id; the worker asks the provider afterwards.

    `step` is the step of each line, and whose it is. Raises NotFound for a line of another order,
    StepNotAllowed for an order that is not paid or a line that cannot take the step, and
    RefundTooMuch for more than was paid less what went back before.
    """
    order, found = order_lines.lock_order(session, order_id)
    return _book(
        session,
        order,
        found,
        amounts=lines,
        reason=reason,
        liable=liable,
        by_id=by_id,
        step=step,
        now=now,
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
        step=(Act.REFUND, By.BANK),
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

    After a clear no the key is a new one; what was never answered in so many attempts keeps it.
    """
    if refund.provider_reference is not None or refund.attempts < MOST_ATTEMPTS:
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
    step: tuple[Act, By],
    now: dt.datetime,
) -> Refund:
    """Write the refund with its lines and its entries; the order is locked."""
    chosen = _chosen(order, lines, amounts)
    parts = [refundparts.part(session, line, amounts[line.id], liable) for line in chosen]
    refundparts.check(order, chosen, step)
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
        refundparts.take(session, order=order, line=line, taken=part, step=step, made=made)
    session.add_all(parts)
    session.flush()
    refundparts.post(session, chosen, parts, now)
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
