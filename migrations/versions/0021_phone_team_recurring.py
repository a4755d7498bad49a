"""Orders by telephone, jobs that a team shares, and orders that come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _base(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f(f"fk_{table}_cooperative_id_cooperatives"),
        ),
    ]


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["people.id"], name=op.f(f"fk_{table}_{column}_people")
    )


def upgrade() -> None:
    """A person may have no e-mail; a line may be a part of another one's job."""
    with op.batch_alter_table("people") as people:
        people.alter_column("email", existing_type=sa.String(length=254), nullable=True)
    with op.batch_alter_table("order_lines") as lines:
        lines.add_column(sa.Column("team_of_id", BIG, nullable=True))
        lines.create_foreign_key(
            op.f("fk_order_lines_cooperative_id_team_of_id_order_lines"),
            "order_lines",
            ["cooperative_id", "team_of_id"],
            ["cooperative_id", "id"],
        )
    _make_contacts()
    _make_recurrences()


def _make_contacts() -> None:
    op.create_table(
        "contacts",
        *_base("contacts"),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_mark", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("entered_by_id", BIG, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _person("contacts", "person_id"),
        _person("contacts", "entered_by_id"),
        sa.UniqueConstraint(
            "cooperative_id", "person_id", name=op.f("uq_contacts_cooperative_id_person_id")
        ),
    )
    op.create_index(
        "ix_contacts_cooperative_id_phone_mark", "contacts", ["cooperative_id", "phone_mark"]
    )


def _make_recurrences() -> None:
    op.create_table(
        "recurrences",
        *_base("recurrences"),
        sa.Column("buyer_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("idempotency_key", sa.String(length=40), nullable=False),
        sa.Column("quantity_hundredths", sa.Integer(), nullable=False),
        sa.Column("every", sa.String(length=9), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("at_minute", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("changed_by", sa.String(length=6), nullable=True),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _person("recurrences", "buyer_id"),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_recurrences_cooperative_id_membership_id_memberships"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "listing_id"],
            ["listings.cooperative_id", "listings.id"],
            name=op.f("fk_recurrences_cooperative_id_listing_id_listings"),
        ),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_recurrences_cooperative_id_id")),
        sa.UniqueConstraint(
            "buyer_id", "idempotency_key", name=op.f("uq_recurrences_buyer_id_idempotency_key")
        ),
        sa.CheckConstraint(
            "every IN ('week', 'two_weeks', 'month')", name=op.f("ck_recurrences_every")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'active', 'paused', 'stopped', 'declined', 'expired')",
            name=op.f("ck_recurrences_state"),
        ),
        sa.CheckConstraint(
            "changed_by IN ('buyer', 'member')", name=op.f("ck_recurrences_changed_by")
        ),
        sa.CheckConstraint("quantity_hundredths > 0", name=op.f("ck_recurrences_quantity")),
        sa.CheckConstraint("at_minute BETWEEN 0 AND 1439", name=op.f("ck_recurrences_at_minute")),
    )
    op.create_index("ix_recurrences_state_next_on", "recurrences", ["state", "next_on"])
    op.create_index(
        "ix_recurrences_membership_id_state_id", "recurrences", ["membership_id", "state", "id"]
    )
    op.create_table(
        "recurrence_dates",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("recurrence_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrence_dates")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "recurrence_id"],
            ["recurrences.cooperative_id", "recurrences.id"],
            name=op.f("fk_recurrence_dates_cooperative_id_recurrence_id_recurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_recurrence_dates_cooperative_id_order_id_orders"),
        ),
        sa.UniqueConstraint(
            "recurrence_id", "day", name=op.f("uq_recurrence_dates_recurrence_id_day")
        ),
        sa.CheckConstraint(
            "outcome IN ('made', 'asked', 'slot_gone', 'not_sold')",
            name=op.f("ck_recurrence_dates_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IN ('made', 'asked')) = (order_id IS NOT NULL)",
            name=op.f("ck_recurrence_dates_order"),
        ),
    )
    op.create_index("ix_recurrence_dates_order_id", "recurrence_dates", ["order_id"])


def downgrade() -> None:
    """Take them away; who has no e-mail keeps an address that nobody can have."""
    op.drop_table("recurrence_dates")
    op.drop_table("recurrences")
    op.drop_table("contacts")
    with op.batch_alter_table("order_lines") as lines:
        lines.drop_constraint(
            op.f("fk_order_lines_cooperative_id_team_of_id_order_lines"), type_="foreignkey"
        )
        lines.drop_column("team_of_id")
    op.execute("UPDATE people SET email = public_id || '@invalid' WHERE email IS NULL")
    with op.batch_alter_table("people") as people:
        people.alter_column("email", existing_type=sa.String(length=254), nullable=False)
