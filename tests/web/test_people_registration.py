"""Registering and resetting by mail: one link, one hour, once; the page tells nobody who has an account."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import PasswordReset, Person
from tests.web.people_pages import PASSWORD, add_person, link_in, mails, send, sign_in, words

NEW = "paarse-fietsbel-17"


def register(client, email="noor@example.nl", name="Noor", **fields):
    return send(client, "/aanmelden", name=name, email=email, **fields)


def reset_link(app, client, email="anna@example.nl") -> str:
    send(client, "/wachtwoord", email=email)
    return link_in(mails(app)[0], "/wachtwoord/")


def test_somebody_new_registers_by_the_link_in_the_mail(app, client):
    answer = register(client, "Noor@Example.nl")
    assert (answer.status_code, answer.location) == (303, "/kijk-in-je-mail")
    assert client.get("/kijk-in-je-mail").status_code == 200
    mail = mails(app)[0]
    assert mail.to == "noor@example.nl"
    link = link_in(mail, "/wachtwoord/")
    assert "Kies je wachtwoord" in words(client.get(link))
    assert send(client, link, password=NEW).location == "/"
    assert "Noor" in words(client.get("/account"))
    assert sign_in(app.test_client(), "noor@example.nl", NEW).status_code == 303


def test_a_buyer_comes_back_to_what_they_wanted_to_order(app, client):
    register(client, next="/bestellen/abc?n=1")
    link = link_in(mails(app)[0], "/wachtwoord/")
    assert send(client, link, password=NEW).location == "/bestellen/abc?n=1"


def test_an_account_that_never_chose_a_password_cannot_sign_in(app, client):
    register(client)
    assert sign_in(client, "noor@example.nl", "").status_code == 422
    assert sign_in(client, "noor@example.nl", "anything at all").status_code == 422


def test_registering_a_known_address_shows_the_same_page_and_mails_that_there_is_an_account(
    app, client
):
    add_person(app)
    fresh = register(client)
    known = register(client, "anna@example.nl", "Somebody")
    assert (known.status_code, known.location) == (fresh.status_code, fresh.location)
    first, second = mails(app)
    told = first if first.to == "anna@example.nl" else second
    assert "Je hebt al een account" in told.subject
    assert "/wachtwoord/" not in told.text


def test_registering_again_before_the_password_mails_another_link_and_takes_the_last_name(
    app, client, session
):
    register(client, name="Nor")
    register(client, name="Noor")
    assert len(mails(app)) == 2
    assert [person.name for person in session.scalars(select(Person))] == ["Noor"]


def test_a_forgotten_password_is_chosen_anew_and_ends_every_session(app, client):
    add_person(app)
    elsewhere = app.test_client()
    sign_in(elsewhere)
    assert elsewhere.get("/account").status_code == 200
    link = reset_link(app, client)
    assert send(client, link, password=NEW).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303
    assert "Je wachtwoord is veranderd" in {mail.subject for mail in mails(app)}


def test_a_link_works_once_and_takes_its_siblings_along(app, client):
    add_person(app)
    sibling = reset_link(app, client)
    send(client, "/wachtwoord", email="anna@example.nl")
    link = next(
        found
        for mail in mails(app)
        if (found := link_in(mail, "/wachtwoord/")) and found != sibling
    )
    assert send(client, link, password=NEW).status_code == 303
    for used in (link, sibling):
        assert client.get(used).status_code == 409
    assert "Vraag een nieuwe link aan" in words(client.get(link))


def test_a_link_is_over_after_an_hour(app, client, clock):
    add_person(app)
    link = reset_link(app, client)
    clock.shift(dt.timedelta(minutes=59))
    assert client.get(link).status_code == 200
    clock.shift(dt.timedelta(minutes=1))
    assert client.get(link).status_code == 409


def test_an_unknown_link_is_over_too(client):
    assert client.get("/wachtwoord/never-given").status_code == 409


def test_a_reset_of_an_unknown_address_shows_the_same_page_and_mails_that_there_is_no_account(
    app, client, session
):
    add_person(app)
    known = send(client, "/wachtwoord", email="anna@example.nl")
    unknown = send(client, "/wachtwoord", email="nobody@example.nl")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    told = next(mail for mail in mails(app) if mail.to == "nobody@example.nl")
    assert "geen account" in told.subject
    assert len(session.scalars(select(PasswordReset)).all()) == 1


def test_only_the_hash_of_a_token_is_kept(app, client, session):
    add_person(app)
    token = reset_link(app, client).rsplit("/", 1)[1]
    assert token not in session.scalars(select(PasswordReset.token_hash)).all()
    assert all(token not in str(facts) for facts in session.scalars(select(OutboxMessage.facts)))


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kort", "te kort"),
        ("wachtwoord2026!", "makkelijk te raden"),
        ("1234567890", "makkelijk te raden"),
        ("anna@example.nl", "makkelijk te raden"),
        ("x" * 201, "te lang"),
    ],
)
def test_a_weak_password_is_refused_beside_the_field(app, client, password, sentence):
    add_person(app)
    link = reset_link(app, client)
    answer = send(client, link, password=password)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert send(client, link, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("name", "email"),
    [("", "a@example.nl"), ("Noor", "no address"), ("kijk http://x.nl", "a@example.nl")],
)
def test_wrong_fields_are_told_and_what_was_typed_stays(client, name, email):
    answer = register(client, email, name)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'value="{name}"' in page
    assert f'value="{email}"' in page


def test_mails_to_one_address_are_throttled(app, client):
    answers = [send(client, "/wachtwoord", email="anna@example.nl").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    answers = [register(client).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
