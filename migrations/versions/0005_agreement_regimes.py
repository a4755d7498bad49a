"""What premium and experiment need on an agreement, and the premium of a month that was assessed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ADDED = (
    ("youngest_child_month", sa.Date(), None),
    ("months_r_used_at_entry", sa.Integer(), "0"),
    ("no_exemption_reference", sa.String(length=60), None),
    ("premium_share", sa.Integer(), None),
    ("premium_cap_month_cents", BIG, None),
    ("premium_less_exemption", sa.Boolean(), sa.true()),
    ("experiment_share", sa.Integer(), None),
    ("experiment_cap_cents", BIG, None),
    ("experiment_legal_basis", sa.String(length=160), None),
    ("experiment_ends_on", sa.Date(), None),
)


def upgrade() -> None:
    """Add the columns; what stands gets no exemption r, no premium and no experiment."""
    for name, kind, usual in ADDED:
        op.add_column(
            "agreements",
            sa.Column(name, kind, nullable=usual is None, server_default=usual),
        )
    op.add_column(
        "assessments", sa.Column("premium_cents", BIG, nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("assessments", "premium_cents")
    for name, _, _ in reversed(ADDED):
        op.drop_column("agreements", name)
