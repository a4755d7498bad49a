"""What we asked of the payment provider, and what it told us."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Cents, Key, PublicId, Ref


class PaymentIntent(Base):
    """Our wish to be paid for one order. Its public id is the idempotency key of the call outside."""

    __tablename__ = "payment_intents"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("provider", "provider_reference"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        CheckConstraint("state IN ('created', 'open', 'paid', 'failed', 'expired')", name="state"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref] = mapped_column(index=True)
    provider: Mapped[str] = mapped_column(String(12))
    provider_reference: Mapped[str | None] = mapped_column(String(120))
    pay_url: Mapped[str | None] = mapped_column(String(500))
    amount_cents: Mapped[Cents]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]


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
