"""Complaints about lines of orders, with a log of every step that is only added to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Cents, Key, PublicId, Ref
from marketplace.models.orders import OrderLine

_OPEN = text("state <> 'closed'")


class Complaint(Base):
    """One complaint: what is wrong, what the buyer wishes, who is up until when, and how it ended.

    `steps` counts the steps, so that a form knows whether something happened since it was made.
    `proposal` is what lies before the buyer, or what was agreed last, with its amount or day.
    `clock_at` is when the clock looks again; `due_on` the last day of who is up, as everybody reads it.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("buyer_id", "idempotency_key"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        CheckConstraint(
            "problem IN ('not_delivered', 'not_as_agreed', 'not_good', 'damaged', 'price', 'other')",
            name="problem",
        ),
        CheckConstraint("wish IN ('redo', 'part', 'whole', 'tell')", name="wish"),
        CheckConstraint("(wish = 'part') = (wish_cents IS NOT NULL)", name="wish_cents"),
        CheckConstraint(
            "state IN ('with_member', 'with_buyer', 'redoing', 'with_coordinator', 'closed')",
            name="state",
        ),
        CheckConstraint("proposal IN ('redo', 'part', 'word', 'redone')", name="proposal"),
        CheckConstraint(
            "outcome IN ('solved', 'refunded', 'refused', 'withdrawn', 'silent')", name="outcome"
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)"
            " AND (state = 'closed') = (outcome IS NOT NULL)"
            " AND (state = 'closed') = (due_on IS NULL)"
            " AND (state = 'closed') = (clock_at IS NULL)",
            name="closed",
        ),
        # A line has one open complaint.
        Index(
            "ux_complaints_open",
            "line_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_complaints_cooperative_id_due_on_id", "cooperative_id", "due_on", "id"),
        Index("ix_complaints_membership_id_id", "membership_id", "id"),
        Index("ix_complaints_clock_at", "clock_at"),
        Index("ix_complaints_closed_at", "closed_at"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    order_id: Mapped[Ref] = mapped_column(index=True)
    line_id: Mapped[Ref] = mapped_column(index=True)
    membership_id: Mapped[Ref]
    buyer_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    problem: Mapped[str] = mapped_column(String(14))
    wish: Mapped[str] = mapped_column(String(6))
    wish_cents: Mapped[Cents | None]
    state: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[dt.date | None]
    clock_at: Mapped[dt.datetime | None]
    proposal: Mapped[str | None] = mapped_column(String(6))
    proposal_cents: Mapped[Cents | None]
    proposal_on: Mapped[dt.date | None]
    steps: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String(9))
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]

    line: Mapped[OrderLine] = relationship(lazy="raise", viewonly=True)


class ComplaintEvent(Base):
    """One step or word: who, when, what was said, and the amount, day or photo that goes with it.

    Rows are added and never changed, and none is deleted while its complaint is open: a trigger holds that.
    They go with their complaint when it is forgotten.
    `liable` says who bears money that went back.
    """

    __tablename__ = "complaint_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "complaint_id"], ["complaints.cooperative_id", "complaints.id"]
        ),
        CheckConstraint("side IN ('buyer', 'member', 'coordinator', 'clock')", name="side"),
        CheckConstraint("(side = 'clock') = (actor_id IS NULL)", name="actor"),
        CheckConstraint("liable IN ('cooperative', 'member')", name="liable"),
        Index("ix_complaint_events_complaint_id_id", "complaint_id", "id"),
        Index("ix_complaint_events_actor_id_at", "actor_id", "at"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    complaint_id: Mapped[Ref]
    act: Mapped[str] = mapped_column(String(16))
    side: Mapped[str] = mapped_column(String(11))
    actor_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[dt.datetime]
    text: Mapped[str] = mapped_column(Text)
    cents: Mapped[Cents | None]
    on_day: Mapped[dt.date | None]
    liable: Mapped[str | None] = mapped_column(String(11))
    file: Mapped[str | None] = mapped_column(String(120))
    width: Mapped[int | None]
    height: Mapped[int | None]
