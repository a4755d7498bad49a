"""Questions about a line of a statement, hours that a member tells, and an index for reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("statements", sa.Column("worked_quarters", sa.Integer(), nullable=True))
    op.create_index("ix_statements_state_due_on", "statements", ["state", "due_on"], unique=False)
    op.create_table(
        "statement_questions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("statement_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=600), nullable=True),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_statement_questions_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["people.id"],
            name=op.f("fk_statement_questions_answered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "statement_id"],
            ["statements.cooperative_id", "statements.id"],
            name=op.f("fk_statement_questions_cooperative_id_statement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_questions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_statement_questions_public_id")),
    )
    op.create_index(
        "ix_statement_questions_statement_id", "statement_questions", ["statement_id"], unique=False
    )
    op.create_index(
        "ix_statement_questions_cooperative_id_answered_at_id",
        "statement_questions",
        ["cooperative_id", "answered_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("statement_questions")
    op.drop_index("ix_statements_state_due_on", table_name="statements")
    op.drop_column("statements", "worked_quarters")
