"""Agreements, decisions and experiments: from which month they may hold, and what they must say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest

from marketplace.domain.agreements import (
    EXIT_RULES,
    REGIMES_OFFERED,
    ExitRuleNeeded,
    LaterAgreement,
    MonthHasBookings,
    MonthStated,
    NotFirstOfMonth,
    Proposed,
    RegimeNotOffered,
    age_on,
    check,
    last_day_before,
)
from marketplace.domain.calendar import Month
from marketplace.domain.earnings.case import Case, Household, MonthsUsed, Override, Person
from marketplace.domain.exemptions import (
    BeforeAgreement,
    EndsBeforeItBegins,
    GroundUnknown,
    MonthStatedBefore,
    check_decided,
    check_end,
)
from marketplace.domain.regimes import (
    ExperimentEndNeeded,
    ExperimentShareNeeded,
    LegalBasisNeeded,
    NoExemptionDecisionNeeded,
    PremiumShareNeeded,
    Promised,
    after_the_law,
    check_whole,
    experiment_holds,
    youngest_age,
)
from marketplace.gateways.rulefiles import load_rulebook

APRIL = dt.date(2026, 4, 1)
MARCH_END = dt.date(2026, 3, 31)


def propose(*, begins=(), booked=None, stated=None, **other):
    said = {"valid_from": APRIL, "regime": "pot", "exit_rule": "to_reserve"} | other
    check(Proposed(**said), begins=begins, last_booked_on=booked, last_stated=stated)


@pytest.mark.parametrize("regime", REGIMES_OFFERED)
@pytest.mark.parametrize("exit_rule", EXIT_RULES)
def test_what_ended_the_day_before_does_not_stand_in_the_way(regime, exit_rule):
    propose(
        regime=regime,
        exit_rule=exit_rule,
        begins=[dt.date(2026, 3, 1)],
        booked=MARCH_END,
        stated=Month(2026, 3),
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"regime": "gift"}, RegimeNotOffered),
        ({"exit_rule": ""}, ExitRuleNeeded),
        ({"valid_from": dt.date(2026, 4, 2)}, NotFirstOfMonth),
        ({"valid_from": MARCH_END}, NotFirstOfMonth),
        ({"begins": [APRIL]}, LaterAgreement),
        ({"begins": [dt.date(2026, 1, 1), dt.date(2026, 5, 1)]}, LaterAgreement),
        ({"stated": Month(2026, 4)}, MonthStated),
        ({"booked": APRIL}, MonthHasBookings),
    ],
)
def test_one_regime_holds_in_a_month_and_what_was_told_under_it_stays(change, refusal):
    with pytest.raises(refusal):
        propose(**change)


def test_the_agreement_before_ends_on_the_day_before_also_across_a_year():
    assert last_day_before(APRIL) == MARCH_END
    assert last_day_before(dt.date(2024, 3, 1)) == dt.date(2024, 2, 29)
    assert last_day_before(dt.date(2026, 1, 1)) == dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (dt.date(1999, 4, 2), APRIL, 26),
        (dt.date(1999, 4, 1), APRIL, 27),
        (dt.date(1999, 3, 31), APRIL, 27),
        (dt.date(2000, 2, 29), dt.date(2027, 2, 28), 26),
        (dt.date(2000, 2, 29), dt.date(2027, 3, 1), 27),
    ],
)
def test_a_year_of_life_is_full_on_the_birthday(born, day, age):
    assert age_on(born, day) == age


@pytest.mark.parametrize(("born_in", "age"), [(Month(2014, 4), 11), (Month(2014, 3), 12)])
def test_a_child_is_twelve_only_after_the_whole_month_of_the_birthday(born_in, age):
    assert youngest_age(born_in, APRIL) == age


def test_without_a_child_there_is_no_age():
    assert youngest_age(None, APRIL) is None


def decide(ground="y", since=Month(2026, 4), last_stated=None):  # noqa: B008 a month never changes
    check_decided(ground, since, agreement_from=APRIL, last_stated=last_stated)


def test_a_decision_begins_with_the_agreement_and_after_the_last_statement():
    decide()
    decide("z", last_stated=Month(2026, 3))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"ground": "n"}, GroundUnknown),
        ({"since": Month(2026, 3)}, BeforeAgreement),
        ({"last_stated": Month(2026, 4)}, MonthStatedBefore),
    ],
)
def test_a_decision_reaches_no_month_that_was_stated_or_not_agreed(change, refusal):
    with pytest.raises(refusal):
        decide(**change)


def test_a_decision_lasts_a_month_and_may_end_with_the_last_stated_month():
    check_end(Month(2026, 4), since=Month(2026, 4), last_stated=None)
    check_end(Month(2026, 6), since=Month(2026, 4), last_stated=Month(2026, 6))
    with pytest.raises(EndsBeforeItBegins):
        check_end(Month(2026, 3), since=Month(2026, 4), last_stated=None)
    with pytest.raises(MonthStatedBefore):
        check_end(Month(2026, 5), since=Month(2026, 4), last_stated=Month(2026, 6))


EXPERIMENT = Promised(
    "experiment",
    APRIL,
    experiment_share=5000,
    legal_basis="Raadsbesluit 12",
    experiment_ends_on=dt.date(2026, 4, 30),
)


@pytest.mark.parametrize(
    "promised",
    [
        Promised("pot", APRIL),
        Promised("set_off", APRIL, exemption_granted=False),
        Promised("premium", APRIL, premium_known=True),
        Promised(
            "premium",
            APRIL,
            premium_known=True,
            exemption_granted=False,
            no_exemption_reference="B-1",
        ),
        EXPERIMENT,
    ],
)
def test_a_promise_that_says_all_a_month_needs_can_be_made(promised):
    check_whole(promised)


@pytest.mark.parametrize(
    ("promised", "refusal"),
    [
        (Promised("premium", APRIL), PremiumShareNeeded),
        (
            Promised("premium", APRIL, premium_known=True, exemption_granted=False),
            NoExemptionDecisionNeeded,
        ),
        (dataclasses.replace(EXPERIMENT, exemption_granted=False), NoExemptionDecisionNeeded),
        (dataclasses.replace(EXPERIMENT, experiment_share=0), ExperimentShareNeeded),
        (dataclasses.replace(EXPERIMENT, legal_basis=""), LegalBasisNeeded),
        (dataclasses.replace(EXPERIMENT, experiment_ends_on=None), ExperimentEndNeeded),
        (dataclasses.replace(EXPERIMENT, experiment_ends_on=MARCH_END), ExperimentEndNeeded),
        (
            dataclasses.replace(EXPERIMENT, experiment_ends_on=dt.date(2026, 4, 29)),
            ExperimentEndNeeded,
        ),
    ],
)
def test_a_promise_with_a_hole_is_refused_with_what_is_missing(promised, refusal):
    with pytest.raises(refusal):
        check_whole(promised)


def test_an_experiment_holds_through_its_last_month():
    assert experiment_holds(Month(2026, 4), dt.date(2026, 4, 30))
    assert not experiment_holds(Month(2026, 5), dt.date(2026, 4, 30))
    assert not experiment_holds(Month(2026, 4), None)


def test_an_experiment_comes_after_the_six_months_of_the_law():
    experiment = Override(Fraction(1, 2))
    case = Case(
        month=Month(2026, 1),
        person=Person(age=40),
        household=Household("single"),
        regime="experiment",
        work_income_cents=40_000,
        months_used=MonthsUsed(n=5),
    )
    assert after_the_law(case, experiment, load_rulebook()) is None
    seventh = dataclasses.replace(case, months_used=MonthsUsed(n=6))
    assert after_the_law(seventh, experiment, load_rulebook()) == experiment
