"""Money back that waits for a dispute, and what a lost dispute paid of it: the bank gave it, so nobody sends it.

Nothing remembers that a refund waits: it does while a dispute of its payment is open, and after a lost one
while something counts as lost that may turn out to have been paid by it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.domain import disputes as rules
from marketplace.domain.bank.paying import ACTIVE
from marketplace.models.banking import PayoutItem
from marketplace.models.base import new_public_id
from marketplace.models.orders import Order
from marketplace.models.payments import Dispute, PaymentIntent, ProviderCall
from marketplace.models.refunds import DisputeCover, Refund
from marketplace.services.books import ledger

BATCH = 20
_dispute, _intent = aliased(Dispute), aliased(PaymentIntent)
_undecided = or_(_dispute.closed_at.is_(None), _dispute.lost_cents > _dispute.covered_cents)


def refund_waits() -> ColumnElement[bool]:
    """Tell of a refund in a query whether a dispute of its order's payment keeps it here."""
    return (
        select(_dispute.id)
        .join(_intent, _intent.id == _dispute.intent_id)
        .where(_dispute.order_id == Refund.order_id, _intent.state == "paid", _undecided)
        .correlate(Refund)
        .exists()
    )


def stray_waits() -> ColumnElement[bool]:
    """Tell of a payment in a query whether a dispute of it keeps its give-back here."""
    return (
        select(_dispute.id)
        .where(_dispute.intent_id == PaymentIntent.id, _undecided)
        .correlate(PaymentIntent)
        .exists()
    )


def _refund_never_left() -> ColumnElement[bool]:
    """Tell of a refund that surely nobody sent: never asked, or a clear no, and in no batch of the bank."""
    busy = select(PayoutItem.refund_id).where(
        PayoutItem.refund_id.is_not(None), PayoutItem.state.in_(ACTIVE)
    )
    return and_(
        Refund.state.in_(("booked", "failed")),
        Refund.via.in_(("provider", "bank")),
        ~Refund.unsure,
        Refund.id.not_in(busy),
    )


def _stray_never_left() -> ColumnElement[bool]:
    """Tell of a payment that no order took that surely nobody gave it back."""
    asked = (
        select(ProviderCall.id)
        .where(
            ProviderCall.intent_id == PaymentIntent.id,
            ProviderCall.kind == "giveback",
            ProviderCall.unsure,
        )
        .correlate(PaymentIntent)
    )
    return and_(PaymentIntent.state == "stray", ~asked.exists())


