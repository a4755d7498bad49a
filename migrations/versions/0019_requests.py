"""Buyers ask for a quote or post what is wanted; an order may be an offer on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_requests()
    _make_reach_and_photos()
    # Said in SQL: SQLite would make the whole table anew for three columns.
    big = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE orders ADD COLUMN request_id {big}"
        " CONSTRAINT fk_orders_request_id_requests REFERENCES requests (id)"
    )
    op.execute(
        "ALTER TABLE orders ADD COLUMN valid_until DATE"
        " CONSTRAINT ck_orders_offer CHECK ((request_id IS NULL) = (valid_until IS NULL))"
    )
    op.execute("ALTER TABLE orders ADD COLUMN offer_text TEXT")
    op.create_index("ix_orders_request_id", "orders", ["request_id"])
    op.create_index(
        "ix_orders_payment_state_valid_until",
        "orders",
        ["payment_state", "valid_until"],
        sqlite_where=sa.text("valid_until IS NOT NULL"),
        postgresql_where=sa.text("valid_until IS NOT NULL"),
    )


def _make_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("buyer_id", BIG, nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=True),
        sa.Column("membership_id", BIG, nullable=True),
        sa.Column("listing_id", BIG, nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("postcode_area", sa.String(length=4), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("budget_cents", BIG, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_reason", sa.String(length=12), nullable=True),
        sa.Column("removed_by_id", BIG, nullable=True),
        sa.CheckConstraint("kind IN ('quote', 'wanted')", name=op.f("ck_requests_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'picked', 'declined', 'withdrawn', 'expired', 'removed')",
            name=op.f("ck_requests_state"),
        ),
        sa.CheckConstraint(
            "(kind = 'quote') = (membership_id IS NOT NULL)", name=op.f("ck_requests_asked")
        ),
        sa.CheckConstraint("budget_cents > 0", name=op.f("ck_requests_budget")),
        sa.CheckConstraint(
            "(state = 'removed') = (removed_reason IS NOT NULL)", name=op.f("ck_requests_removed")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["people.id"], name=op.f("fk_requests_buyer_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["people.id"], name=op.f("fk_requests_removed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_requests_cooperative_id_cooperatives"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_requests_cooperative_id_membership_id_memberships"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "listing_id"],
            ["listings.cooperative_id", "listings.id"],
            name=op.f("fk_requests_cooperative_id_listing_id_listings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_requests_public_id")),
        sa.UniqueConstraint(
            "buyer_id", "idempotency_key", name=op.f("uq_requests_buyer_id_idempotency_key")
        ),
    )
    op.create_index("ix_requests_buyer_id_id", "requests", ["buyer_id", "id"])
    op.create_index(
        "ix_requests_membership_id_state_id", "requests", ["membership_id", "state", "id"]
    )
    op.create_index("ix_requests_state_closes_on", "requests", ["state", "closes_on"])


def _make_reach_and_photos() -> None:
    op.create_table(
        "request_reach",
        sa.Column("id", BIG, nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_reach_request_id_requests")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_request_reach_cooperative_id_cooperatives"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_reach")),
        sa.UniqueConstraint(
            "cooperative_id", "request_id", name=op.f("uq_request_reach_cooperative_id_request_id")
        ),
    )
    op.create_index("ix_request_reach_request_id", "request_reach", ["request_id"])
    op.create_table(
        "request_photos",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("alt", sa.String(length=160), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_photos_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_photos")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_photos_public_id")),
    )
    op.create_index("ix_request_photos_request_id", "request_photos", ["request_id"])


def downgrade() -> None:
    # An offer that was never agreed is over; what was agreed stays an order.
    op.execute("UPDATE order_lines SET state = 'declined' WHERE state = 'offered'")
    op.execute(
        "UPDATE orders SET payment_state = 'cancelled'"
        " WHERE request_id IS NOT NULL AND payment_state = 'not_due'"
    )
    op.drop_index("ix_orders_payment_state_valid_until", "orders")
    op.drop_index("ix_orders_request_id", "orders")
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint(op.f("ck_orders_offer"), type_="check")
        orders.drop_column("offer_text")
        orders.drop_column("valid_until")
        orders.drop_column("request_id")
    op.drop_table("request_photos")
    op.drop_table("request_reach")
    op.drop_table("requests")
