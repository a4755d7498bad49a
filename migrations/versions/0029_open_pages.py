"""An index of the pay pages that stand open, since the worker asks how these stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_payment_intents_open"
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Make it."""
    op.create_index(
        NAME, "payment_intents", ["checked_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index(NAME, "payment_intents")
