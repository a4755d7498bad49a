"""The definitive settlement of a member's year, as versions with what was entered and what came out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Cents, Key, PublicId, Ref


class Settlement(Base):
    """One settlement; a newer tax assessment gives a newer version, and what stands is never changed."""

    __tablename__ = "settlements"
    __table_args__ = (
        UniqueConstraint("membership_id", "municipality_id", "year", "version"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        CheckConstraint("parts BETWEEN 1 AND 12", name="parts"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    membership_id: Mapped[Ref]
    municipality_id: Mapped[Ref] = mapped_column(ForeignKey("municipalities.id"))
    year: Mapped[int]
    version: Mapped[int]
    # As the tax assessment says it: the result of the work, and tax and contributions on it.
    result_cents: Mapped[Cents]
    tax_cents: Mapped[Cents]
    reference: Mapped[str] = mapped_column(String(60))
    parts: Mapped[int]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    entered_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[dt.datetime]
