"""Definitive settlements of a year."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "settlements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("municipality_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("result_cents", BIG, nullable=False),
        sa.Column("tax_cents", BIG, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("entered_by_id", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("parts BETWEEN 1 AND 12", name=op.f("ck_settlements_parts")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_settlements_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name=op.f("fk_settlements_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipalities.id"],
            name=op.f("fk_settlements_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint(
            "membership_id",
            "municipality_id",
            "year",
            "version",
            name=op.f("uq_settlements_membership_id_municipality_id_year_version"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_settlements_public_id")),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("settlements")
