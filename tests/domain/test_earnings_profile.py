"""A municipality chooses only from what is known, and every slip is told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from marketplace.domain.earnings.profile import build_profile, profile_faults, unsupported_in
from marketplace.gateways.rulefiles import default_profile, load_profile_keys

GOOD: list[dict[str, Any]] = [
    {},
    {"n_counting": "consecutive_calendar_months", "tolerate_u27": True},
    {"hours_limit": "23.5 per week"},
    {"hours_limit": None},
    {"costs": "only_costs_listed_in_agreement"},
    {"costs": [{"name": "telefoon", "cap_year": "300.00", "business_share": "0.30"}]},
    {"premium": {"enabled": True, "fraction": "0.30", "max_month": "219.00", "paid": ["June"]}},
    {"reference_number": "dossier"},
]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"n_countng": "x"}, "n_countng"),
    ({"n_counting": "sometimes"}, "n_counting"),
    ({"n_self_employed": False}, "n_self_employed"),
    ({"tolerate_u27": 1}, "tolerate_u27"),
    ({"hours_limit": "a lot"}, "hours_limit"),
    ({"hours_limit": 20}, "hours_limit"),
    ({"costs": "all"}, "costs"),
    ({"costs": {"name": "x"}}, "costs"),
    ({"costs": ["x"]}, "costs[0].name"),
    ({"costs": [{"name": ""}]}, "costs[0].name"),
    ({"costs": [{"name": "x", "cap": "1"}]}, "costs[0].cap"),
    ({"costs": [{"name": "x", "cap_month": 3}]}, "costs[0].cap_month"),
    ({"premium": True}, "premium.enabled"),
    ({"premium": {"fraction": "0.3"}}, "premium.enabled"),
    ({"premium": {"enabled": True}}, "premium.fraction"),
    ({"premium": {"enabled": True, "fraction": "1.5"}}, "premium.fraction"),
    ({"premium": {"enabled": True, "fraction": "0.3", "paid": ["juni"]}}, "premium.paid"),
    ({"reference_number": ""}, "reference_number"),
]


@pytest.mark.parametrize("values", GOOD)
def test_a_known_choice_fits(values: dict[str, Any]) -> None:
    assert profile_faults(values, load_profile_keys()) == []
    build_profile(values, load_profile_keys())


@pytest.mark.parametrize(("values", "place"), BAD)
def test_a_slip_is_told_with_its_place_and_what_fits(values: dict[str, Any], place: str) -> None:
    faults = profile_faults(values, load_profile_keys())
    assert [fault.place for fault in faults] == [place]
    assert faults[0].allowed
    with pytest.raises(ValueError, match=r"unknown_key|bad_value"):
        build_profile(values, load_profile_keys())


def test_who_chooses_nothing_gets_the_defaults() -> None:
    profile = default_profile()
    assert profile.n_counting == "total_months_with_exemption"
    assert profile.month.above_norm == "offer_choice_to_keep_supplement"
    assert profile.premium is None
    assert profile.costs == ()


def test_amounts_become_cents_and_shares_fractions() -> None:
    profile = build_profile(
        {
            "premium": {"enabled": True, "fraction": "0.25", "max_year": "1699.00"},
            "costs": [{"name": "kleine aanschaf", "cap_year": "1000.00", "prior_approval": True}],
        },
        load_profile_keys(),
    )
    assert profile.premium is not None
    assert (profile.premium.fraction, profile.premium.max_year_cents) == (Fraction(1, 4), 169_900)
    assert profile.costs[0].cap_year_cents == 100_000
    assert profile.costs[0].prior_approval


@pytest.mark.parametrize(
    ("values", "supported"),
    [
        ({"tax_basis": "net_estimate"}, ("gross_profit_then_correct",)),
        ({"four_weekly_pay": "divide_by_20_working_days"}, ("times_13_divided_by_12",)),
        ({"bufferbudget": True}, ("false",)),
    ],
)
def test_a_value_that_is_not_computed_with_is_told_with_what_is(
    values: dict[str, Any], supported: tuple[str, ...]
) -> None:
    keys = load_profile_keys()
    assert profile_faults(values, keys) == []
    (fault,) = unsupported_in(values, keys)
    assert (fault.place, fault.code, fault.allowed) == (*values, "unsupported", supported)


def test_what_everybody_has_is_supported() -> None:
    keys = load_profile_keys()
    assert unsupported_in({name: key.default for name, key in keys.items()}, keys) == []
