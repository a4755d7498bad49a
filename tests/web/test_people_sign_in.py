"""Signing in: by address and password, throttled, without telling who has an account."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from marketplace.gateways.passwords import Passwords, hasher
from marketplace.models.people import Attempt, Person
from tests.web.people_pages import PASSWORD, add_operator, add_person, send, sign_in, words
from tests.web.query_count import MOST, counted


def signed_in(client) -> bool:
    with client.session_transaction() as cookie:
        return "person" in cookie


def test_the_right_password_lets_somebody_in(app, client):
    add_person(app)
    answer = sign_in(client, " Anna@Example.NL ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account").status_code == 200


def test_somebody_who_was_on_the_way_arrives_there(app, client):
    add_person(app)
    assert client.get("/account?x=1").location.endswith("/inloggen?next=/account?x%3D1")
    assert sign_in(client, next="/account?x=1").location == "/account?x=1"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil"])
def test_nobody_is_sent_to_another_site(app, client, elsewhere):
    add_person(app)
    assert sign_in(client, next=elsewhere).location == "/"


def test_an_operator_begins_at_the_operators_page(app, client):
    add_operator(app)
    assert sign_in(client, "beheer@example.nl").location == "/beheer/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(app, client):
    add_person(app)
    wrong = sign_in(client, password="not this one")
    unknown = sign_in(client, "nobody@example.nl", password="not this one")
    assert wrong.status_code == unknown.status_code == 422
    assert "Het e-mailadres of het wachtwoord klopt niet." in words(wrong)
    same = words(unknown).replace("nobody@example.nl", "anna@example.nl")
    assert same == words(wrong)
    assert 'value="anna@example.nl"' in wrong.get_data(as_text=True)
    assert not signed_in(client)


def test_an_unknown_address_costs_a_hash_too(app, client, monkeypatch):
    checked = []
    real = Passwords.matches

    def counting(self, kept, password):
        checked.append(kept)
        return real(self, kept, password)

    monkeypatch.setattr(Passwords, "matches", counting)
    sign_in(client, "nobody@example.nl")
    assert checked == [None]


def test_the_session_is_a_new_one_after_signing_in(app, client):
    add_person(app)
    with client.session_transaction() as cookie:
        cookie.update({"planted": "by somebody else", "lang": "en"})
    sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["lang"] == "en"


def test_after_ten_wrong_tries_even_the_right_password_waits(app, client, clock):
    add_person(app)
    for _ in range(10):
        assert sign_in(client, password="guess").status_code == 422
    late = sign_in(client)
    assert late.status_code == 429
    assert "Wacht even" in words(late)
    clock.shift(dt.timedelta(minutes=16))
    assert sign_in(client).status_code == 303


def test_an_unknown_account_is_throttled_the_same(app, client):
    answers = [sign_in(client, "nobody@example.nl").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_nothing_is_hashed_for_a_refused_try(app, client, monkeypatch):
    for _ in range(10):
        sign_in(client, "nobody@example.nl")
    monkeypatch.setattr(Passwords, "matches", lambda *_: pytest.fail("hashed"))
    assert sign_in(client, "nobody@example.nl").status_code == 429


def test_one_address_of_the_network_cannot_try_many_accounts(app, client):
    answers = [sign_in(client, f"nobody{n}@example.nl").status_code for n in range(61)]
    assert answers[59:] == [422, 429]
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(other, "nobody61@example.nl").status_code == 422


def test_who_gets_in_is_no_guesser(app, client):
    add_person(app)
    for _ in range(15):
        assert sign_in(client).status_code == 303
        assert sign_in(client, password="guess").status_code == 422


def test_the_table_of_tries_holds_no_address_in_clear(app, client, session):
    sign_in(client, "nobody@example.nl")
    rows = session.scalars(select(Attempt)).all()
    assert len(rows) == 2
    assert all(len(row.key) == 64 and "nobody" not in row.key for row in rows)


def test_old_tries_are_swept_away(app, client, clock, session):
    for number in range(9):
        sign_in(client, f"nobody{number}@example.nl")
    clock.shift(dt.timedelta(days=2))
    sign_in(client, "last@example.nl")
    assert session.execute(text("SELECT count(*) FROM attempts")).scalar() == 2


def test_an_old_hash_is_made_anew_at_sign_in(app, client, session):
    from argon2 import PasswordHasher

    person_id = add_person(app)
    old = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)).hash(PASSWORD)
    session.get_one(Person, person_id).password_hash = old
    session.commit()
    assert sign_in(client).status_code == 303
    session.expire_all()
    kept = session.get_one(Person, person_id).password_hash
    assert kept != old
    assert not hasher("cheap").is_old(kept)


def test_signing_out_ends_the_session(app, client):
    add_person(app)
    sign_in(client)
    assert send(client, "/uitloggen", seen_at="/account").status_code == 303
    assert client.get("/account").status_code == 303


def test_a_form_without_its_token_changes_nothing(app, client):
    add_person(app)
    answer = client.post("/inloggen", data={"email": "anna@example.nl", "password": PASSWORD})
    assert answer.status_code == 400
    assert not signed_in(client)


def test_the_demo_offers_its_people_and_lets_them_in(app, client):
    add_person(app, "wim@demo.example", "Wim", "scharrel-2026")
    page = words(client.get("/inloggen"))
    assert "Wim" in page
    assert "scharrel-2026" in page
    assert sign_in(client, "wim@demo.example", "scharrel-2026").status_code == 303


def test_production_shows_no_demo_people(settings, clock):
    from marketplace.app import create_app

    production = settings.model_copy(
        update={
            "mode": "production",
            "public_url": "https://markt.example.nl",
            "smtp_url": "smtp://localhost",
        }
    )
    app = create_app(production)
    add_person(app, "wim@demo.example", "Wim", "scharrel-2026")
    page = words(app.test_client().get("/inloggen"))
    assert "Wim" not in page
    assert "scharrel-2026" not in page
    app.extensions["marketplace"].database.engine.dispose()


def test_the_sign_in_page_asks_little_of_the_database(app, client):
    add_person(app)
    sign_in(client)
    with counted(app) as queries:
        client.get("/inloggen")
    assert len(queries) <= MOST, str(queries)
