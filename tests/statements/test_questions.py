"""A line that is not right opens a question; hours are told in quarters; a reminder comes once."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.cli.ticks import remind_of_statements
from marketplace.domain import questions as rules
from marketplace.domain import statements as statement_rules
from marketplace.models.outbox import OutboxMessage
from marketplace.models.statements import StatementQuestion
from marketplace.services.months import statements
from tests.books.factories import at
from tests.statements.months import close
from tests.statements.pages import make_world
from tests.statements.test_pages import confirm, the_statement
from tests.web.people_pages import link_in, mails, send, words
from tests.web.query_count import MOST, counted


@pytest.fixture
def world(app):
    return make_world(app)


def path_of(world) -> str:
    return f"/werk/opgaven/{the_statement(world).public_id}"


def ask(world, line: str = "step-1", text: str = "Deze btw klopt niet", **fields):
    path = path_of(world)
    seen_at = f"{path}/vraag?regel={line}" if line != "gone" else f"{path}/vraag"
    fields = {"line": line, "version": "1", "text": text} | fields
    return send(world.client("member"), f"{path}/vraag", seen_at=seen_at, **fields)


def question(world) -> StatementQuestion:
    with world.app.app_context(), context.transaction() as session:
        found = session.scalars(select(StatementQuestion)).one()
        session.expunge(found)
        return found


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (dt.date(2026, 1, 12), dt.date(2026, 1, 19)),  # Monday to Monday
        (dt.date(2026, 1, 16), dt.date(2026, 1, 23)),  # Friday to Friday
        (dt.date(2026, 1, 17), dt.date(2026, 1, 23)),  # Saturday counts from Monday on
    ],
)
def test_an_answer_comes_within_five_working_days(asked, due):
    assert rules.due_on(asked) == due


def test_every_line_of_the_page_can_be_said_not_to_be_right(world):
    page = world.client("member").get(path_of(world)).get_data(as_text=True)
    with world.app.app_context(), context.transaction() as session:
        kept = statements.versions_of(session, statement_id=the_statement(world).id)[-1]
        codes = rules.codes_in(kept.outcome)
    assert len(codes) > 8
    for code in codes[:-1]:
        assert f"regel={code}" in page, code


def test_member_and_coordinator_see_the_question_with_its_clock_and_the_answer(world):
    assert ask(world).status_code == 303
    asked = question(world)
    assert asked.due_on == dt.date(2026, 1, 22)
    page = words(world.client("member").get(path_of(world)))
    assert "Deze btw klopt niet" in page
    assert "Antwoord uiterlijk 22 januari 2026." in page
    browser = world.client("coordinator")
    for path in ("/balie", "/balie/vragen", f"/balie/leden/{world.membership}"):
        shown = browser.get(path)
        assert "/balie/vragen" in shown.get_data(as_text=True), path
        assert "22 januari 2026" in words(shown), path
    path = f"/balie/vragen/{asked.public_id}"
    assert "Deze btw klopt niet" in words(browser.get(path))
    assert send(browser, path, text="").status_code == 422
    assert send(browser, path, text="De btw is opnieuw geboekt.").status_code == 303
    assert send(browser, path, seen_at="/balie/leden/nieuw", text="Nog eens").status_code == 409
    assert "De btw is opnieuw geboekt." in words(world.client("member").get(path_of(world)))
    assert "Er wacht geen vraag" in words(browser.get("/balie/vragen"))
    subjects = [mail.subject for mail in mails(world.app)]
    assert "Er is antwoord op je vraag over december 2025" in subjects
    assert "Een vraag over een opgave van december 2025" in subjects


def test_an_open_question_does_not_stop_the_member_from_confirming(world):
    ask(world)
    page = words(world.client("member").get(path_of(world)))
    assert "Ik bevestig, mijn vraag blijft open" in page
    assert confirm(world).status_code == 303
    assert the_statement(world).state == "confirmed"


def test_what_is_missing_can_be_asked_and_a_line_only_once(world):
    assert ask(world, line="missing", text="Ik mis de klus van 20 december").status_code == 303
    assert ask(world, line="missing", text="Nog een keer").status_code == 409
    assert ask(world, line="step-0").status_code == 303
    page = words(world.client("member").get(path_of(world)))
    assert "Er ontbreekt iets" in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "x" * 601}, 422),
        ({"line": "step-99"}, 404),
        ({"version": "7"}, 404),
        ({"version": "x"}, 404),
    ],
)
def test_a_question_that_does_not_fit_is_not_kept(world, fields, status):
    path = path_of(world)
    sent = {"line": "step-1", "version": "1", "text": "Klopt niet"} | fields
    answer = send(world.client("member"), f"{path}/vraag", **sent)
    assert answer.status_code == status
    assert world.client("member").get(f"{path}/vraag?regel=step-99").status_code == 404


def test_a_question_belongs_to_its_own_cooperative(world):
    ask(world)
    path = f"/balie/vragen/{question(world).public_id}"
    stranger = world.client("strange-coordinator")
    assert stranger.get(path).status_code == 404
    assert "Nadia" not in words(stranger.get("/balie/vragen"))
    assert send(stranger, path, seen_at="/balie/leden/nieuw", text="Hoi").status_code == 404
    for who in ("officer", "member"):
        assert world.client(who).get("/balie/vragen").status_code == 404


def tell_hours(world, hours: str):
    path = path_of(world)
    return send(world.client("member"), f"{path}/uren", seen_at=path, hours=hours)


def test_hours_in_quarters_are_shown_and_reach_the_report(world):
    assert tell_hours(world, "12,25").status_code == 303
    assert the_statement(world).worked_quarters == 49
    assert 'value="12,25"' in world.client("member").get(path_of(world)).get_data(as_text=True)
    confirm(world)
    page = words(world.client("member").get(path_of(world)))
    assert "Je schreef op: 12,25 uur." in page
    officer = world.client("officer")
    report = officer.get("/gemeente/opgaven.csv").get_data(as_text=True)
    (row,) = csv.DictReader(report.splitlines(), delimiter=";")
    assert row["Aantal uren in de maand"] == "12,25"
    shown = words(officer.get(f"/gemeente/opgaven/{the_statement(world).public_id}"))
    assert "Gewerkte uren volgens de deelnemer: 12,25." in shown


def test_hours_are_part_of_what_was_sent(world):
    tell_hours(world, "10")
    confirm(world)
    sent = the_statement(world)
    with world.app.app_context(), context.transaction() as session:
        kept = statements.versions_of(session, statement_id=sent.id)[-1]
        told = statements.told_of(sent, kept)
        assert statements.stands_as_sent(sent, told)
        sent.worked_quarters = 41
        assert not statements.stands_as_sent(sent, told)
    assert tell_hours_late(world).status_code == 409


def tell_hours_late(world):
    path = path_of(world)
    return send(world.client("member"), f"{path}/uren", seen_at=f"{path}/vraag", hours="11")


def test_hours_may_be_left_out_again_and_must_be_quarters(world):
    tell_hours(world, "3,5")
    wrong = tell_hours(world, "3,1")
    assert wrong.status_code == 422
    assert "Schrijf kwartieren" in words(wrong)
    assert 'value="3,1"' in wrong.get_data(as_text=True)
    assert tell_hours(world, "").status_code == 303
    assert the_statement(world).worked_quarters is None
    assert statement_rules.hours_of(None) == ""


def reminders(world) -> list[OutboxMessage]:
    with world.app.app_context(), context.transaction() as session:
        return list(
            session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind.like("statement_reminder%"))
            )
        )


def test_a_reminder_comes_three_days_before_the_last_day_and_once(world, clock):
    for moment, expected in (
        ("2026-01-06", 0),
        ("2026-01-07", 1),
        ("2026-01-08", 0),
        ("2026-01-11", 0),
    ):
        clock.move_to(at(moment))
        with world.app.app_context():
            assert remind_of_statements() == expected, moment
    (mail,) = [one for one in mails(world.app) if "ligt nog klaar" in one.subject]
    assert mail.to == "member@example.nl"
    assert link_in(mail, "/werk/opgaven/") == path_of(world)


def test_who_hears_only_now_that_it_is_ready_gets_no_reminder_the_same_day(world, clock):
    with world.app.app_context(), context.transaction() as session:
        close(session, "2026-01", at("2026-02-08"))
    for moment, expected in (("2026-02-08", 0), ("2026-02-10", 0)):
        clock.move_to(at(moment))
        with world.app.app_context():
            assert remind_of_statements() == expected, moment


def test_who_confirmed_gets_no_reminder(world, clock):
    confirm(world)
    clock.move_to(at("2026-01-07"))
    with world.app.app_context():
        assert remind_of_statements() == 0
    assert reminders(world) == []


def test_a_nil_month_is_one_tap_from_the_mail(world, clock):
    with world.app.app_context(), context.transaction() as session:
        close(session, "2026-01", at("2026-02-01"))
    clock.move_to(at("2026-02-07"))
    with world.app.app_context():
        assert remind_of_statements() == 1
    (mail,) = [one for one in mails(world.app) if "ligt nog klaar" in one.subject]
    assert "niets verdiend" in mail.text
    link = link_in(mail, "/werk/opgaven/")
    assert link.endswith("/niets")
    browser = world.client("member")
    assert "Niets verdiend in januari 2026?" in words(browser.get(link))
    answer = send(browser, link.replace("/niets", "/bevestigen"), seen_at=link, version="1")
    assert answer.status_code == 303
    assert browser.get(link).location.endswith(link.removesuffix("/niets"))


def test_a_month_with_something_in_it_is_never_one_button(world):
    path = path_of(world)
    answer = world.client("member").get(f"{path}/niets")
    assert (answer.status_code, answer.location) == (303, path)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("member", "/werk/opgaven/{statement}"),
        ("member", "/werk/opgaven/{statement}/vraag?regel=step-1"),
        ("coordinator", "/balie"),
        ("coordinator", "/balie/vragen"),
        ("coordinator", "/balie/vragen/{question}"),
        ("coordinator", "/balie/leden/{membership}"),
    ],
)
def test_a_page_with_questions_asks_the_database_eight_times_at_most(world, who, path):
    for line in ("step-0", "step-1", "line-0", "missing"):
        ask(world, line=line)
    with world.app.app_context(), context.transaction() as session:
        asked = session.scalars(select(StatementQuestion.public_id)).first()
    path = path.format(
        statement=the_statement(world).public_id, membership=world.membership, question=asked
    )
    browser = world.client(who)
    with counted(world.app) as queries:
        assert browser.get(path).status_code == 200
    assert len(queries) <= MOST, str(queries)
