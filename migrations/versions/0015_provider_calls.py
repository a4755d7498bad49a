"""What we ask of the payment provider afterwards, and where its account and the books differ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the two moments of a page."""
    op.add_column("payment_intents", sa.Column("page_expires_at", MOMENT, nullable=True))
    op.add_column("payment_intents", sa.Column("checked_at", MOMENT, nullable=True))
    op.create_table(
        "provider_calls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("intent_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=60), nullable=True),
        sa.CheckConstraint("kind IN ('expire')", name=op.f("ck_provider_calls_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed')", name=op.f("ck_provider_calls_state")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "intent_id"],
            ["payment_intents.cooperative_id", "payment_intents.id"],
            name=op.f("fk_provider_calls_cooperative_id_intent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_calls")),
        sa.UniqueConstraint("public_id", name=op.f("uq_provider_calls_public_id")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_provider_calls_dedupe_key")),
    )
    op.create_index(
        "ix_provider_calls_state_not_before_id", "provider_calls", ["state", "not_before", "id"]
    )
    op.create_table(
        "provider_differences",
        sa.Column("id", BIG, nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("here_cents", BIG, nullable=True),
        sa.Column("there_cents", BIG, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_provider_differences_cooperative_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_differences")),
        sa.UniqueConstraint(
            "provider",
            "account",
            "kind",
            "reference",
            name=op.f("uq_provider_differences_provider_account_kind_reference"),
        ),
    )
    op.create_index(
        "ix_provider_differences_cooperative_id", "provider_differences", ["cooperative_id"]
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("provider_differences")
    op.drop_table("provider_calls")
    op.drop_column("payment_intents", "checked_at")
    op.drop_column("payment_intents", "page_expires_at")
