"""What two rulebooks say differently."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from marketplace.domain.earnings.rulebook import Confirmation
from marketplace.domain.earnings.rulediff import (
    RuleChange,
    ValueChange,
    rule_changes,
    value_changes,
)
from marketplace.gateways.rulefiles import load_rulebook

CAP = "vrijlating.n.max"


def with_cap(change) -> object:
    """The rulebook of today with other values of the cap of exemption n."""
    rules = load_rulebook()
    parameter = rules.parameters[CAP]
    other = replace(parameter, values=tuple(change(list(parameter.values))))
    return replace(rules, parameters={**rules.parameters, CAP: other})


def test_the_same_rules_differ_in_nothing():
    assert value_changes(load_rulebook(), load_rulebook()) == []
    assert rule_changes(load_rulebook(), load_rulebook()) == []


def test_an_open_value_that_changes_differs_from_its_day_on():
    new = with_cap(lambda values: [*values[:-1], replace(values[-1], value="300.00")])
    day = dt.date(2026, 7, 1)
    assert value_changes(load_rulebook(), new) == [
        ValueChange(CAP, day, None, "285.00", "300.00"),
    ]


def test_a_split_that_says_the_same_is_no_difference():
    def split(values):
        last, day = values[-1], dt.date(2027, 1, 1)
        until = dt.date(2026, 12, 31)
        return [*values[:-1], replace(last, valid_to=until), replace(last, valid_from=day)]

    assert value_changes(load_rulebook(), with_cap(split)) == []


def test_two_stretches_that_differ_alike_are_told_as_one():
    new = with_cap(lambda values: [*values[:-2], *(replace(v, value="1") for v in values[-2:])])
    assert value_changes(load_rulebook(), new) == [
        ValueChange(CAP, dt.date(2026, 1, 1), None, "285.00", "1")
    ]


def test_a_parameter_that_goes_or_comes_differs_everywhere():
    rules = load_rulebook()
    fewer = replace(rules, parameters={k: v for k, v in rules.parameters.items() if k != CAP})
    gone, come = value_changes(rules, fewer), value_changes(fewer, rules)
    assert {one.after for one in gone} == {None} == {one.before for one in come}
    assert len(gone) == len(come) > 1


def test_a_provision_is_compared_field_by_field():
    rules = load_rulebook()
    changed = replace(rules.rules["exempt_n"], max_months=12)
    new = replace(rules, rules={**rules.rules, "exempt_n": changed})
    assert rule_changes(rules, new) == [RuleChange("exempt_n", "max_months", "6", "12")]


def test_the_hash_covers_what_was_confirmed():
    rules = load_rulebook()
    one = Confirmation("p1", dt.date(2027, 1, 1), "Stb. 1")
    hashes = {
        rules.with_confirmations(some).rules_hash
        for some in (
            [],
            [one],
            [replace(one, reference="Stb. 2")],
            [replace(one, pending_id="p1c")],
        )
    }
    assert len(hashes) == 4
    assert rules.with_confirmations([]) is rules
