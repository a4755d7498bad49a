"""What buyers asked for: an order with lines; each line copies price and VAT of that day."""

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

from marketplace.models.base import Base, Cents, Encrypted, Key, PublicId, Ref
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.people import Person
from marketplace.models.requests import Request


class Order(Base):
    """What one buyer asks of one cooperative. The lines carry the work, the order carries the payment."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("cooperative_id", "idempotency_key"),
        CheckConstraint("paid_via IN ('provider', 'bank', 'cash')", name="paid_via"),
        CheckConstraint(
            "origin IN ('listing', 'basket', 'quote', 'wanted', 'phone', 'recurring')",
            name="origin",
        ),
        CheckConstraint(
            "payment_state IN ('not_due', 'awaiting', 'paid', 'cancelled')", name="payment_state"
        ),
        Index("ix_orders_payment_state_due_at", "payment_state", "due_at"),
        CheckConstraint("(request_id IS NULL) = (valid_until IS NULL)", name="offer"),
        Index("ix_orders_buyer_id_id", "buyer_id", "id"),
        Index("ix_orders_buyer_id_idempotency_key", "buyer_id", "idempotency_key"),
        Index(
            "ix_orders_payment_state_valid_until",
            "payment_state",
            "valid_until",
            sqlite_where=text("valid_until IS NOT NULL"),
            postgresql_where=text("valid_until IS NOT NULL"),
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    buyer_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    idempotency_key: Mapped[str] = mapped_column(String(40))
    payment_state: Mapped[str] = mapped_column(String(10))
    total_cents: Mapped[Cents]
    note: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(200))
    wanted_on: Mapped[dt.date | None]
    requested_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    paid_at: Mapped[dt.datetime | None]
    # The way in which the money came, and the door through which the order came in.
    paid_via: Mapped[str | None] = mapped_column(String(8))
    origin: Mapped[str] = mapped_column(String(10), default="listing")
    entered_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    # The structured reference under which a buyer sends the money by bank.
    bank_reference: Mapped[str | None] = mapped_column(String(14), unique=True)
    # An offer: what it answers, its last day, and what the member wrote with it.
    request_id: Mapped[Ref | None] = mapped_column(ForeignKey("requests.id"), index=True)
    valid_until: Mapped[dt.date | None]
    offer_text: Mapped[str | None] = mapped_column(Text)
    # Where money goes back to, where the buyer had to tell it.
    refund_iban: Mapped[str | None] = mapped_column(Encrypted, deferred=True)
    refund_name: Mapped[str | None] = mapped_column(String(70))

    lines: Mapped[list[OrderLine]] = relationship(
        lazy="raise", viewonly=True, order_by="OrderLine.id"
    )
    buyer: Mapped[Person] = relationship(lazy="raise", viewonly=True, foreign_keys=[buyer_id])
    cooperative: Mapped[Cooperative] = relationship(lazy="raise", viewonly=True)
    request: Mapped[Request | None] = relationship(lazy="raise", viewonly=True)


class OrderLine(Base):
    """One job or product of one member in an order. Quantity in hundredths; prices gross, in cents.

    `refunded_cents` is what of the gross went back to the buyer; a line that was agreed without a
    listing (a quote, an answer to what somebody wanted) has none. `handover` is how goods get to the
    buyer, `delivery_cents` the part of the gross that is asked for bringing them.
    A job that a team shares has a line for each member; `team_of_id` of the others' lines names the line
    of the first one.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "listing_id"], ["listings.cooperative_id", "listings.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "team_of_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        CheckConstraint(
            "state IN ('requested', 'offered', 'ordered', 'accepted', 'in_progress', 'delivered', 'confirmed',"
            " 'disputed', 'refunded', 'declined', 'expired', 'cancelled')",
            name="state",
        ),
        CheckConstraint("quantity_hundredths > 0", name="quantity"),
        CheckConstraint("net_cents + vat_cents = gross_cents", name="adds_up"),
        CheckConstraint("refunded_cents BETWEEN 0 AND gross_cents", name="refunded"),
        CheckConstraint("starts_at < ends_at", name="slot"),
        CheckConstraint("handover IN ('pickup', 'delivery')", name="handover"),
        CheckConstraint(
            "delivery_cents >= 0 AND delivery_cents <= gross_cents"
            " AND (delivery_cents = 0 OR handover = 'delivery')",
            name="delivery",
        ),
        Index("ix_order_lines_membership_id_state_id", "membership_id", "state", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref] = mapped_column(index=True)
    membership_id: Mapped[Ref]
    listing_id: Mapped[Ref | None] = mapped_column(index=True)
    team_of_id: Mapped[Ref | None]
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(8))
    quantity_hundredths: Mapped[int]
    unit_price_cents: Mapped[Cents]
    vat_category: Mapped[str] = mapped_column(String(8))
    vat_rate: Mapped[str] = mapped_column(String(6))
    gross_cents: Mapped[Cents]
    net_cents: Mapped[Cents]
    vat_cents: Mapped[Cents]
    state: Mapped[str] = mapped_column(String(12))
    refunded_cents: Mapped[Cents] = mapped_column(default=0)
    handover: Mapped[str | None] = mapped_column(String(8))
    delivery_cents: Mapped[Cents] = mapped_column(default=0)
    # The appointment, where one was booked.
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    # Rises with each change of the appointment, so that a calendar knows which file is the newest.
    appointment_version: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[dt.datetime | None]
    delivered_on: Mapped[dt.date | None]
    delivered_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]

    order: Mapped[Order] = relationship(lazy="raise", viewonly=True)
    membership: Mapped[Membership] = relationship(lazy="raise", viewonly=True)
    listing: Mapped[Listing | None] = relationship(lazy="raise", viewonly=True)


class OrderStep(Base):
    """One step of an order as it was made; a row is only ever added.

    `was` and `became` are states of the line, or of the payment where there is no line; of an appointment
    that moved they are the two instants. `cents` is what a refund gave back. `person_id` made the step.
    """

    __tablename__ = "order_steps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        CheckConstraint("by IN ('buyer', 'member', 'coordinator', 'bank', 'clock')", name="by"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref] = mapped_column(index=True)
    line_id: Mapped[Ref | None]
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    was: Mapped[str] = mapped_column(String(32))
    became: Mapped[str] = mapped_column(String(32))
    cents: Mapped[Cents | None]
    at: Mapped[dt.datetime]

    person: Mapped[Person | None] = relationship(lazy="raise", viewonly=True)
