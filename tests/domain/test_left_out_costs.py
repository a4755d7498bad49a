"""The steps of a month tell what the municipality leaves out of the costs, outside of the division."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.domain.calendar import Month
from marketplace.domain.municipal.accepting import REASONS
from marketplace.domain.steps import Agreed, CostMade, Law, MonthFacts, counted_income, steps_of

LAW = Law("Wet OB 9", (), "high")


def agreed(regime: str = "set_off") -> Agreed:
    return Agreed(
        regime=regime,
        reference="B-1",
        deductions_accepted=False,
        costs_accepted=True,
        resolution="alv 1",
        training_share=500,
        reserve_share=1000,
        municipality_share=5000,
        threshold_cents=120_000,
        threshold_by_agreement=False,
        period="calendar_year",
        charges_vat=True,
    )


def month_with(*costs: CostMade) -> MonthFacts:
    return MonthFacts(Month(2026, 1), costs=costs)


def cost(accepted: int, reason: str | None, kind: str | None = "telefoon") -> CostMade:
    return CostMade("Belkaart", dt.date(2026, 1, 5), 12_100, 2_100, accepted, kind, reason)


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_a_line_with_what_is_left_out(reason: str) -> None:
    facts = month_with(cost(3_000, reason))
    (line,) = [one for one in steps_of(facts, agreed(), LAW) if one.section == "not_accepted"]
    assert (line.code, line.amount_cents) == (f"left_out_{reason}", 7_000)
    assert line.backing == ("agreement" if reason == "agreement" else "municipality")
    assert line.params["cost_cents"] == 10_000
    assert line.source
    assert counted_income(facts, agreed()) == -3_000


def test_nothing_is_left_out_without_a_reason_in_pot_or_of_a_whole_cost() -> None:
    for facts, terms in (
        (month_with(cost(3_000, None)), agreed()),
        (month_with(cost(3_000, "cap_year")), agreed("pot")),
        (month_with(cost(10_000, None)), agreed()),
    ):
        assert not [one for one in steps_of(facts, terms, LAW) if one.section == "not_accepted"]
