"""Cooperatives, their dated parameters of the waterfall, their dated place in the VAT, and the end of KOR."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Cents, Key, PublicId, Ref


class Cooperative(Base):
    """A social cooperative: the seller of everything its members make."""

    __tablename__ = "cooperatives"
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    kvk_number: Mapped[str | None] = mapped_column(String(8))
    vat_number: Mapped[str | None] = mapped_column(String(14))
    legal_name: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(120))
    postcode: Mapped[str | None] = mapped_column(String(7))
    # The account at the bank, and the name in which it stands.
    iban: Mapped[str | None] = mapped_column(String(34))
    account_name: Mapped[str | None] = mapped_column(String(70))
    created_at: Mapped[dt.datetime]


class CooperativeParameters(Base):
    """What the general meeting decided for the waterfall, from a day on. Shares in hundredths of a percent."""

    __tablename__ = "cooperative_parameters"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "valid_from"),
        CheckConstraint("training_share BETWEEN 0 AND 10000", name="training"),
        CheckConstraint("reserve_share BETWEEN 0 AND 10000", name="reserve"),
        CheckConstraint("training_share + reserve_share <= 10000", name="together"),
        CheckConstraint("municipality_share BETWEEN 0 AND 10000", name="municipality"),
        CheckConstraint("threshold_cents >= 0", name="threshold"),
        CheckConstraint("period IN ('calendar_year', 'calendar_month')", name="period"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    valid_from: Mapped[dt.date]
    training_share: Mapped[int]
    reserve_share: Mapped[int]
    threshold_cents: Mapped[Cents]
    period: Mapped[str] = mapped_column(String(16), default="calendar_year")
    municipality_share: Mapped[int]
    resolution: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]


class VatScheme(Base):
    """From a day on: `charges` VAT, or `kor`, the scheme for small businesses."""

    __tablename__ = "vat_schemes"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "valid_from"),
        CheckConstraint("scheme IN ('charges', 'kor')", name="scheme"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    valid_from: Mapped[dt.date]
    scheme: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]


class KorConfirmation(Base):
    """The board looked at texts and prices after a sale ended KOR on the day `scheme_from`; append-only."""

    __tablename__ = "kor_confirmations"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "scheme_from"),
        ForeignKeyConstraint(
            ["cooperative_id", "scheme_from"],
            ["vat_schemes.cooperative_id", "vat_schemes.valid_from"],
        ),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    scheme_from: Mapped[dt.date]
    confirmed_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[dt.datetime]
