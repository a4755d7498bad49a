"""Prepared statements and objects apart: the same values, faults and listeners as through SQLAlchemy."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import bindparam, event, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import object_session

from marketplace.gateways.rows import apart
from marketplace.gateways.rows.apart import Apart
from marketplace.gateways.rows.bulk import add_now
from marketplace.gateways.rows.prepared import Change, Query
from marketplace.models.base import table_of
from marketplace.models.listings import Place
from marketplace.models.people import Person

ADD = Change(insert(table_of(Place)), ("name", "lat", "lon"))
BREDA = {"name": "Breda", "lat": 51.5, "lon": 4.75}
GOES = {"name": "Goes", "lat": 51.5, "lon": 3.875}
NAMED = Query(select(Place.name, Place.lat).where(Place.name == bindparam("name")))
PLACES = Apart(Place, lambda places: places.where(Place.name == bindparam("name")))
AT = dt.datetime(2026, 1, 15, 11, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def person(**values) -> Person:
    given = {"email": "a@example.nl", "name": "Anna", "password_hash": "x", "created_at": AT}
    return Person(**given | values)


def test_rows_come_back_as_they_went_in(session):
    ADD.run_all(session, [BREDA, GOES])
    assert NAMED.first(session, {"name": "Breda"}) == ("Breda", 51.5)
    assert NAMED.scalar(session, {"name": "Nergens"}) is None
    some = Query(
        select(Place.name)
        .where(Place.name.in_([literal("Breda"), literal("Goes")]))
        .order_by(Place.id)
    )
    assert some.all(session, {}) == [("Breda",), ("Goes",)]


def test_instants_pass_through_the_types_of_their_columns(session):
    add_now(session, person())
    asked = Query(select(Person.created_at).where(Person.created_at == bindparam("at")))
    assert asked.all(session, {"at": AT}) == [(AT.astimezone(dt.UTC),)]
    with pytest.raises(ValueError, match="time zone"):
        asked.all(session, {"at": AT.replace(tzinfo=None)})


def test_a_change_tells_how_many_rows_it_touched(session):
    ADD.run_all(session, [BREDA, GOES])
    table = table_of(Place)
    moved = Change(
        table.update().where(table.c.lat == bindparam("was")).values(lat=bindparam("to"))
    )
    assert [moved.run(session, {"was": 51.5, "to": 52.0}) for _ in range(2)] == [2, 0]


def test_a_fault_is_one_of_sqlalchemy_and_hides_the_values(session):
    ADD.run(session, BREDA)
    with pytest.raises(IntegrityError) as fault, session.begin_nested():
        ADD.run(session, BREDA)
    assert "4.75" not in str(fault.value)
    assert not fault.value.connection_invalidated
    assert NAMED.scalar(session, {"name": "Breda"}) == "Breda", "the transaction goes on"


def test_who_listens_to_statements_hears_these_too(session):
    session.connection()  # begun
    heard: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        heard.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    ADD.run(session, BREDA)
    ADD.run_all(session, [GOES])
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    assert [one.split()[:3] for one in heard] == [["INSERT", "INTO", "places"]] * 2


def test_what_is_changed_apart_is_written_when_told(session):
    session.add(Place(**BREDA))
    (found,) = PLACES.all(session, {"name": "Breda"})  # the session wrote what it held back
    followed = session.scalars(select(Place)).one()
    assert object_session(found) is None
    found.lat = 52.0
    session.flush()
    assert NAMED.first(session, {"name": "Breda"}) == ("Breda", 51.5)
    apart.write(session, found)
    assert NAMED.first(session, {"name": "Breda"}) == ("Breda", 52.0)
    assert followed.lat == 52.0, "the session's own is read anew"


def test_what_is_not_changed_apart_writes_nothing(session):
    ADD.run(session, BREDA)
    (found,) = PLACES.all(session, {"name": "Breda"})
    found.lat = 52.0
    apart.write(session, found)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    found.lat = 52.0
    apart.write(session, found)
    assert asked == []


def test_an_object_that_is_added_now_is_the_sessions_and_has_its_defaults(session):
    made = person(locale="nl")
    assert add_now(session, made)
    assert made in session
    assert made not in session.dirty
    assert session.get(Person, made.id) is made
    made.name = "Bea"
    session.flush()
    assert session.scalar(select(Person.name)) == "Bea"


def test_one_that_stands_is_not_added_again(session):
    unique = ("name",)
    assert add_now(session, Place(**BREDA), unless=unique)
    again = Place(**BREDA | {"lat": 52.0})
    assert not add_now(session, again, unless=unique)
    assert again not in session
    assert session.scalar(select(Place.lat)) == 51.5


def test_a_key_may_come_again_after_a_savepoint_was_undone(session):
    undone = Place(**BREDA)
    savepoint = session.begin_nested()
    add_now(session, undone)
    savepoint.rollback()
    made = Place(**GOES)
    add_now(session, made)
    assert session.get(Place, made.id) is made
