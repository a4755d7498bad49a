"""What must hold for every month, whoever it is."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assess import assess, step_by_step
from marketplace.domain.earnings.assessment import GROUPS, as_dict, from_dict
from marketplace.domain.earnings.case import (
    COUPLES,
    HOUSEHOLD_KINDS,
    OVERRIDE_EXEMPTIONS,
    REGIMES,
    Case,
    Household,
    MonthProfile,
    MonthsUsed,
    Override,
    Partner,
    Person,
    Premium,
)
from marketplace.domain.earnings.codes import FORMULAS, HOUSEHOLD_LINES, PERSON_LINES, WARNINGS
from marketplace.gateways.rulefiles import load_rulebook

AMOUNT = st.integers(min_value=0, max_value=400_000)
EARNED = st.integers(min_value=-50_000, max_value=400_000)
FRACTION = st.integers(min_value=0, max_value=100).map(lambda n: Fraction(n, 100))
PERSON = st.builds(
    Person,
    age=st.integers(min_value=18, max_value=75),
    aow_age=st.sampled_from([None, True, False]),
    medically_limited=st.booleans(),
    single_parent_youngest_child_age=st.none() | st.integers(min_value=0, max_value=17),
    wage_subsidy=st.booleans(),
)
USED = st.builds(
    MonthsUsed,
    n=st.integers(min_value=0, max_value=8),
    r=st.integers(min_value=0, max_value=32),
    z=st.integers(min_value=0, max_value=14),
)
OVERRIDE = st.builds(
    Override,
    fraction=FRACTION,
    cap_cents=st.none() | AMOUNT,
    exemption=st.sampled_from(OVERRIDE_EXEMPTIONS),
)
PREMIUM = st.builds(
    Premium,
    fraction=FRACTION,
    cap_month_cents=st.none() | AMOUNT,
    used_year_cents=AMOUNT,
    less_exemption=st.booleans(),
)
PROFILE = st.builds(
    MonthProfile,
    above_norm=st.sampled_from(["offer_choice_to_keep_supplement", "benefit_stops"]),
    tolerate_u27=st.booleans(),
    premium=st.none() | PREMIUM,
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kind = draw(st.sampled_from(HOUSEHOLD_KINDS))
    partner = st.builds(Partner, person=PERSON, work_income_cents=EARNED, months_used=USED)
    regime = draw(st.sampled_from(REGIMES))
    override = OVERRIDE if regime == "experiment" else st.none() | OVERRIDE
    return Case(
        month=draw(
            st.sampled_from([Month(2024, 2), Month(2026, 1), Month(2026, 8), Month(2027, 3)])
        ),
        person=draw(PERSON),
        household=Household(
            kind, draw(st.booleans()), draw(st.none() | st.integers(min_value=1, max_value=6))
        ),
        regime=regime,
        work_income_cents=draw(EARNED),
        paid_out_cents=draw(AMOUNT),
        other_income_cents=draw(AMOUNT),
        norm_cents=draw(st.none() | AMOUNT),
        months_used=draw(USED),
        partner=draw(st.none() | partner) if kind in COUPLES else None,
        profile=draw(PROFILE),
        override=draw(override),
        premium=draw(st.none() | PREMIUM),
    )


FIELD = {
    "exemption": "exempt_cents",
    "set_off": "set_off_cents",
    "benefit": "benefit_cents",
    "to_spend": "to_spend_cents",
    "premium": "premium_cents",
}


@given(cases())
def test_nothing_is_ever_negative_and_never_more_than_the_income_is_exempt(case: Case) -> None:
    found = assess(case, load_rulebook())
    amounts = (*(getattr(found, name) for name in FIELD.values()), found.benefit_reduction_cents)
    assert min(amounts) >= 0
    assert found.exempt_cents + found.set_off_cents == found.income_cents
    assert found.benefit_cents <= found.norm_cents
    for person in found.persons:
        assert 0 <= person.exempt_cents <= person.income_cents
        assert person.exempt_cents + person.set_off_cents == person.income_cents
    assert sum(person.exempt_cents for person in found.persons) == found.exempt_cents


@given(cases())
def test_the_lines_of_each_group_add_up_to_its_field(case: Case) -> None:
    found = assess(case, load_rulebook())
    for group in GROUPS:
        total = sum(line.amount_cents for line in found.group(group))
        assert total == getattr(found, FIELD[group])


@given(cases())
def test_without_lines_the_amounts_and_warnings_are_the_same(case: Case) -> None:
    told = assess(case, load_rulebook())
    silent = assess(case, load_rulebook(), explain=False)
    assert silent == told._replace(lines=())


@given(cases(), st.integers(min_value=0, max_value=50_000))
def test_who_earns_more_never_has_less_together(case: Case, more: int) -> None:
    offer = MonthProfile(tolerate_u27=case.profile.tolerate_u27)
    case = dataclasses.replace(
        case, profile=offer, work_income_cents=max(0, case.work_income_cents)
    )
    richer = dataclasses.replace(
        case,
        work_income_cents=case.work_income_cents + more,
        paid_out_cents=case.paid_out_cents + more,
    )
    before, after = assess(case, load_rulebook()), assess(richer, load_rulebook())
    assert after.to_spend_cents >= before.to_spend_cents
    assert after.benefit_cents <= before.benefit_cents


@given(cases())
def test_only_documented_codes_come_out_and_storage_gives_back_the_same(case: Case) -> None:
    found = assess(case, load_rulebook())
    assert {line.code for line in found.lines} <= PERSON_LINES | HOUSEHOLD_LINES
    assert {line.formula for line in found.lines} <= FORMULAS
    assert {warning.code for warning in found.warnings} <= WARNINGS
    assert from_dict(as_dict(found)) == found


@given(cases())
def test_in_the_pot_the_work_income_of_the_member_changes_no_amount(case: Case) -> None:
    pot = dataclasses.replace(case, regime="pot")
    other = dataclasses.replace(pot, work_income_cents=0)
    first = assess(pot, load_rulebook(), explain=False)
    assert first == assess(other, load_rulebook(), explain=False)


@given(cases())
def test_a_value_below_high_certainty_is_always_told(case: Case) -> None:
    found = assess(case, load_rulebook())
    from_law = [line for line in found.lines if line.group in {"exemption", "benefit"}]
    if any(line.certainty in {"low", "uncertain"} for line in from_law):
        assert "uncertain_value" in {warning.code for warning in found.warnings}


@given(st.lists(cases(), min_size=1, max_size=4))
def test_terms_that_many_share_say_what_every_step_says(made: list[Case]) -> None:
    rulebook = dataclasses.replace(load_rulebook())
    for case in [*made, *made]:
        for explain in (True, False):
            told = assess(case, rulebook, explain=explain)
            assert told == step_by_step(case, rulebook, explain=explain)


@pytest.mark.parametrize("above_norm", ["offer_choice_to_keep_supplement", "benefit_stops"])
@pytest.mark.parametrize("other", [0, 30_000, 150_000])
def test_shared_terms_hold_around_the_norm(above_norm, other) -> None:
    profile = MonthProfile(above_norm=above_norm)
    for income in range(100_000, 190_000, 271):
        case = Case(
            Month(2026, 1),
            Person(40),
            Household("single"),
            "set_off",
            income,
            other_income_cents=other,
            profile=profile,
        )
        for explain in (True, False):
            told = assess(case, load_rulebook(), explain=explain)
            assert told == step_by_step(case, load_rulebook(), explain=explain)


def test_shared_terms_do_not_grow_without_end(monkeypatch) -> None:
    monkeypatch.setattr("marketplace.domain.earnings.assess.MOST_SHARED", 3)
    rulebook = dataclasses.replace(load_rulebook())
    for age in range(30, 60):
        case = Case(Month(2026, 1), Person(age), Household("single"), "set_off", 10_000)
        assert assess(case, rulebook).exempt_cents == 2_500
    assert len(rulebook.shared) <= 3


def test_shared_terms_say_the_same_above_the_cap_and_below_it() -> None:
    case = Case(Month(2026, 1), Person(40), Household("single"), "set_off", 113_998)
    for cents, exempt in ((113_997, 28_499), (113_998, 28_500), (120_000, 28_500)):
        own = dataclasses.replace(case, work_income_cents=cents)
        silent = assess(own, load_rulebook(), explain=False)
        assert silent.exempt_cents == exempt
        assert silent == step_by_step(own, load_rulebook())._replace(lines=())
