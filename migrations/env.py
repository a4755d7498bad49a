"""Alembic's surroundings: the connection comes from `marketplace/gateways/schema.py`.

There is no alembic.ini, so that one address of the database holds for all.
"""

from __future__ import annotations

from alembic import context

from marketplace.models.registry import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
