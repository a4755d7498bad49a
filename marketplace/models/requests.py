"""What buyers ask for: a quote of one member, or something wanted; who sees it, and its photos."""

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

from marketplace.models.base import Base, Cents, Key, PublicId, Ref
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.people import Person


class Request(Base):
    """A question for a quote (to one member, about a listing or not), or what is wanted (to nobody yet).

    It holds a place and at most the four digits of a postcode, never an address. `closes_on` is the last
    day on which an offer may come.
    """

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("buyer_id", "idempotency_key"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "listing_id"], ["listings.cooperative_id", "listings.id"]
        ),
        CheckConstraint("kind IN ('quote', 'wanted')", name="kind"),
        CheckConstraint(
            "state IN ('open', 'answered', 'picked', 'declined', 'withdrawn', 'expired', 'removed')",
            name="state",
        ),
        CheckConstraint("(kind = 'quote') = (membership_id IS NOT NULL)", name="asked"),
        CheckConstraint("budget_cents > 0", name="budget"),
        CheckConstraint("(state = 'removed') = (removed_reason IS NOT NULL)", name="removed"),
        Index("ix_requests_buyer_id_id", "buyer_id", "id"),
        Index("ix_requests_membership_id_state_id", "membership_id", "state", "id"),
        Index("ix_requests_state_closes_on", "state", "closes_on"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(8))
    buyer_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    cooperative_id: Mapped[Ref | None] = mapped_column(ForeignKey("cooperatives.id"))
    membership_id: Mapped[Ref | None]
    listing_id: Mapped[Ref | None]
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(80))
    postcode_area: Mapped[str | None] = mapped_column(String(4))
    wanted_on: Mapped[dt.date | None]
    budget_cents: Mapped[Cents | None]
    state: Mapped[str] = mapped_column(String(10))
    closes_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    removed_reason: Mapped[str | None] = mapped_column(String(12))
    removed_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))

    buyer: Mapped[Person] = relationship(lazy="raise", viewonly=True, foreign_keys=[buyer_id])
    membership: Mapped[Membership | None] = relationship(lazy="raise", viewonly=True)
    listing: Mapped[Listing | None] = relationship(lazy="raise", viewonly=True)
    cooperative: Mapped[Cooperative | None] = relationship(
        lazy="raise", viewonly=True, foreign_keys=[cooperative_id]
    )
    photos: Mapped[list[RequestPhoto]] = relationship(
        lazy="raise", viewonly=True, order_by="RequestPhoto.id"
    )


class RequestReach(Base):
    """A cooperative that sees a request: found by the distance on the day it was made."""

    __tablename__ = "request_reach"
    __table_args__ = (UniqueConstraint("cooperative_id", "request_id"),)
    id: Mapped[Key]
    request_id: Mapped[Ref] = mapped_column(ForeignKey("requests.id"), index=True)
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))


class RequestPhoto(Base):
    """A photo of the job, decoded and written anew; the file lies in storage under `file`."""

    __tablename__ = "request_photos"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    request_id: Mapped[Ref] = mapped_column(ForeignKey("requests.id"), index=True)
    file: Mapped[str] = mapped_column(String(120))
    alt: Mapped[str] = mapped_column(String(160))
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[dt.datetime]
