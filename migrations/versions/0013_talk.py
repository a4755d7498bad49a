"""Messages on the lines of orders, how far each side has read, and reviews afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _messages()
    _reviews()


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("sender_id", BIG, nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "side IN ('buyer', 'member', 'cooperative')", name=op.f("ck_messages_side")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_messages_cooperative_id_line_id"),
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_messages_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_messages_public_id")),
    )
    op.create_index("ix_messages_line_id_id", "messages", ["line_id", "id"])
    op.create_index("ix_messages_sender_id_sent_at", "messages", ["sender_id", "sent_at"])
    op.create_table(
        "message_readers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("read_to", BIG, nullable=False),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_message_readers_cooperative_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_message_readers_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_readers")),
        sa.UniqueConstraint(
            "line_id", "person_id", name=op.f("uq_message_readers_line_id_person_id")
        ),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=10), nullable=True),
        sa.Column("hidden_by_id", BIG, nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_reviews_score")),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL)", name=op.f("ck_reviews_hidden")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_reviews_cooperative_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_reviews_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["people.id"], name=op.f("fk_reviews_hidden_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("line_id", name=op.f("uq_reviews_line_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reviews_public_id")),
    )
    op.create_index("ix_reviews_membership_id_id", "reviews", ["membership_id", "id"])
    op.create_index("ix_reviews_cooperative_id_id", "reviews", ["cooperative_id", "id"])
    op.create_index("ix_reviews_written_at", "reviews", ["written_at"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("reviews")
    op.drop_table("message_readers")
    op.drop_table("messages")
