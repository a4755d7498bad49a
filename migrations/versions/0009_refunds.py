"""Refunds, with what of them belongs to each line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "refunds",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("amount_cents", BIG, nullable=False),
        sa.Column("liable", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refunds_amount")),
        sa.CheckConstraint(
            "liable IN ('cooperative', 'member', 'provider')", name=op.f("ck_refunds_liable")
        ),
        sa.CheckConstraint("via IN ('provider', 'bank', 'cash')", name=op.f("ck_refunds_via")),
        sa.CheckConstraint(
            "state IN ('booked', 'sent', 'done', 'failed')", name=op.f("ck_refunds_state")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_refunds_by_id_people")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_refunds_cooperative_id_order_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_refunds_cooperative_id_cooperatives"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_refunds_cooperative_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_refunds_public_id")),
    )
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"])
    op.create_index(
        "ix_refunds_state_via_not_before_id", "refunds", ["state", "via", "not_before", "id"]
    )
    op.create_table(
        "refund_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("refund_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("gross_cents", BIG, nullable=False),
        sa.Column("net_cents", BIG, nullable=False),
        sa.Column("vat_cents", BIG, nullable=False),
        sa.Column("borne_by", sa.String(length=20), nullable=False),
        sa.CheckConstraint("gross_cents > 0", name=op.f("ck_refund_lines_gross")),
        sa.CheckConstraint(
            "net_cents + vat_cents = gross_cents", name=op.f("ck_refund_lines_adds_up")
        ),
        sa.CheckConstraint(
            "borne_by IN ('received_in_advance', 'turnover', 'losses', 'receivable')",
            name=op.f("ck_refund_lines_borne_by"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "refund_id"],
            ["refunds.cooperative_id", "refunds.id"],
            name=op.f("fk_refund_lines_cooperative_id_refund_id_refunds"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_refund_lines_cooperative_id_line_id_order_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_lines")),
    )
    op.create_index(op.f("ix_refund_lines_refund_id"), "refund_lines", ["refund_id"])
    op.create_index(op.f("ix_refund_lines_line_id"), "refund_lines", ["line_id"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("refund_lines")
    op.drop_table("refunds")
