"""Complaints: whatever anybody tries, only the steps of the table are made, and somebody is always up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.refunds import ON_PAPER, RefundTooMuch
from marketplace.domain.talking.complaining import (
    MOST_PER_LINE,
    PERIOD,
    ComplainedBefore,
    ComplaintTooEarly,
    ComplaintTooLate,
    NothingToComplain,
    Sold,
    check_open,
    first_day,
    last_day,
    may_open,
    promised_day,
)
from marketplace.domain.talking.complaints import (
    DAYS,
    KEPT,
    LATE,
    LONGEST_REDO,
    OPEN,
    PROBLEMS,
    REFUND_REASONS,
    REMIND_AFTER,
    STEPS,
    UP,
    Act,
    By,
    ComplaintMoved,
    Outcome,
    Proposal,
    RedoDayRefused,
    State,
    agreeing,
    check_amount,
    check_redo_day,
    clock_at,
    due_on,
    forgotten_before,
    step,
)

TODAY = dt.date(2026, 1, 15)  # a Thursday
DAY = dt.timedelta(days=1)
TRIES = st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(By)), max_size=30)


@given(TRIES)
def test_somebody_is_up_until_it_is_closed_and_then_nothing_moves(tries):
    state, proposal, outcome = State.WITH_MEMBER, None, None
    for act, by in tries:
        if act is Act.WRITE:
            continue
        try:
            row = step(act, by=by, state=state, proposal=proposal)
        except ComplaintMoved:
            continue
        assert outcome is None
        state, proposal, outcome = row.to, row.makes or proposal, row.outcome
        assert (state is State.CLOSED) == (outcome is not None)
        if state is State.WITH_BUYER:
            assert proposal is not None
        if state is State.REDOING:
            assert proposal is Proposal.REDO
    assert (state in UP) == (state in OPEN) == (state in LATE) == (outcome is None)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_when_nobody_comes_the_clock_has_a_step_from_everywhere(state):
    row = step(LATE[state], by=By.CLOCK, state=state, proposal=None)
    assert row.to in {State.WITH_COORDINATOR, State.CLOSED}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_the_buyer_may_always_take_it_back_and_others_never(state):
    assert step(Act.WITHDRAW, by=By.BUYER, state=state, proposal=None).outcome is Outcome.WITHDRAWN
    for other in (By.MEMBER, By.COORDINATOR, By.CLOCK):
        with pytest.raises(ComplaintMoved):
            step(Act.WITHDRAW, by=other, state=state, proposal=None)


@pytest.mark.parametrize(
    ("proposal", "act", "to"),
    [
        (Proposal.REDO, Act.AGREE_REDO, State.REDOING),
        (Proposal.PART, Act.AGREE_PART, State.WITH_COORDINATOR),
        (Proposal.WORD, Act.AGREE_WORD, State.CLOSED),
        (Proposal.REDONE, Act.AGREE_WORD, State.CLOSED),
    ],
)
def test_a_yes_goes_where_the_proposal_leads(proposal, act, to):
    assert agreeing(proposal) is act
    assert step(act, by=By.BUYER, state=State.WITH_BUYER, proposal=proposal).to is to


def test_a_yes_to_something_else_is_refused():
    assert agreeing(None) is Act.AGREE_WORD
    for act, proposal in (
        (Act.AGREE_REDO, Proposal.PART),
        (Act.AGREE_PART, Proposal.WORD),
        (Act.AGREE_WORD, Proposal.REDO),
        (Act.AGREE_WORD, None),
    ):
        with pytest.raises(ComplaintMoved):
            step(act, by=By.BUYER, state=State.WITH_BUYER, proposal=proposal)


def test_the_last_day_is_a_working_day_and_the_clock_looks_when_it_is_over():
    assert due_on(State.WITH_MEMBER, TODAY, None) == dt.date(2026, 1, 20)
    assert due_on(State.WITH_BUYER, TODAY, None) == dt.date(2026, 1, 22)
    assert due_on(State.WITH_COORDINATOR, TODAY, None) == dt.date(2026, 1, 26)
    assert due_on(State.REDOING, TODAY, dt.date(2026, 1, 30)) == dt.date(2026, 2, 2)
    assert due_on(State.REDOING, TODAY, None) == dt.date(2026, 1, 16)
    assert due_on(State.CLOSED, TODAY, None) is None
    at = clock_at(Act.OPEN, dt.date(2026, 1, 20), TODAY)
    assert at == dt.datetime(2026, 1, 20, 23, tzinfo=dt.UTC)  # midnight in Amsterdam
    assert clock_at(Act.WITHDRAW, None, TODAY) is None


def test_a_reminder_comes_again_though_the_last_day_stays():
    at = clock_at(Act.COORDINATOR_LATE, dt.date(2026, 1, 5), TODAY)
    assert at == dt.datetime(2026, 1, 20, 23, tzinfo=dt.UTC)


def sold(**values) -> Sold:
    facts = {
        "state": "delivered",
        "paid_on": TODAY - 10 * DAY,
        "promised_on": None,
        "delivered_on": TODAY,
    }
    return Sold(**facts | values)


def test_after_the_delivery_there_are_thirty_days():
    assert (first_day(sold()), last_day(sold())) == (TODAY, TODAY + PERIOD)
    check_open(sold(), [], TODAY + PERIOD)
    with pytest.raises(ComplaintTooLate):
        check_open(sold(), [], TODAY + PERIOD + DAY)


@pytest.mark.parametrize(
    ("promised", "first"),
    [(TODAY, TODAY + DAY), (None, TODAY + 21 * DAY)],
    ids=["the day after what was agreed", "thirty days after the payment"],
)
def test_what_is_not_delivered_waits_until_its_time_is_over(promised, first):
    late = sold(state="accepted", delivered_on=None, promised_on=promised)
    assert (first_day(late), last_day(late)) == (first, None)
    with pytest.raises(ComplaintTooEarly) as early:
        check_open(late, [], first - DAY)
    assert early.value.facts == {"day": f"{first:%d-%m-%Y}"}
    check_open(late, [], first + 400 * DAY)


@pytest.mark.parametrize("state", ["refunded", "cancelled", "declined", "expired"])
def test_there_is_nothing_to_say_about_what_does_not_go_on_or_was_not_paid(state):
    for one in (sold(state=state), sold(paid_on=None)):
        assert first_day(one) is None
        with pytest.raises(NothingToComplain):
            check_open(one, [], TODAY)
        assert not may_open(one, [], TODAY)


@pytest.mark.parametrize(
    ("before", "may"),
    [
        ([], True),
        ([("closed", "withdrawn")], True),
        ([("closed", "silent"), ("closed", "solved")], True),
        ([("closed", "solved")] * MOST_PER_LINE, False),
        ([("with_buyer", None)], False),
        ([("closed", "refused")], False),
        ([("closed", "refunded"), ("closed", "silent")], False),
    ],
)
def test_one_at_a_time_and_none_after_a_decision(before, may):
    assert may_open(sold(), before, TODAY) == may
    if not may:
        with pytest.raises(ComplainedBefore):
            check_open(sold(), before, TODAY)


def test_the_promised_day_is_that_of_the_appointment_in_amsterdam():
    late_evening = dt.datetime(2026, 1, 20, 23, 30, tzinfo=dt.UTC)
    assert promised_day(late_evening, TODAY) == dt.date(2026, 1, 21)
    assert promised_day(None, TODAY) == TODAY


def test_a_day_to_do_it_again_is_still_to_come_and_not_too_far():
    for day in (TODAY, TODAY + LONGEST_REDO):
        check_redo_day(day, TODAY)
    for day in (TODAY - DAY, TODAY + LONGEST_REDO + DAY):
        with pytest.raises(RedoDayRefused):
            check_redo_day(day, TODAY)


def test_no_more_than_is_left_goes_back():
    check_amount(1, 100)
    check_amount(100, 100)
    for cents in (0, -1, 101):
        with pytest.raises(RefundTooMuch):
            check_amount(cents, 100)


def test_every_problem_has_a_reason_that_a_credit_note_knows():
    assert set(REFUND_REASONS) == set(PROBLEMS)
    assert set(REFUND_REASONS.values()) <= set(ON_PAPER)


def test_it_is_forgotten_two_years_after_it_was_closed():
    now = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
    assert now - forgotten_before(now) == KEPT == dt.timedelta(days=730)


def test_the_documents_table_is_the_table():
    text = (Path(__file__).parents[2] / "docs" / "complaints.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]

    def words(values):
        return ", ".join(sorted(values or ()))

    assert [row for row in rows if row[0] in set(Act)] == [
        [act, row.by, words(row.states), words(row.on), row.to, row.outcome or ""]
        for act, row in STEPS.items()
    ]
    clocks = {row[0]: row[1] for row in rows if row[0] in set(State)}
    assert clocks == {state: str(days) for state, days in DAYS.items()}
    assert f"each {REMIND_AFTER} working days" in text
    assert f"until {PERIOD.days} days later" in text
