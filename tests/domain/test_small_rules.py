"""Small rules of which each branch is told apart: agreements, regimes, statements, questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from marketplace.domain import agreements, questions, regimes, statements
from marketplace.domain.calendar import Month
from marketplace.domain.people import masked_email

FIRST = dt.date(2026, 2, 1)
PROPOSED = agreements.Proposed(FIRST, "pot", "to_reserve")


@pytest.mark.parametrize(
    ("changed", "facts", "refusal"),
    [
        ({"regime": "loan"}, {}, agreements.RegimeNotOffered),
        ({"exit_rule": ""}, {}, agreements.ExitRuleNeeded),
        ({"valid_from": dt.date(2026, 2, 2)}, {}, agreements.NotFirstOfMonth),
        ({}, {"begins": [FIRST]}, agreements.LaterAgreement),
        ({}, {"last_stated": Month(2026, 2)}, agreements.MonthStated),
        ({}, {"last_booked_on": FIRST}, agreements.MonthHasBookings),
    ],
)
def test_an_agreement_that_cannot_be_made_is_refused(changed, facts, refusal):
    given = {"begins": [], "last_booked_on": None, "last_stated": None} | facts
    with pytest.raises(refusal):
        agreements.check(replace(PROPOSED, **changed), **given)


def test_an_agreement_follows_on_what_was_booked_and_stated_the_month_before():
    agreements.check(
        PROPOSED,
        begins=[dt.date(2026, 1, 1)],
        last_booked_on=dt.date(2026, 1, 31),
        last_stated=Month(2026, 1),
    )
    assert agreements.last_day_before(FIRST) == dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("day", "age"), [("2026-02-28", 25), ("2026-03-01", 26), ("2028-02-28", 27), ("2028-02-29", 28)]
)
def test_who_is_born_on_the_29th_of_february_has_a_birthday_on_the_first_of_march(day, age):
    assert agreements.age_on(dt.date(2000, 2, 29), dt.date.fromisoformat(day)) == age


def test_the_month_of_a_childs_birthday_is_still_the_age_before_it():
    assert regimes.youngest_age(Month(2014, 2), dt.date(2026, 2, 1)) == 11
    assert regimes.youngest_age(Month(2014, 2), dt.date(2026, 3, 1)) == 12
    assert regimes.youngest_age(None, FIRST) is None


def test_an_experiment_holds_up_to_its_last_month():
    assert regimes.experiment_holds(Month(2026, 2), dt.date(2026, 2, 28))
    assert not regimes.experiment_holds(Month(2026, 3), dt.date(2026, 2, 28))
    assert not regimes.experiment_holds(Month(2026, 3), None)


@pytest.mark.parametrize("state", statements.STATES)
def test_only_what_is_ready_and_was_seen_is_confirmed(state):
    if state == "ready":
        statements.may_confirm(state, newest=2, seen=2)
        statements.may_change_hours(state)
        with pytest.raises(statements.Changed):
            statements.may_confirm(state, newest=2, seen=1)
        with pytest.raises(statements.PeriodRuns):
            statements.may_confirm(state, newest=2, seen=2, runs=True)
        return
    with pytest.raises(statements.AlreadyConfirmed):
        statements.may_confirm(state, newest=2, seen=2, runs=True)
    with pytest.raises(statements.AlreadyConfirmed):
        statements.may_change_hours(state)


def test_signing_off_follows_on_confirming_once():
    statements.may_sign_off("confirmed")
    with pytest.raises(statements.NotConfirmed):
        statements.may_sign_off("ready")
    with pytest.raises(statements.AlreadySignedOff):
        statements.may_sign_off("signed_off")


def test_a_digest_covers_hours_only_when_they_were_told():
    plain = statements.digest({"a": 1}, {"b": 2}, "c")
    assert plain == statements.digest({"a": 1}, {"b": 2}, "c", None)
    assert plain != statements.digest({"a": 1}, {"b": 2}, "c", 0)
    assert (statements.hours_of(None), statements.hours_of(49)) == ("", "12,25")


def test_a_month_of_a_quarter_is_sent_when_the_quarter_is_over():
    due = statements.due_on(Month(2026, 1), "quarterly")
    assert statements.sent_from(Month(2026, 1), due, dt.date(2026, 3, 31)) == dt.date(2026, 4, 1)
    assert statements.sent_from(Month(2026, 1), due, dt.date(2026, 4, 1)) is None
    assert statements.sent_from(Month(2026, 3), due, dt.date(2026, 3, 31)) is None


def test_a_question_has_five_working_days_and_one_answer():
    assert questions.due_on(dt.date(2026, 1, 15)) == dt.date(2026, 1, 22)
    assert questions.due_on(dt.date(2026, 1, 17)) == dt.date(2026, 1, 23)
    questions.may_ask("step-0", ["step-1"])
    with pytest.raises(questions.AlreadyAsked):
        questions.may_ask("step-0", ["step-0"])
    questions.may_answer(None)
    with pytest.raises(questions.AlreadyAnswered):
        questions.may_answer(dt.datetime(2026, 1, 15, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("karim@example.nl", "k•••@e•••.nl"),
        ("a@mail.example.co.uk", "a•••@m•••.uk"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_an_address_is_masked(email, shown):
    assert masked_email(email) == shown
