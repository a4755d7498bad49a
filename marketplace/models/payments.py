"""What we asked of the payment provider, what it told us, and what a buyer's bank asks back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Cents, Key, PublicId, Ref
from marketplace.models.orders import Order


class PaymentIntent(Base):
    """Our wish to be paid for one order. Its public id is the idempotency key of the call outside.

    `stray` is paid, but no order takes the money; `returned` is that money given back, `covered_cents` of it
    by the buyer's bank.
    """

    __tablename__ = "payment_intents"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("provider", "provider_reference"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        CheckConstraint(
            "state IN ('created', 'open', 'paid', 'failed', 'expired', 'stray', 'returned')",
            name="state",
        ),
        CheckConstraint("covered_cents BETWEEN 0 AND amount_cents", name="covered"),
        # The worker asks how the open ones stand; few are, of all that ever were.
        Index(
            "ix_payment_intents_open",
            "checked_at",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref] = mapped_column(index=True)
    provider: Mapped[str] = mapped_column(String(12))
    provider_reference: Mapped[str | None] = mapped_column(String(120))
    pay_url: Mapped[str | None] = mapped_column(String(500))
    amount_cents: Mapped[Cents]
    covered_cents: Mapped[Cents] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]
    page_expires_at: Mapped[dt.datetime | None]
    checked_at: Mapped[dt.datetime | None]

    @property
    def to_send_cents(self) -> int:
        """What of a payment that no order takes is left for us to give back."""
        return self.amount_cents - self.covered_cents


class PaymentEvent(Base):
    """One signed word of the provider; unique, so a repeat changes nothing. Refusals are kept too."""

    __tablename__ = "payment_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        CheckConstraint("outcome IN ('booked', 'ignored', 'refused')", name="outcome"),
    )
    id: Mapped[Key]
    provider: Mapped[str] = mapped_column(String(12))
    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    payload_sha256: Mapped[str] = mapped_column(String(64))
    amount_cents: Mapped[Cents | None]
    cooperative_id: Mapped[Ref | None] = mapped_column(ForeignKey("cooperatives.id"))
    intent_id: Mapped[Ref | None] = mapped_column(ForeignKey("payment_intents.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(8), index=True)
    reason: Mapped[str | None] = mapped_column(String(40))
    received_at: Mapped[dt.datetime]


class Dispute(Base):
    """One dispute, in cents: what is disputed, what the provider took and keeps, and what nobody else bore.

    `held_cents` is what the provider took from the account, `fee_cents` what it asks for it and
    `fee_back_cents` what of that came back; `lost_cents` is what was lost above what was left of the lines,
    `covered_cents` what of that was no loss after all, since a refund of ours never arrived.
    `evidence` holds our side as it was handed in at `evidence_at`.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("provider", "provider_reference"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "intent_id"],
            ["payment_intents.cooperative_id", "payment_intents.id"],
        ),
        CheckConstraint(
            "state IN ('warning', 'needs_response', 'under_review', 'won', 'lost', 'warning_closed')",
            name="state",
        ),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint(
            "held_cents >= 0 AND fee_back_cents BETWEEN 0 AND fee_cents"
            " AND lost_cents BETWEEN 0 AND held_cents AND covered_cents BETWEEN 0 AND lost_cents",
            name="cents",
        ),
        Index("ix_disputes_cooperative_id_id", "cooperative_id", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref] = mapped_column(index=True)
    intent_id: Mapped[Ref]
    provider: Mapped[str] = mapped_column(String(12))
    provider_reference: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[Cents]
    held_cents: Mapped[Cents] = mapped_column(default=0)
    fee_cents: Mapped[Cents] = mapped_column(default=0)
    fee_back_cents: Mapped[Cents] = mapped_column(default=0)
    lost_cents: Mapped[Cents] = mapped_column(default=0)
    covered_cents: Mapped[Cents] = mapped_column(default=0)
    due_on: Mapped[dt.date | None]
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    evidence_at: Mapped[dt.datetime | None]
    evidence_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))

    order: Mapped[Order] = relationship(lazy="raise", viewonly=True)
    intent: Mapped[PaymentIntent] = relationship(lazy="raise", viewonly=True)


class ProviderCall(Base):
    """What the provider must still do for us. The public id is the idempotency key of the call.

    `unsure` is from the moment of asking until a clear answer: it may have been done.
    """

    __tablename__ = "provider_calls"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "intent_id"],
            ["payment_intents.cooperative_id", "payment_intents.id"],
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "dispute_id"], ["disputes.cooperative_id", "disputes.id"]
        ),
        CheckConstraint("kind IN ('expire', 'evidence', 'giveback')", name="kind"),
        CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
        Index("ix_provider_calls_state_not_before_id", "state", "not_before", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    intent_id: Mapped[Ref]
    dispute_id: Mapped[Ref | None]
    kind: Mapped[str] = mapped_column(String(8))
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None]
    not_before: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    unsure: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None] = mapped_column(String(60))


class ProviderDifference(Base):
    """Where the provider's account and the books differ; `gone_at` when a later night found it right.

    Without a cooperative nobody knows whose it is: only the operator sees it.
    """

    __tablename__ = "provider_differences"
    __table_args__ = (UniqueConstraint("provider", "account", "kind", "reference"),)
    id: Mapped[Key]
    provider: Mapped[str] = mapped_column(String(12))
    account: Mapped[str] = mapped_column(String(60))
    cooperative_id: Mapped[Ref | None] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(120))
    here_cents: Mapped[Cents | None]
    there_cents: Mapped[Cents | None]
    seen_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]
