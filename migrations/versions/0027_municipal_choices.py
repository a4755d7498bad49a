"""What a municipality's choices leave behind: kinds of costs, a surplus carried over, months that begin anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ADDED = (
    ("costs", "municipal_kind", sa.String(length=100)),
    ("costs", "approval_reference", sa.String(length=60)),
    ("costs", "not_accepted", sa.String(length=20)),
    ("agreements", "n_restart_reference", sa.String(length=60)),
)


def upgrade() -> None:
    """Add the columns; what stands was accepted whole or not at all, and carried nothing over."""
    for table, name, kind in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column(
        "assessments", sa.Column("surplus_cents", BIG, nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("assessments", "surplus_cents")
    for table, name, _ in reversed(ADDED):
        op.drop_column(table, name)
