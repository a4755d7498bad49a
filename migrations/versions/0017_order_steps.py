"""The log of orders: one row for each step; a row is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.models import triggers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "order_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("by", sa.String(12), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("was", sa.String(32), nullable=False),
        sa.Column("became", sa.String(32), nullable=False),
        sa.Column("cents", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "by IN ('buyer', 'member', 'coordinator', 'bank', 'clock')",
            name=op.f("ck_order_steps_by"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_order_steps_cooperative_id_order_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_order_steps_cooperative_id_line_id_order_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_order_steps_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_steps")),
    )
    op.create_index(op.f("ix_order_steps_order_id"), "order_steps", ["order_id"])
    for statement in triggers.steps_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    # The triggers go with their table.
    op.drop_table("order_steps")
