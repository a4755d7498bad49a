"""What other programs may build on: defaults, order, sums, faults and signs of `earnings assess`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from marketplace.cli import earnings
from marketplace.domain.earnings.codes import WARNINGS

ROOT = Path(__file__).resolve().parents[2]
CASE: dict[str, Any] = {
    "month": "2026-01",
    "person": {"age": 40},
    "household": {"kind": "single"},
    "work_income_cents": 44_200,
    "regime": "set_off",
}
COUPLE: dict[str, Any] = {**CASE, "household": {"kind": "couple"}, "partner": {"age": 38}}
APP = Flask(__name__)
Babel(APP, default_locale="nl")
APP.cli.add_command(earnings.group)


def assess(given: Any) -> Any:
    runner = APP.test_cli_runner()
    return runner.invoke(args=["earnings", "assess", "--case", "-"], input=json.dumps(given))


def answer(given: Any) -> Any:
    found = assess(given)
    assert (found.exit_code, found.stderr) == (0, "")
    return json.loads(found.stdout)


def places(given: Any) -> list[str]:
    found = assess(given)
    assert (found.exit_code, found.stdout) == (2, "")
    return [line.partition(": ")[0] for line in found.stderr.splitlines()]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (CASE, {"partner": None}),
        (CASE, {"norm_cents": None}),
        (CASE, {"months_used": {}}),
        (CASE, {"months_used": {"n": 0, "r": 0, "z": 0}}),
        (CASE, {"paid_out_cents": 0, "other_income_cents": 0}),
        (CASE, {"profile": {}}),
        (
            CASE,
            {"profile": {"above_norm": "offer_choice_to_keep_supplement", "tolerate_u27": False}},
        ),
        (CASE, {"override": None, "premium": None}),
        (CASE, {"household": {"kind": "single", "children": False, "cost_sharers": 1}}),
        (
            CASE,
            {
                "person": {
                    "age": 40,
                    "aow_age": None,
                    "medically_limited": False,
                    "single_parent_youngest_child_age": None,
                    "wage_subsidy": False,
                }
            },
        ),
        (COUPLE, {"household": {"kind": "couple", "cost_sharers": 2}}),
        (COUPLE, {"partner": {"age": 38, "work_income_cents": 0, "months_used": {"n": 0}}}),
    ],
)
def test_what_is_left_out_is_as_its_default_says(given: Any, said: Any) -> None:
    assert answer({**given, **said}) == answer(given)


def test_a_premium_and_a_decision_have_their_defaults_too() -> None:
    premium = {**CASE, "regime": "premium", "premium": {"fraction": "0.3"}}
    whole = {"cap_month_cents": None, "used_year_cents": 0, "less_exemption": True}
    assert answer(premium) == answer({**premium, "premium": {"fraction": "0.3", **whole}})
    decided = {**CASE, "override": {"fraction": "0.5"}}
    whole = {"cap_cents": None, "exemption": "experiment"}
    assert answer(decided) == answer({**decided, "override": {"fraction": "0.5", **whole}})
    assert answer(decided)["exemption"] == "experiment"


def test_each_of_a_list_is_answered_as_if_it_came_alone() -> None:
    several = [COUPLE, CASE, {**CASE, "work_income_cents": -100}, COUPLE]
    assert answer(several) == [answer(one) for one in several]


def test_both_of_a_couple_stand_in_the_answer_and_add_up() -> None:
    both = answer({**COUPLE, "partner": {"age": 26, "work_income_cents": 30_000}})
    assert both["persons"] == [
        {"exemption": "n", "exempt_cents": 11_050, "set_off_cents": 33_150},
        {"exemption": None, "exempt_cents": 0, "set_off_cents": 30_000},
    ]
    assert (both["exempt_cents"], both["set_off_cents"]) == (11_050, 63_150)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"other_income_cents": -1}, "other_income_cents"),
        ({"household": {"kind": "single", "children": 1}}, "household.children"),
        ({"household": {"kind": "single", "sharers": 1}}, "household.sharers"),
        ({"household": {}}, "household.kind"),
        ({"month": "2026-1"}, "month"),
        ({"month": "2026-00"}, "month"),
        ({"month": "２０２６-01"}, "month"),
        ({"month": None}, "month"),
        ({"months_used": None}, "months_used"),
        ({"months_used": {"z": 0.5}}, "months_used.z"),
        ({"work_income_cents": None}, "work_income_cents"),
        ({"work_income_cents": True}, "work_income_cents"),
        ({"work_income_cents": 44_200.0}, "work_income_cents"),
        ({"person": {"age": 40, "medically_limited": None}}, "person.medically_limited"),
        ({"override": {"exemption": "n"}}, "override.fraction"),
        ({"override": {"fraction": "0.٥"}}, "override.fraction"),
        ({"override": {"fraction": "0.5", "cap_cents": -1}}, "override.cap_cents"),
        ({"override": {"fraction": "0.5", "cap": 1}}, "override.cap"),
        ({"premium": {}}, "premium.fraction"),
        ({"premium": {"fraction": "-0.1"}}, "premium.fraction"),
        ({"premium": {"fraction": "0.1", "used_year_cents": -1}}, "premium.used_year_cents"),
        ({"premium": {"fraction": "0.1", "cap_month_cents": "1"}}, "premium.cap_month_cents"),
        ({"profile": None}, "profile"),
        ({"profile": {"above_norm": None}}, "profile.above_norm"),
        ({"regime": None}, "regime"),
    ],
)
def test_nothing_is_guessed_from_what_is_wrong(change: dict[str, Any], place: str) -> None:
    assert places({**CASE, **change}) == [place]
    assert places([CASE, CASE, CASE, {**CASE, **change}]) == [f"[3].{place}"]


@pytest.mark.parametrize(
    ("partner", "place"),
    [
        ({}, "partner.age"),
        ({"age": 38, "paid_out_cents": 0}, "partner.paid_out_cents"),
        ({"age": 38, "work_income_cents": "0"}, "partner.work_income_cents"),
        ({"age": 38, "months_used": {"n": -1}}, "partner.months_used.n"),
        (38, "partner"),
    ],
)
def test_a_fault_about_the_partner_is_told_there(partner: Any, place: str) -> None:
    assert places({**COUPLE, "partner": partner}) == [place]


def test_only_income_from_work_may_be_below_zero() -> None:
    assert answer({**CASE, "work_income_cents": -1})["income_cents"] == 0
    lost = {**COUPLE, "partner": {"age": 38, "work_income_cents": -1}}
    assert answer(lost)["income_cents"] == 44_200


def test_an_early_month_is_told_beside_the_other_faults() -> None:
    assert places({**CASE, "month": "2022-12", "extra": 1}) == ["extra", "month"]
    early = {**CASE, "month": "2022-12", "norm_cents": 1, "override": {"fraction": "0"}}
    assert answer(early)["norm_cents"] == 1


def test_a_key_with_a_line_end_is_still_one_line() -> None:
    assert places({**CASE, "a\nb: c": 1}) == ["a\\nb"]


def test_the_command_speaks_utf_8_without_a_database_whatever_the_terminal() -> None:
    command = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi"]
    bare = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "VAR_DIR": "/nowhere"}

    def run(*words: str, given: Any = None) -> Any:
        return subprocess.run(
            [*command, *words],
            check=False,
            capture_output=True,
            cwd=ROOT,
            env=bare,
            input=json.dumps(given).encode(),
        )

    good = run("earnings", "assess", "--case", "-", given=CASE)
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout.decode("utf-8")) == answer(CASE)
    wrong = run("earnings", "assess", "--case", "-", given={**CASE, "één": 1})
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr.decode("utf-8").startswith("één: ")
    value = run("rules", "value", "norm.21a", "--on", "2026-01-01")
    assert json.loads(value.stdout.decode("utf-8"))["value"] == "1401.50"


def test_each_warning_stands_in_the_documentation() -> None:
    told = (ROOT / "docs" / "earnings.md").read_text(encoding="utf-8")
    assert {code for code in WARNINGS if f"`{code}`" not in told} == set()


SUMS = {
    "exemption": "exempt_cents",
    "set_off": "set_off_cents",
    "benefit": "benefit_cents",
    "to_spend": "to_spend_cents",
    "premium": "premium_cents",
}
FIGURES = st.fixed_dictionaries(
    {
        "age": st.sampled_from([21, 26, 27, 40]),
        "income": st.integers(-5_000, 250_000),
        "other": st.integers(0, 150_000),
        "n": st.integers(0, 8),
        "share": st.integers(0, 100),
        "cap": st.none() | st.integers(0, 30_000),
        "regime": st.sampled_from(["set_off", "premium"]),
        "stops": st.booleans(),
    }
)


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


@given(FIGURES)
def test_the_answer_is_what_the_formulas_on_paper_give(given: dict[str, Any]) -> None:
    share = f"{given['share'] / 100:.2f}"
    found = answer(
        {
            **CASE,
            "person": {"age": given["age"]},
            "work_income_cents": given["income"],
            "other_income_cents": given["other"],
            "months_used": {"n": given["n"]},
            "regime": given["regime"],
            "profile": {"above_norm": "benefit_stops"} if given["stops"] else {},
            "premium": {"fraction": share, "cap_month_cents": given["cap"]},
        }
    )
    norm, other, income = 140_150, given["other"], max(0, given["income"])
    has_n = given["age"] >= 27 and given["n"] < 6 and income > 0
    exempt = min(half_up(Fraction(income, 4)), 28_500) if has_n else 0
    above = income + other >= norm and norm - other - (income - exempt) > 0
    if above and given["stops"]:
        exempt, has_n = 0, False
    set_off = income - exempt
    benefit = max(0, norm - other - set_off)
    premium = half_up(Fraction(share) * income)
    premium = premium if given["cap"] is None else min(premium, given["cap"])
    premium = max(0, premium - exempt)
    if given["regime"] != "premium" or given["age"] < 27:
        premium = 0
    assert (found["exempt_cents"], found["set_off_cents"]) == (exempt, set_off)
    assert found["exemption"] == ("n" if has_n else None)
    assert found["benefit_cents"] == benefit
    assert found["benefit_reduction_cents"] == min(set_off, max(0, norm - other))
    assert found["to_spend_cents"] == benefit + income + other
    assert found["premium_cents"] == min(premium, 339_800)
    for group, field in SUMS.items():
        lines = [line for line in found["lines"] if line["group"] == group]
        assert sum(line["amount_cents"] for line in lines) == found[field]
