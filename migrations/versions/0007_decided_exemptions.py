"""An exemption by decision of the municipality on an agreement; its ground is encrypted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED = (
    ("decided_ground", sa.Text(), None),
    ("decided_reference", sa.String(length=60), None),
    ("decided_from", sa.Date(), None),
    ("decided_until", sa.Date(), None),
    ("decided_months_used", sa.Integer(), "0"),
)


def upgrade() -> None:
    """Add the columns; what stands has no exemption by decision."""
    for name, kind, usual in ADDED:
        op.add_column(
            "agreements", sa.Column(name, kind, nullable=usual is None, server_default=usual)
        )


def downgrade() -> None:
    """Take the columns away."""
    for name, _, _ in reversed(ADDED):
        op.drop_column("agreements", name)
