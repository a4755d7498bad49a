"""Refunds, suppliers and municipalities in batches; returns; cash given back; one way of encryption."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEALED = sa.String(length=300)
SOURCE = (
    "(kind IN ('earnings', 'receipts')) = (membership_id IS NOT NULL)"
    " AND (kind = 'surplus') = (source_line_id IS NOT NULL)"
    " AND (kind = 'refund') = (refund_id IS NOT NULL)"
    " AND (kind = 'supplier') = (cost_id IS NOT NULL)"
    " AND (kind = 'municipality') = (municipality_id IS NOT NULL)"
)
ITEM_STATES = "'waiting', 'sent', 'accepted', 'rejected', 'withdrawn', 'paid'"
MATCHES = "'order', 'provider', 'surplus', 'payout', 'other'"


def upgrade() -> None:
    """Widen the tables of the bank, and let sealed numbers be read by the type of their column."""
    with op.batch_alter_table("memberships") as members:
        members.alter_column(
            "iban_sealed", new_column_name="iban", existing_type=SEALED, type_=sa.Text()
        )
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("refund_iban", sa.Text(), nullable=True))
        orders.add_column(sa.Column("refund_name", sa.String(length=70), nullable=True))
    with op.batch_alter_table("costs") as costs:
        costs.add_column(sa.Column("supplier_name", sa.String(length=70), nullable=True))
        costs.add_column(sa.Column("supplier_iban", sa.Text(), nullable=True))
        costs.add_column(sa.Column("supplier_reference", sa.String(length=35), nullable=True))
        _check(costs, "costs", "paid_by", "paid_by IN ('cooperative', 'member', 'supplier')")
        costs.create_check_constraint(
            op.f("ck_costs_supplier"), "(paid_by = 'supplier') = (supplier_name IS NOT NULL)"
        )
    with op.batch_alter_table("payouts") as payouts:
        payouts.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
    with op.batch_alter_table("bank_lines") as lines:
        lines.alter_column(
            "counter_iban_sealed",
            new_column_name="counter_iban",
            existing_type=SEALED,
            type_=sa.Text(),
        )
        lines.add_column(
            sa.Column("return_code", sa.String(length=4), nullable=False, server_default="")
        )
        _check(lines, "bank_lines", "match", f"match IN ({MATCHES}, 'return')")
    with op.batch_alter_table("bank_lines") as lines:
        lines.alter_column("return_code", existing_type=sa.String(length=4), server_default=None)
    _items_up()
    _receipts_up()
    op.create_table(
        "municipality_accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("municipality_id", BIG, nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_municipality_accounts_cooperative_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipalities.id"],
            name=op.f("fk_municipality_accounts_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality_accounts")),
        sa.UniqueConstraint(
            "cooperative_id",
            "municipality_id",
            name=op.f("uq_municipality_accounts_cooperative_id_municipality_id"),
        ),
    )


def _items_up() -> None:
    with op.batch_alter_table("payout_items") as items:
        items.alter_column("kind", existing_type=sa.String(length=10), type_=sa.String(length=12))
        items.alter_column(
            "iban_sealed", new_column_name="iban", existing_type=SEALED, type_=sa.Text()
        )
        for name in ("refund_id", "cost_id", "municipality_id", "returned_line_id"):
            items.add_column(sa.Column(name, BIG, nullable=True))
        _check(
            items,
            "payout_items",
            "kind",
            "kind IN ('earnings', 'receipts', 'surplus', 'refund', 'supplier', 'municipality')",
        )
        _check(items, "payout_items", "state", f"state IN ({ITEM_STATES}, 'returned')")
        _check(items, "payout_items", "source", SOURCE)
        items.drop_constraint(op.f("uq_payout_items_paid_line_id"), type_="unique")
        items.create_unique_constraint(
            op.f("uq_payout_items_returned_line_id"), ["returned_line_id"]
        )
        for name, table in (("refund_id", "refunds"), ("cost_id", "costs")):
            items.create_foreign_key(
                op.f(f"fk_payout_items_cooperative_id_{name}"),
                table,
                ["cooperative_id", name],
                ["cooperative_id", "id"],
            )
        items.create_foreign_key(
            op.f("fk_payout_items_cooperative_id_returned_line_id"),
            "bank_lines",
            ["cooperative_id", "returned_line_id"],
            ["cooperative_id", "id"],
        )
        items.create_foreign_key(
            op.f("fk_payout_items_municipality_id"), "municipalities", ["municipality_id"], ["id"]
        )
    for name in ("refund_id", "cost_id", "paid_line_id"):
        op.create_index(op.f(f"ix_payout_items_{name}"), "payout_items", [name])


def _receipts_up() -> None:
    with op.batch_alter_table("cash_receipts") as receipts:
        receipts.add_column(sa.Column("refund_id", BIG, nullable=True))
        receipts.drop_constraint(op.f("uq_cash_receipts_cooperative_id_order_id"), type_="unique")
        receipts.create_unique_constraint(
            op.f("uq_cash_receipts_cooperative_id_refund_id"), ["cooperative_id", "refund_id"]
        )
        receipts.create_foreign_key(
            op.f("fk_cash_receipts_cooperative_id_refund_id"),
            "refunds",
            ["cooperative_id", "refund_id"],
            ["cooperative_id", "id"],
        )
    op.create_index(
        op.f("uq_cash_receipts_paid_order"),
        "cash_receipts",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("refund_id IS NULL"),
        postgresql_where=sa.text("refund_id IS NULL"),
    )


def downgrade() -> None:
    """Take it all away; what has no place in the old tables goes with it."""
    op.drop_table("municipality_accounts")
    op.drop_index(op.f("uq_cash_receipts_paid_order"), "cash_receipts")
    op.execute("DELETE FROM cash_receipts WHERE refund_id IS NOT NULL")
    with op.batch_alter_table("cash_receipts") as receipts:
        receipts.drop_constraint(
            op.f("fk_cash_receipts_cooperative_id_refund_id"), type_="foreignkey"
        )
        receipts.drop_constraint(op.f("uq_cash_receipts_cooperative_id_refund_id"), type_="unique")
        receipts.drop_column("refund_id")
        receipts.create_unique_constraint(
            op.f("uq_cash_receipts_cooperative_id_order_id"), ["cooperative_id", "order_id"]
        )
    _items_down()
    op.execute("UPDATE bank_lines SET match = 'other' WHERE match = 'return'")
    with op.batch_alter_table("bank_lines") as lines:
        _check(lines, "bank_lines", "match", f"match IN ({MATCHES})")
        lines.drop_column("return_code")
        lines.alter_column(
            "counter_iban",
            new_column_name="counter_iban_sealed",
            existing_type=sa.Text(),
            type_=SEALED,
        )
    with op.batch_alter_table("payouts") as payouts:
        payouts.drop_column("returned_on")
    op.execute(
        "UPDATE costs SET paid_by = 'cooperative', supplier_name = NULL WHERE paid_by = 'supplier'"
    )
    with op.batch_alter_table("costs") as costs:
        costs.drop_constraint(op.f("ck_costs_supplier"), type_="check")
        _check(costs, "costs", "paid_by", "paid_by IN ('cooperative', 'member')")
        for name in ("supplier_reference", "supplier_iban", "supplier_name"):
            costs.drop_column(name)
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("refund_name")
        orders.drop_column("refund_iban")
    with op.batch_alter_table("memberships") as members:
        members.alter_column(
            "iban", new_column_name="iban_sealed", existing_type=sa.Text(), type_=SEALED
        )


def _items_down() -> None:
    for name in ("refund_id", "cost_id", "paid_line_id"):
        op.drop_index(op.f(f"ix_payout_items_{name}"), "payout_items")
    op.execute("DELETE FROM payout_items WHERE kind IN ('refund', 'supplier', 'municipality')")
    op.execute("UPDATE payout_items SET state = 'paid' WHERE state = 'returned'")
    with op.batch_alter_table("payout_items") as items:
        for name in (
            "cooperative_id_refund_id",
            "cooperative_id_cost_id",
            "cooperative_id_returned_line_id",
            "municipality_id",
        ):
            items.drop_constraint(op.f(f"fk_payout_items_{name}"), type_="foreignkey")
        items.drop_constraint(op.f("uq_payout_items_returned_line_id"), type_="unique")
        _check(items, "payout_items", "source", "(kind = 'surplus') = (source_line_id IS NOT NULL)")
        _check(items, "payout_items", "state", f"state IN ({ITEM_STATES})")
        _check(items, "payout_items", "kind", "kind IN ('earnings', 'receipts', 'surplus')")
        for name in ("refund_id", "cost_id", "municipality_id", "returned_line_id"):
            items.drop_column(name)
        items.alter_column(
            "iban", new_column_name="iban_sealed", existing_type=sa.Text(), type_=SEALED
        )
        items.alter_column("kind", existing_type=sa.String(length=12), type_=sa.String(length=10))
        items.create_unique_constraint(op.f("uq_payout_items_paid_line_id"), ["paid_line_id"])


def _check(table: op.BatchOperations, name: str, check: str, text: str) -> None:
    """Put another text in the place of a check that stands there."""
    full = op.f(f"ck_{name}_{check}")
    table.drop_constraint(full, type_="check")
    table.create_check_constraint(full, text)
