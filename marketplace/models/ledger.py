"""The books. Rows are only ever added; triggers of the database hold that, and that entries balance."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.domain.calendar import Month
from marketplace.models.base import Base, Cents, Key, PublicId, Ref


class Account(Base):
    """One account of one cooperative; some codes exist once per member."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        Index(
            "uq_accounts_cooperative_id_code",
            "cooperative_id",
            "code",
            unique=True,
            sqlite_where=text("membership_id IS NULL"),
            postgresql_where=text("membership_id IS NULL"),
        ),
        UniqueConstraint("cooperative_id", "code", "membership_id"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    code: Mapped[str] = mapped_column(String(40))
    membership_id: Mapped[Ref | None]


class Entry(Base):
    """One happening in the books. `source` is unique: nothing is booked twice. Sealed when complete."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("cooperative_id", "source"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "reverses_id"], ["entries.cooperative_id", "entries.id"]
        ),
        Index("ix_entries_cooperative_id_booked_on_id", "cooperative_id", "booked_on", "id"),
        Index("ix_entries_membership_id_for_month", "membership_id", "for_month"),
        # With the tenant beside the member, or SQLite goes through all entries of the cooperative.
        Index("ix_entries_of_member", "membership_id", "cooperative_id", "booked_on", "kind"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    kind: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(80))
    membership_id: Mapped[Ref | None]
    booked_on: Mapped[dt.date]
    booked_at: Mapped[dt.datetime]
    for_month: Mapped[Month]
    reverses_id: Mapped[Ref | None]
    sealed: Mapped[bool]

    postings: Mapped[list[Posting]] = relationship(
        lazy="raise", viewonly=True, order_by="Posting.id"
    )


class Posting(Base):
    """One side of an entry: a positive amount, debit or credit."""

    __tablename__ = "postings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cooperative_id", "entry_id"], ["entries.cooperative_id", "entries.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "account_id"], ["accounts.cooperative_id", "accounts.id"]
        ),
        CheckConstraint("side IN ('debit', 'credit')", name="side"),
        CheckConstraint("amount_cents > 0", name="amount"),
        Index("ix_postings_account_id_entry_id", "account_id", "entry_id"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    entry_id: Mapped[Ref] = mapped_column(index=True)
    account_id: Mapped[Ref]
    side: Mapped[str] = mapped_column(String(6))
    amount_cents: Mapped[Cents]
