"""Which law to come an operator confirmed, with reference and date; a row is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.models import triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_confirmations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("pending_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("confirmed_by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(valid_from IS NULL AND reference IS NULL AND reason IS NOT NULL)"
            " OR (valid_from IS NOT NULL AND reference IS NOT NULL AND reason IS NULL)",
            name=op.f("ck_rule_confirmations_confirmed_or_withdrawn"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["people.id"],
            name=op.f("fk_rule_confirmations_confirmed_by_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_confirmations")),
        sa.UniqueConstraint(
            "pending_id", "number", name=op.f("uq_rule_confirmations_pending_id_number")
        ),
    )
    for statement in triggers.rules_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    # The triggers go with their table.
    op.drop_table("rule_confirmations")
