"""The first tables, the triggers that guard the books, and the full-text index of listings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.models import fulltext, triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:  # noqa: PLR0915 a record of DDL
    op.create_table(
        "attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_door_key_at", "attempts", ["door", "key", "at"], unique=False)
    op.create_table(
        "cooperatives",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("kvk_number", sa.String(length=8), nullable=True),
        sa.Column("vat_number", sa.String(length=14), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperatives")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cooperatives_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_cooperatives_slug")),
    )
    op.create_table(
        "municipalities",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("profile_code", sa.String(length=40), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipalities")),
        sa.UniqueConstraint("name", name=op.f("uq_municipalities_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_municipalities_public_id")),
    )
    op.create_table(
        "people",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_people_public_id")),
    )
    op.create_table(
        "places",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("name", name=op.f("uq_places_name")),
    )
    op.create_table(
        "audit_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("cooperative_id", BIG, nullable=True),
        sa.Column("municipality_id", BIG, nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_audit_lines_actor_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_audit_lines_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_audit_lines_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_lines")),
    )
    op.create_index(
        "ix_audit_lines_cooperative_id_id", "audit_lines", ["cooperative_id", "id"], unique=False
    )
    op.create_table(
        "cooperative_parameters",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("training_share", sa.Integer(), nullable=False),
        sa.Column("reserve_share", sa.Integer(), nullable=False),
        sa.Column("threshold_cents", BIG, nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("municipality_share", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "period IN ('calendar_year', 'calendar_month')",
            name=op.f("ck_cooperative_parameters_period"),
        ),
        sa.CheckConstraint(
            "municipality_share BETWEEN 0 AND 10000",
            name=op.f("ck_cooperative_parameters_municipality"),
        ),
        sa.CheckConstraint(
            "reserve_share BETWEEN 0 AND 10000", name=op.f("ck_cooperative_parameters_reserve")
        ),
        sa.CheckConstraint(
            "threshold_cents >= 0", name=op.f("ck_cooperative_parameters_threshold")
        ),
        sa.CheckConstraint(
            "training_share + reserve_share <= 10000",
            name=op.f("ck_cooperative_parameters_together"),
        ),
        sa.CheckConstraint(
            "training_share BETWEEN 0 AND 10000", name=op.f("ck_cooperative_parameters_training")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_cooperative_parameters_cooperative_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperative_parameters")),
        sa.UniqueConstraint(
            "cooperative_id",
            "valid_from",
            name=op.f("uq_cooperative_parameters_cooperative_id_valid_from"),
        ),
    )
    op.create_index(
        op.f("ix_cooperative_parameters_cooperative_id"),
        "cooperative_parameters",
        ["cooperative_id"],
        unique=False,
    )
    op.create_table(
        "invitations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=True),
        sa.Column("municipality_id", BIG, nullable=True),
        sa.Column("membership_id", BIG, nullable=True),
        sa.Column("invited_by_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_invitations_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["people.id"], name=op.f("fk_invitations_invited_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_invitations_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(
        op.f("ix_invitations_cooperative_id"), "invitations", ["cooperative_id"], unique=False
    )
    op.create_index(
        op.f("ix_invitations_municipality_id"), "invitations", ["municipality_id"], unique=False
    )
    op.create_table(
        "memberships",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("municipality_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("trade_name", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('invited', 'trial', 'member', 'paused', 'left')",
            name=op.f("ck_memberships_status"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_memberships_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_memberships_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_memberships_cooperative_id_id")),
        sa.UniqueConstraint(
            "cooperative_id", "person_id", name=op.f("uq_memberships_cooperative_id_person_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_memberships_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_memberships_reference")),
    )
    op.create_index(
        op.f("ix_memberships_cooperative_id"), "memberships", ["cooperative_id"], unique=False
    )
    op.create_index(
        op.f("ix_memberships_municipality_id"), "memberships", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("buyer_id", BIG, nullable=False),
        sa.Column("idempotency_key", sa.String(length=40), nullable=False),
        sa.Column("payment_state", sa.String(length=10), nullable=False),
        sa.Column("total_cents", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "payment_state IN ('not_due', 'awaiting', 'paid', 'cancelled')",
            name=op.f("ck_orders_payment_state"),
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["people.id"], name=op.f("fk_orders_buyer_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_orders_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_orders_cooperative_id_id")),
        sa.UniqueConstraint(
            "cooperative_id",
            "idempotency_key",
            name=op.f("uq_orders_cooperative_id_idempotency_key"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_orders_public_id")),
    )
    op.create_index("ix_orders_buyer_id_id", "orders", ["buyer_id", "id"], unique=False)
    op.create_index(
        "ix_orders_payment_state_due_at", "orders", ["payment_state", "due_at"], unique=False
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_public_id")),
    )
    op.create_index(
        "ix_outbox_state_not_before_id", "outbox", ["state", "not_before", "id"], unique=False
    )
    op.create_table(
        "password_resets",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_password_resets_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_resets_token_hash")),
    )
    op.create_index(
        op.f("ix_password_resets_person_id"), "password_resets", ["person_id"], unique=False
    )
    op.create_table(
        "vat_schemes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scheme IN ('charges', 'kor')", name=op.f("ck_vat_schemes_scheme")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_vat_schemes_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_schemes")),
        sa.UniqueConstraint(
            "cooperative_id", "valid_from", name=op.f("uq_vat_schemes_cooperative_id_valid_from")
        ),
    )
    op.create_index(
        op.f("ix_vat_schemes_cooperative_id"), "vat_schemes", ["cooperative_id"], unique=False
    )
    op.create_table(
        "accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("membership_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_accounts_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_accounts_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "cooperative_id",
            "code",
            "membership_id",
            name=op.f("uq_accounts_cooperative_id_code_membership_id"),
        ),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_accounts_cooperative_id_id")),
    )
    op.create_index(
        "uq_accounts_cooperative_id_code",
        "accounts",
        ["cooperative_id", "code"],
        unique=True,
        sqlite_where=sa.text("membership_id IS NULL"),
        postgresql_where=sa.text("membership_id IS NULL"),
    )
    op.create_table(
        "agreements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("municipality_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("regime", sa.String(length=10), nullable=False),
        sa.Column("decision_reference", sa.String(length=60), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("household_kind", sa.String(length=20), nullable=False),
        sa.Column("has_children", sa.Boolean(), nullable=False),
        sa.Column("cost_sharers", sa.Integer(), nullable=False),
        sa.Column("household_origin", sa.String(length=120), nullable=False),
        sa.Column("exemption_n_granted", sa.Boolean(), nullable=False),
        sa.Column("months_n_used_at_entry", sa.Integer(), nullable=False),
        sa.Column("deductions_accepted", sa.Boolean(), nullable=False),
        sa.Column("costs_accepted", sa.Boolean(), nullable=False),
        sa.Column("threshold_cents", BIG, nullable=True),
        sa.Column("period", sa.String(length=16), nullable=True),
        sa.Column("municipality_share", sa.Integer(), nullable=True),
        sa.Column("exit_rule", sa.String(length=24), nullable=False),
        sa.Column("hours_per_week", sa.Integer(), nullable=True),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "regime IN ('pot', 'set_off', 'premium', 'experiment')",
            name=op.f("ck_agreements_regime"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_agreements_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_agreements_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_agreements_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_agreements_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_agreements_cooperative_id_id")),
        sa.UniqueConstraint(
            "membership_id", "valid_from", name=op.f("uq_agreements_membership_id_valid_from")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreements_public_id")),
    )
    op.create_index(
        op.f("ix_agreements_cooperative_id"), "agreements", ["cooperative_id"], unique=False
    )
    op.create_index(
        op.f("ix_agreements_membership_id"), "agreements", ["membership_id"], unique=False
    )
    op.create_index(
        "ix_agreements_municipality_id_valid_from",
        "agreements",
        ["municipality_id", "valid_from"],
        unique=False,
    )
    op.create_table(
        "entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("membership_id", BIG, nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_month", sa.Date(), nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_entries_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "reverses_id"],
            ["entries.cooperative_id", "entries.id"],
            name=op.f("fk_entries_cooperative_id_reverses_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_entries_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_entries_cooperative_id_id")),
        sa.UniqueConstraint(
            "cooperative_id", "source", name=op.f("uq_entries_cooperative_id_source")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_entries_public_id")),
    )
    op.create_index(
        "ix_entries_cooperative_id_booked_on_id",
        "entries",
        ["cooperative_id", "booked_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_entries_membership_id_booked_on",
        "entries",
        ["membership_id", "booked_on"],
        unique=False,
    )
    op.create_index(
        "ix_entries_membership_id_for_month",
        "entries",
        ["membership_id", "for_month"],
        unique=False,
    )
    op.create_table(
        "grants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=True),
        sa.Column("municipality_id", BIG, nullable=True),
        sa.Column("membership_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role = 'member') = (membership_id IS NOT NULL)", name=op.f("ck_grants_membership")
        ),
        sa.CheckConstraint(
            "(role = 'operator' AND cooperative_id IS NULL AND municipality_id IS NULL) OR (role = 'officer' AND cooperative_id IS NULL AND municipality_id IS NOT NULL) OR (role IN ('member', 'coordinator', 'treasurer') AND cooperative_id IS NOT NULL AND municipality_id IS NULL)",
            name=op.f("ck_grants_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_grants_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_grants_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_grants_municipality_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "cooperative_id",
            name=op.f("uq_grants_person_id_role_cooperative_id"),
        ),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "municipality_id",
            name=op.f("uq_grants_person_id_role_municipality_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_grants_public_id")),
    )
    op.create_index(op.f("ix_grants_cooperative_id"), "grants", ["cooperative_id"], unique=False)
    op.create_index(op.f("ix_grants_municipality_id"), "grants", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_grants_person_id"), "grants", ["person_id"], unique=False)
    op.create_table(
        "listings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price_cents", BIG, nullable=False),
        sa.Column("vat_category", sa.String(length=8), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("search_terms", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'product') = (stock IS NOT NULL)", name=op.f("ck_listings_stock_of_product")
        ),
        sa.CheckConstraint("kind IN ('service', 'product')", name=op.f("ck_listings_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'paused')", name=op.f("ck_listings_state")
        ),
        sa.CheckConstraint(
            "unit IN ('hour', 'job', 'person', 'piece')", name=op.f("ck_listings_unit")
        ),
        sa.CheckConstraint("vat_category IN ('standard', 'reduced')", name=op.f("ck_listings_vat")),
        sa.CheckConstraint("price_cents > 0", name=op.f("ck_listings_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_listings_stock")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_listings_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_listings_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_listings_cooperative_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_listings_public_id")),
    )
    op.create_index(
        op.f("ix_listings_cooperative_id"), "listings", ["cooperative_id"], unique=False
    )
    op.create_index("ix_listings_lat_lon", "listings", ["lat", "lon"], unique=False)
    op.create_index(
        "ix_listings_membership_id_id", "listings", ["membership_id", "id"], unique=False
    )
    op.create_index(
        "ix_listings_state_category_id", "listings", ["state", "category", "id"], unique=False
    )
    op.create_index("ix_listings_state_id", "listings", ["state", "id"], unique=False)
    op.create_table(
        "payment_intents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.Column("pay_url", sa.String(length=500), nullable=True),
        sa.Column("amount_cents", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('created', 'open', 'paid', 'failed', 'expired')",
            name=op.f("ck_payment_intents_state"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_payment_intents_cooperative_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_intents")),
        sa.UniqueConstraint(
            "cooperative_id", "id", name=op.f("uq_payment_intents_cooperative_id_id")
        ),
        sa.UniqueConstraint(
            "provider",
            "provider_reference",
            name=op.f("uq_payment_intents_provider_provider_reference"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_intents_public_id")),
    )
    op.create_index(
        op.f("ix_payment_intents_order_id"), "payment_intents", ["order_id"], unique=False
    )
    op.create_table(
        "payouts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("idempotency_key", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", BIG, nullable=False),
        sa.Column("bank_reference", sa.String(length=60), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("booked_by_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('earnings', 'receipts')", name=op.f("ck_payouts_kind")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payouts_amount")),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["people.id"], name=op.f("fk_payouts_booked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_payouts_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_payouts_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint(
            "cooperative_id",
            "idempotency_key",
            name=op.f("uq_payouts_cooperative_id_idempotency_key"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_payouts_public_id")),
    )
    op.create_index(op.f("ix_payouts_membership_id"), "payouts", ["membership_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("quantity_hundredths", sa.Integer(), nullable=False),
        sa.Column("unit_price_cents", BIG, nullable=False),
        sa.Column("vat_category", sa.String(length=8), nullable=False),
        sa.Column("vat_rate", sa.String(length=6), nullable=False),
        sa.Column("gross_cents", BIG, nullable=False),
        sa.Column("net_cents", BIG, nullable=False),
        sa.Column("vat_cents", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'ordered', 'accepted', 'declined', 'cancelled', 'delivered', 'confirmed')",
            name=op.f("ck_order_lines_state"),
        ),
        sa.CheckConstraint(
            "net_cents + vat_cents = gross_cents", name=op.f("ck_order_lines_adds_up")
        ),
        sa.CheckConstraint("quantity_hundredths > 0", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "listing_id"],
            ["listings.cooperative_id", "listings.id"],
            name=op.f("fk_order_lines_cooperative_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_order_lines_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_id"],
            ["orders.cooperative_id", "orders.id"],
            name=op.f("fk_order_lines_cooperative_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_order_lines_cooperative_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_order_lines_public_id")),
    )
    op.create_index(op.f("ix_order_lines_listing_id"), "order_lines", ["listing_id"], unique=False)
    op.create_index(
        "ix_order_lines_membership_id_state_id",
        "order_lines",
        ["membership_id", "state", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_order_lines_order_id"), "order_lines", ["order_id"], unique=False)
    op.create_table(
        "payment_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("amount_cents", BIG, nullable=True),
        sa.Column("cooperative_id", BIG, nullable=True),
        sa.Column("intent_id", BIG, nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('booked', 'ignored', 'refused')", name=op.f("ck_payment_events_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_payment_events_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["payment_intents.id"], name=op.f("fk_payment_events_intent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
        sa.UniqueConstraint(
            "provider", "event_id", name=op.f("uq_payment_events_provider_event_id")
        ),
    )
    op.create_index(
        op.f("ix_payment_events_intent_id"), "payment_events", ["intent_id"], unique=False
    )
    op.create_index(op.f("ix_payment_events_outcome"), "payment_events", ["outcome"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("alt", sa.String(length=160), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "listing_id"],
            ["listings.cooperative_id", "listings.id"],
            name=op.f("fk_pictures_cooperative_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pictures_public_id")),
    )
    op.create_index(op.f("ix_pictures_listing_id"), "pictures", ["listing_id"], unique=False)
    op.create_table(
        "postings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("amount_cents", BIG, nullable=False),
        sa.CheckConstraint("side IN ('debit', 'credit')", name=op.f("ck_postings_side")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_postings_amount")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "account_id"],
            ["accounts.cooperative_id", "accounts.id"],
            name=op.f("fk_postings_cooperative_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "entry_id"],
            ["entries.cooperative_id", "entries.id"],
            name=op.f("fk_postings_cooperative_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    op.create_index(
        "ix_postings_account_id_entry_id", "postings", ["account_id", "entry_id"], unique=False
    )
    op.create_index(op.f("ix_postings_entry_id"), "postings", ["entry_id"], unique=False)
    op.create_table(
        "statements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("agreement_id", BIG, nullable=False),
        sa.Column("municipality_id", BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stated_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_by_id", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('ready', 'confirmed', 'signed_off')", name=op.f("ck_statements_state")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "agreement_id"],
            ["agreements.cooperative_id", "agreements.id"],
            name=op.f("fk_statements_cooperative_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_statements_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_statements_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_statements_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_off_by_id"], ["people.id"], name=op.f("fk_statements_signed_off_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_statements_cooperative_id_id")),
        sa.UniqueConstraint(
            "membership_id", "month", name=op.f("uq_statements_membership_id_month")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_statements_public_id")),
    )
    op.create_index(
        op.f("ix_statements_cooperative_id"), "statements", ["cooperative_id"], unique=False
    )
    op.create_index(
        "ix_statements_municipality_id_month_state",
        "statements",
        ["municipality_id", "month", "state"],
        unique=False,
    )
    op.create_index(
        "ix_statements_municipality_id_state_id",
        "statements",
        ["municipality_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "assessments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("statement_id", BIG, nullable=False),
        sa.Column("shown_in_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("turnover_cents", BIG, nullable=False),
        sa.Column("result_cents", BIG, nullable=False),
        sa.Column("income_cents", BIG, nullable=False),
        sa.Column("norm_cents", BIG, nullable=False),
        sa.Column("exempt_cents", BIG, nullable=False),
        sa.Column("set_off_cents", BIG, nullable=False),
        sa.Column("municipality_cents", BIG, nullable=False),
        sa.Column("benefit_reduction_cents", BIG, nullable=False),
        sa.Column("exemption", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "statement_id"],
            ["statements.cooperative_id", "statements.id"],
            name=op.f("fk_assessments_cooperative_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shown_in_id"], ["statements.id"], name=op.f("fk_assessments_shown_in_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "statement_id", "version", name=op.f("uq_assessments_statement_id_version")
        ),
    )
    op.create_index("ix_assessments_shown_in_id", "assessments", ["shown_in_id"], unique=False)
    op.create_table(
        "costs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=True),
        sa.Column("description", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("gross_cents", BIG, nullable=False),
        sa.Column("vat_cents", BIG, nullable=False),
        sa.Column("paid_by", sa.String(length=12), nullable=False),
        sa.Column("receipt_file", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("for_month", sa.Date(), nullable=True),
        sa.Column("municipality_accepted_cents", BIG, nullable=True),
        sa.CheckConstraint("paid_by IN ('cooperative', 'member')", name=op.f("ck_costs_paid_by")),
        sa.CheckConstraint(
            "state IN ('submitted', 'approved', 'rejected')", name=op.f("ck_costs_state")
        ),
        sa.CheckConstraint("gross_cents > 0", name=op.f("ck_costs_gross")),
        sa.CheckConstraint("vat_cents >= 0 AND vat_cents < gross_cents", name=op.f("ck_costs_vat")),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "membership_id"],
            ["memberships.cooperative_id", "memberships.id"],
            name=op.f("fk_costs_cooperative_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "order_line_id"],
            ["order_lines.cooperative_id", "order_lines.id"],
            name=op.f("fk_costs_cooperative_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_costs_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costs")),
        sa.UniqueConstraint("cooperative_id", "id", name=op.f("uq_costs_cooperative_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_costs_public_id")),
    )
    op.create_index(
        "ix_costs_cooperative_id_state_id", "costs", ["cooperative_id", "state", "id"], unique=False
    )
    op.create_index("ix_costs_membership_id_id", "costs", ["membership_id", "id"], unique=False)
    dialect = op.get_bind().dialect.name
    for statement in (
        *triggers.create_statements(dialect),
        *fulltext.create_statements(dialect),
    ):
        op.execute(statement)


def downgrade() -> None:  # noqa: PLR0915 idem
    dialect = op.get_bind().dialect.name
    for statement in (
        *fulltext.drop_statements(dialect),
        *triggers.drop_statements(dialect),
    ):
        op.execute(statement)
    op.drop_index("ix_costs_membership_id_id", table_name="costs")
    op.drop_index("ix_costs_cooperative_id_state_id", table_name="costs")
    op.drop_table("costs")
    op.drop_index("ix_assessments_shown_in_id", table_name="assessments")
    op.drop_table("assessments")
    op.drop_index("ix_statements_municipality_id_state_id", table_name="statements")
    op.drop_index("ix_statements_municipality_id_month_state", table_name="statements")
    op.drop_index(op.f("ix_statements_cooperative_id"), table_name="statements")
    op.drop_table("statements")
    op.drop_index(op.f("ix_postings_entry_id"), table_name="postings")
    op.drop_index("ix_postings_account_id_entry_id", table_name="postings")
    op.drop_table("postings")
    op.drop_index(op.f("ix_pictures_listing_id"), table_name="pictures")
    op.drop_table("pictures")
    op.drop_index(op.f("ix_payment_events_outcome"), table_name="payment_events")
    op.drop_index(op.f("ix_payment_events_intent_id"), table_name="payment_events")
    op.drop_table("payment_events")
    op.drop_index(op.f("ix_order_lines_order_id"), table_name="order_lines")
    op.drop_index("ix_order_lines_membership_id_state_id", table_name="order_lines")
    op.drop_index(op.f("ix_order_lines_listing_id"), table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index(op.f("ix_payouts_membership_id"), table_name="payouts")
    op.drop_table("payouts")
    op.drop_index(op.f("ix_payment_intents_order_id"), table_name="payment_intents")
    op.drop_table("payment_intents")
    op.drop_index("ix_listings_state_id", table_name="listings")
    op.drop_index("ix_listings_state_category_id", table_name="listings")
    op.drop_index("ix_listings_membership_id_id", table_name="listings")
    op.drop_index("ix_listings_lat_lon", table_name="listings")
    op.drop_index(op.f("ix_listings_cooperative_id"), table_name="listings")
    op.drop_table("listings")
    op.drop_index(op.f("ix_grants_person_id"), table_name="grants")
    op.drop_index(op.f("ix_grants_municipality_id"), table_name="grants")
    op.drop_index(op.f("ix_grants_cooperative_id"), table_name="grants")
    op.drop_table("grants")
    op.drop_index("ix_entries_membership_id_for_month", table_name="entries")
    op.drop_index("ix_entries_membership_id_booked_on", table_name="entries")
    op.drop_index("ix_entries_cooperative_id_booked_on_id", table_name="entries")
    op.drop_table("entries")
    op.drop_index("ix_agreements_municipality_id_valid_from", table_name="agreements")
    op.drop_index(op.f("ix_agreements_membership_id"), table_name="agreements")
    op.drop_index(op.f("ix_agreements_cooperative_id"), table_name="agreements")
    op.drop_table("agreements")
    op.drop_index(
        "uq_accounts_cooperative_id_code",
        table_name="accounts",
        sqlite_where=sa.text("membership_id IS NULL"),
        postgresql_where=sa.text("membership_id IS NULL"),
    )
    op.drop_table("accounts")
    op.drop_index(op.f("ix_vat_schemes_cooperative_id"), table_name="vat_schemes")
    op.drop_table("vat_schemes")
    op.drop_index(op.f("ix_password_resets_person_id"), table_name="password_resets")
    op.drop_table("password_resets")
    op.drop_index("ix_outbox_state_not_before_id", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_orders_payment_state_due_at", table_name="orders")
    op.drop_index("ix_orders_buyer_id_id", table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_memberships_person_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_municipality_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_cooperative_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_index(op.f("ix_invitations_municipality_id"), table_name="invitations")
    op.drop_index(op.f("ix_invitations_cooperative_id"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(
        op.f("ix_cooperative_parameters_cooperative_id"), table_name="cooperative_parameters"
    )
    op.drop_table("cooperative_parameters")
    op.drop_index("ix_audit_lines_cooperative_id_id", table_name="audit_lines")
    op.drop_table("audit_lines")
    op.drop_table("places")
    op.drop_table("people")
    op.drop_table("municipalities")
    op.drop_table("cooperatives")
    op.drop_index("ix_attempts_door_key_at", table_name="attempts")
    op.drop_table("attempts")
