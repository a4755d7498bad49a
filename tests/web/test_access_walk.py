"""Every route is walked by every role and by a foreign cooperative: in, 303, 403 or 404 as the table says."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from marketplace.domain.access import TABLE, Actor, Grant, Permission, Role, judge
from tests.web.route_objects import BODIES, OBJECTS, SHARED
from tests.web.route_world import World, make_world


@dataclass(frozen=True)
class Stop:
    """One method of one route, with what its view is marked with."""

    endpoint: str
    method: str
    access: Permission | str | None
    has_object: bool

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"

    @property
    def private(self) -> bool:
        return isinstance(self.access, Permission)


def stops(app) -> list[Stop]:
    return [
        Stop(
            rule.endpoint,
            method,
            getattr(app.view_functions[rule.endpoint], "access", None),
            bool(rule.arguments),
        )
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods & {"GET", "POST"})
        if rule.endpoint != "static"  # Flask's own, and open to all
    ]


@pytest.fixture
def world(app, session, now) -> World:
    app.config["WTF_CSRF_ENABLED"] = False  # the walk is about who may pass, not about forms
    return make_world(session, app.extensions["marketplace"].gateways.storage, now=now)


@pytest.fixture
def walk(app, world, now):
    """Go to one stop as one person (None: nobody is signed in) and give the answer."""

    def go(stop: Stop, person_id: int | None):
        client = app.test_client()
        if person_id is not None:
            stamp = int(now.timestamp())
            with client.session_transaction() as cookie:
                cookie.update({"person": person_id, "epoch": 0, "since": stamp, "seen": stamp})
        names = OBJECTS.get(stop.endpoint, {})
        values = {
            name: told[1:] if told.startswith("=") else getattr(world, told)
            for name, told in names.items()
        }
        with app.test_request_context():
            from flask import url_for

            path = url_for(stop.endpoint, **values)
        body = BODIES.get(stop.endpoint, {}) if stop.method == "POST" else None
        answer = client.open(path, method=stop.method, data=body)
        answer.close()
        return answer

    return go


def scoped(role: Role) -> Grant:
    return Grant("g", role, "x", cooperative_id=1, municipality_id=1, membership_id=1)


def may(role: str, permission: Permission) -> int:
    """Give what the table promises a role of the own cooperative: 200, 403 or 404."""
    grants = () if role == "buyer" else (scoped(Role(role)),)
    verdict = judge(Actor(1, "x", "nl", grants, grants[0] if grants else None), permission)
    if verdict.allowed:
        return 200
    return 403 if verdict.near else 404


@pytest.mark.sqlite_only
def test_every_route_is_marked_and_has_an_example_object(app):
    assert [str(stop) for stop in stops(app) if stop.access is None] == []
    wanting = {
        rule.endpoint: sorted(rule.arguments)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and set(rule.arguments) != set(OBJECTS.get(rule.endpoint, {}))
    }
    assert wanting == {}, "add these routes to OBJECTS in tests/web/route_objects.py"


@pytest.mark.sqlite_only
def test_no_example_object_outlives_its_route(app):
    known = set(OBJECTS) | SHARED | set(BODIES)
    assert known - set(app.view_functions) == set()


def test_nobody_gets_further_than_the_door_of_a_private_page(app, walk):
    wrong = {}
    for stop in stops(app):
        answer = walk(stop, None)
        to_door = answer.status_code == 303 and "/inloggen" in answer.location
        if stop.private != to_door or answer.status_code >= 500:
            wrong[str(stop)] = answer.status_code
    assert wrong == {}


def test_each_role_of_the_cooperative_gets_what_the_table_says(app, walk, world):
    wrong = {}
    for stop in stops(app):
        if not stop.private:
            continue
        for role, person_id in world.own.items():
            promised = may(role, stop.access)
            if promised == 200 and (stop.method == "POST" or TABLE[stop.access] is None):
                continue  # acts are walked below; what buyers own is not everybody's
            status = walk(stop, person_id).status_code
            good = status < 400 if promised == 200 else status == promised
            if not good:
                wrong[f"{role}: {stop}"] = (status, promised)
    assert wrong == {}


def test_a_stranger_finds_nothing_of_another_cooperative(app, walk, world):
    wrong = {}
    for stop in stops(app):
        if not (stop.private and stop.has_object) or stop.endpoint in SHARED:
            continue
        for role, person_id in world.foreign.items():
            status = walk(stop, person_id).status_code
            promised = {404, may(role, stop.access)} - {200}
            if status not in promised:
                wrong[f"{role}: {stop}"] = status
    assert wrong == {}


def test_a_buyer_sees_the_own_orders(app, walk, world):
    wrong = {}
    for stop in stops(app):
        if stop.private and TABLE[stop.access] is None and stop.method == "GET":
            status = walk(stop, world.own["buyer"]).status_code
            if status >= 400:
                wrong[str(stop)] = status
    assert wrong == {}


def test_who_may_act_is_not_sent_away(app, walk, world):
    """An empty form may be refused (422) or come too early (409), but never as somebody else's."""
    wrong = {}
    for stop in stops(app):
        if not stop.private or stop.method != "POST":
            continue
        role = next(role for role in world.own if may(role, stop.access) == 200)
        status = walk(stop, world.own[role]).status_code
        if status in {401, 403, 404} or status >= 500:
            wrong[f"{role}: {stop}"] = status
    assert wrong == {}


@pytest.mark.sqlite_only
def test_the_walk_finds_a_door_that_stands_open(app, world, walk):
    from marketplace.web.security import public

    app.view_functions["operator.overview"] = public(lambda: "open to all")
    stop = Stop("operator.overview", "GET", Permission.OPERATE, has_object=False)
    assert walk(stop, None).status_code == 200
    assert walk(stop, world.own["buyer"]).status_code == 200
