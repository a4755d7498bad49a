"""The demo: a few months lived through the real services, the same for the same seed, all or nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.app import create_app
from marketplace.cli import demo
from marketplace.domain.access import Role
from marketplace.domain.calendar import Month
from marketplace.gateways import demofiles, testbank
from marketplace.gateways.database import Database
from marketplace.gateways.passwords import hasher
from marketplace.models.base import Base
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.payments import PaymentEvent
from marketplace.models.people import Person
from marketplace.models.statements import Assessment, Statement
from marketplace.services import ledgercheck
from marketplace.services.demo import load
from marketplace.services.people.demo_people import PASSWORD, demo_signins
from marketplace.settings import Settings
from tests.conftest import KEY
from tests.web.people_pages import sign_in

pytestmark = pytest.mark.xdist_group("demo")  # one worker lives it, for all tests of this file

NOW = dt.datetime(2026, 1, 31, 18, 0, tzinfo=dt.UTC)
WISH = load.Wish(members=4, buyers=6, months=3, seed=7, until=Month(2026, 1))
SHORT = replace(WISH, members=1, buyers=2, months=2)
CLOSED = [Month(2025, 11), Month(2025, 12)]
SPOTS = [("Breda", 51.58, 4.77)]


def few() -> dict:
    """The cast with few orders; in front who has earnings set off, and who has empty months."""
    cast = demofiles.read_cast_file()
    cast["members"].sort(key=lambda one: one["name"] not in {"Nadia", "Henk"})
    for one in cast["members"]:
        one["monthly"] = [
            min(orders, most) for orders, most in zip(one["monthly"], (1, 2, 3), strict=True)
        ]
    return cast


def live(
    session: Session, folder: Path, wish: load.Wish, tell: Callable[[Month], None] = lambda _: None
) -> dict[str, int]:
    bank = testbank.TestBank(folder=folder, base_url="http://localhost", secret="only-for-tests")
    with pytest.MonkeyPatch.context() as patched, bank.kept_open():
        patched.setattr(load, "read_cast_file", few)
        return load.load(
            session,
            wish=wish,
            bank=bank,
            passwords=hasher("cheap"),
            receipt_file="receipts/demo.webp",
            spots=SPOTS,
            now=NOW,
            tell=tell,
        )


@contextmanager
def fresh(kind: str, request, folder: Path, name: str) -> Iterator[str]:
    """The address of a migrated database that outlives one test."""
    if kind == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "market.sqlite")
        yield f"sqlite:///{folder / 'market.sqlite'}"
        return
    server = request.getfixturevalue("postgresql")
    template = request.getfixturevalue("postgresql_template")
    name = f"{name}_{template}"
    yield server.create(name, template=template)
    server.drop(name)


@dataclass
class Lived:
    """A loaded demo: its database, its folder, the months that were told, and what happened how often."""

    url: str
    folder: Path
    database: Database
    told: list[Month]
    counted: dict[str, int]


def lived(kind: str, request, folder: Path) -> Iterator[Lived]:
    with fresh(kind, request, folder, "demo") as url:
        database, told = Database(url, [KEY]), []
        with database.session(writes=True) as session, session.begin():
            counted = live(session, folder, WISH, told.append)
        yield Lived(url, folder, database, told, counted)
        database.engine.dispose()


@pytest.fixture(scope="module")
def on_sqlite(request, tmp_path_factory):
    yield from lived("sqlite", request, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def on_postgresql(request, tmp_path_factory):
    yield from lived("postgresql", request, tmp_path_factory.mktemp("demo"))


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded(request) -> Lived:
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture
def books(loaded):
    with loaded.database.session(writes=False) as session:
        yield session


@pytest.fixture
def running(loaded):
    """The application on the loaded demo."""
    app = create_app(
        Settings.for_tests(database_url=loaded.url, var_dir=loaded.folder), clock=lambda: NOW
    )
    yield app
    app.extensions["marketplace"].database.engine.dispose()


def fingerprint(session: Session) -> list[tuple]:
    """What stands in the books, in order, without ids; the sides of one entry have no order."""
    rows = session.execute(
        select(
            Entry.id,
            Entry.kind,
            Entry.booked_on,
            Entry.for_month,
            Account.code,
            Posting.side,
            Posting.amount_cents,
        )
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
    ).all()
    return [tuple(row[1:]) for row in sorted(rows, key=lambda row: (row[0], *map(str, row[1:])))]


def rows_of_all_tables(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def of_seed(seed: int, sqlite_template: Path, folder: Path) -> list[tuple]:
    """The books of a short demo in a database of its own."""
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "market.sqlite")
    database = Database(f"sqlite:///{folder / 'market.sqlite'}", [KEY])
    with database.session(writes=True) as session, session.begin():
        live(session, folder, replace(SHORT, months=1, seed=seed))
        found = fingerprint(session)
    database.engine.dispose()
    return found


def test_both_databases_hold_the_same_books(on_sqlite, on_postgresql):
    with (
        on_sqlite.database.session(writes=False) as one,
        on_postgresql.database.session(writes=False) as other,
    ):
        assert fingerprint(one) == fingerprint(other)
        assert len(fingerprint(one)) > 100
    assert on_sqlite.counted == on_postgresql.counted


def test_the_same_seed_gives_the_same_books_and_another_seed_others(sqlite_template, tmp_path):
    first, again, other = (
        of_seed(seed, sqlite_template, tmp_path / name)
        for seed, name in ((7, "first"), (7, "again"), (8, "other"))
    )
    assert first
    assert first == again
    assert first != other


def test_every_door_stands_open_in_both_cooperatives(sqlite_template, tmp_path):
    """As many members as `make run` has: with fewer, one cooperative is too small for a team."""
    shutil.copyfile(sqlite_template, tmp_path / "market.sqlite")
    database = Database(f"sqlite:///{tmp_path / 'market.sqlite'}", [KEY])
    with database.session(writes=True) as session, session.begin():
        counted = live(session, tmp_path, replace(WISH, members=12, months=1))
        assert ledgercheck.check(session) == []
    database.engine.dispose()
    assert [counted.get(door) for door in ("phone", "team", "series")] == [2, 2, 2]


def test_its_books_are_clean(books):
    assert ledgercheck.check(books) == []
    assert ledgercheck.counts(books).cooperatives == 2


def test_it_tells_each_month_once(loaded):
    assert loaded.told == [*CLOSED, Month(2026, 1)]


def test_every_role_has_a_sign_in_that_works(running, books):
    people = {one.role: one for one in demo_signins(books)}
    books.rollback()
    assert set(people) == {*Role, "buyer"}
    for role, one in people.items():
        client = running.test_client()
        answer = sign_in(client, one.email, PASSWORD)
        assert answer.status_code == 303, role
        page = client.get(answer.location)
        assert page.status_code == 200, role
        assert one.name in page.get_data(as_text=True), role


def test_who_is_set_off_has_a_statement_with_the_exemption_n(books):
    found = books.execute(
        select(Assessment.exemption, Assessment.exempt_cents, Assessment.set_off_cents)
        .join(Statement, Statement.id == Assessment.statement_id)
        .join(Agreement, Agreement.id == Statement.agreement_id)
        .where(Agreement.regime == "set_off")
    ).all()
    assert any(row.exemption == "n" and row.exempt_cents and row.set_off_cents for row in found)


def test_every_member_has_a_statement_of_every_month_that_ended(books):
    members = books.scalars(select(Membership.id)).all()
    found = books.execute(select(Statement.membership_id, Statement.month)).all()
    assert len(members) == 5
    assert {tuple(row) for row in found} == {
        (member, month) for member in members for month in CLOSED
    }
    nil = select(func.count()).select_from(Assessment).where(Assessment.turnover_cents == 0)
    assert books.scalar(nil) > 0


def test_something_waits_for_every_role_that_decides(books):
    states = set(books.scalars(select(Statement.state).distinct()))
    assert states == {"ready", "confirmed", "signed_off"}


def test_a_database_with_people_takes_no_demo(running, loaded):
    with loaded.database.session(writes=False) as session:
        before = rows_of_all_tables(session)
    result = running.test_cli_runner().invoke(args=["demo", "load", "--months", "1"])
    assert result.exit_code == 1
    assert "only into an empty database" in result.output
    with loaded.database.session(writes=False) as session:
        assert rows_of_all_tables(session) == before


@pytest.mark.sqlite_only
def test_production_takes_no_demo(settings, session):
    production = settings.model_copy(
        update={
            "mode": "production",
            "public_url": "https://markt.example.nl",
            "smtp_url": "smtp://localhost",
        }
    )
    app = create_app(production, clock=lambda: NOW)
    result = app.test_cli_runner().invoke(args=["demo", "load", "--months", "1"])
    assert result.exit_code == 1
    assert "in demo mode only" in result.output
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    app.extensions["marketplace"].database.engine.dispose()


class PulledOut(Exception):
    """Somebody pulls the plug."""


def test_a_load_that_is_broken_off_leaves_nothing_behind(database_url, tmp_path):
    database = Database(database_url, [KEY])
    with database.session(writes=False) as session:
        before = rows_of_all_tables(session)
    seen = {}

    def tell(month: Month) -> None:
        seen.update(rows_of_all_tables(session))
        if month == Month(2026, 1):
            raise PulledOut

    with (
        database.session(writes=True) as session,
        pytest.raises(PulledOut),
        session.begin(),
    ):
        live(session, tmp_path, SHORT, tell)
    assert seen["entries"] > before["entries"]
    with database.session(writes=False) as session:
        assert rows_of_all_tables(session) == before
    database.engine.dispose()


@pytest.mark.sqlite_only
def test_after_a_load_that_was_broken_off_the_next_one_is_whole(settings, session, monkeypatch):
    app = create_app(settings, clock=lambda: NOW)
    with app.app_context():
        with monkeypatch.context() as patched:
            patched.setattr(demo.click, "echo", _pull_at_the_second_month)
            with pytest.raises(PulledOut):
                demo.load_wish(SHORT)
        assert demo.load_wish(SHORT)
    refused = (
        select(func.count()).select_from(PaymentEvent).where(PaymentEvent.outcome == "refused")
    )
    assert session.scalar(refused) == 0
    assert ledgercheck.check(session) == []
    app.extensions["marketplace"].database.engine.dispose()


def _pull_at_the_second_month(text: str = "", **_how: object) -> None:
    if text.strip() == "2026-01":
        raise PulledOut
