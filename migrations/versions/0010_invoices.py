"""Invoices of the cooperative: documents, counters, what waits, and the facts that an invoice names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.models import triggers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
COOPERATIVE = (("legal_name", 120), ("address", 120), ("postcode", 7), ("iban", 34))


def upgrade() -> None:
    for name, length in COOPERATIVE:
        op.add_column("cooperatives", sa.Column(name, sa.String(length), nullable=True))
    _counters()
    _invoices()
    _requests()
    for statement in triggers.invoices_statements(op.get_bind().dialect.name):
        op.execute(statement)


def _counters() -> None:
    op.create_table(
        "invoice_counters",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_invoice_counters_cooperative_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_counters")),
        sa.UniqueConstraint(
            "cooperative_id", "year", name=op.f("uq_invoice_counters_cooperative_id_year")
        ),
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("supplied_on", "paid_on", "due_on")
        ),
        sa.Column("credits_id", BIG, nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("scheme", sa.String(8), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("seller", "buyer", "lines")),
        sa.Column("exemption", sa.String(200), nullable=False),
        *(sa.Column(f"{name}_cents", BIG, nullable=False) for name in ("net", "vat", "gross")),
        sa.CheckConstraint(
            "(kind = 'invoice' AND credits_id IS NULL) OR (kind = 'credit' AND credits_id IS NOT NULL)",
            name=op.f("ck_invoices_kind"),
        ),
        sa.CheckConstraint("net_cents + vat_cents = gross_cents", name=op.f("ck_invoices_adds_up")),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoices_number")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_invoices_cooperative_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "credits_id"],
            ["invoices.cooperative_id", "invoices.id"],
            name=op.f("fk_invoices_cooperative_id_credits_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invoices_public_id")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_invoices_cooperative_id_id")),
        sa.UniqueConstraint(
            "cooperative_id", "year", "number", name=op.f("uq_invoices_cooperative_id_year_number")
        ),
        sa.UniqueConstraint(
            "cooperative_id", "source", name=op.f("uq_invoices_cooperative_id_source")
        ),
    )
    op.create_index("ix_invoices_order_id", "invoices", ["order_id"])
    op.create_index("ix_invoices_cooperative_id_label", "invoices", ["cooperative_id", "label"])


def _requests() -> None:
    op.create_table(
        "invoice_requests",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'credit')", name=op.f("ck_invoice_requests_kind")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_invoice_requests_cooperative_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_requests")),
        sa.UniqueConstraint(
            "cooperative_id", "source", name=op.f("uq_invoice_requests_cooperative_id_source")
        ),
    )
    op.create_index("ix_invoice_requests_order_id", "invoice_requests", ["order_id"])


def downgrade() -> None:
    # The triggers go with their tables.
    for table in ("invoice_requests", "invoices", "invoice_counters"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION invoices_one_up()")
    with op.batch_alter_table("cooperatives") as batch:
        for name, _length in COOPERATIVE:
            batch.drop_column(name)
