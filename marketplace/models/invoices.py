"""Invoices and credit notes: each one row that never changes, a counter without gaps, and what waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Big, Cents, Key, PublicId, Ref


class InvoiceCounter(Base):
    """The last number of a cooperative in a year; whoever issues holds this row."""

    __tablename__ = "invoice_counters"
    __table_args__ = (UniqueConstraint("cooperative_id", "year"),)
    id: Mapped[Key]
    cooperative_id: Mapped[Ref] = mapped_column(ForeignKey("cooperatives.id"))
    year: Mapped[int]
    last_number: Mapped[int]


class Invoice(Base):
    """One document as it was issued, with every text on it; the database refuses any change."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "id"),
        UniqueConstraint("cooperative_id", "year", "number"),
        UniqueConstraint("cooperative_id", "source"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["cooperative_id", "credits_id"], ["invoices.cooperative_id", "invoices.id"]
        ),
        CheckConstraint(
            "(kind = 'invoice' AND credits_id IS NULL) OR (kind = 'credit' AND credits_id IS NOT NULL)",
            name="kind",
        ),
        CheckConstraint("net_cents + vat_cents = gross_cents", name="adds_up"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_invoices_order_id", "order_id"),
        Index("ix_invoices_cooperative_id_label", "cooperative_id", "label"),
    )
    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(16))
    issued_on: Mapped[dt.date]
    issued_at: Mapped[dt.datetime]
    supplied_on: Mapped[dt.date | None]
    paid_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    credits_id: Mapped[int | None] = mapped_column(Big)
    reason: Mapped[str] = mapped_column(String(200))
    scheme: Mapped[str] = mapped_column(String(8))
    reference: Mapped[str] = mapped_column(String(40))
    seller: Mapped[dict[str, Any]] = mapped_column(JSON)
    buyer: Mapped[dict[str, Any]] = mapped_column(JSON)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    exemption: Mapped[str] = mapped_column(String(200))
    net_cents: Mapped[Cents]
    vat_cents: Mapped[Cents]
    gross_cents: Mapped[Cents]


class InvoiceRequest(Base):
    """A document that could not be issued yet; the money is booked, the number is given later."""

    __tablename__ = "invoice_requests"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "source"),
        ForeignKeyConstraint(
            ["cooperative_id", "order_id"], ["orders.cooperative_id", "orders.id"]
        ),
        CheckConstraint("kind IN ('invoice', 'credit')", name="kind"),
        Index("ix_invoice_requests_order_id", "order_id"),
    )
    id: Mapped[Key]
    cooperative_id: Mapped[Ref]
    order_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_at: Mapped[dt.datetime]
