"""An index with which the months of an exemption are counted without reading whole assessments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAME = "ix_assessments_counted"
COUNTED = sa.text(
    "exemption IS NOT NULL OR premium_cents != 0 OR surplus_cents != 0 OR version > 1"
)


def upgrade() -> None:
    """Make it."""
    op.create_index(
        NAME,
        "assessments",
        ["statement_id", "version", "exemption", "premium_cents", "surplus_cents"],
        sqlite_where=COUNTED,
        postgresql_where=COUNTED,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index(NAME, "assessments")
