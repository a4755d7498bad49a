"""What a buyer laid aside before ordering."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, PublicId, Ref
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing


class BasketLine(Base):
    """One listing in a buyer's basket; nothing is held for it until it is ordered."""

    __tablename__ = "basket_lines"
    __table_args__ = (
        UniqueConstraint("person_id", "listing_id"),
        ForeignKeyConstraint(
            ["cooperative_id", "listing_id"], ["listings.cooperative_id", "listings.id"]
        ),
        CheckConstraint("quantity_hundredths > 0", name="quantity"),
        CheckConstraint("handover IN ('pickup', 'delivery')", name="handover"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    listing_id: Mapped[Ref] = mapped_column(index=True)
    quantity_hundredths: Mapped[int]
    starts_at: Mapped[dt.datetime | None]
    handover: Mapped[str | None] = mapped_column(String(8))
    added_at: Mapped[dt.datetime]

    listing: Mapped[Listing] = relationship(lazy="raise", viewonly=True)
    cooperative: Mapped[Cooperative] = relationship(lazy="raise", viewonly=True)
