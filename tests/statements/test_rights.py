"""Every outcome says that it is no decision, who can be asked, and that one can object."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from marketplace import context
from marketplace.gateways.mailtexts.statements import TEXTS
from marketplace.models.statements import Statement
from tests.books.factories import at
from tests.statements.months import close
from tests.statements.pages import make_world
from tests.statements.test_settlements import ASSESSED
from tests.web.people_pages import send, words

OWN = {
    "today": "/werk",
    "the sum": "/werk/wat-houd-ik-over?prijs=121",
    "the sum, nothing asked": "/werk/wat-houd-ik-over",
    "all statements": "/werk/opgaven",
    "this month": "/werk/opgaven/deze-maand",
    "a statement": "/werk/opgaven/{sent}",
    "a question about it": "/werk/opgaven/{sent}/vraag",
    "a month with nothing": "/werk/opgaven/{nil}/niets",
    "the year": "/werk/opgaven/jaar/2025",
}
MUNICIPALITY = {
    "what waits": "/gemeente",
    "a statement": "/gemeente/opgaven/{sent}",
    "the year": "/gemeente/deelnemers/W-0001/jaar/2025",
}
PAPERS = {
    "member": "/werk/opgaven/{sent}/opgave.pdf",
    "officer": "/gemeente/opgaven/{sent}/opgave.pdf",
}


@pytest.fixture
def world(app):
    made = make_world(app)
    with app.app_context(), context.transaction() as session:
        close(session, "2026-01", at("2026-02-01"))
    assert confirm_first(made).status_code == 303
    assert send(made.client("member"), "/werk/opgaven/jaar/2025", **ASSESSED).status_code == 303
    return made


def statements_of(world) -> dict[str, str]:
    with world.app.app_context(), context.transaction() as session:
        sent, nil = session.scalars(
            select(Statement.public_id)
            .where(Statement.membership_id == world.membership_id)
            .order_by(Statement.month)
        )
    return {"sent": sent, "nil": nil}


def confirm_first(world):
    path = f"/werk/opgaven/{statements_of(world)['sent']}"
    return send(world.client("member"), f"{path}/bevestigen", seen_at=path, version="1")


def page_of(world, who: str, path: str) -> str:
    answer = world.client(who).get(path.format(**statements_of(world)))
    assert answer.status_code == 200, answer.location
    return words(answer)


@pytest.mark.sqlite_only
def test_every_page_of_a_member_says_whom_to_ask_and_how_to_object(world):
    for name, path in OWN.items():
        page = page_of(world, "member", path)
        for said in (
            "INDICATIE",
            "geen besluit",
            "gemeente Wilgendam, werk@example.nl",
            "binnen zes weken bezwaar maken",
        ):
            assert said in page, (name, said)


@pytest.mark.sqlite_only
def test_every_page_of_the_municipality_says_the_same(world):
    for name, path in MUNICIPALITY.items():
        page = page_of(world, "officer", path)
        for said in ("INDICATIE", "geen besluit", "werk@example.nl", "bezwaar maken"):
            assert said in page, (name, said)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("who", PAPERS)
def test_the_paper_says_it_too(world, who):
    answer = world.client(who).get(PAPERS[who].format(**statements_of(world)))
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages).split()
    )
    for said in ("INDICATIE", "geen besluit", "werk@example.nl", "bezwaar maken"):
        assert said in text, said


def test_a_mail_about_an_outcome_holds_no_amount_and_says_where_to_object():
    about = {name for name in TEXTS if name.startswith("statement_")}
    assert len(about) == 4
    for name in about:
        body = TEXTS[name].body
        assert "INDICATIE" in body, name
        assert "bezwaar" in body, name
        assert "€" not in body, name


@pytest.mark.sqlite_only
def test_who_has_no_agreement_is_still_told_of_the_right_to_object(app):
    page = page_of_new(make_world(app))
    for said in ("INDICATIE", "Stel ze aan je gemeente.", "bezwaar maken"):
        assert said in page, said
    assert "werk@example.nl" not in page


def page_of_new(world) -> str:
    return words(world.client("strange-member").get("/werk/wat-houd-ik-over"))
