"""Orders that come back: what was agreed once, and what became of each date."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, PublicId, Ref
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.models.people import Person


class Recurrence(Base):
    """A service of one member that a buyer wants every week, two weeks or month.

    `at_minute` is the minute of Amsterdam's wall clock at which it begins, where the listing books times.
    `next_number` counts the dates that are done with; `next_on` is the date with that number, None when
    there are no more.
    """

    __tablename__ = "recurrences"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("buyer_id", "idempotency_key"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "listing_id"], ["listings.cooperative_id", "listings.id"]
        ),
        CheckConstraint("every IN ('week', 'two_weeks', 'month')", name="every"),
        CheckConstraint(
            "state IN ('asked', 'active', 'paused', 'stopped', 'declined', 'expired')", name="state"
        ),
        CheckConstraint("changed_by IN ('buyer', 'member')", name="changed_by"),
        CheckConstraint("quantity_hundredths > 0", name="quantity"),
        CheckConstraint("at_minute BETWEEN 0 AND 1439", name="at_minute"),
        Index("ix_recurrences_state_next_on", "state", "next_on"),
        Index("ix_recurrences_membership_id_state_id", "membership_id", "state", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    buyer_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    membership_id: Mapped[Ref]
    listing_id: Mapped[Ref]
    idempotency_key: Mapped[str] = mapped_column(String(40))
    quantity_hundredths: Mapped[int]
    every: Mapped[str] = mapped_column(String(9))
    first_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    at_minute: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8))
    # Who paused or stopped it.
    changed_by: Mapped[str | None] = mapped_column(String(6))
    next_number: Mapped[int] = mapped_column(default=0)
    next_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]

    listing: Mapped[Listing] = relationship(lazy="raise", viewonly=True)
    membership: Mapped[Membership] = relationship(lazy="raise", viewonly=True)
    buyer: Mapped[Person] = relationship(lazy="raise", viewonly=True)
    cooperative: Mapped[Cooperative] = relationship(lazy="raise", viewonly=True)


class RecurrenceDate(Base):
    """What became of one date: an order, accepted or asked anew, or nothing. The key makes it once."""

    __tablename__ = "recurrence_dates"
    __table_args__ = (
        UniqueConstraint("recurrence_id", "day"),
        ForeignKeyConstraint(
            ["cooperative_id", "recurrence_id"], ["recurrences.cooperative_id", "recurrences.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        CheckConstraint("outcome IN ('made', 'asked', 'slot_gone', 'not_sold')", name="outcome"),
        CheckConstraint("(outcome IN ('made', 'asked')) = (order_id IS NOT NULL)", name="order"),
        Index("ix_recurrence_dates_order_id", "order_id"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    recurrence_id: Mapped[Ref]
    day: Mapped[dt.date]
    outcome: Mapped[str] = mapped_column(String(10))
    order_id: Mapped[Ref | None]
    at: Mapped[dt.datetime]

    order: Mapped[Order | None] = relationship(lazy="raise", viewonly=True)
