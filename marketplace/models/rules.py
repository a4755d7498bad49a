"""What operators confirmed of the law that is coming; append-only, the newest row of each law counts."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, Ref


class RuleConfirmation(Base):
    """A pending law is in force from `valid_from` as `reference` shows; without them it was withdrawn.

    `number` counts the rows of one pending law, so that two operators at once cannot both be right.
    """

    __tablename__ = "rule_confirmations"
    __table_args__ = (
        UniqueConstraint("pending_id", "number"),
        CheckConstraint(
            "(valid_from IS NULL AND reference IS NULL AND reason IS NOT NULL)"
            " OR (valid_from IS NOT NULL AND reference IS NOT NULL AND reason IS NULL)",
            name="confirmed_or_withdrawn",
        ),
    )
    id: Mapped[Key]
    pending_id: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    valid_from: Mapped[dt.date | None]
    reference: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(200))
    confirmed_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[dt.datetime]
