"""Asks the provider for the refunds that are booked: claimed and committed first, called with no row locked.

While a dispute keeps a refund here it is not asked for. Where a call may have been done without an answer, the
provider is only asked whether it was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.gateways.database import Transaction
from marketplace.gateways.payments import Payments, ProviderAway, ProviderRefused, RefundAnswer
from marketplace.models.cooperatives import Cooperative
from marketplace.models.payments import PaymentIntent
from marketplace.models.refunds import Refund
from marketplace.services.books import covers
from marketplace.services.mailsending import FIRST_PAUSE, LEASE, LONGEST_PAUSE
from marketplace.services.trade import refunds

log = structlog.get_logger()

BATCH = 20
# So long the provider may take over a refund before it is asked how that stands; its word may get lost.
LOOK_AGAIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A claimed refund with all that the call needs; the key makes a second call the same one.

    `looks` only looks whether it is there, `unsure` is whether a call before this one may have been done.
    """

    id: int
    key: str
    reference: str
    amount_cents: int
    reason: str
    attempts: int
    account: str
    looks: bool
    unsure: bool


def claim(session: Session, *, provider: str, now: dt.datetime) -> list[Asked]:
    """Take refunds that wait, or that the provider took long over, under a lease; commit before calling.

    The same key asked again is the same refund, so asking for one that was sent tells how it stands.
    """
    waits = covers.refund_waits()
    may_have_left = or_(Refund.state == "sent", Refund.unsure)
    rows = session.execute(
        select(Refund, PaymentIntent.provider_reference, Cooperative.slug, waits)
        .join(PaymentIntent, PaymentIntent.order_id == Refund.order_id)
        .join(Cooperative, Cooperative.id == Refund.cooperative_id)
        .where(
            or_(
                and_(Refund.state.in_(("booked", "sent")), ~waits),
                and_(Refund.state.in_(("booked", "sent", "failed")), waits, may_have_left),
            ),
            Refund.via == "provider",
            Refund.not_before <= now,
            PaymentIntent.state == "paid",
            PaymentIntent.provider == provider,
            PaymentIntent.provider_reference.is_not(None),
        )
        .order_by(Refund.not_before, Refund.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Refund)
    ).all()
    asked = [_asked(*row, now=now) for row in rows]
    session.flush()
    return asked


def _asked(
    row: Refund,
    reference: str | None,
    slug: str,
    looks: bool,  # noqa: FBT001 a column of the row
    *,
    now: dt.datetime,
) -> Asked:
    """Give what is asked, and put it under its lease: unless it is only looked up, it may be done from now on."""
    asked = Asked(
        id=row.id,
        key=row.public_id,
        reference=reference or "",
        amount_cents=row.to_send_cents,
        reason=row.reason,
        attempts=row.attempts + (row.state == "booked"),
        account=slug,
        looks=looks,
        unsure=row.unsure,
    )
    row.not_before = now + LEASE
    if not looks and row.state == "booked":
        row.attempts, row.unsure = row.attempts + 1, True
    return asked


def answered(session: Session, *, asked: Asked, answer: RefundAnswer, now: dt.datetime) -> None:
    """Store the provider's answer; its own word may have come first, and then stands."""
    row = session.get_one(Refund, asked.id, with_for_update=True, populate_existing=True)
    row.provider_reference = row.provider_reference or answer.reference
    row.unsure = False
    if answer.state == "done":
        refunds.settled(session, refund_id=row.id, via="provider", now=now)
    elif answer.state == "failed":
        refunds.failed(session, refund_id=row.id, why="refused by the provider")
    elif row.state in {"booked", "sent"} or (asked.looks and row.state == "failed"):
        row.state, row.not_before = "sent", now + LOOK_AGAIN
    session.flush()


def looked(
    session: Session, *, asked: Asked, answer: RefundAnswer | None, now: dt.datetime
) -> None:
    """Store whether a refund that waits is at the provider; one that is not, surely never left."""
    if answer is not None:
        answered(session, asked=asked, answer=answer, now=now)
        return
    row = session.get_one(Refund, asked.id, with_for_update=True, populate_existing=True)
    if row.public_id == asked.key and row.state in {"booked", "failed"}:
        row.unsure, row.not_before = False, now
    session.flush()


def refused(session: Session, *, asked: Asked, fault: str, now: dt.datetime) -> None:
    """Let it count as failed, but not when it was sent: then only the question was refused."""
    row = session.get_one(Refund, asked.id, with_for_update=True, populate_existing=True)
    if row.state == "sent":
        row.not_before, row.last_error = now + LOOK_AGAIN, fault[:200]
    else:
        refunds.failed(session, refund_id=row.id, why=fault, unsure=asked.unsure)
    session.flush()


def put_back(session: Session, *, asked: Asked, fault: str, now: dt.datetime) -> None:
    """Let it wait longer each time; in the end it counts as failed, for somebody to look at."""
    row = session.get_one(Refund, asked.id, with_for_update=True, populate_existing=True)
    if row.state != "booked" or row.attempts != asked.attempts:
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(asked.attempts - 1, 10))
    row.not_before, row.last_error = now + pause, fault[:200]
    row.state = "failed" if asked.attempts >= refunds.MOST_ATTEMPTS else "booked"
    session.flush()


def send_waiting(transaction: Transaction, provider: Payments, *, now: dt.datetime) -> int:
    """Ask one batch; gives how many were asked. When the provider is away it waits longer."""
    with transaction() as session:
        covers.settle_losses(session, now=now)
    with transaction() as session:
        claimed = claim(session, provider=provider.name, now=now)
    return sum(
        (_look if asked.looks else _ask)(transaction, provider, asked, now) for asked in claimed
    )


def _look(transaction: Transaction, provider: Payments, asked: Asked, now: dt.datetime) -> bool:
    """Look whether one is there; without an answer that is done again after the lease."""
    try:
        answer = provider.find_refund(
            key=asked.key, reference=asked.reference, account=asked.account
        )
    except (ProviderRefused, ProviderAway) as fault:
        log.warning("refund_not_looked_up", refund=asked.key, fault=str(fault))
        return False
    with transaction() as session:
        looked(session, asked=asked, answer=answer, now=now)
    return True


def _ask(transaction: Transaction, provider: Payments, asked: Asked, now: dt.datetime) -> bool:
    """Ask for one; gives whether there was an answer, yes or no."""
    try:
        answer = provider.refund(
            key=asked.key,
            reference=asked.reference,
            amount_cents=asked.amount_cents,
            reason=asked.reason,
            account=asked.account,
        )
    except ProviderRefused as fault:
        log.warning("refund_refused", refund=asked.key, fault=str(fault))
        with transaction() as session:
            refused(session, asked=asked, fault=str(fault), now=now)
        return True
    except ProviderAway as fault:
        log.warning("refund_provider_away", refund=asked.key, attempts=asked.attempts)
        with transaction() as session:
            put_back(session, asked=asked, fault=str(fault) or type(fault).__name__, now=now)
        return False
    with transaction() as session:
        answered(session, asked=asked, answer=answer, now=now)
    return True
