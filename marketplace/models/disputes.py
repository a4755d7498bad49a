"""Payments that a buyer's bank asks back: one row for each dispute of the provider."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Cents, Key, PublicId, Ref
from marketplace.models.orders import Order


class Dispute(Base):
    """One dispute, in cents: what is disputed, what the provider took and keeps, and what nobody else bore.

    `held_cents` is what the provider took from the account, `fee_cents` what it asks for it and
    `fee_back_cents` what of that came back; `lost_cents` is what was lost above what was left of the lines.
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
            " AND lost_cents BETWEEN 0 AND held_cents",
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
    due_on: Mapped[dt.date | None]
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    evidence_at: Mapped[dt.datetime | None]
    evidence_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))

    order: Mapped[Order] = relationship(lazy="raise", viewonly=True)
