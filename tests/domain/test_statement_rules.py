"""A statement: who may do what when, the proof of sending, what a correction tells, and its steps."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.calendar import Month
from marketplace.domain.statements import (
    COMPARED,
    AlreadyConfirmed,
    AlreadySignedOff,
    Changed,
    Correction,
    NotConfirmed,
    canonical,
    difference,
    digest,
    due_on,
    has_ended,
    hours_of,
    is_nil,
    may_change_hours,
    may_confirm,
    may_sign_off,
    path_of,
)
from marketplace.domain.steps import (
    Agreed,
    CostMade,
    Division,
    Job,
    Law,
    MonthFacts,
    counted_income,
    steps_of,
)

JANUARY = Month(2026, 1)
DAY = dt.date(2026, 1, 20)
VAT = Law("Wet OB 9", ("wet_ob",), "high")
AGREED = Agreed(
    regime="pot",
    reference="A-1",
    deductions_accepted=True,
    costs_accepted=True,
    resolution="R-1",
    training_share=500,
    reserve_share=1_000,
    municipality_share=5_000,
    threshold_cents=120_000,
    threshold_by_agreement=False,
    period="calendar_year",
    charges_vat=True,
)
FACTS = MonthFacts(
    JANUARY,
    (Job("Tuinieren", DAY, 62_920, 10_920),),
    (CostMade("Zaad", DAY, 2_420, 420, 1_500),),
    Division(2_500, 5_000, 1_000, 41_500),
)


def test_a_statement_is_confirmed_once_as_it_was_seen():
    may_confirm("ready", newest=2, seen=2)
    with pytest.raises(Changed):
        may_confirm("ready", newest=2, seen=1)
    for state in ("confirmed", "signed_off"):
        with pytest.raises(AlreadyConfirmed):
            may_confirm(state, newest=2, seen=2)
        with pytest.raises(AlreadyConfirmed):
            may_change_hours(state)
    may_change_hours("ready")


def test_the_municipality_signs_once_after_the_member():
    may_sign_off("confirmed")
    with pytest.raises(NotConfirmed):
        may_sign_off("ready")
    with pytest.raises(AlreadySignedOff):
        may_sign_off("signed_off")


def test_a_statement_is_due_on_the_tenth_of_the_next_month():
    assert due_on(JANUARY) == dt.date(2026, 2, 10)
    assert due_on(Month(2026, 12)) == dt.date(2027, 1, 10)


@pytest.mark.parametrize(("minute", "ended"), [(59, False), (60, True)])
def test_a_month_ends_at_midnight_in_amsterdam(minute, ended):
    now = dt.datetime(2026, 1, 31, 22, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    assert has_ended(JANUARY, now) is ended


@pytest.mark.parametrize("full", ["jobs", "costs", "corrections"])
def test_a_month_is_empty_only_without_jobs_costs_and_corrections(full):
    said = {"jobs": [], "costs": [], "corrections": []}
    assert is_nil(said, said)
    filled = said | {full: [1]}
    assert not is_nil(filled, filled)


def test_an_empty_month_leads_to_one_button():
    assert path_of("abc", nil=True) == "/werk/opgaven/abc/niets"
    assert path_of("abc", nil=False) == "/werk/opgaven/abc"


@pytest.mark.parametrize(("quarters", "text"), [(None, ""), (0, "0,00"), (5, "1,25")])
def test_hours_that_were_not_told_are_not_zero_hours(quarters, text):
    assert hours_of(quarters) == text


def test_the_proof_does_not_depend_on_the_order_of_writing():
    assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'
    assert digest({"a": 1, "b": 2}, {}, "h") == digest({"b": 2, "a": 1}, {}, "h")


@pytest.mark.parametrize(
    "other",
    [({"a": 2}, {}, "h"), ({"a": 1}, {"b": 1}, "h"), ({"a": 1}, {}, "i"), ({"a": 1}, {}, "h", 0)],
)
def test_whatever_a_statement_says_changes_its_proof(other):
    assert digest(*other) != digest({"a": 1}, {}, "h")


def test_a_correction_tells_only_what_changed():
    before = {"income_cents": 40_000, "set_off_cents": 30_000, "hours": 3}
    after = {"income_cents": 30_000, "set_off_cents": 30_000, "premium_cents": 50, "hours": 4}
    changes = difference(before, after)
    assert changes == {"income_cents": -10_000, "premium_cents": 50}
    told = Correction("2026-01", 1, 2, "refund", changes).as_dict()
    assert told == {
        "month": "2026-01",
        "from_version": 1,
        "to_version": 2,
        "reason": "refund",
        "differences": changes,
    }


@given(st.lists(st.dictionaries(st.sampled_from(COMPARED), st.integers(-999, 999)), min_size=2))
def test_corrections_one_after_another_are_the_whole_change(versions):
    total = dict.fromkeys(COMPARED, 0)
    for before, after in itertools.pairwise(versions):
        for name, cents in difference(before, after).items():
            assert cents
            total[name] += cents
    whole = difference(versions[0], versions[-1])
    assert {name: cents for name, cents in total.items() if cents} == whole


def test_the_figures_of_a_month():
    assert FACTS.gross_cents == 62_920
    assert FACTS.turnover_cents == 52_000
    assert FACTS.costs_cents == 2_000
    assert FACTS.accepted_cents == 1_500
    assert FACTS.vat_cents == 10_500
    assert FACTS.attributable_cents == 52_000 - 2_000 - 7_500


@pytest.mark.parametrize(
    ("change", "income"),
    [
        ({"regime": "pot"}, 0),
        ({}, 52_000 - 1_500 - 7_500),
        ({"costs_accepted": False}, 52_000 - 7_500),
        ({"deductions_accepted": False}, 52_000 - 1_500),
        ({"costs_accepted": False, "deductions_accepted": False}, 52_000),
    ],
)
def test_income_is_less_only_by_what_the_municipality_accepts(change, income):
    agreed = AGREED._replace(**{"regime": "set_off"} | change)
    assert counted_income(FACTS, agreed) == income


def test_costs_above_the_turnover_make_a_loss():
    facts = MonthFacts(JANUARY, costs=(CostMade("Zaad", DAY, 2_420, 420, 2_000),))
    assert counted_income(facts, AGREED._replace(regime="set_off")) == -2_000


def steps(**change):
    return steps_of(FACTS, AGREED._replace(**change), VAT)


def codes(found):
    return [(step.code, step.backing, step.reference) for step in found]


def test_each_step_in_the_pot_names_what_backs_it():
    assert codes(steps()) == [
        ("job", "agreement", "A-1"),
        ("vat", "article", "Wet OB 9"),
        ("cost", "agreement", "A-1"),
        ("training", "resolution", "R-1"),
        ("reserve", "resolution", "R-1"),
        ("municipality", "resolution", "R-1"),
        ("thermometer", "agreement", "A-1"),
    ]


def test_from_what_buyers_paid_every_cent_goes_somewhere():
    found = steps()
    paid = sum(step.amount_cents for step in found if step.section == "turnover")
    taken = sum(step.amount_cents for step in found[1:-1])
    assert paid + taken == found[-1].amount_cents == 41_500


def test_outside_pot_the_member_is_paid_and_the_municipality_takes_no_part():
    named = [code for code, _, _ in codes(steps(regime="set_off"))]
    assert named == ["job", "vat", "cost_set_off", "training", "reserve", "payable"]
    alone = [code for code, _, _ in codes(steps(regime="set_off", deductions_accepted=False))]
    assert alone == ["job", "vat", "cost_set_off", "payable"]


def test_a_threshold_of_ones_own_is_backed_by_the_agreement_and_kor_has_its_own_words():
    own = steps(threshold_by_agreement=True, charges_vat=False)
    assert ("municipality", "agreement", "A-1") in codes(own)
    assert ("vat_kor", "article", "Wet OB 9") in codes(own)


@pytest.mark.parametrize(("accepted", "told"), [(True, 1_500), (False, 0)])
def test_a_cost_tells_what_the_municipality_accepts_of_it(accepted, told):
    (cost,) = (step for step in steps(costs_accepted=accepted) if step.code == "cost")
    assert cost.params["accepted_cents"] == told
    assert cost.as_dict() == {
        "section": "division",
        "code": "cost",
        "amount_cents": -2_420,
        "backing": "agreement",
        "reference": "A-1",
        "certainty": "high",
        "params": {"description": "Zaad", "spent_on": "2026-01-20", "accepted_cents": told},
        "source": [],
    }
