"""What the board confirmed after the sale that ended KOR; a row is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.models import triggers

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kor_confirmations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("scheme_from", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_kor_confirmations_cooperative")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id", "scheme_from"],
            ["vat_schemes.cooperative_id", "vat_schemes.valid_from"],
            name=op.f("fk_kor_confirmations_scheme"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["people.id"], name=op.f("fk_kor_confirmations_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kor_confirmations")),
        sa.UniqueConstraint(
            "cooperative_id",
            "scheme_from",
            name=op.f("uq_kor_confirmations_cooperative_id_scheme_from"),
        ),
    )
    for statement in triggers.kor_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    # The triggers go with their table.
    op.drop_table("kor_confirmations")
