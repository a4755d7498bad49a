"""The log of complaints: a row is never changed, and goes only once its complaint is closed."""

from __future__ import annotations

from alembic import op

from marketplace.models import triggers

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in triggers.complaints_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in triggers.complaints_drop_statements(op.get_bind().dialect.name):
        op.execute(statement)
