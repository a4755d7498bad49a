"""Payments that no order takes, and the call that gives them back."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STATE = "state IN ('created', 'open', 'paid', 'failed', 'expired'{more})"
KIND = "kind IN ('expire', 'evidence'{more})"


def upgrade() -> None:
    """Let them in."""
    _check("payment_intents", "state", STATE.format(more=", 'stray', 'returned'"))
    _check("provider_calls", "kind", KIND.format(more=", 'giveback'"))


def downgrade() -> None:
    """Refuse nothing that stands: what was given back counts as over, as it did before."""
    op.execute("DELETE FROM provider_calls WHERE kind = 'giveback'")
    op.execute("UPDATE payment_intents SET state = 'expired' WHERE state IN ('stray', 'returned')")
    _check("provider_calls", "kind", KIND.format(more=""))
    _check("payment_intents", "state", STATE.format(more=""))


def _check(table: str, column: str, rule: str) -> None:
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, rule)
