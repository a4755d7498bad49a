"""The migrations are one row of numbers, and make what the models say, in both databases."""

from __future__ import annotations

import re

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from marketplace.gateways import schema
from marketplace.models.registry import METADATA


def is_of_the_models(name, kind, _parents) -> bool:
    """Tell whether the models know it: the search's index is each database's own."""
    return not (kind in {"table", "index"} and "search" in (name or ""))


def test_there_is_one_head():
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_a_migration_has_its_number():
    names = sorted(path.name for path in (schema.MIGRATIONS / "versions").glob("*.py"))
    numbers = [int(match.group()) for name in names if (match := re.match(r"\d{4}(?=_)", name))]
    assert numbers == list(range(1, len(names) + 1))


def test_the_migrations_make_what_the_models_say(database_url):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_of_the_models}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def test_an_older_database_is_not_at_the_head(database_url):
    schema.downgrade(database_url, "base")
    assert not schema.current_is_head(database_url)


def test_migrating_twice_changes_nothing(database_url):
    schema.upgrade(database_url)
    assert schema.current_is_head(database_url)
