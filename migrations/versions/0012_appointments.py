"""Members can be booked, and buyers have baskets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key() -> sa.Column[int]:
    return sa.Column("id", BIG, nullable=False)


def _owner(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f(f"fk_{table}_cooperative_id_membership_id_memberships"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make the tables; a listing may say how long one time takes."""
    # Said in SQL: making the table anew, as a batch does on SQLite, would lose the search's triggers.
    op.execute(
        "ALTER TABLE listings ADD COLUMN duration_minutes INTEGER"
        " CONSTRAINT ck_listings_duration CHECK (duration_minutes BETWEEN 15 AND 720)"
    )
    op.create_table(
        "booking_rules",
        _key(),
        *_owner("booking_rules"),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "buffer_minutes BETWEEN 0 AND 240", name=op.f("ck_booking_rules_buffer")
        ),
        sa.CheckConstraint("per_day BETWEEN 1 AND 20", name=op.f("ck_booking_rules_per_day")),
        sa.CheckConstraint("notice_hours BETWEEN 0 AND 720", name=op.f("ck_booking_rules_notice")),
        sa.UniqueConstraint(
            "cooperative_id",
            "membership_id",
            name=op.f("uq_booking_rules_cooperative_id_membership_id"),
        ),
        sa.UniqueConstraint("membership_id", name=op.f("uq_booking_rules_membership_id")),
    )
    op.create_table(
        "blocked_days",
        _key(),
        *_owner("blocked_days"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.UniqueConstraint("membership_id", "day", name=op.f("uq_blocked_days_membership_id_day")),
    )
    op.create_table(
        "booked_quarters",
        _key(),
        *_owner("booked_quarters"),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_booked_quarters_cooperative_id_line_id_order_lines"),
        ),
        sa.UniqueConstraint(
            "membership_id", "starts_at", name=op.f("uq_booked_quarters_membership_id_starts_at")
        ),
    )
    op.create_index("ix_booked_quarters_line_id", "booked_quarters", ["line_id"])
    _make_baskets()


def _make_baskets() -> None:
    op.create_table(
        "basket_lines",
        _key(),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("quantity_hundredths", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity_hundredths > 0", name=op.f("ck_basket_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "listing_id"],
            ["listings.cooperative_id", "listings.id"],
            name=op.f("fk_basket_lines_cooperative_id_listing_id_listings"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_basket_lines_cooperative_id_cooperatives"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_basket_lines_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_lines")),
        sa.UniqueConstraint("public_id", name=op.f("uq_basket_lines_public_id")),
        sa.UniqueConstraint(
            "person_id", "listing_id", name=op.f("uq_basket_lines_person_id_listing_id")
        ),
    )
    op.create_index("ix_basket_lines_listing_id", "basket_lines", ["listing_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("basket_lines")
    op.drop_table("booked_quarters")
    op.drop_table("blocked_days")
    op.drop_table("booking_rules")
    op.execute("ALTER TABLE listings DROP COLUMN duration_minutes")
