"""When members can be booked: their rules and blocked days, and the quarters of an hour that are taken."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, Ref


def _of_a_membership() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
    )


class BookingRules(Base):
    """A member's weekly hours (weekday, opens, closes in minutes of Amsterdam's clock) and limits."""

    __tablename__ = "booking_rules"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "membership_id"),
        _of_a_membership(),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 240", name="buffer"),
        CheckConstraint("per_day BETWEEN 1 AND 20", name="per_day"),
        CheckConstraint("notice_hours BETWEEN 0 AND 720", name="notice"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    membership_id: Mapped[Ref] = mapped_column(unique=True)
    hours: Mapped[list[list[int]]] = mapped_column(JSON)
    buffer_minutes: Mapped[int]
    per_day: Mapped[int]
    notice_hours: Mapped[int]
    updated_at: Mapped[dt.datetime]


class BlockedDay(Base):
    """A day on which a member takes no appointments. No reason is kept."""

    __tablename__ = "blocked_days"
    __table_args__ = (UniqueConstraint("membership_id", "day"), _of_a_membership())
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    membership_id: Mapped[Ref]
    day: Mapped[dt.date]


class BookedQuarter(Base):
    """A quarter of an hour that an appointment takes, the way after it included.

    The unique key is what makes a double booking impossible, whatever runs at the same moment.
    """

    __tablename__ = "booked_quarters"
    __table_args__ = (
        UniqueConstraint("membership_id", "starts_at"),
        _of_a_membership(),
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        Index("ix_booked_quarters_line_id", "line_id"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    membership_id: Mapped[Ref]
    line_id: Mapped[Ref]
    starts_at: Mapped[dt.datetime]
