"""Money back to the buyer: checked against what is left, booked at once, and settled on the provider's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import select
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
)
from marketplace.models.base import new_public_id
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund
from marketplace.services.books import ledger
from marketplace.services.books.refundcheck import source_of
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
    made = draft(order, amounts=lines, reason=reason, liable=liable, now=now)
    made.by_id = by_id
    return book(session, order, found, amounts=lines, made=made, step=step)


def draft(
    order: Order, *, amounts: Mapping[int, int], reason: str, liable: Liable, now: dt.datetime
) -> Refund:
    """Give the row of a refund that is not written yet: the money goes back the way it came."""
    return Refund(
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        amount_cents=sum(amounts.values()),
        liable=liable,
        reason=reason,
        via=order.paid_via or "provider",
        state="booked",
        created_at=now,
        not_before=now,
        times_returned=0,
    )


def settled(
    session: Session, *, refund_id: int, via: str, now: dt.datetime, thing: str | None = None
) -> bool:
    """Book that the buyer got the money, by one of REFUNDED_FROM's ways; a repeat is False.

    `thing` names what carried it (a payment of a batch can come back, and a second one go out).
    """
    found = _locked(session, refund_id)
    if found.state == "done":
        return False
    found.via, found.state, found.done_at, found.last_error = via, "done", now, None
    found.unsure = False
    ledger.post(
        session,
        rules.refund_settled(
            amount_cents=found.to_send_cents, out_of=rules.REFUNDED_FROM[found.via]
        ),
        cooperative_id=found.cooperative_id,
        source=f"{thing}:refund_settled"
        if thing is not None
        else source_of(found.id, found.times_returned, "refund_settled"),
        kind="refund_settled",
        membership_id=None,
        now=now,
    )
    return True


def failed(session: Session, *, refund_id: int, why: str, unsure: bool = False) -> None:
    """Remember that the provider cannot send it; the debt to the buyer stays in the books.

    `unsure`: a try before got no answer, so it may have been done all the same.
    """
    found = _locked(session, refund_id)
    if found.state != "done":
        found.state, found.last_error, found.unsure = "failed", why[:200], unsure
        session.flush()


def returned(session: Session, *, refund_id: int, why: str, now: dt.datetime) -> bool:
    """Book that money which was sent came back: it is owed again, and somebody has to look. A repeat is False."""
    found = _locked(session, refund_id)
    if found.state != "done":
        failed(session, refund_id=refund_id, why=why)
        return False
    ledger.post(
        session,
        rules.refund_returned(
            amount_cents=found.to_send_cents, into=rules.REFUNDED_FROM[found.via]
        ),
        cooperative_id=found.cooperative_id,
        source=source_of(found.id, found.times_returned, "refund_returned"),
        kind="refund_returned",
        membership_id=None,
        now=now,
    )
    found.state, found.done_at, found.last_error = "failed", None, why[:200]
    found.times_returned += 1
    session.flush()
    return True


def ask_again(refund: Refund, *, now: dt.datetime) -> None:
    """Let a failed refund wait for the worker again; it is locked.

    After a clear no at the first try, or a refund that failed, the key is a new one. Where a try before
    got no answer that try may have been done, so the key stays and finds it.
    """
    if not refund.unsure:
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


def book(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    *,
    amounts: Mapping[int, int],
    made: Refund,
    step: tuple[Act, By],
) -> Refund:
    """Write the refund with its lines and its entries; the order is locked. Raises as `refund` does."""
    chosen = _chosen(order, lines, amounts)
    liable = cast("Liable", made.liable)
    parts = [refundparts.part(session, line, amounts[line.id], liable) for line in chosen]
    refundparts.check(order, chosen, step)
    session.add(made)
    session.flush()
    for line, part in zip(chosen, parts, strict=True):
        part.refund_id = made.id
        refundparts.take(session, order=order, line=line, taken=part, step=step, made=made)
    session.add_all(parts)
    session.flush()
    refundparts.post(session, chosen, parts, made.created_at)
    _write_credit_note(session, made, amounts, made.created_at)
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
