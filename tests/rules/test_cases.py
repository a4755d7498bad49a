"""Runs the cases of the policy officer: tests/rules/*.toml."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from marketplace.cli.caseinput import Faults, read_case
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.assessment import GROUPS
from marketplace.gateways.rulefiles import load_profile_keys, load_rulebook

AMOUNTS = {
    "work_income", "paid_out", "other_income", "norm", "cap", "cap_month", "used_year", "income",
    "exempt", "set_off", "benefit", "benefit_reduction", "premium", "to_spend",
}  # fmt: skip
FIELDS = {
    "exemption": "exempt_cents",
    "set_off": "set_off_cents",
    "benefit": "benefit_cents",
    "to_spend": "to_spend_cents",
    "premium": "premium_cents",
}


def in_cents(table: dict[str, Any]) -> dict[str, Any]:
    """Amounts in euros become amounts in cents, also inside."""
    out: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            out[key] = in_cents(value)
        elif key in AMOUNTS:
            out[f"{key}_cents"] = int(Fraction(value) * 100)
        else:
            out[key] = value
    return out


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    out = dict(under)
    for key, value in over.items():
        inside = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merged(out[key], value) if inside else value
    return out


def all_cases() -> list[Any]:
    found = []
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in data["cases"]:
            given = merged(data["defaults"], case["given"])
            found.append(pytest.param(given, case["expect"], id=f"{path.stem}: {case['name']}"))
    return found


@pytest.mark.parametrize(("given", "expect"), all_cases())
def test_a_case_comes_out_as_the_officer_wrote(
    given: dict[str, Any], expect: dict[str, Any]
) -> None:
    faults = Faults()
    case = read_case(in_cents(given), "", load_profile_keys(), faults)
    assert faults.found == []
    outcome = assess(case, load_rulebook())
    for name, wanted in expect.items():
        if name == "exemption":
            assert (outcome.exemption or "") == wanted
        elif name == "warnings":
            assert sorted({one.code for one in outcome.warnings}) == sorted(wanted)
        else:
            cents = getattr(outcome, f"{name}_cents")
            assert f"{cents // 100}.{cents % 100:02d}" == wanted, name
    for group in GROUPS:
        total = sum(line.amount_cents for line in outcome.group(group))
        assert total == getattr(outcome, FIELDS[group]), group


def test_there_are_at_least_sixty_cases_and_no_two_have_one_name() -> None:
    assert len(all_cases()) >= 60
    names = [case.id for case in all_cases()]
    assert sorted(set(names)) == sorted(names)


# Where an outcome changes: each has a case just before the edge and one just after it.
BOUNDARIES = {
    "cap exactly reached",
    "month six to seven",
    "half-year change",
    "birthday 27",
    "AOW month",
    "cost sharer turning 27",
    "income above the norm but below after exemption",
    "negative result",
    "refund after confirmation",
}


def test_each_boundary_has_cases_that_come_out_differently() -> None:
    path = Path(__file__).parent / "boundaries.toml"
    outcomes: dict[str, list[str]] = {}
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]:
        outcomes.setdefault(case["boundary"], []).append(str(case["expect"]))
    assert set(outcomes) == BOUNDARIES
    assert [one for one, found in outcomes.items() if len(set(found)) < 2] == []
