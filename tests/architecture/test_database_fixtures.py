"""The ground of all other tests: a fresh database each time, of both kinds."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from marketplace.gateways import schema


def test_a_test_gets_a_migrated_database(database_url):
    assert schema.current_is_head(database_url)


@pytest.mark.parametrize("time", ["first", "again"])
def test_a_test_never_sees_what_another_left(session: Session, time):
    session.execute(text("CREATE TABLE left_behind (id integer)"))
    session.commit()


@pytest.mark.sqlite_only
def test_a_test_may_ask_for_sqlite_alone(database_url):
    assert database_url.startswith("sqlite")


@pytest.mark.postgresql_only
def test_a_test_may_ask_for_postgresql_alone(database_url):
    assert database_url.startswith("postgresql")


def test_the_migrations_go_up_down_and_up(database_url):
    schema.downgrade(database_url, "base")
    engine = create_engine(database_url)
    with engine.connect() as connection:
        left = set(engine.dialect.get_table_names(connection))
    engine.dispose()
    assert left <= {"alembic_version"}
    schema.upgrade(database_url)
    assert schema.current_is_head(database_url)
