"""Who may invite whom, what an invitation gives, and how a door counts tries."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.access import Role
from marketplace.domain.errors import Forbidden
from marketplace.gateways.passwords import hasher
from marketplace.models.audit import AuditLine
from marketplace.models.people import Attempt, Grant
from marketplace.services.people import demo_people, invitations, operators, throttle
from tests.books.factories import make_cooperative, make_municipality, make_person

DOOR = throttle.Door("sign_in", dt.timedelta(minutes=15), per_account=3, per_address=5)


def give(session, person, role, now, **scope):
    grant = Grant(person_id=person.id, role=role, created_at=now, **scope)
    session.add(grant)
    session.flush()
    return grant


def invite(session, by, role, now, **scope):
    return invitations.invite(
        session,
        role=role,
        email="new@example.nl",
        name="Nieuw",
        invited_by=by.id,
        now=now,
        **scope,
    )


def test_the_operator_invites_staff_and_officers(session, now):
    operator = make_person(session)
    give(session, operator, "operator", now)
    cooperative, municipality = make_cooperative(session), make_municipality(session)
    for role in (Role.COORDINATOR, Role.TREASURER):
        assert invite(session, operator, role, now, cooperative_id=cooperative.id).token
    assert invite(session, operator, Role.OFFICER, now, municipality_id=municipality.id).token


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OPERATOR])
def test_the_operator_invites_no_member_and_no_operator(session, now, role):
    operator = make_person(session)
    give(session, operator, "operator", now)
    with pytest.raises(Forbidden):
        invite(session, operator, role, now, cooperative_id=make_cooperative(session).id)


def test_a_coordinator_invites_members_of_the_own_cooperative_only(session, now):
    coordinator = make_person(session)
    own, foreign = make_cooperative(session), make_cooperative(session)
    give(session, coordinator, "coordinator", now, cooperative_id=own.id)
    assert invite(session, coordinator, Role.MEMBER, now, cooperative_id=own.id).token
    for role, place in ((Role.MEMBER, foreign), (Role.TREASURER, own), (Role.COORDINATOR, own)):
        with pytest.raises(Forbidden):
            invite(session, coordinator, role, now, cooperative_id=place.id)


def test_somebody_without_a_role_invites_nobody(session, now):
    with pytest.raises(Forbidden):
        invite(
            session,
            make_person(session),
            Role.COORDINATOR,
            now,
            cooperative_id=make_cooperative(session).id,
        )


def test_a_role_is_given_once(session, now):
    operator, known = make_person(session), make_person(session, email="new@example.nl")
    give(session, operator, "operator", now)
    cooperative = make_cooperative(session)
    give(session, known, "coordinator", now, cooperative_id=cooperative.id)
    letter = invite(session, operator, Role.COORDINATOR, now, cooperative_id=cooperative.id)
    with pytest.raises(invitations.AlreadyHolds):
        invitations.accept(session, token=letter.token, person_id=known.id, now=now)


def test_inviting_and_accepting_leave_an_audit_line_without_names(session, now):
    operator, known = make_person(session), make_person(session, email="new@example.nl")
    give(session, operator, "operator", now)
    cooperative = make_cooperative(session)
    letter = invite(session, operator, Role.TREASURER, now, cooperative_id=cooperative.id)
    invitations.accept(session, token=letter.token, person_id=known.id, now=now)
    lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [(line.act, line.actor_id, line.cooperative_id) for line in lines] == [
        ("invite", operator.id, cooperative.id),
        ("accept_invitation", known.id, cooperative.id),
    ]
    assert not any(
        known.name in str((line.thing, line.reason, line.before, line.after)) for line in lines
    )


def test_an_existing_account_becomes_operator_and_keeps_its_password(session, now):
    person = make_person(session, email="bo@example.nl", password_hash="kept")
    made = operators.create_operator(
        session,
        email=" BO@example.nl",
        name="Bo",
        password=None,
        passwords=hasher("cheap"),
        now=now,
    )
    assert (made, person.password_hash) == (person.id, "kept")


def knock(session, now, account="a", address="192.0.2.1"):
    return throttle.knock(session, door=DOOR, account=account, address=address, secret="s", now=now)


def test_a_door_opens_so_often_for_one_account(session, now):
    assert all(knock(session, now) for _ in range(3))
    assert knock(session, now) is None
    assert knock(session, now, account="b") is not None


def test_a_door_opens_so_often_for_one_address(session, now):
    assert all(knock(session, now, account=str(n)) for n in range(5))
    assert knock(session, now, account="6") is None
    assert knock(session, now, account="6", address="192.0.2.2") is not None


def test_one_household_of_ipv6_counts_as_one_address(session, now):
    for number in range(5):
        assert knock(session, now, account=str(number), address=f"2001:db8::{number + 1}")
    assert knock(session, now, account="6", address="2001:db8::ffff") is None
    assert knock(session, now, account="6", address="2001:db8:0:1::1") is not None


def test_tries_are_forgotten_after_their_time(session, now):
    for _ in range(3):
        knock(session, now)
    assert knock(session, now + dt.timedelta(minutes=14)) is None
    assert knock(session, now + dt.timedelta(minutes=15)) is not None


def test_a_refused_try_does_not_make_the_wait_longer(session, now):
    for minute in range(14):
        knock(session, now + dt.timedelta(minutes=minute))
    assert len(session.scalars(select(Attempt)).all()) == 6


def test_who_passed_starts_anew(session, now):
    knock(session, now)
    ticket = knock(session, now)
    throttle.passed(session, ticket=ticket)
    kept = session.scalars(select(Attempt)).all()
    assert len(kept) == 1  # the first try of the address


def test_the_demo_shows_some_people_of_each_role(session, now):
    cooperative, other = make_cooperative(session), make_cooperative(session)
    make_person(session, email="real@example.nl")
    for number in range(4):
        make_person(session, email=f"buyer{number}@demo.example")
    for place in (cooperative, other):
        for number in range(3):
            person = make_person(session, email=f"c{place.id}{number}@demo.example")
            give(session, person, "coordinator", now, cooperative_id=place.id)
    found = demo_people.demo_signins(session)
    assert [one.role for one in found] == ["buyer", "buyer", "coordinator", "coordinator"]
    assert {one.place for one in found if one.role == "coordinator"} == {
        cooperative.name,
        other.name,
    }
    assert "real@example.nl" not in {one.email for one in found}
