"""What `rules value` answers, beside values.csv: each legal figure on the first and last day it holds.

A figure that is changed by a slip of the pen fails here; a figure that the law changed is changed in
both files, from the published text.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_babel import Babel

from marketplace.cli import rules
from marketplace.domain.earnings.rulebook import NoRuleValue
from marketplace.domain.money import round_half_up
from marketplace.gateways.rulefiles import load_rulebook

_DAY = dt.timedelta(days=1)
_AN_OPEN_END = dt.date(2026, 12, 31)
_FILE = Path(__file__).parent / "values.csv"
ROWS = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))
IDS = sorted({row["id"] for row in ROWS})


def own(parameter: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["id"] == parameter]


def held(row: dict[str, str]) -> tuple[dt.date, dt.date]:
    last = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else _AN_OPEN_END
    return dt.date.fromisoformat(row["valid_from"]), last


@pytest.fixture(scope="module")
def ask() -> Any:
    app = Flask(__name__)
    Babel(app, default_locale="nl")
    app.cli.add_command(rules.group)
    runner = app.test_cli_runner()

    def asked(parameter: str, on: dt.date) -> Result:
        return runner.invoke(args=["rules", "value", parameter, "--on", on.isoformat()])

    return asked


@pytest.mark.parametrize("parameter", IDS)
def test_each_figure_is_answered_on_its_first_and_its_last_day(ask: Any, parameter: str) -> None:
    for row in own(parameter):
        for on in held(row):
            found = ask(parameter, on)
            assert (found.exit_code, found.stderr) == (0, ""), on
            assert json.loads(found.stdout) == {
                "id": parameter,
                "value": row["value"] or None,
                "unit": row["unit"],
                "article": row["article"],
                "source": row["source"].split(),
                "certainty": row["certainty"],
            }, on


@pytest.mark.parametrize("parameter", IDS)
def test_the_day_before_and_the_day_after_belong_to_another_figure_or_to_none(
    ask: Any, parameter: str
) -> None:
    stretches = [held(row) for row in own(parameter)]
    for row, (first, last) in zip(own(parameter), stretches, strict=True):
        outside = [first - _DAY] + ([last + _DAY] if row["valid_to"] else [])
        for on in outside:
            if not any(since <= on <= until for since, until in stretches):
                found = ask(parameter, on)
                assert (found.exit_code, found.stdout) == (2, ""), on
                assert len(found.stderr.splitlines()) == 1


def test_no_figure_is_looked_up_that_was_not_checked_here() -> None:
    tax = {"tax.vat.standard", "tax.vat.reduced", "tax.kor.max_year"}
    ours = set(load_rulebook().parameters)
    assert ours >= set(IDS) | tax
    assert not {one for one in ours - set(IDS) if one.startswith(("norm", "vrij", "pct", "verm"))}


def every_month() -> list[dt.date]:
    return [dt.date(year, month, 1) for year in range(2023, 2028) for month in range(1, 13)]


def figure(parameter: str, on: dt.date) -> Any:
    return load_rulebook().value(parameter, on).number


@pytest.mark.parametrize("on", every_month(), ids=str)
def test_the_norms_hang_together_in_every_month(on: dt.date) -> None:
    couple, young, parent = (figure(f"norm.{one}", on) for one in ("21b", "20_1a", "22a_3a"))
    assert figure("norm.20_1b", on) == 2 * young
    assert figure("norm.20_1c", on) * 100 == round_half_up((couple / 2 + young) * 100)
    assert figure("norm.20_2b", on) == young + parent
    assert figure("norm.20_2c", on) * 100 == round_half_up((couple / 2 + parent) * 100)
    assert abs(figure("norm.21a", on) - couple * 7 / 10) * 100 <= 2


@pytest.mark.parametrize("on", every_month(), ids=str)
def test_for_two_the_limit_of_assets_is_twice_that_for_one(on: dt.date) -> None:
    if on.year > 2026:
        with pytest.raises(NoRuleValue):
            figure("vermogen.single", on)
        return
    assert figure("vermogen.parent_or_couple", on) == 2 * figure("vermogen.single", on)
