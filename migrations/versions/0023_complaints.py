"""Complaints about lines of orders, and the log of their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    _complaints()
    _events()


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("buyer_id", BIG, nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=14), nullable=False),
        sa.Column("wish", sa.String(length=6), nullable=False),
        sa.Column("wish_cents", BIG, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("clock_at", MOMENT, nullable=True),
        sa.Column("proposal", sa.String(length=6), nullable=True),
        sa.Column("proposal_cents", BIG, nullable=True),
        sa.Column("proposal_on", sa.Date(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "problem IN ('not_delivered', 'not_as_agreed', 'not_good', 'damaged', 'price', 'other')",
            name=op.f("ck_complaints_problem"),
        ),
        sa.CheckConstraint(
            "wish IN ('redo', 'part', 'whole', 'tell')", name=op.f("ck_complaints_wish")
        ),
        sa.CheckConstraint(
            "(wish = 'part') = (wish_cents IS NOT NULL)", name=op.f("ck_complaints_wish_cents")
        ),
        sa.CheckConstraint(
            "state IN ('with_member', 'with_buyer', 'redoing', 'with_coordinator', 'closed')",
            name=op.f("ck_complaints_state"),
        ),
        sa.CheckConstraint(
            "proposal IN ('redo', 'part', 'word', 'redone')", name=op.f("ck_complaints_proposal")
        ),
        sa.CheckConstraint(
            "outcome IN ('solved', 'refunded', 'refused', 'withdrawn', 'silent')",
            name=op.f("ck_complaints_outcome"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)"
            " AND (state = 'closed') = (outcome IS NOT NULL)"
            " AND (state = 'closed') = (due_on IS NULL)"
            " AND (state = 'closed') = (clock_at IS NULL)",
            name=op.f("ck_complaints_closed"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_complaints_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_complaints_cooperative_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_complaints_cooperative_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_complaints_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["people.id"], name=op.f("fk_complaints_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("public_id", name=op.f("uq_complaints_public_id")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_complaints_cooperative_id_id")),
        sa.UniqueConstraint(
            "buyer_id", "idempotency_key", name=op.f("uq_complaints_buyer_id_idempotency_key")
        ),
    )
    open_ones = sa.text("state <> 'closed'")
    op.create_index(
        "ux_complaints_open",
        "complaints",
        ["line_id"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
    op.create_index("ix_complaints_order_id", "complaints", ["order_id"])
    op.create_index("ix_complaints_line_id", "complaints", ["line_id"])
    op.create_index(
        "ix_complaints_cooperative_id_due_on_id", "complaints", ["cooperative_id", "due_on", "id"]
    )
    op.create_index("ix_complaints_membership_id_id", "complaints", ["membership_id", "id"])
    op.create_index("ix_complaints_clock_at", "complaints", ["clock_at"])
    op.create_index("ix_complaints_closed_at", "complaints", ["closed_at"])


def _events() -> None:
    op.create_table(
        "complaint_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=11), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cents", BIG, nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("liable", sa.String(length=11), nullable=True),
        sa.Column("file", sa.String(length=120), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "side IN ('buyer', 'member', 'coordinator', 'clock')",
            name=op.f("ck_complaint_events_side"),
        ),
        sa.CheckConstraint(
            "(side = 'clock') = (actor_id IS NULL)", name=op.f("ck_complaint_events_actor")
        ),
        sa.CheckConstraint(
            "liable IN ('cooperative', 'member')", name=op.f("ck_complaint_events_liable")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "complaint_id"],
            ["complaints.cooperative_id", "complaints.id"],
            name=op.f("fk_complaint_events_cooperative_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_complaint_events_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_events")),
        sa.UniqueConstraint("public_id", name=op.f("uq_complaint_events_public_id")),
    )
    op.create_index(
        "ix_complaint_events_complaint_id_id", "complaint_events", ["complaint_id", "id"]
    )
    op.create_index("ix_complaint_events_actor_id_at", "complaint_events", ["actor_id", "at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("complaint_events")
    op.drop_table("complaints")
