"""The commands that other programs may rely on: earnings assess, rules value, rules check."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_babel import Babel

from marketplace.cli import earnings, rules
from marketplace.gateways.rulefiles import RULES, load_rulebook, rules_hash

CASE: dict[str, Any] = {
    "month": "2026-01",
    "person": {"age": 40},
    "household": {"kind": "single"},
    "work_income_cents": 44200,
    "regime": "set_off",
}
KEYS = {
    "income_cents", "norm_cents", "exemption", "exempt_cents", "set_off_cents", "benefit_cents",
    "benefit_reduction_cents", "premium_cents", "to_spend_cents", "persons", "lines", "warnings",
    "rules_hash", "label",
}  # fmt: skip
LINE_KEYS = {"group", "code", "text", "amount_cents", "formula", "article", "source", "certainty"}


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    Babel(app, default_locale="nl")
    app.cli.add_command(earnings.group)
    app.cli.add_command(rules.group)
    return app


def run(app: Flask, *words: str, given: str | bytes | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=given)


def assess(app: Flask, given: Any) -> Result:
    return run(app, "earnings", "assess", "--case", "-", given=json.dumps(given))


def test_one_case_gives_one_answer_with_the_documented_keys(app: Flask) -> None:
    found = assess(app, CASE)
    assert (found.exit_code, found.stderr) == (0, "")
    answer = json.loads(found.stdout)
    assert set(answer) == KEYS
    assert all(set(line) == LINE_KEYS for line in answer["lines"])
    assert answer["persons"] == [{"exemption": "n", "exempt_cents": 11050, "set_off_cents": 33150}]
    assert (answer["benefit_cents"], answer["norm_cents"]) == (107_000, 140_150)
    assert answer["label"] == "INDICATIE"
    assert answer["rules_hash"] == rules_hash() == load_rulebook().rules_hash


def test_a_list_gives_a_list_in_the_same_order(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([CASE, {**CASE, "work_income_cents": 0}]), encoding="utf-8")
    answer = json.loads(run(app, "earnings", "assess", "--case", str(path)).stdout)
    assert [one["income_cents"] for one in answer] == [44200, 0]
    assert json.loads(assess(app, []).stdout) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"month": "2026-13"}, "month"),
        ({"month": 202601}, "month"),
        ({"month": "2022-12"}, "month"),
        ({"month": "2022-12", "norm_cents": 100000}, "month"),
        ({"person": {}}, "person.age"),
        ({"person": {"age": True}}, "person.age"),
        ({"person": {"age": -1}}, "person.age"),
        ({"person": {"age": 17}}, "person.age"),
        ({"person": {"age": 40, "name": "x"}}, "person.name"),
        ({"person": {"age": 40, "aow_age": "no"}}, "person.aow_age"),
        ({"person": 40}, "person"),
        ({"household": {"kind": "house"}}, "household.kind"),
        ({"household": {"kind": "single", "cost_sharers": 0}}, "household.cost_sharers"),
        ({"partner": {"age": 40}}, "partner"),
        ({"norm_cents": -1}, "norm_cents"),
        ({"norm_cents": "1401.50"}, "norm_cents"),
        ({"work_income_cents": 1.5}, "work_income_cents"),
        ({"paid_out_cents": -1}, "paid_out_cents"),
        ({"months_used": {"n": -1}}, "months_used.n"),
        ({"months_used": {"y": 1}}, "months_used.y"),
        ({"regime": "payout"}, "regime"),
        ({"regime": "experiment"}, "override"),
        ({"override": {"fraction": 0.5}}, "override.fraction"),
        ({"override": {"fraction": "1.5"}}, "override.fraction"),
        ({"override": {"fraction": "0.5", "exemption": "aa"}}, "override.exemption"),
        ({"premium": {"fraction": "0.3", "less_exemption": 1}}, "premium.less_exemption"),
        ({"profile": {"tax_basis": "net_estimate"}}, "profile.tax_basis"),
        ({"profile": {"frequency": "daily"}}, "profile.frequency"),
        ({"profile": {"colour": "red"}}, "profile.colour"),
        ({"household": {"kind": "institution_single"}, "month": "2023-09"}, "month"),
        ({"extra": 1}, "extra"),
    ],
)
def test_each_fault_is_one_line_with_its_place_and_nothing_is_answered(
    app: Flask, change: dict[str, Any], place: str
) -> None:
    found = assess(app, {**CASE, **change})
    assert (found.exit_code, found.stdout) == (2, "")
    assert [line.partition(": ")[0] for line in found.stderr.splitlines()] == [place]
    listed = assess(app, [CASE, {**CASE, **change}])
    assert (listed.exit_code, listed.stdout) == (2, "")
    assert [line.partition(": ")[0] for line in listed.stderr.splitlines()] == [f"[1].{place}"]


def test_all_faults_are_told_at_once(app: Flask) -> None:
    found = assess(app, [5, {**CASE, "person": {"age": -1}, "x": 1}, {}])
    places = [line.partition(": ")[0] for line in found.stderr.splitlines()]
    assert places == [
        "[0]",
        "[1].x",
        "[1].person.age",
        "[2].month",
        "[2].person",
        "[2].household",
        "[2].regime",
        "[2].work_income_cents",
    ]


@pytest.mark.parametrize("given", [b"{", b"\xff\xfe", b"", b"[" * 100_000])
def test_what_is_no_json_is_refused(app: Flask, given: bytes) -> None:
    found = run(app, "earnings", "assess", "--case", "-", given=given)
    assert (found.exit_code, found.stdout) == (2, "")
    assert len(found.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_refused(app: Flask) -> None:
    assert run(app, "earnings", "assess", "--case", "nowhere.json").exit_code == 2


def test_before_the_rules_a_norm_and_a_decision_are_enough(app: Flask) -> None:
    case = {**CASE, "month": "2018-01", "norm_cents": 100_000, "override": {"fraction": "0.5"}}
    answer = json.loads(assess(app, case).stdout)
    assert (answer["exemption"], answer["exempt_cents"]) == ("experiment", 22100)


def test_a_value_is_given_with_its_backing(app: Flask) -> None:
    answer = json.loads(run(app, "rules", "value", "vrijlating.n.max", "--on", "2026-01-01").stdout)
    assert answer == {
        "id": "vrijlating.n.max",
        "value": "285.00",
        "unit": "EUR/month",
        "article": "PW 31.2.n",
        "source": ["pw_2026_01", "iasz_2026"],
        "certainty": "high",
    }


def test_tax_figures_and_declared_absences_can_be_asked_for(app: Flask) -> None:
    def value(name: str) -> Any:
        return json.loads(run(app, "rules", "value", name, "--on", "2025-03-01").stdout)["value"]

    assert value("tax.vat.standard") == "0.21"
    assert value("tax.vat.reduced") == "0.09"
    assert value("tax.kor.max_year") == "20000.00"
    assert value("giften.m.year") is None


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("norm.99", "2026-01-01"),
        ("norm.21a", "2022-12-31"),
        ("norm.23_single", "2023-08-01"),
        ("norm.21a", "1 january"),
    ],
)
def test_what_has_no_value_ends_with_two(app: Flask, name: str, on: str) -> None:
    found = run(app, "rules", "value", name, "--on", on)
    assert (found.exit_code, found.stdout) == (2, "")


def test_the_check_passes_and_warns_after_the_review_date(app: Flask) -> None:
    before = run(app, "rules", "check", "--on", "2026-12-31")
    assert (before.exit_code, before.stderr) == (0, "")
    after = run(app, "rules", "check", "--on", "2027-01-01")
    assert after.exit_code == 0
    assert "2026-12-31" in after.stderr


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("norms.toml", 'value = "1401.50"', 'value = "1411.50"', "i5"),
        ("norms.toml", 'source = ["pw_2026_01"]', 'source = ["hearsay"]', "hearsay"),
        ("norms.toml", "gaps = [", "gapes = [", "norm.20_3"),
        ("norms.toml", "valid_from = 2026-01-01", "valid_from = 2025-12-31", "norm.21a"),
        ("norms.toml", "[[parameters]]", "[[parametres]]", "norms.toml:4"),
        ("norms.toml", "valid_from", "from", "valid_from"),
        ("norms.toml", "[[parameters]]", "[[parameters]", "norms.toml"),
        ("municipalities/demo-oude-linde.toml", "benefit_stops", "x", "demo-oude-linde.toml:10"),
        ("municipalities/demo-oude-linde.toml", "surplus", "surplass", "demo-oude-linde.toml:12"),
        ("municipalities/demo-oude-linde.toml", "cap_year", "cap_jaar", "demo-oude-linde.toml:18"),
        ("municipalities/demo-oude-linde.toml", "[profile]", "[profil]", "unknown table"),
        ("municipalities/demo-oude-linde.toml", "demo = true", "beta = true", "unknown key"),
        ("municipalities/demo-oude-linde.toml", 'code = "demo', 'code = "x', "name and the code"),
    ],
)
def test_each_planted_fault_in_the_files_is_found(
    app: Flask, tmp_path: Path, *, name: str, old: str, new: str, told: str
) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = run(app, "rules", "check", "--on", "2026-01-01", "--folder", str(folder))
    assert found.exit_code == 1, found.output
    assert told in found.stderr
