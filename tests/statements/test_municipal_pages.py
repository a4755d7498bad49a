"""What a municipality chose, on the pages of member, coordinator and officer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.costs import Cost
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Statement
from tests.statements.pages import make_world
from tests.web.house import picture
from tests.web.people_pages import send, words
from tests.web.query_count import MOST, counted

NEW = "/werk/bonnen/nieuw"


@pytest.fixture
def world(app):
    return make_world(app)


def follows(world, code: str) -> None:
    """Let the municipality of the world have a profile of its own."""
    with world.app.app_context(), context.transaction() as session:
        session.get_one(Municipality, world.municipality_id).profile_code = code


def path_of(world) -> str:
    with world.app.app_context(), context.transaction() as session:
        own = Statement.membership_id == world.membership_id
        return f"/werk/opgaven/{session.scalars(select(Statement).where(own)).one().public_id}"


def costs_of(world) -> list[Cost]:
    with world.app.app_context(), context.transaction() as session:
        found = session.scalars(select(Cost).order_by(Cost.id)).all()
        for one in found:
            session.expunge(one)
        return list(found)


def hand_in(client, **fields):
    filled = {
        "receipt": (picture(), "bon.jpg"),
        "description": "Klein gereedschap",
        "category": "tools",
        "spent_on": "10-1-2026",
        "gross": "100,00",
        "vat": "",
        "line": "",
        "paid_by": "cooperative",
    }
    return send(client, NEW, **filled | fields)


def write_hours(world, hours: str):
    path = path_of(world)
    client = world.client("member")
    assert send(client, f"{path}/uren", seen_at=path, hours=hours).status_code == 303
    return client


def test_the_form_says_what_counts_and_the_coordinator_writes_down_the_yes(world):
    follows(world, "demo-oude-linde")
    member, coordinator = world.client("member"), world.client("coordinator")
    form = words(member.get(NEW))
    assert "30 % telt mee, het deel voor je werk, hoogstens € 300,00 per jaar" in form.replace(
        "\u00a0", " "
    )
    assert hand_in(member, municipal_kind="kleine aanschaf").status_code == 303
    cost = costs_of(world)[-1]
    page = f"/balie/bonnen/{cost.public_id}"
    assert "Kenmerk van de toestemming van de gemeente" in words(coordinator.get(page))
    too_long = send(coordinator, f"{page}/goed", seen_at=page, approval_reference="x" * 61)
    assert (too_long.status_code, costs_of(world)[-1].state) == (422, "submitted")
    assert "ten hoogste 60 tekens" in words(too_long)
    done = send(coordinator, f"{page}/goed", seen_at=page, approval_reference="OL-3")
    assert done.status_code == 303
    kept = costs_of(world)[-1]
    assert (kept.approval_reference, kept.municipality_accepted_cents) == ("OL-3", 10_000)


def test_a_kind_that_is_not_offered_is_told_beside_the_field(world):
    follows(world, "demo-oude-linde")
    answer = hand_in(world.client("member"), municipal_kind="reclame")
    assert answer.status_code == 422
    assert 'value="100,00"' in answer.text
    assert len(costs_of(world)) == 1


def test_without_a_list_the_form_asks_nothing_more(world):
    client = world.client("member")
    page = client.get(NEW)
    assert "municipal_kind" not in page.text
    assert "je inkomen voor de uitkering wordt zoveel lager" in words(page)
    assert hand_in(client).status_code == 303


def test_hours_over_the_ceiling_are_told_to_member_coordinator_and_officer(world):
    follows(world, "demo-wilgendam")
    client = write_hours(world, "99")
    path = path_of(world)
    page = words(client.get(path))
    assert "in december 2025 88,5 uur. Jij schreef 99 uur op, dat is 10,5 meer" in page
    assert "Dit verandert niets aan de bedragen" in page
    desk = words(world.client("coordinator").get("/balie"))
    assert "Meer uren dan de gemeente aanhoudt" in desk
    assert "99 uur, de grens is 88,5 (20 uur per week)" in desk
    assert send(client, f"{path}/bevestigen", seen_at=path, version="1").status_code == 303
    officer = words(world.client("officer").get(path.replace("/werk/opgaven", "/gemeente/opgaven")))
    assert "De deelnemer schreef 99 uur op, dat is 10,5 meer. Er is niets ingehouden." in officer


def test_hours_within_the_ceiling_and_without_one_are_no_notice(world):
    follows(world, "demo-wilgendam")
    client = write_hours(world, "88,5")
    assert "Meer uren dan" not in words(client.get(path_of(world)))
    assert "Jouw gemeente houdt 20 uur per week aan" in words(client.get(path_of(world)))
    with world.app.app_context(), context.transaction() as session:
        session.get_one(Municipality, world.municipality_id).profile_code = None
    write_hours(world, "200")
    page = words(client.get(path_of(world)))
    assert "Meer uren dan" not in page
    assert "De gemeente houdt geen grens voor uren aan" in page


def test_the_choices_are_told_to_who_must_know_them(world):
    follows(world, "demo-oude-linde")
    for who, path in (
        ("member", path_of(world)),
        ("coordinator", f"/balie/leden/{world.membership}/afspraak"),
        ("officer", "/gemeente"),
    ):
        page = words(world.client(who).get(path))
        assert "Wat gemeente Wilgendam koos" in page, path
        assert "Elk kwartaal, drie maanden samen. keuze van de gemeente" in page, path
        assert "De zes maanden beginnen niet opnieuw. de gewone keuze" in page, path


def test_a_new_agreement_starts_from_the_months_that_were_counted(world):
    page = world.client("coordinator").get(f"/balie/leden/{world.membership}/afspraak")
    assert "Tot nu toe is één maand geteld" in words(page)
    assert "n_restart_reference" not in page.text


@pytest.mark.parametrize("code", ["demo-oude-linde", "demo-wilgendam"])
def test_the_pages_ask_the_database_eight_times_at_most(world, code):
    follows(world, code)
    write_hours(world, "99")
    for who, path in (
        ("member", path_of(world)),
        ("member", NEW),
        ("coordinator", "/balie"),
        ("coordinator", f"/balie/bonnen/{costs_of(world)[0].public_id}"),
        ("coordinator", f"/balie/leden/{world.membership}/afspraak"),
        ("officer", "/gemeente"),
    ):
        client = world.client(who)
        client.get(path)
        with counted(world.app) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= MOST, f"{path}\n{queries}"
