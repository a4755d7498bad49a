"""What every test may ask for: a fresh migrated database (both kinds), a session, an app, a day.

A test that asks for `database_url` (itself or through `session`, `app`, `client`) runs twice: on
SQLite and on PostgreSQL. Mark it `sqlite_only` or `postgresql_only` where one says it all.
Each worker migrates one template per kind; each test gets a copy of its own, and may commit.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import time_machine

from tests import postgres

if TYPE_CHECKING:
    # imported where used: a test of the domain starts without Flask and SQLAlchemy
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from marketplace.settings import Settings

KEY = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb28="  # a Fernet key that opens nothing real
NOW = dt.datetime(2026, 1, 15, 10, 0, tzinfo=dt.UTC)

# A busy machine is no fault: how long an example may take says nothing about what it finds.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) names where this run's PostgreSQL will live."""
    if hasattr(config, "workerinput"):
        return
    try:
        postgres.prepare()
    except postgres.PostgresMissing as missing:
        pytest.exit(str(missing), returncode=4)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests go first and together: one worker starts one browser, the other the rest."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("browser"))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" not in metafunc.fixturenames:
        return
    kinds = ["sqlite", "postgresql"]
    for kind in kinds:
        if metafunc.definition.get_closest_marker(f"{kind}_only"):
            kinds = [kind]
    metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody opens; tests get copies."""
    from marketplace.gateways import schema

    path = tmp_path_factory.mktemp("template") / "market.sqlite"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """The run's PostgreSQL, started at its first use."""
    server = postgres.Server(postgres.server_url())
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: postgres.Server) -> Iterator[str]:
    """The name of a migrated PostgreSQL database that nobody connects to; tests get copies."""
    from marketplace.gateways import schema

    name = f"template_{_run_name()}"
    schema.upgrade(postgresql.create(name))
    yield name
    postgresql.drop(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database of the kind that the test's id names."""
    if request.param == "sqlite":
        path = tmp_path / "market.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    name = f"test_{_run_name()}"
    yield server.create(name, template=request.getfixturevalue("postgresql_template"))
    server.drop(name)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on the test's database, for services; the test commits where it wants."""
    from marketplace.gateways.database import Database

    database = Database(database_url, [KEY])
    with database.session(writes=True) as opened:
        yield opened
    database.engine.dispose()


@pytest.fixture
def now() -> dt.datetime:
    """Ten o'clock UTC (eleven in Amsterdam) on 15 January 2026."""
    return NOW


@pytest.fixture
def clock(now: dt.datetime) -> Iterator[time_machine.Traveller]:
    """The clock of the process, standing still at `now`; `clock.shift(...)` moves it."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for the test's database, with files in a folder of its own."""
    from marketplace.settings import Settings

    return Settings.for_tests(database_url=database_url, var_dir=tmp_path / "var")


@pytest.fixture
def app(settings: Settings, clock: time_machine.Traveller) -> Iterator[Flask]:
    """The whole application, its clock standing still."""
    from marketplace.app import create_app, embedded_gateways
    from marketplace.gateways.jobs import Silent

    made = create_app(settings, replace(embedded_gateways(settings), jobs=Silent()))
    made.testing = True
    yield made
    made.extensions["marketplace"].database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


def _run_name() -> str:
    """One name per worker and run, also on a server that others share."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
