"""Payments that a buyer's bank asks back, the calls about them, and refunds that came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
VIA = "via IN ('provider', 'bank', 'cash'{more})"
KIND = "kind IN ('expire'{more})"


def upgrade() -> None:
    _disputes()
    with op.batch_alter_table("refunds") as batch:
        batch.add_column(sa.Column("dispute_id", BIG, nullable=True))
        batch.add_column(
            sa.Column("times_returned", sa.Integer(), nullable=False, server_default="0")
        )
        batch.drop_constraint(op.f("ck_refunds_via"), type_="check")
        batch.create_check_constraint(op.f("ck_refunds_via"), VIA.format(more=", 'dispute'"))
        batch.create_foreign_key(
            op.f("fk_refunds_cooperative_id_dispute_id_disputes"),
            "disputes",
            ["cooperative_id", "dispute_id"],
            ["cooperative_id", "id"],
        )
    with op.batch_alter_table("provider_calls") as batch:
        batch.add_column(sa.Column("dispute_id", BIG, nullable=True))
        batch.drop_constraint(op.f("ck_provider_calls_kind"), type_="check")
        batch.create_check_constraint(
            op.f("ck_provider_calls_kind"), KIND.format(more=", 'evidence'")
        )
        batch.create_foreign_key(
            op.f("fk_provider_calls_cooperative_id_dispute_id_disputes"),
            "disputes",
            ["cooperative_id", "dispute_id"],
            ["cooperative_id", "id"],
        )


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        *(
            sa.Column(name, BIG, nullable=False)
            for name in ("cooperative_id", "order_id", "intent_id")
        ),
        sa.Column("provider", sa.String(12), nullable=False),
        sa.Column("provider_reference", sa.String(120), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        *(
            sa.Column(f"{name}_cents", BIG, nullable=False)
            for name in ("amount", "held", "fee", "fee_back", "lost")
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("evidence_at", MOMENT, nullable=True),
        sa.Column("evidence_by_id", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('warning', 'needs_response', 'under_review', 'won', 'lost', 'warning_closed')",
            name=op.f("ck_disputes_state"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_disputes_amount")),
        sa.CheckConstraint(
            "held_cents >= 0 AND fee_back_cents BETWEEN 0 AND fee_cents"
            " AND lost_cents BETWEEN 0 AND held_cents",
            name=op.f("ck_disputes_cents"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_disputes_cooperative_id_order_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "intent_id"],
            ["payment_intents.cooperative_id", "payment_intents.id"],
            name=op.f("fk_disputes_cooperative_id_intent_id_payment_intents"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_by_id"], ["people.id"], name=op.f("fk_disputes_evidence_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_disputes_public_id")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_disputes_cooperative_id_id")),
        sa.UniqueConstraint(
            "provider",
            "provider_reference",
            name=op.f("uq_disputes_provider_provider_reference"),
        ),
    )
    op.create_index(op.f("ix_disputes_order_id"), "disputes", ["order_id"])
    op.create_index("ix_disputes_cooperative_id_id", "disputes", ["cooperative_id", "id"])


def downgrade() -> None:
    with op.batch_alter_table("provider_calls") as batch:
        batch.drop_constraint(
            op.f("fk_provider_calls_cooperative_id_dispute_id_disputes"), type_="foreignkey"
        )
        batch.drop_constraint(op.f("ck_provider_calls_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_provider_calls_kind"), KIND.format(more=""))
        batch.drop_column("dispute_id")
    with op.batch_alter_table("refunds") as batch:
        batch.drop_constraint(
            op.f("fk_refunds_cooperative_id_dispute_id_disputes"), type_="foreignkey"
        )
        batch.drop_constraint(op.f("ck_refunds_via"), type_="check")
        batch.create_check_constraint(op.f("ck_refunds_via"), VIA.format(more=""))
        batch.drop_column("times_returned")
        batch.drop_column("dispute_id")
    op.drop_table("disputes")
