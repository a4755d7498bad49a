"""The dated rulebook: the version of the day, refusals, confirmations, and its own soundness."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.case import Case, Household, MonthsUsed, Person
from marketplace.domain.earnings.household import NoNormForChildren
from marketplace.domain.earnings.reading import Reading
from marketplace.domain.earnings.rulebook import (
    BeforeFirstRule,
    Confirmation,
    NoRuleValue,
    Rulebook,
    UnknownRule,
)
from marketplace.domain.earnings.rulecheck import rule_faults
from marketplace.gateways.rulefiles import load_rulebook

NEW = dt.date(2027, 1, 1)


def test_a_half_year_ends_on_its_last_day_and_the_next_begins_on_its_first() -> None:
    rules = load_rulebook()
    assert rules.value("norm.21a", dt.date(2025, 12, 31)).value == "1369.06"
    assert rules.value("norm.21a", dt.date(2026, 1, 1)).value == "1401.50"
    assert rules.value("norm.21a", dt.date(2026, 1, 1)).cents == 140150


def test_a_day_before_the_first_rules_is_refused() -> None:
    with pytest.raises(BeforeFirstRule) as refused:
        load_rulebook().value("norm.21a", dt.date(2022, 12, 31))
    assert refused.value.facts["first"] == dt.date(2023, 1, 1)


def test_an_unknown_id_is_refused() -> None:
    for ask in (lambda: load_rulebook().value("norm.99", NEW), lambda: load_rulebook().rule("x")):
        with pytest.raises(UnknownRule):
            ask()


def test_a_declared_gap_is_refused_with_its_reason() -> None:
    with pytest.raises(NoRuleValue) as refused:
        load_rulebook().value("norm.23_single", dt.date(2023, 8, 1))
    assert "was not read" in str(refused.value.facts["reason"])


def test_past_the_last_value_is_refused_and_never_zero() -> None:
    with pytest.raises(NoRuleValue):
        load_rulebook().value("vermogen.single", NEW)


def test_a_declared_absence_can_be_looked_up_but_not_computed_with() -> None:
    on = dt.date(2025, 1, 1)
    assert load_rulebook().value("giften.m.year", on).value is None
    with pytest.raises(NoRuleValue):
        Reading(load_rulebook(), on).value("giften.m.year")


def test_the_rules_in_the_files_are_sound_on_every_date() -> None:
    assert rule_faults(load_rulebook()) == []


def test_under_eighteen_there_is_no_norm() -> None:
    case = Case(Month(2026, 1), Person(17), Household("single"), "set_off")
    with pytest.raises(NoNormForChildren):
        assess(case, load_rulebook())


def case_2027(person: Person, used: MonthsUsed | None = None) -> Case:
    return Case(
        month=Month(2027, 1),
        person=person,
        household=Household("single"),
        regime="set_off",
        work_income_cents=130_000,
        months_used=used or MonthsUsed(),
    )


def confirmed(*ids: str) -> Rulebook:
    return load_rulebook().with_confirmations(Confirmation(one, NEW, "Stb. made up") for one in ids)


def test_coming_law_does_nothing_until_an_operator_confirms_it() -> None:
    assert assess(case_2027(Person(40)), load_rulebook()).exemption == "n"
    found = assess(case_2027(Person(25)), confirmed("p1"))
    assert (found.exemption, found.exempt_cents) == ("34a", 19_500)
    assert "uncertain_value" in {one.code for one in found.warnings}


def test_a_confirmed_law_holds_from_its_day_only() -> None:
    case = Case(Month(2026, 12), Person(40), Household("single"), "set_off", 40_000)
    assert assess(case, confirmed("p1")).exemption == "n"


def test_article_34a_stops_after_twelve_months_and_leaves_the_medically_limited_theirs() -> None:
    used = MonthsUsed(a34=12)
    assert assess(case_2027(Person(40), used), confirmed("p1")).exemption is None
    limited = Person(40, medically_limited=True)
    assert assess(case_2027(limited, used), confirmed("p1")).exemption == "y"
    assert assess(case_2027(limited, used), confirmed("p1", "p1b")).exemption == "34a"


def test_article_34a_from_the_aow_age_has_a_cap() -> None:
    found = assess(case_2027(Person(70, aow_age=True)), confirmed("p1c"))
    assert (found.exemption, found.exempt_cents) == ("34a", 22_600)


def test_an_unknown_law_cannot_be_confirmed() -> None:
    with pytest.raises(UnknownRule):
        confirmed("p99")


def broken(**changes: Any) -> Rulebook:
    """A small rulebook with one parameter, changed."""
    value = {
        "valid_from": dt.date(2023, 1, 1),
        "value": "10.00",
        "certainty": "high",
        "source": ["law"],
    }
    values = changes.pop("values", [{**value, **changes.pop("value", {})}])
    parameter = {"id": "a", "article": "x", "unit": "EUR", "description": "", "values": values}
    data = {
        "meta": {
            "covers_from": dt.date(2023, 1, 1),
            "covers_until": dt.date(2026, 12, 31),
            "review_by": dt.date(2026, 12, 31),
        },
        "parameters": [{**parameter, **changes.pop("parameter", {})}],
        "rules": [],
        "pending": [],
        "sources": {"law": {"title": "A law", "kind": "law"}},
        "identities": [],
        **changes,
    }
    return Rulebook.build(data, rules_hash="")


def value(
    since: tuple[int, int, int], until: tuple[int, int, int] | None, amount: str = "1.00"
) -> Any:
    end = {} if until is None else {"valid_to": dt.date(*until)}
    given = {"valid_from": dt.date(*since), "value": amount, "certainty": "high", "source": ["law"]}
    return {**given, **end}


IDENTITY = {"id": "i", "left": "a", "terms": [{"id": "a", "factor": "2"}], "tolerance": "0.00"}
RULE = {
    "id": "r",
    "status": "in_force",
    "article": "x",
    "certainty": "high",
    "source": ["law"],
    "valid_from": dt.date(2023, 1, 1),
    "cap": "nowhere",
}
HALVES = [value((2023, 1, 1), (2023, 6, 30)), value((2023, 8, 1), None)]
HALF = {"from": dt.date(2023, 1, 1), "until": dt.date(2023, 6, 30), "reason": "not read"}
HOLE = {"from": dt.date(2023, 7, 1), "until": dt.date(2023, 7, 31), "reason": "not read"}


@pytest.mark.parametrize(
    ("rulebook", "fault"),
    [
        (broken(value={"source": []}), "no_source"),
        (broken(value={"source": ["hearsay"]}), "unknown_source"),
        (broken(value={"certainty": "sure"}), "unknown_certainty"),
        (broken(value={"no_value": True}), "no_reason"),
        (broken(values=[value((2023, 1, 1), (2024, 1, 1)), value((2024, 1, 1), None)]), "overlap"),
        (broken(values=[value((2023, 1, 1), None), value((2024, 1, 1), None)]), "overlap"),
        (broken(values=HALVES), "gap"),
        (broken(values=[value((2023, 1, 1), (2025, 12, 31))]), "gap"),
        (broken(identities=[IDENTITY]), "identity"),
        (broken(identities=[{**IDENTITY, "left": "b"}]), "unknown_parameter"),
        (broken(rules=[RULE]), "unknown_parameter"),
    ],
)
def test_each_planted_fault_is_found(rulebook: Rulebook, fault: str) -> None:
    assert fault in {one.code for one in rule_faults(rulebook)}


def test_a_gap_with_a_reason_is_no_fault_and_sums_skip_it() -> None:
    same = {**IDENTITY, "terms": [{"id": "a", "factor": "1"}]}
    rulebook = broken(values=HALVES, parameter={"gaps": [HOLE]}, identities=[same])
    assert rule_faults(rulebook) == []


def test_a_sum_is_not_asked_on_a_day_on_which_one_part_has_no_value() -> None:
    frame = {"article": "x", "unit": "EUR", "description": ""}
    early = {"id": "a", "values": [value((2023, 1, 1), None)], **frame}
    late = {"id": "b", "values": [value((2023, 7, 1), None)], "gaps": [HALF], **frame}
    same = {**IDENTITY, "terms": [{"id": "b", "factor": "1"}]}
    assert rule_faults(broken(parameters=[early, late], identities=[same])) == []


def test_after_the_review_date_an_outcome_is_provisional() -> None:
    assert assess(case_2027(Person(40)), load_rulebook()).provisional
    today = Case(Month(2026, 1), Person(40), Household("single"), "set_off")
    assert not assess(today, load_rulebook()).provisional
