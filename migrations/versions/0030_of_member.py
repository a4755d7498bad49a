"""Indexes that find the entries of a member, and an order by its key, however much there is of others."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

OLD, NEW = "ix_entries_membership_id_booked_on", "ix_entries_of_member"
KEY = "ix_orders_buyer_id_idempotency_key"


def upgrade() -> None:
    """Make them, and drop the one that the first takes the place of."""
    op.create_index(NEW, "entries", ["membership_id", "cooperative_id", "booked_on", "kind"])
    op.drop_index(OLD, "entries")
    op.create_index(KEY, "orders", ["buyer_id", "idempotency_key"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index(KEY, "orders")
    op.create_index(OLD, "entries", ["membership_id", "booked_on"])
    op.drop_index(NEW, "entries")
