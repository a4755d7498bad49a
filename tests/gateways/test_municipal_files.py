"""The file of a municipality: choices that change on a day, and slips that stop the start with file and line."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from marketplace.gateways.rulefiles import RULES, RuleFileFault, load_municipalities

CODE = "demo-wilgendam"
LATER = """
[[profile_from]]
valid_from = 2026-07-01
surplus = "carry_to_remaining_months_of_calendar_year"

[[profile_from.costs]]
name = "telefoon"
cap_year = "300.00"

[[profile_from]]
valid_from = 2027-01-01
hours_limit = "24 per week"
"""


def folder_with(tmp_path: Path, more: str) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    path = folder / "municipalities" / f"{CODE}.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return folder


def test_each_change_holds_from_its_day_and_keeps_what_it_does_not_name(tmp_path: Path) -> None:
    own = load_municipalities(folder_with(tmp_path, LATER))[CODE]
    before, then, last = (
        own.on(dt.date(2026, 6, 30)),
        own.on(dt.date(2026, 7, 1)),
        own.on(dt.date(2027, 3, 1)),
    )
    assert (before.surplus, before.costs, before.hours_limit) == ("none", (), "20 per week")
    assert then.surplus == last.surplus == "carry_to_remaining_months_of_calendar_year"
    assert [one.name for one in then.costs] == [one.name for one in last.costs] == ["telefoon"]
    assert (then.hours_limit, last.hours_limit) == ("20 per week", "24 per week")


@pytest.mark.parametrize(
    ("more", "line", "told"),
    [
        ('\n[[profile_from]]\nsurplus = "none"\n', 14, "valid_from: the first of a month"),
        ("\n[[profile_from]]\nvalid_from = 2026-07-02\n", 15, "first of a month"),
        (LATER.replace("2027-01-01", "2026-07-01"), 23, "later than the one before"),
        (LATER.replace("24 per week", "a lot"), 24, "hours_limit: wrong value"),
        (LATER.replace("cap_year", "cap_jaar"), 20, "unknown key 'costs[0].cap_jaar'"),
        ('tax_basis = "net_estimate"\n', 13, "does not support it"),
        ('four_weekly_pay = "divide_by_20_working_days"\n', 13, "does not support it"),
        ("bufferbudget = true\n", 13, "does not support it"),
    ],
)
def test_a_slip_is_told_with_file_and_line(tmp_path: Path, more: str, line: int, told: str) -> None:
    folder = folder_with(tmp_path, more)
    with pytest.raises(RuleFileFault) as fault:
        load_municipalities(folder)
    assert f"{CODE}.toml:{line}: " in str(fault.value)
    assert told in str(fault.value)
