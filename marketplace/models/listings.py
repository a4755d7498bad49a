"""What members offer."""

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
from marketplace.models.memberships import Membership


class Listing(Base):
    """A service or a product. The price is what a consumer pays, VAT included."""

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        CheckConstraint("kind IN ('service', 'product')", name="kind"),
        CheckConstraint("unit IN ('hour', 'job', 'person', 'piece')", name="unit"),
        CheckConstraint("state IN ('draft', 'published', 'paused')", name="state"),
        CheckConstraint("price_cents > 0", name="price"),
        CheckConstraint("(kind = 'product') = (stock IS NOT NULL)", name="stock_of_product"),
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("duration_minutes BETWEEN 15 AND 720", name="duration"),
        CheckConstraint("vat_category IN ('standard', 'reduced')", name="vat"),
        CheckConstraint("delivery_km BETWEEN 1 AND 100", name="delivery_km"),
        CheckConstraint(
            "(delivery_km IS NULL) = (delivery_fee_cents IS NULL)"
            " AND (delivery_fee_cents IS NULL OR delivery_fee_cents BETWEEN 0 AND 10000)"
            " AND (pickup OR delivery_km IS NOT NULL)",
            name="delivery",
        ),
        Index("ix_listings_state_id", "state", "id"),
        Index("ix_listings_state_category_id", "state", "category", "id"),
        Index("ix_listings_membership_id_id", "membership_id", "id"),
        Index("ix_listings_lat_lon", "lat", "lon"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    membership_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(8))
    category: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    price_cents: Mapped[Cents]
    vat_category: Mapped[str] = mapped_column(String(8))
    stock: Mapped[int | None]
    # How long one time takes, where the hours are not what is sold.
    duration_minutes: Mapped[int | None]
    # How goods get to the buyer: fetched, or brought within so many kilometres for one fee per order.
    pickup: Mapped[bool] = mapped_column(default=True)
    delivery_km: Mapped[int | None]
    delivery_fee_cents: Mapped[Cents | None]
    place: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    state: Mapped[str] = mapped_column(String(10))
    search_terms: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]

    membership: Mapped[Membership] = relationship(lazy="raise", viewonly=True)
    cooperative: Mapped[Cooperative] = relationship(lazy="raise", viewonly=True)
    pictures: Mapped[list[Picture]] = relationship(
        lazy="raise", viewonly=True, order_by="Picture.position"
    )


class Picture(Base):
    """A picture of a listing, decoded and written anew; the file lies in storage under `file`."""

    __tablename__ = "pictures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "listing_id"], ["listings.cooperative_id", "listings.id"]
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    listing_id: Mapped[Ref] = mapped_column(index=True)
    file: Mapped[str] = mapped_column(String(120))
    alt: Mapped[str] = mapped_column(String(160))
    width: Mapped[int]
    height: Mapped[int]
    position: Mapped[int]
    created_at: Mapped[dt.datetime]


class Place(Base):
    """A place with its coordinates, to find what is near."""

    __tablename__ = "places"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    lat: Mapped[float]
    lon: Mapped[float]