def cover(
    session: Session, *, dispute: Dispute, most_cents: int, out_of: str, now: dt.datetime
) -> int:
    """Let what never left fall away, at most so many cents; gives how many. The order is locked.

    `out_of` is dispute_held while the dispute ends, losses afterwards.
    """
    work = _Work(session, dispute, out_of, now)
    intent = session.scalars(
        select(PaymentIntent).where(PaymentIntent.id == dispute.intent_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    if intent.state != "paid":
        return work.stray(intent, most_cents)
    # Locked first and looked at afterwards: what somebody else did meanwhile is seen.
    mine = select(Refund.id).where(Refund.order_id == dispute.order_id).order_by(Refund.id)
    keys = session.scalars(mine.with_for_update()).all()
    waiting = session.scalars(
        select(Refund).where(Refund.id.in_(keys), _refund_never_left()).order_by(Refund.id),
        execution_options={"populate_existing": True},
    )
    left = most_cents
    for refund in waiting.all():
        left -= work.refund(refund, min(left, refund.to_send_cents))
    return most_cents - left


@dataclass(frozen=True, slots=True)
class _Work:
    """One dispute that pays."""

    session: Session
    dispute: Dispute
    out_of: str
    now: dt.datetime

    def refund(self, refund: Refund, cents: int) -> int:
        """Cover a refund, which is locked; what is left of it goes under a new key."""
        if not cents:
            return 0
        made = self._keep(cents, times_returned=refund.times_returned, refund_id=refund.id)
        self._post(f"refund:{refund.id}:{made.id}", "refund_covered", "refunds_payable", cents)
        refund.covered_cents += cents
        # Another amount under the same key would be a fault to the provider; nothing was sent under this one.
        refund.public_id, refund.provider_reference = new_public_id(), None
        if not refund.to_send_cents:
            refund.via, refund.dispute_id = "dispute", self.dispute.id
            refund.state, refund.done_at, refund.last_error = "done", self.now, None
        self.session.flush()
        return cents

    def stray(self, intent: PaymentIntent, most_cents: int) -> int:
        """Cover a payment that no order took; its call ends, or asks for what is left under a new key."""
        calls = select(ProviderCall).where(
            ProviderCall.intent_id == intent.id, ProviderCall.kind == "giveback"
        )
        call = self.session.scalars(
            calls.with_for_update(), execution_options={"populate_existing": True}
        ).one_or_none()
        left = intent.to_send_cents
        cents = min(most_cents, left)
        if intent.state != "stray" or (call is not None and call.unsure) or not cents:
            return 0
        made = self._keep(cents, intent_id=intent.id)
        self._post(f"intent:{intent.id}:{made.id}", "stray_covered", "unmatched_receipts", cents)
        intent.covered_cents += cents
        if cents == left:
            intent.state = "returned"
        if call is not None:
            call.public_id = new_public_id()
            if cents == left:
                call.state, call.done_at, call.last_error = "done", self.now, None
        self.session.flush()
        return cents

    def _keep(self, cents: int, **what: int) -> DisputeCover:
        made = DisputeCover(
            cooperative_id=self.dispute.cooperative_id,
            dispute_id=self.dispute.id,
            cents=cents,
            out_of=self.out_of,
            created_at=self.now,
            **what,
        )
        self.session.add(made)
        if self.out_of == "losses":
            self.dispute.covered_cents += cents
        self.session.flush()
        return made

    def _post(self, thing: str, kind: str, owed: str, cents: int) -> None:
        ledger.post(
            self.session,
            rules.covered(amount_cents=cents, owed=owed, out_of=self.out_of),
            cooperative_id=self.dispute.cooperative_id,
            source=f"{thing}:{kind}",
            kind=kind,
            membership_id=None,
            now=self.now,
        )


def standing_here(session: Session, *, order_id: int, cents: int) -> Refund | None:
    """Give the oldest refund of exactly so much that never left: it failed, or waits for a dispute."""
    query = (
        select(Refund)
        .where(
            Refund.order_id == order_id,
            Refund.via == "provider",
            Refund.amount_cents - Refund.covered_cents == cents,
            or_(Refund.state == "failed", refund_waits()),
            _refund_never_left(),
        )
        .order_by(Refund.id)
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def settle_losses(session: Session, *, now: dt.datetime) -> int:
    """Take back what was booked as lost where our own money never arrived after all; gives how many cents."""
    found = session.execute(
        select(Dispute.id, Dispute.order_id)
        .join(PaymentIntent, PaymentIntent.id == Dispute.intent_id)
        .outerjoin(Refund, and_(Refund.order_id == Dispute.order_id, _refund_never_left()))
        .where(
            Dispute.lost_cents > Dispute.covered_cents,
            or_(
                and_(PaymentIntent.state == "paid", Refund.id.is_not(None)),
                _stray_never_left(),
            ),
        )
        .distinct()
        .order_by(Dispute.order_id, Dispute.id)
        .limit(BATCH)
    ).all()
    cents = 0
    for key, order_id in found:
        session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
        dispute = session.get_one(Dispute, key, populate_existing=True)
        most = dispute.lost_cents - dispute.covered_cents
        cents += cover(session, dispute=dispute, most_cents=most, out_of="losses", now=now)
    return cents


def paid_cents(session: Session, *, dispute: Dispute) -> int:
    """Give what a dispute paid of what we owed the buyer."""
    query = select(func.sum(DisputeCover.cents)).where(
        DisputeCover.cooperative_id == dispute.cooperative_id,
        DisputeCover.dispute_id == dispute.id,
    )
    return int(session.scalar(query) or 0)
