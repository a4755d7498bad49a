"""The database goes away and comes back: clear words meanwhile, and the same process works afterwards."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import event, make_url

from marketplace import context
from marketplace.cli import ticks
from tests.services import market as markets
from tests.web.people_pages import PASSWORD, add_person, token_of, words
from tests.web.shop import open_shop

SENTENCE = "We kunnen er even niet bij. Er is niets kwijt."


@pytest.fixture
def patient(app):
    """The application as it is, but waiting for a lock of SQLite as long as a test may."""
    engine = app.extensions["marketplace"].database.engine

    def hurry(connection, _record) -> None:
        connection.execute("PRAGMA busy_timeout = 20")

    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", hurry, insert=True)
    return app


@pytest.fixture
def shop(patient):
    """Opened without a signal to the provider; tests see answers as visitors do."""
    patient.testing = False
    return open_shop(patient)


def tick(app) -> set[int | None]:
    with app.app_context():
        return set(ticks.tick(ticks.steps()).values())


def word_of_the_bank(shop, app) -> tuple[bytes, str]:
    with app.app_context(), context.transaction() as session:
        order = markets.accepted(session, shop.market, now=context.now())
        wish = markets.wish(session, shop.market, order, now=context.now())
    told = markets.word(wish)
    body = json.dumps(dataclasses.asdict(told)).encode()
    return body, shop.bank().sign(told.id, body).signature


def is_a_sentence_with_a_number(answer) -> bool:
    found = words(answer)
    number = re.search(r"Jouw nummer: [0-9a-f]{8}\b", found)
    return answer.status_code == 503 and SENTENCE in found and number is not None


@contextmanager
def shut(postgresql, database_url):
    name = make_url(database_url).database
    postgresql.shut(name)
    yield
    postgresql.reopen(name)


@pytest.mark.postgresql_only
def test_a_postgresql_that_went_away_is_said_and_found_again(
    patient, shop, postgresql, database_url
):
    visitor, buyer = shop.browser(None), shop.browser(shop.market.buyer)
    word = word_of_the_bank(shop, patient)
    assert None not in tick(patient)
    pages = [(visitor, "/"), (buyer, "/bestellingen")]
    assert {client.get(path).status_code for client, path in pages} == {200}
    assert visitor.get("/readyz").status_code == 200
    with shut(postgresql, database_url):
        for client, path in pages * 2:  # first with connections that died, then with none
            assert is_a_sentence_with_a_number(client.get(path)), path
        ready = visitor.get("/readyz")
        assert (ready.status_code, ready.json["away"]) == (503, ["database"])
        assert (ready.json["migrations"], ready.json["worker"]) == (None, None)
        assert visitor.get("/metrics").status_code == 503
        assert visitor.get("/healthz").status_code == 200
        assert shop.hook(*word).status_code == 503
        assert None in tick(patient)
    assert {client.get(path).status_code for client, path in pages} == {200}
    assert visitor.get("/readyz").status_code == 200
    assert shop.hook(*word).text == "booked"
    assert None not in tick(patient)


@pytest.mark.postgresql_only
def test_what_was_typed_while_postgresql_was_away_is_sent_once_more(
    patient, shop, postgresql, database_url
):
    add_person(patient)
    client = shop.browser(None)
    typed = {"email": "anna@example.nl", "password": PASSWORD}
    typed["csrf_token"] = token_of(client, "/inloggen")
    with shut(postgresql, database_url):
        assert is_a_sentence_with_a_number(client.post("/inloggen", data=typed))
    assert client.post("/inloggen", data=typed).status_code == 303


@contextmanager
def locked(database_url):
    """Hold SQLite's write lock, as a copy or a repair by hand would."""
    other = sqlite3.connect(make_url(database_url).database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.sqlite_only
def test_an_sqlite_file_that_is_locked_too_long_is_said_and_found_again(
    patient, shop, database_url
):
    add_person(patient)
    client, word = shop.browser(None), word_of_the_bank(shop, patient)
    assert None not in tick(patient)
    typed = {"email": "anna@example.nl", "password": PASSWORD}
    typed["csrf_token"] = token_of(client, "/inloggen")
    with locked(database_url):
        assert is_a_sentence_with_a_number(client.post("/inloggen", data=typed))
        assert shop.hook(*word).status_code == 503
        assert None in tick(patient)
        assert client.get("/").status_code == 200  # who only reads does not wait
        assert client.get("/readyz").status_code == 200
    assert client.post("/inloggen", data=typed).status_code == 303
    assert shop.hook(*word).text == "booked"
    assert None not in tick(patient)


@pytest.mark.sqlite_only
def test_an_sqlite_file_that_nobody_can_read_is_said_and_found_again(patient, shop, database_url):
    client = shop.browser(None)
    tick(patient)
    path = make_url(database_url).database
    patient.extensions["marketplace"].database.engine.dispose()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE in_the_way (id)")
    assert is_a_sentence_with_a_number(client.get("/"))
    assert client.get("/readyz").json["away"] == ["database"]
    other.execute("ROLLBACK")
    other.close()
    assert client.get("/").status_code == 200
    assert client.get("/readyz").status_code == 200
