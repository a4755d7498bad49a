"""The member says of a line that it is right: kept by line and version, shown, and nobody else's to say."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.statements import StatementMark
from tests.statements.pages import make_world
from tests.web.people_pages import token_of
from tests.web.query_count import MOST, counted


@pytest.fixture
def world(app):
    return make_world(app)


def statement_path(browser) -> str:
    listed = browser.get("/werk/opgaven").get_data(as_text=True)
    return re.search(r'href="(/werk/opgaven/[^"/]{16})"', listed)[1]


def say(browser, path, *, line, version="1", seen="/werk/opgaven"):
    data = {"csrf_token": token_of(browser, seen), "line": line, "version": version}
    return browser.post(f"{path}/klopt", data=data)


def test_a_line_that_is_right_is_kept_once_and_shown(world):
    browser = world.client("member")
    path = statement_path(browser)
    assert "Jij zei: dit klopt" not in browser.get(path).get_data(as_text=True)
    for _ in range(2):
        assert say(browser, path, line="step-0").status_code == 303
    page = browser.get(path).get_data(as_text=True)
    assert page.count("Jij zei: dit klopt") == 1
    with world.app.app_context(), context.transaction() as session:
        kept = session.scalars(select(StatementMark)).all()
        assert [(one.version, one.line) for one in kept] == [(1, "step-0")]


def test_what_does_not_stand_there_cannot_be_right(world):
    browser = world.client("member")
    path = statement_path(browser)
    for line, version in (
        ("step-99", "1"),
        ("missing", "1"),
        ("step-0", "2"),
        ("", "1"),
        ("step-0", "x"),
    ):
        assert say(browser, path, line=line, version=version).status_code == 404
    stranger = world.client("strange-member")
    assert say(stranger, path, line="step-0", seen="/uw-account").status_code == 404


def test_the_pages_with_marks_and_decisions_stay_within_their_queries(world):
    member, officer = world.client("member"), world.client("officer")
    pages = (
        (member, statement_path(member)),
        (member, "/werk/opgaven"),
        (officer, "/gemeente/deelnemers/W-0001/vrijlating"),
    )
    for browser, path in pages:
        with counted(world.app) as queries:
            assert browser.get(path).status_code == 200
        assert len(queries) <= MOST, f"{path}\n{queries}"
