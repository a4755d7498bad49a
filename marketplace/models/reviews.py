"""What buyers say afterwards about a line, and what the member answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, PublicId, Ref
from marketplace.models.orders import OrderLine


class Review(Base):
    """One review of a confirmed line. Whose it is follows from the line's order."""

    __tablename__ = "reviews"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden"),
        Index("ix_reviews_membership_id_id", "membership_id", "id"),
        Index("ix_reviews_cooperative_id_id", "cooperative_id", "id"),
        Index("ix_reviews_written_at", "written_at"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    line_id: Mapped[Ref] = mapped_column(unique=True)
    membership_id: Mapped[Ref]
    score: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[dt.datetime | None]
    written_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime]
    hidden_at: Mapped[dt.datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(String(10))
    hidden_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))

    line: Mapped[OrderLine] = relationship(lazy="raise", viewonly=True)
