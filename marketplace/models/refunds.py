"""What went back to buyers: one row per refund, with its lines. The public id is the idempotency key outside."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Cents, Key, PublicId, Ref
from marketplace.models.payments import Dispute


class Refund(Base):
    """Money that goes back to the buyer of an order: booked, sent to the provider, and done on its word.

    `covered_cents` of it came from the buyer's bank, in a dispute that was lost: the rest is for us to send.
    `unsure` is from the moment of asking until a clear answer: the provider may have sent it.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "dispute_id"], [Dispute.cooperative_id, Dispute.id]
        ),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("covered_cents BETWEEN 0 AND amount_cents", name="covered"),
        CheckConstraint("liable IN ('cooperative', 'member', 'provider')", name="liable"),
        CheckConstraint("via IN ('provider', 'bank', 'cash', 'dispute')", name="via"),
        CheckConstraint("state IN ('booked', 'sent', 'done', 'failed')", name="state"),
        Index("ix_refunds_state_via_not_before_id", "state", "via", "not_before", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    order_id: Mapped[Ref] = mapped_column(index=True)
    amount_cents: Mapped[Cents]
    covered_cents: Mapped[Cents] = mapped_column(default=0)
    liable: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200))
    via: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    provider_reference: Mapped[str | None] = mapped_column(String(120))
    by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[dt.datetime]
    last_error: Mapped[str | None] = mapped_column(String(200))
    # The dispute in which the buyer's bank took the money, and how often it was sent and came back.
    dispute_id: Mapped[Ref | None]
    times_returned: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)

    lines: Mapped[list[RefundLine]] = relationship(
        lazy="raise", viewonly=True, order_by="RefundLine.id"
    )

    @property
    def to_send_cents(self) -> int:
        """What is left for us to send: all but what the buyer's bank gave."""
        return self.amount_cents - self.covered_cents


class RefundLine(Base):
    """What of a refund belongs to one order line; `borne_by` is the account that gives it up."""

    __tablename__ = "refund_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "refund_id"], ["refunds.cooperative_id", "refunds.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        CheckConstraint("gross_cents > 0", name="gross"),
        CheckConstraint("net_cents + vat_cents = gross_cents", name="adds_up"),
        CheckConstraint(
            "borne_by IN ('received_in_advance', 'turnover', 'losses', 'receivable')",
            name="borne_by",
        ),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    refund_id: Mapped[Ref] = mapped_column(index=True)
    line_id: Mapped[Ref] = mapped_column(index=True)
    gross_cents: Mapped[Cents]
    net_cents: Mapped[Cents]
    vat_cents: Mapped[Cents]
    borne_by: Mapped[str] = mapped_column(String(20))


class DisputeCover(Base):
    """What a lost dispute paid of what we owed the buyer: of a refund, or of a payment that no order took.

    It comes out of what the provider held, or of a loss that was none after all (`dispute_held`, `losses`).
    `times_returned` is how often that refund had come back by then.
    """

    __tablename__ = "dispute_covers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "dispute_id"], [Dispute.cooperative_id, Dispute.id]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "refund_id"], ["refunds.cooperative_id", "refunds.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "intent_id"],
            ["payment_intents.cooperative_id", "payment_intents.id"],
        ),
        CheckConstraint("(refund_id IS NULL) <> (intent_id IS NULL)", name="what"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint("out_of IN ('dispute_held', 'losses')", name="out_of"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(index=True)
    dispute_id: Mapped[Ref] = mapped_column(index=True)
    refund_id: Mapped[Ref | None]
    intent_id: Mapped[Ref | None]
    cents: Mapped[Cents]
    out_of: Mapped[str] = mapped_column(String(12))
    times_returned: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
