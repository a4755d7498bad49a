"""What the bank told (statements with lines), batches of payments that we send, and receipts for cash."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Cents, Encrypted, Key, PublicId, Ref


def new_end_to_end() -> str:
    """Give a random id that every bank passes on unchanged: sixteen hexadecimal signs."""
    return secrets.token_hex(8)


class BankStatement(Base):
    """One statement in a file that was read; the same file again is the same row."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("cooperative_id", "file_sha256", "place"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    file_sha256: Mapped[str] = mapped_column(String(64))
    place: Mapped[int]
    number: Mapped[str] = mapped_column(String(35))
    closed_on: Mapped[dt.date]
    opening_cents: Mapped[Cents | None]
    closing_cents: Mapped[Cents | None]
    imported_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    imported_at: Mapped[dt.datetime]


class BankLine(Base):
    """One line of the bank. `left_cents` is what of it stands in the books as not yet used."""

    __tablename__ = "bank_lines"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("cooperative_id", "fingerprint"),
        ForeignKeyConstraint(
            ["cooperative_id", "statement_id"],
            ["bank_statements.cooperative_id", "bank_statements.id"],
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        CheckConstraint("cents <> 0", name="cents"),
        CheckConstraint("left_cents >= 0 AND (left_cents <= cents OR cents < 0)", name="left"),
        CheckConstraint(
            "match IN ('order', 'provider', 'surplus', 'payout', 'return', 'other')", name="match"
        ),
        Index("ix_bank_lines_cooperative_id_match_id", "cooperative_id", "match", "id"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    statement_id: Mapped[Ref] = mapped_column(index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    booked_on: Mapped[dt.date]
    cents: Mapped[Cents]
    left_cents: Mapped[Cents]
    bank_reference: Mapped[str] = mapped_column(String(35))
    end_to_end: Mapped[str] = mapped_column(String(35))
    counter_name: Mapped[str] = mapped_column(String(140))
    counter_iban: Mapped[str] = mapped_column(Encrypted, deferred=True)
    text: Mapped[str] = mapped_column(String(500))
    # Why a payment of ours came back, in the bank's word (ISO 20022); empty for every other line.
    return_code: Mapped[str] = mapped_column(String(4), default="")
    match: Mapped[str | None] = mapped_column(String(8))
    order_id: Mapped[Ref | None] = mapped_column(index=True)
    account_code: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(200))
    matched_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    matched_at: Mapped[dt.datetime | None]


class PayoutBatch(Base):
    """Payments that one person proposes and another one releases to the bank."""

    __tablename__ = "payout_batches"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        CheckConstraint("state IN ('proposed', 'released', 'withdrawn', 'closed')", name="state"),
        CheckConstraint("released_by_id <> proposed_by_id", name="two_people"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    proposed_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[dt.datetime]
    released_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[dt.datetime | None]


class PayoutItem(Base):
    """One payment of a batch; its public id is the reference that the bank gives back.

    `kind` says what it pays, and each kind has its own row that it pays for. `paid_line_id` is the
    line that carried it out (one line may carry a whole batch), `returned_line_id` brought it back.
    """

    __tablename__ = "payout_items"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        ForeignKeyConstraint(
            ["cooperative_id", "batch_id"], ["payout_batches.cooperative_id", "payout_batches.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "membership_id"], ["memberships.cooperative_id", "memberships.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "source_line_id"], ["bank_lines.cooperative_id", "bank_lines.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "refund_id"], ["refunds.cooperative_id", "refunds.id"]
        ),
        ForeignKeyConstraint(["cooperative_id", "cost_id"], ["costs.cooperative_id", "costs.id"]),
        ForeignKeyConstraint(
            ["cooperative_id", "paid_line_id"], ["bank_lines.cooperative_id", "bank_lines.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "returned_line_id"], ["bank_lines.cooperative_id", "bank_lines.id"]
        ),
        CheckConstraint(
            "kind IN ('earnings', 'receipts', 'surplus', 'refund', 'supplier', 'municipality')",
            name="kind",
        ),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint(
            "state IN ('waiting', 'sent', 'accepted', 'rejected', 'withdrawn', 'paid', 'returned')",
            name="state",
        ),
        CheckConstraint(
            "(kind IN ('earnings', 'receipts')) = (membership_id IS NOT NULL)"
            " AND (kind = 'surplus') = (source_line_id IS NOT NULL)"
            " AND (kind = 'refund') = (refund_id IS NOT NULL)"
            " AND (kind = 'supplier') = (cost_id IS NOT NULL)"
            " AND (kind = 'municipality') = (municipality_id IS NOT NULL)",
            name="source",
        ),
        Index("ix_payout_items_cooperative_id_state", "cooperative_id", "state"),
    )
    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_end_to_end)
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    batch_id: Mapped[Ref] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    membership_id: Mapped[Ref | None]
    source_line_id: Mapped[Ref | None]
    refund_id: Mapped[Ref | None] = mapped_column(index=True)
    cost_id: Mapped[Ref | None] = mapped_column(index=True)
    municipality_id: Mapped[Ref | None] = mapped_column(ForeignKey("municipalities.id"))
    cents: Mapped[Cents]
    name: Mapped[str] = mapped_column(String(70))
    iban: Mapped[str] = mapped_column(Encrypted, deferred=True)
    state: Mapped[str] = mapped_column(String(10))
    # The bank's own word for a refusal or a return (ISO 20022), for example AC04.
    reason_code: Mapped[str | None] = mapped_column(String(4))
    paid_line_id: Mapped[Ref | None] = mapped_column(index=True)
    returned_line_id: Mapped[Ref | None] = mapped_column(unique=True)


class MunicipalityAccount(Base):
    """Where a cooperative sends the part of a municipality; the account is that of the town hall."""

    __tablename__ = "municipality_accounts"
    __table_args__ = (UniqueConstraint("cooperative_id", "municipality_id"),)
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    municipality_id: Mapped[Ref] = mapped_column(ForeignKey("municipalities.id"))
    iban: Mapped[str] = mapped_column(Encrypted, deferred=True)
    changed_at: Mapped[dt.datetime]


class CashReceipt(Base):
    """Cash that the treasurer took for an order, or gave back (`refund_id`); numbered per cooperative."""

    __tablename__ = "cash_receipts"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "number"),
        UniqueConstraint("cooperative_id", "refund_id"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "refund_id"], ["refunds.cooperative_id", "refunds.id"]
        ),
        CheckConstraint("cents > 0", name="cents"),
        # An order is paid in cash once; what goes back of it may go in parts.
        Index(
            "uq_cash_receipts_paid_order",
            "order_id",
            unique=True,
            sqlite_where=text("refund_id IS NULL"),
            postgresql_where=text("refund_id IS NULL"),
        ),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    order_id: Mapped[Ref]
    refund_id: Mapped[Ref | None]
    number: Mapped[int]
    cents: Mapped[Cents]
    received_by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    received_at: Mapped[dt.datetime]
