"""The permission table: who may, under which grant, who is near, who sees nothing; and what a password is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.access import (
    COOPERATIVE_ROLES,
    MAY_INVITE,
    TABLE,
    Actor,
    Grant,
    Permission,
    Role,
    judge,
)
from marketplace.domain.people import (
    PasswordCommon,
    PasswordRefused,
    PasswordTooLong,
    PasswordTooShort,
    check_password,
    normal_email,
)
from marketplace.gateways.passwords import common


def grant(role: Role, number: int = 1) -> Grant:
    return Grant(id=f"{role}-{number}", role=role, label="x", cooperative_id=number)


def actor(*grants: Grant, active: Grant | None = None) -> Actor:
    return Actor(1, "Anna", "nl", grants, active or (grants[0] if grants else None))


def test_who_has_no_grants_is_a_buyer_and_the_first_letter_stands_for_the_name():
    assert (actor().role, actor().initial) == ("buyer", "A")
    assert Actor(1, "", "nl").initial == ""
    assert actor(grant(Role.MEMBER)).role == "member"


def test_every_permission_stands_in_the_table():
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_one_role_may_what_the_table_says(permission, role):
    roles = TABLE[permission]
    verdict = judge(actor(grant(role)), permission)
    assert verdict.allowed == (roles is None or role in roles)
    assert verdict.grant == (grant(role) if verdict.allowed else None)


@pytest.mark.parametrize("permission", [p for p in Permission if TABLE[p] is not None])
def test_a_buyer_may_nothing_but_buy_and_sees_nothing(permission):
    verdict = judge(actor(), permission)
    assert (verdict.allowed, verdict.near) == (False, False)


def test_an_active_role_comes_first_and_another_own_role_still_counts():
    here, there, officer = (
        grant(Role.COORDINATOR),
        grant(Role.COORDINATOR, 2),
        grant(Role.OFFICER, 3),
    )
    who = actor(here, there, officer, active=there)
    assert judge(who, Permission.DESK).grant == there
    assert judge(actor(here, there, officer, active=officer), Permission.DESK).grant == here


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TREASURER])
def test_staff_are_near_to_what_others_of_the_cooperative_may(role):
    for permission, roles in TABLE.items():
        if roles is not None and role not in roles:
            assert judge(actor(grant(role)), permission).near == bool(roles & COOPERATIVE_ROLES)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.OPERATOR])
def test_others_are_never_near(role):
    assert not any(judge(actor(grant(role)), permission).near for permission in Permission)


def test_nobody_hands_out_the_role_of_operator():
    assert all(Role.OPERATOR not in roles for roles in MAY_INVITE.values())


@pytest.mark.parametrize("typed", ["a@example.nl", " A@Example.NL ", "\uff21@example.nl"])
def test_an_address_is_the_same_however_it_is_typed(typed):
    assert normal_email(typed) == "a@example.nl"


@given(st.text(max_size=60))
def test_a_normal_address_stays_as_it_is(text):
    assert normal_email(normal_email(text)) == normal_email(text)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short", PasswordTooShort),
        ("x" * 201, PasswordTooLong),
        ("Wachtwoord", PasswordCommon),
        ("!Welkom2026!", PasswordCommon),
        ("qwertyuiop", PasswordCommon),
        ("abababababab", PasswordCommon),
        ("defghijklmn", PasswordCommon),
        ("zyxwvutsrqp", PasswordCommon),
        ("anna.bos@example.nl", PasswordCommon),
        ("anna.bos2026", PasswordCommon),
        ("Anneliese Bos 1", PasswordCommon),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password, refusal):
    with pytest.raises(refusal):
        check_password(password, common=common(), own=("anna.bos@example.nl", "Anneliese Bos", ""))


@pytest.mark.parametrize(
    "password", ["groene laarzen", "scharrel-2026", "driekippenophetdak", "ééntweedrievier"]
)
def test_a_few_words_are_a_good_password_without_rules_about_signs(password):
    check_password(password, common=common(), own=("anna@example.nl", "Anna"))


@given(st.text(max_size=9))
def test_whatever_it_is_nine_characters_are_too_few(text):
    with pytest.raises(PasswordRefused):
        check_password(text, common=frozenset())
