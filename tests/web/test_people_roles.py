"""Invitations and roles: one letter, one address, one role; several roles in one person; the own account."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.access import Role
from marketplace.models.memberships import Membership
from marketplace.models.people import Grant, Invitation, Person
from marketplace.services.people import invitations
from tests.books.factories import make_cooperative, make_membership
from tests.web.people_pages import PASSWORD, add_operator, add_person, send, sign_in, words


@pytest.fixture
def letter(app, session, now):
    """An invitation for Anna as coordinator; gives the path of its page."""
    operator_id = add_operator(app)
    cooperative = make_cooperative(session, name="De Ren")
    invited = invitations.invite(
        session,
        role=Role.COORDINATOR,
        email="Anna@example.nl",
        name="Anna",
        cooperative_id=cooperative.id,
        invited_by=operator_id,
        now=now,
    )
    session.commit()
    return f"/uitnodiging/{invited.token}"


def grants(session) -> list[str]:
    found = list(session.scalars(select(Grant.role).where(Grant.role != "operator")))
    session.rollback()  # a writer that looks on would make the next request wait
    return found


def test_somebody_new_chooses_name_and_password(client, letter, session):
    page = words(client.get(letter))
    assert "Uitnodiging van De Ren" in page
    assert "Coördinator" in page
    assert send(client, letter, name="Anna B.", password=PASSWORD).status_code == 303
    assert "Anna B." in words(client.get("/account"))
    assert grants(session) == ["coordinator"]


def test_a_weak_password_is_refused_and_the_letter_stays_open(client, letter, session):
    answer = send(client, letter, name="Anna", password="kort")
    assert answer.status_code == 422
    assert "te kort" in words(answer)
    assert grants(session) == []
    assert send(client, letter, name="Anna", password=PASSWORD).status_code == 303


def test_somebody_with_an_account_signs_in_to_accept(app, client, letter, session):
    add_person(app)
    assert "Je hebt al een account" in words(client.get(letter))
    assert send(client, letter, password="not this one").status_code == 422
    assert grants(session) == []
    assert send(client, letter, password=PASSWORD).status_code == 303
    assert grants(session) == ["coordinator"]


def test_guessing_at_an_invitation_is_throttled_like_signing_in(app, client, letter):
    add_person(app)
    answers = [send(client, letter, password="guess").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_who_is_signed_in_with_the_address_says_yes_with_one_button(app, client, letter, session):
    add_person(app)
    sign_in(client)
    assert send(client, letter).status_code == 303
    assert grants(session) == ["coordinator"]


def test_an_invitation_is_not_for_somebody_else(app, client, letter, session):
    add_person(app, "piet@example.nl", "Piet")
    sign_in(client, "piet@example.nl")
    assert "Deze uitnodiging is voor anna@example.nl" in words(client.get(letter))
    answer = send(client, letter, seen_at="/account")
    assert answer.status_code == 422
    assert grants(session) == []


def test_a_letter_works_once(client, app, letter):
    send(client, letter, name="Anna", password=PASSWORD)
    used = app.test_client().get(letter)
    assert used.status_code == 409
    assert "al gebruikt of is verlopen" in words(used)


def test_a_letter_is_over_after_two_weeks(client, letter, clock):
    clock.shift(dt.timedelta(days=14))
    assert client.get(letter).status_code == 409


def test_an_unknown_letter_is_not_found(client):
    assert client.get("/uitnodiging/never-written").status_code == 404


def test_a_second_letter_withdraws_the_first(client, letter, session, now):
    first = session.scalars(select(Invitation)).one()
    again = invitations.invite(
        session,
        role=Role.COORDINATOR,
        email=first.email,
        name=first.name,
        cooperative_id=first.cooperative_id,
        invited_by=first.invited_by_id,
        now=now,
    )
    session.commit()
    assert client.get(letter).status_code == 409
    assert client.get(f"/uitnodiging/{again.token}").status_code == 200


def test_an_invited_member_gets_the_membership(app, client, session, now):
    coordinator_id = add_person(app, "ilse@example.nl", "Ilse")
    membership = make_membership(session, status="invited")
    session.add(
        Grant(
            person_id=coordinator_id,
            role="coordinator",
            cooperative_id=membership.cooperative_id,
            created_at=now,
        )
    )
    session.flush()
    invited = invitations.invite(
        session,
        role=Role.MEMBER,
        email="fenna@example.nl",
        name="Fenna",
        cooperative_id=membership.cooperative_id,
        membership_id=membership.id,
        invited_by=coordinator_id,
        now=now,
    )
    session.commit()
    path = f"/uitnodiging/{invited.token}"
    assert send(client, path, name="Fenna", password=PASSWORD).status_code == 303
    session.expire_all()
    row = session.get_one(Membership, membership.id)
    fenna = session.scalars(select(Person).where(Person.email == "fenna@example.nl")).one()
    assert (row.person_id, row.status) == (fenna.id, "trial")
    grant = session.scalars(select(Grant).where(Grant.person_id == fenna.id)).one()
    assert (grant.role, grant.membership_id) == ("member", membership.id)


def both_roles(session, person_id, now) -> dict[str, str]:
    ids = {}
    for role in ("coordinator", "treasurer"):
        cooperative = make_cooperative(session)
        grant = Grant(person_id=person_id, role=role, cooperative_id=cooperative.id, created_at=now)
        session.add(grant)
        session.flush()
        ids[role] = grant.public_id
    session.commit()
    return ids


def active_grant(client) -> str | None:
    with client.session_transaction() as cookie:
        return cookie.get("grant")


def test_one_person_switches_between_roles(app, client, session, now):
    ids = both_roles(session, add_person(app), now)
    sign_in(client)
    assert "Zo kijk je nu" in words(client.get("/account"))
    for role in ("treasurer", "coordinator"):
        assert send(client, "/rol", seen_at="/account", grant=ids[role]).status_code == 303
        assert active_grant(client) == ids[role]
    assert send(client, "/rol", seen_at="/account", grant="buyer").location == "/"
    assert active_grant(client) == "buyer"


def test_nobody_takes_a_role_of_somebody_else(app, client, session, now):
    ids = both_roles(session, add_person(app, "ilse@example.nl", "Ilse"), now)
    add_person(app)
    sign_in(client)
    answer = send(client, "/rol", seen_at="/account", grant=ids["treasurer"])
    assert answer.status_code == 404
    assert active_grant(client) is None


def test_the_account_keeps_name_and_language(app, client, session):
    person_id = add_person(app)
    sign_in(client)
    wrong = send(client, "/account", name="", locale="nl")
    assert wrong.status_code == 422
    assert "Vul je naam in." in words(wrong)
    assert send(client, "/account", name="  Anna   Bos ", locale="en").status_code == 303
    person = session.get_one(Person, person_id)
    assert (person.name, person.locale) == ("Anna Bos", "en")
    with client.session_transaction() as cookie:
        assert cookie["lang"] == "en"
