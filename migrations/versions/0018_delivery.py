"""Goods are fetched or brought, an appointment counts its changes, and a mail knows its order."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Said in SQL: making a table anew, as a batch does on SQLite, would lose its triggers.
_ADDED = (
    ("listings", "pickup", "BOOLEAN NOT NULL DEFAULT true"),
    (
        "listings",
        "delivery_km",
        "INTEGER CONSTRAINT ck_listings_delivery_km CHECK (delivery_km BETWEEN 1 AND 100)",
    ),
    (
        "listings",
        "delivery_fee_cents",
        (
            "BIGINT CONSTRAINT ck_listings_delivery CHECK"
            " ((delivery_km IS NULL) = (delivery_fee_cents IS NULL)"
            " AND (delivery_fee_cents IS NULL OR delivery_fee_cents BETWEEN 0 AND 10000)"
            " AND (pickup OR delivery_km IS NOT NULL))"
        ),
    ),
    (
        "order_lines",
        "handover",
        "VARCHAR(8) CONSTRAINT ck_order_lines_handover CHECK (handover IN ('pickup', 'delivery'))",
    ),
    (
        "order_lines",
        "delivery_cents",
        (
            "BIGINT NOT NULL DEFAULT 0 CONSTRAINT ck_order_lines_delivery CHECK"
            " (delivery_cents >= 0 AND delivery_cents <= gross_cents"
            " AND (delivery_cents = 0 OR handover = 'delivery'))"
        ),
    ),
    ("order_lines", "appointment_version", "INTEGER NOT NULL DEFAULT 0"),
    (
        "basket_lines",
        "handover",
        "VARCHAR(8) CONSTRAINT ck_basket_lines_handover CHECK (handover IN ('pickup', 'delivery'))",
    ),
    ("outbox", "order_id", "BIGINT CONSTRAINT fk_outbox_order_id REFERENCES orders (id)"),
)


def upgrade() -> None:
    """Add the columns; what was on sale so far is fetched."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, said in _ADDED:
        kind = said.replace("BIGINT", "INTEGER") if sqlite else said
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.execute("UPDATE order_lines SET handover = 'pickup' WHERE kind = 'product'")
    op.create_index("ix_outbox_order_id_id", "outbox", ["order_id", "id"])
    op.create_index("ix_outbox_state_id", "outbox", ["state", "id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_outbox_state_id", "outbox")
    op.drop_index("ix_outbox_order_id_id", "outbox")
    # A later step down made this table anew, and its checks with it: SQLite keeps them with a column gone.
    with op.batch_alter_table("order_lines") as lines:
        for name in ("ck_order_lines_delivery", "ck_order_lines_handover"):
            lines.drop_constraint(op.f(name), type_="check")
        for column in ("appointment_version", "delivery_cents", "handover"):
            lines.drop_column(column)
    for table, column, _said in reversed(_ADDED):
        if table != "order_lines":
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
