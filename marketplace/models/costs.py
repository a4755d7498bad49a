"""Costs with their receipts, and payouts to members."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.domain.calendar import Month
from marketplace.models.base import Base, Cents, Encrypted, Key, PublicId, Ref
from marketplace.models.memberships import Membership


class Cost(Base):
    """A cost of a member. Approved by the cooperative and accepted by the municipality are two facts."""

    __tablename__ = "costs"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "order_line_id"], ["order_lines.cooperative_id", "order_lines.id"]
        ),
        CheckConstraint("gross_cents > 0", name="gross"),
        CheckConstraint("vat_cents >= 0 AND vat_cents < gross_cents", name="vat"),
        CheckConstraint("paid_by IN ('cooperative', 'member', 'supplier')", name="paid_by"),
        CheckConstraint("(paid_by = 'supplier') = (supplier_name IS NOT NULL)", name="supplier"),
        CheckConstraint("state IN ('submitted', 'approved', 'rejected')", name="state"),
        Index("ix_costs_cooperative_id_state_id", "cooperative_id", "state", "id"),
        Index("ix_costs_membership_id_id", "membership_id", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    membership_id: Mapped[Ref]
    order_line_id: Mapped[Ref | None]
    description: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(20))
    spent_on: Mapped[dt.date]
    gross_cents: Mapped[Cents]
    vat_cents: Mapped[Cents]
    # Who paid; with `supplier` nobody did yet, and the cooperative pays the bill.
    paid_by: Mapped[str] = mapped_column(String(12))
    supplier_name: Mapped[str | None] = mapped_column(String(70))
    supplier_iban: Mapped[str | None] = mapped_column(Encrypted, deferred=True)
    supplier_reference: Mapped[str | None] = mapped_column(String(35))
    receipt_file: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    submitted_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    # The month in which it counts for the statement; known once it is approved.
    for_month: Mapped[Month | None]
    # What the municipality accepts of it as a cost, VAT as it was paid or reclaimed; counted apart from cash.
    municipality_accepted_cents: Mapped[Cents | None]
    # The kind on the municipality's own list, the municipality's yes before buying, and why a part does not count.
    municipal_kind: Mapped[str | None] = mapped_column(String(100))
    approval_reference: Mapped[str | None] = mapped_column(String(60))
    not_accepted: Mapped[str | None] = mapped_column(String(20))

    membership: Mapped[Membership] = relationship(lazy="raise", viewonly=True)


class Payout(Base):
    """Money that the treasurer sent: earnings of a set_off member, or a receipt repaid."""

    __tablename__ = "payouts"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "idempotency_key"),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("kind IN ('earnings', 'receipts')", name="kind"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    membership_id: Mapped[Ref] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(10))
    idempotency_key: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[Cents]
    bank_reference: Mapped[str] = mapped_column(String(60))
    paid_on: Mapped[dt.date]
    # The day on which the bank brought it back; then it is payable again.
    returned_on: Mapped[dt.date | None]
    booked_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime]
