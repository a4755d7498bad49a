"""What a member says is right, line by line of a statement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "statement_marks",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("statement_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "statement_id"],
            ["statements.cooperative_id", "statements.id"],
            name="fk_statement_marks_cooperative_id_statement_id_statements",
        ),
        sa.UniqueConstraint(
            "statement_id", "version", "line", name="uq_statement_marks_statement_id_version_line"
        ),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("statement_marks")
