"""Runs the cases about what a municipality chose: tests/rules/municipal/*.toml."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.case import Case, Household, MonthProfile, MonthsUsed, Person
from marketplace.domain.earnings.counters import MonthGiven, carried_into
from marketplace.domain.earnings.profile import AcceptedCost, build_profile
from marketplace.domain.earnings.surplus import CARRIED, left_over
from marketplace.domain.errors import Refused
from marketplace.domain.municipal import accepting, hours, restarting
from marketplace.gateways.rulefiles import load_profile_keys, load_rulebook


def cases(name: str) -> list[Any]:
    data = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    return [
        pytest.param({**data["defaults"], **case["given"]}, case["expect"], id=case["name"])
        for case in data["cases"]
    ]


def cents(euros: str) -> int:
    return int(Fraction(euros) * 100)


def quarters(told: str | None) -> int | None:
    return None if told is None else int(Fraction(told) * 4)


@pytest.mark.parametrize(("given", "expect"), cases("costs"))
def test_a_cost_counts_as_the_officer_wrote(given: dict[str, Any], expect: dict[str, Any]) -> None:
    listed: tuple[AcceptedCost, ...] = ()
    if "kind" in given or given.get("listed"):
        kinds = [given.get("kind", {"name": "iets anders"})]
        listed = build_profile({"costs": kinds}, load_profile_keys()).costs
    found = accepting.accept(
        cents(given["cost"]),
        by_agreement=given["by_agreement"],
        listed=listed,
        kind=accepting.kind_of(given.get("kind", {}).get("name"), listed),
        approved_before=given["approved_before"],
        used=accepting.Used(cents(given["used_month"]), cents(given["used_year"])),
    )
    assert (found.cents, found.reason or "") == (cents(expect["accepted"]), expect["reason"])
    assert found.reason in {None, *accepting.REASONS}


@pytest.mark.parametrize("order", [(4_000, 9_000, 30_000), (30_000, 9_000, 4_000)])
def test_the_order_of_receipts_does_not_change_what_a_year_comes_to(order: tuple[int, ...]) -> None:
    kind = AcceptedCost("boekhouder", cap_year_cents=30_000)
    used = 0
    for cost in order:
        used += accepting.accept(
            cost,
            by_agreement=True,
            listed=(kind,),
            kind=kind,
            approved_before=False,
            used=accepting.Used(0, used),
        ).cents
    assert used == 30_000


def test_only_a_kind_on_the_list_can_be_named() -> None:
    listed = (AcceptedCost("telefoon"),)
    accepting.check_kind("telefoon", listed)
    accepting.check_kind(None, listed)
    with pytest.raises(accepting.UnknownKind):
        accepting.check_kind("reclame", listed)


@pytest.mark.parametrize(("given", "expect"), cases("hours"))
def test_hours_stand_beside_the_ceiling(given: dict[str, Any], expect: dict[str, Any]) -> None:
    found = hours.beside(
        hours.limit_of(given.get("limit")),
        Month.parse(given["month"]),
        month_quarters=quarters(given.get("worked")),
        year_quarters=quarters(given["year"]) or 0,
    )
    if not expect:
        assert found is None
        return
    assert found is not None
    assert found.limit_quarters == quarters(expect["ceiling"])
    assert found.over_quarters == quarters(expect["over"])
    assert found.over == (found.over_quarters > 0)


@pytest.mark.parametrize(("given", "expect"), cases("surplus"))
def test_what_is_above_the_norm_goes_on(given: dict[str, Any], expect: dict[str, Any]) -> None:
    known: list[MonthGiven] = []
    benefits, left = [], []
    for place, income in enumerate(given["incomes"]):
        month = Month.parse(given["first"]).shift(place)
        case = Case(
            month=month,
            person=Person(40),
            household=Household("single"),
            regime="set_off",
            work_income_cents=cents(income),
            months_used=MonthsUsed(n=given["months_n_used"]),
            profile=MonthProfile(given["above_norm"]),
            carried_cents=carried_into(month, known),
        )
        answer = assess(case, load_rulebook())
        assert answer == assess(case, load_rulebook(), explain=False)._replace(lines=answer.lines)
        assert sum(line.amount_cents for line in answer.group("benefit")) == answer.benefit_cents
        over = left_over(answer, case, CARRIED if given["carry"] else "none")
        known.append(MonthGiven(month, answer.exemption, 0, over))
        benefits.append(answer.benefit_cents)
        left.append(over)
        reduced = answer.norm_cents - answer.benefit_cents
        assert answer.benefit_reduction_cents == reduced
    assert benefits == [cents(one) for one in expect["benefits"]]
    assert left == [cents(one) for one in expect["left"]]


def test_what_is_taken_over_has_a_line_with_its_article_and_source() -> None:
    case = Case(Month(2026, 2), Person(40), Household("single"), "set_off", carried_cents=30_000)
    answer = assess(case, load_rulebook())
    line = next(one for one in answer.lines if one.code == "less_carried")
    assert (line.amount_cents, line.article, line.certainty) == (-30_000, "PW 58.4", "medium")
    assert line.source == ("groningen_cvdr",)


@pytest.mark.parametrize(("given", "expect"), cases("restart"))
def test_months_begin_anew_as_the_municipality_chose(
    given: dict[str, Any], expect: dict[str, Any]
) -> None:
    facts = {"counted": given["counted"], "choice": given["choice"]}
    asked = {**facts, "reference": given.get("reference")}
    if "refused" in expect:
        with pytest.raises(Refused) as fault:
            restarting.check(given["stated"], **asked)
        assert fault.value.code == expect["refused"]
        return
    assert restarting.check(given["stated"], **asked) is expect["anew"]
