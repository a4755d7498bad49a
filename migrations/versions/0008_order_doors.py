"""Orders come in by more doors and are paid in more ways; a line may be refunded and have an appointment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "'requested', 'ordered', 'accepted', 'declined', 'cancelled', 'delivered', 'confirmed'"
AFTER = (
    "'requested', 'offered', 'ordered', 'accepted', 'in_progress', 'delivered', 'confirmed',"
    " 'disputed', 'refunded', 'declined', 'expired', 'cancelled'"
)


def upgrade() -> None:
    """Add the columns; what was paid so far came through the provider."""
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("paid_via", sa.String(length=8), nullable=True))
        orders.add_column(
            sa.Column("origin", sa.String(length=10), nullable=False, server_default="listing")
        )
        orders.add_column(sa.Column("entered_by_id", BIG, nullable=True))
        orders.create_foreign_key(
            op.f("fk_orders_entered_by_id_people"), "people", ["entered_by_id"], ["id"]
        )
        orders.create_check_constraint(
            op.f("ck_orders_paid_via"), "paid_via IN ('provider', 'bank', 'cash')"
        )
        orders.create_check_constraint(
            op.f("ck_orders_origin"),
            "origin IN ('listing', 'basket', 'quote', 'wanted', 'phone', 'recurring')",
        )
    op.execute("UPDATE orders SET paid_via = 'provider' WHERE payment_state = 'paid'")
    with op.batch_alter_table("order_lines") as lines:
        lines.alter_column("listing_id", existing_type=BIG, nullable=True)
        lines.alter_column("state", existing_type=sa.String(length=10), type_=sa.String(length=12))
        lines.add_column(sa.Column("refunded_cents", BIG, nullable=False, server_default="0"))
        lines.add_column(sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
        lines.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        lines.drop_constraint(op.f("ck_order_lines_state"), type_="check")
        lines.create_check_constraint(op.f("ck_order_lines_state"), f"state IN ({AFTER})")
        lines.create_check_constraint(
            op.f("ck_order_lines_refunded"), "refunded_cents BETWEEN 0 AND gross_cents"
        )
        lines.create_check_constraint(op.f("ck_order_lines_slot"), "starts_at < ends_at")


def downgrade() -> None:
    """Take the columns away."""
    with op.batch_alter_table("order_lines") as lines:
        lines.drop_constraint(op.f("ck_order_lines_slot"), type_="check")
        lines.drop_constraint(op.f("ck_order_lines_refunded"), type_="check")
        lines.drop_constraint(op.f("ck_order_lines_state"), type_="check")
        lines.create_check_constraint(op.f("ck_order_lines_state"), f"state IN ({BEFORE})")
        lines.drop_column("ends_at")
        lines.drop_column("starts_at")
        lines.drop_column("refunded_cents")
        lines.alter_column("state", existing_type=sa.String(length=12), type_=sa.String(length=10))
        lines.alter_column("listing_id", existing_type=BIG, nullable=False)
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint(op.f("ck_orders_origin"), type_="check")
        orders.drop_constraint(op.f("ck_orders_paid_via"), type_="check")
        orders.drop_constraint(op.f("fk_orders_entered_by_id_people"), type_="foreignkey")
        orders.drop_column("entered_by_id")
        orders.drop_column("origin")
        orders.drop_column("paid_via")
