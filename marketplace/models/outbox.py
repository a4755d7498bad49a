"""What must still leave the house. The row is the guarantee; the job runner only wakes somebody up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, PublicId, Ref


class OutboxMessage(Base):
    """A mail that waits, or that left. `facts` holds ids and amounts only; the text is made when it leaves.

    `facts` is empty once it left; `order_id` is the order that it tells about, where there is one.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        Index("ix_outbox_state_not_before_id", "state", "not_before", "id"),
        Index("ix_outbox_state_id", "state", "id"),
        Index("ix_outbox_order_id_id", "order_id", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    order_id: Mapped[Ref | None] = mapped_column(ForeignKey("orders.id"))
    person_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str | None] = mapped_column(String(5))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None]
    not_before: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
