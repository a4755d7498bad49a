"""Receipts, status, the coverage of a group and a year's settlement: each boundary on its own."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.domain import costs, members
from marketplace.domain.calendar import Month
from marketplace.domain.faults import Fault
from marketplace.domain.months import settlement
from marketplace.domain.months.coverage import SMALLEST_GROUP, GroupMonth

TODAY = dt.date(2026, 1, 15)
KIND = min(costs.CATEGORIES)


@pytest.mark.parametrize(
    ("kind", "day", "gross", "vat", "refusal"),
    [
        ("yacht", TODAY, 100, 0, costs.NotOurCategory),
        (KIND, dt.date(2026, 1, 16), 100, 0, costs.SpentInFuture),
        (KIND, TODAY, 100, 100, costs.VatTooHigh),
        (KIND, TODAY, 100, -1, costs.VatTooHigh),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(kind, day, gross, vat, refusal):
    with pytest.raises(refusal):
        costs.check(kind, day, gross, vat, today=TODAY)


def test_a_receipt_of_today_with_almost_all_vat_is_taken():
    costs.check(KIND, TODAY, 100, 99, today=TODAY)
    assert costs.as_booked(9680, 1680, "charges") == costs.BookedCost(8000, 1680)
    assert costs.as_booked(9680, 1680, "kor") == costs.BookedCost(9680, 0)


def test_a_status_goes_only_where_the_table_says():
    allowed = {(a, b) for a in members.STATUSES for b in members.STATUSES if b in members.STEPS[a]}
    for before in members.STATUSES:
        for after in members.STATUSES:
            if (before, after) in allowed:
                members.check_step(before, after)
            else:
                with pytest.raises(members.StatusStepNotAllowed):
                    members.check_step(before, after)
    with pytest.raises(members.StatusStepNotAllowed):
        members.check_step("unknown", "member")
    assert members.next_reference("W", None) == "W-0001"
    assert members.next_reference("W", "W-0099") == "W-0100"


def test_a_small_group_or_one_without_norm_has_no_figure():
    month = Month(2026, 1)
    assert GroupMonth(month, SMALLEST_GROUP - 1, 100, 1000).percent is None
    assert GroupMonth(month, SMALLEST_GROUP, 100, 0).percent is None
    assert GroupMonth(month, SMALLEST_GROUP, 125, 1000).percent == 13
    assert GroupMonth(month, SMALLEST_GROUP, -5, 1000).percent == 0


def test_a_fault_says_what_and_where():
    assert str(Fault("unbalanced", "entry:1")) == "unbalanced: entry:1"
    assert str(Fault("unbalanced", "entry:1", "3 cents")) == "unbalanced: entry:1 (3 cents)"


def test_a_year_is_settled_after_it_ended_with_all_months_sent():
    settlement.check(2025, this_month=Month(2026, 1), states=["confirmed", "signed_off"])
    for year, month, states, refusal in (
        (2025, Month(2025, 12), ["confirmed"], settlement.YearNotOver),
        (2025, Month(2026, 1), [], settlement.NothingToSettle),
        (2025, Month(2026, 1), ["confirmed", "ready"], settlement.MonthNotSent),
    ):
        with pytest.raises(refusal):
            settlement.check(year, this_month=month, states=states)


@given(
    some.integers(-10_000, 2_000_000),
    some.lists(some.integers(-500, 90_000), min_size=1, max_size=12),
)
def test_a_years_result_is_spread_to_the_cent(net, provisional):
    parts = settlement.spread(net, provisional)
    assert sum(parts) == max(0, net)
    assert min(parts) >= 0
    if any(one > 0 for one in provisional):
        assert all(not part for part, one in zip(parts, provisional, strict=True) if one <= 0)


@given(some.integers(-100, 500_000), some.integers(0, 30))
def test_instalments_add_up_and_are_at_most_twelve(cents, parts):
    found = settlement.instalments(cents, parts)
    assert sum(found) == max(0, cents)
    assert len(found) <= settlement.MAX_PARTS
    assert all(one > 0 for one in found)
