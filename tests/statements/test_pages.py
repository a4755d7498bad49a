"""Statements in a browser: the member confirms, the officer signs off, a stranger finds nothing."""

from __future__ import annotations

import csv
import re

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.audit import AuditLine
from marketplace.models.statements import Statement
from tests.statements.pages import make_world
from tests.web.people_pages import send, token_of, words
from tests.web.query_count import MOST, counted


@pytest.fixture
def world(app):
    return make_world(app)


def the_statement(world) -> Statement:
    with world.app.app_context(), context.transaction() as session:
        found = session.scalars(
            select(Statement).where(Statement.membership_id == world.membership_id)
        ).one()
        session.expunge(found)
        return found


def confirm(world, version: str = "1"):
    path = f"/werk/opgaven/{the_statement(world).public_id}"
    browser = world.client("member")
    return send(browser, f"{path}/bevestigen", seen_at=path, version=version)


def test_a_member_reads_every_step_with_what_backs_it(world):
    page = words(world.client("member").get(f"/werk/opgaven/{the_statement(world).public_id}"))
    for text in (
        "INDICATIE",
        "Opgave van december 2025",
        "Een dag in de tuin",
        "Potgrond bij Karim",
        "Besluit van de leden alv 1",
        "PW 31.2.n",
        "€ 110,50",
        "€ 331,50",
        "bezwaar",
        "werk@example.nl",
    ):
        assert text in page.replace("\u00a0", " "), text


def test_confirming_shows_the_proof_and_cannot_be_done_twice(world):
    assert confirm(world).status_code == 303
    sent = the_statement(world)
    page = words(world.client("member").get(f"/werk/opgaven/{sent.public_id}"))
    assert sent.digest in page
    assert "15 januari 2026 11:00" in page
    again = world.client("member")
    path = f"/werk/opgaven/{sent.public_id}"
    answer = send(again, f"{path}/bevestigen", seen_at="/werk/opgaven", version="1")
    assert answer.status_code == 409


def test_what_changed_since_it_was_seen_is_not_confirmed(world):
    assert confirm(world, version="7").status_code == 409
    assert the_statement(world).state == "ready"


def test_a_nil_month_is_confirmed_from_the_list_in_one_tap(world):
    with world.app.app_context(), context.transaction() as session:
        from tests.books.factories import at
        from tests.statements.months import close

        close(session, "2026-01", at("2026-02-01"))
    browser = world.client("member")
    page = browser.get("/werk/opgaven").get_data(as_text=True)
    forms = re.findall(r'action="(/werk/opgaven/[^"]+/bevestigen)"', page)
    assert len(forms) == 1
    token = token_of(browser, "/werk/opgaven")
    answer = browser.post(forms[0], data={"csrf_token": token, "version": "1"})
    assert answer.status_code == 303


def test_the_month_in_the_making_is_a_page(world):
    page = words(world.client("member").get("/werk/opgaven/deze-maand"))
    assert "Deze maand tot nu toe" in page
    assert "Niets verkocht in deze maand" in page


def test_another_members_statement_is_not_found(world):
    path = f"/werk/opgaven/{the_statement(world).public_id}"
    browser = world.client("strange-member")
    assert browser.get(path).status_code == 404
    answer = send(browser, f"{path}/bevestigen", seen_at="/werk/opgaven", version="1")
    assert answer.status_code in {400, 404}
    assert the_statement(world).state == "ready"


def test_an_officer_sees_a_statement_only_when_it_is_confirmed_and_signs_it_off(world):
    path = f"/gemeente/opgaven/{the_statement(world).public_id}"
    browser = world.client("officer")
    assert browser.get(path).status_code == 404
    confirm(world)
    overview = words(browser.get("/gemeente"))
    assert "Gemeente Wilgendam" in overview
    assert "Eén opgave ligt klaar voor jou." in overview
    assert send(browser, f"{path}/aftekenen", seen_at="/gemeente").status_code == 303
    assert the_statement(world).state == "signed_off"
    assert "Alles is afgetekend" in words(browser.get("/gemeente"))
    assert send(browser, f"{path}/aftekenen", seen_at="/gemeente").status_code == 409
    with world.app.app_context(), context.transaction() as session:
        acts = session.scalars(
            select(AuditLine.act).where(AuditLine.municipality_id == world.municipality_id)
        ).all()
    assert {"statement_confirmed", "statement_signed_off"} <= set(acts)


def test_no_customer_and_no_job_is_on_the_officers_pages(world):
    confirm(world)
    browser = world.client("officer")
    for path in (
        "/gemeente",
        "/gemeente/deelnemers",
        f"/gemeente/opgaven/{the_statement(world).public_id}",
    ):
        page = browser.get(path).get_data(as_text=True)
        for secret in ("Karim", "tuin", "Potgrond", "Persoon"):
            assert secret not in page, (path, secret)


def test_another_municipality_finds_nothing(world):
    confirm(world)
    path = f"/gemeente/opgaven/{the_statement(world).public_id}"
    browser = world.client("strange-officer")
    assert browser.get(path).status_code == 404
    assert send(browser, f"{path}/aftekenen", seen_at="/gemeente").status_code == 404
    assert "Nadia" not in words(browser.get("/gemeente"))
    assert "Nadia" not in words(browser.get("/gemeente/deelnemers"))
    assert len(browser.get("/gemeente/opgaven.csv").get_data(as_text=True).splitlines()) == 1


def test_the_report_has_references_and_no_names_and_runs_no_formula(world):
    confirm(world)
    answer = world.client("officer").get("/gemeente/opgaven.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    text = answer.get_data(as_text=True)
    assert "Nadia" not in text
    (row,) = csv.DictReader(text.splitlines(), delimiter=";")
    assert row["Kenmerk"] == "W-0001"
    assert row["Toestemming gemeente parttime ondernemen"] == "'=PW-2026-1"
    assert (row["OpgegevenInkomsten"], row["InkomstenVrijlating"]) == ("44200", "11050")
    assert (row["InkomstenNaVrijlating"], row["GekorteInkomsten"]) == ("33150", "33150")
    assert row["Zekerheid"].startswith("INDICATIE")


def test_a_small_group_has_no_figure(world):
    confirm(world)
    assert "te weinig mensen" in words(world.client("officer").get("/gemeente"))


def test_a_coordinator_and_a_buyer_do_not_see_the_municipalitys_pages(world):
    assert world.client("coordinator").get("/gemeente").status_code == 404
    assert world.client("member").get("/gemeente").status_code == 404


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("member", "/werk/opgaven"),
        ("member", "/werk/opgaven/deze-maand"),
        ("member", "/werk/opgaven/{statement}"),
        ("officer", "/gemeente"),
        ("officer", "/gemeente/deelnemers"),
        ("officer", "/gemeente/opgaven/{statement}"),
        ("officer", "/gemeente/opgaven.csv"),
        ("coordinator", "/balie/leden"),
        ("coordinator", "/balie/leden/{membership}"),
        ("coordinator", "/balie/leden/{membership}/afspraak"),
        ("coordinator", "/balie/leden/nieuw"),
    ],
)
def test_a_page_asks_the_database_eight_times_at_most(world, who, path):
    confirm(world)
    browser = world.client(who)
    path = path.format(statement=the_statement(world).public_id, membership=world.membership)
    with counted(world.app) as queries:
        assert browser.get(path).status_code == 200
    assert len(queries) <= MOST, str(queries)
