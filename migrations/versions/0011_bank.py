"""Lines of the bank, batches of payments, receipts for cash, and where an account is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables and the columns."""
    with op.batch_alter_table("cooperatives") as cooperatives:
        cooperatives.add_column(sa.Column("account_name", sa.String(length=70), nullable=True))
    with op.batch_alter_table("memberships") as memberships:
        memberships.add_column(sa.Column("iban_sealed", sa.String(length=300), nullable=True))
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("bank_reference", sa.String(length=14), nullable=True))
        orders.create_unique_constraint(op.f("uq_orders_bank_reference"), ["bank_reference"])
    _bank_statements()
    _bank_lines()
    _payout_batches()
    _payout_items()
    _cash_receipts()


def downgrade() -> None:
    """Take tables and columns away."""
    op.drop_table("cash_receipts")
    op.drop_table("payout_items")
    op.drop_table("payout_batches")
    op.drop_table("bank_lines")
    op.drop_table("bank_statements")
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint(op.f("uq_orders_bank_reference"), type_="unique")
        orders.drop_column("bank_reference")
    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_column("iban_sealed")
    with op.batch_alter_table("cooperatives") as cooperatives:
        cooperatives.drop_column("account_name")


def _bank_statements() -> None:
    op.create_table(
        "bank_statements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("opening_cents", BIG, nullable=True),
        sa.Column("closing_cents", BIG, nullable=True),
        sa.Column("imported_by_id", BIG, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_bank_statements_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["people.id"], name=op.f("fk_bank_statements_imported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint(
            "cooperative_id",
            "file_sha256",
            "place",
            name=op.f("uq_bank_statements_cooperative_id_file_sha256_place"),
        ),
        sa.UniqueConstraint(
            "cooperative_id", "id", name=op.f("uq_bank_statements_cooperative_id_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_statements_public_id")),
    )


def _bank_lines() -> None:
    op.create_table(
        "bank_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("statement_id", BIG, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("cents", BIG, nullable=False),
        sa.Column("left_cents", BIG, nullable=False),
        sa.Column("bank_reference", sa.String(length=35), nullable=False),
        sa.Column("end_to_end", sa.String(length=35), nullable=False),
        sa.Column("counter_name", sa.String(length=140), nullable=False),
        sa.Column("counter_iban_sealed", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("match", sa.String(length=8), nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("account_code", sa.String(length=30), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("matched_by_id", BIG, nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_bank_lines_cents")),
        sa.CheckConstraint(
            "left_cents >= 0 AND (left_cents <= cents OR cents < 0)",
            name=op.f("ck_bank_lines_left"),
        ),
        sa.CheckConstraint(
            "match IN ('order', 'provider', 'surplus', 'payout', 'other')",
            name=op.f("ck_bank_lines_match"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_bank_lines_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_bank_lines_cooperative_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "statement_id"],
            ["bank_statements.cooperative_id", "bank_statements.id"],
            name=op.f("fk_bank_lines_cooperative_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["matched_by_id"], ["people.id"], name=op.f("fk_bank_lines_matched_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint(
            "cooperative_id", "fingerprint", name=op.f("uq_bank_lines_cooperative_id_fingerprint")
        ),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_bank_lines_cooperative_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_lines_public_id")),
    )
    op.create_index(
        op.f("ix_bank_lines_cooperative_id_match_id"),
        "bank_lines",
        ["cooperative_id", "match", "id"],
    )
    op.create_index(op.f("ix_bank_lines_order_id"), "bank_lines", ["order_id"])
    op.create_index(op.f("ix_bank_lines_statement_id"), "bank_lines", ["statement_id"])


def _payout_batches() -> None:
    op.create_table(
        "payout_batches",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by_id", BIG, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", BIG, nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'released', 'withdrawn', 'closed')",
            name=op.f("ck_payout_batches_state"),
        ),
        sa.CheckConstraint(
            "released_by_id <> proposed_by_id", name=op.f("ck_payout_batches_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_payout_batches_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["people.id"], name=op.f("fk_payout_batches_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["people.id"], name=op.f("fk_payout_batches_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batches")),
        sa.UniqueConstraint(
            "cooperative_id", "id", name=op.f("uq_payout_batches_cooperative_id_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_payout_batches_public_id")),
    )
    op.create_index(op.f("ix_payout_batches_cooperative_id"), "payout_batches", ["cooperative_id"])


def _payout_items() -> None:
    op.create_table(
        "payout_items",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("membership_id", BIG, nullable=True),
        sa.Column("source_line_id", BIG, nullable=True),
        sa.Column("cents", BIG, nullable=False),
        sa.Column("name", sa.String(length=70), nullable=False),
        sa.Column("iban_sealed", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=4), nullable=True),
        sa.Column("paid_line_id", BIG, nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payout_items_cents")),
        sa.CheckConstraint(
            "kind IN ('earnings', 'receipts', 'surplus')", name=op.f("ck_payout_items_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'surplus') = (source_line_id IS NOT NULL)", name=op.f("ck_payout_items_source")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'accepted', 'rejected', 'withdrawn', 'paid')",
            name=op.f("ck_payout_items_state"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_payout_items_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "batch_id"],
            ["payout_batches.cooperative_id", "payout_batches.id"],
            name=op.f("fk_payout_items_cooperative_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_payout_items_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "paid_line_id"],
            ["bank_lines.cooperative_id", "bank_lines.id"],
            name=op.f("fk_payout_items_cooperative_id_paid_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "source_line_id"],
            ["bank_lines.cooperative_id", "bank_lines.id"],
            name=op.f("fk_payout_items_cooperative_id_source_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_items")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_payout_items_cooperative_id_id")),
        sa.UniqueConstraint("paid_line_id", name=op.f("uq_payout_items_paid_line_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payout_items_public_id")),
    )
    op.create_index(op.f("ix_payout_items_batch_id"), "payout_items", ["batch_id"])
    op.create_index(
        op.f("ix_payout_items_cooperative_id_state"), "payout_items", ["cooperative_id", "state"]
    )


def _cash_receipts() -> None:
    op.create_table(
        "cash_receipts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cents", BIG, nullable=False),
        sa.Column("received_by_id", BIG, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_cash_receipts_cents")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_cash_receipts_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_cash_receipts_cooperative_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["people.id"], name=op.f("fk_cash_receipts_received_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_receipts")),
        sa.UniqueConstraint(
            "cooperative_id", "number", name=op.f("uq_cash_receipts_cooperative_id_number")
        ),
        sa.UniqueConstraint(
            "cooperative_id", "order_id", name=op.f("uq_cash_receipts_cooperative_id_order_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_cash_receipts_public_id")),
    )
