"""Whatever happens in a month in whatever order: the month ends the same, to the cent and to the word."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.domain.calendar import Month
from marketplace.services.months import statements
from tests.books.factories import at, sell, spend
from tests.statements.months import member_in_set_off

happenings = st.lists(
    st.tuples(st.sampled_from(["sale", "sale", "cost"]), st.integers(2, 150_000)),
    min_size=2,
    max_size=6,
)


def figures_after(session, happened, **agreement):
    member = member_in_set_off(session, **agreement)
    for place, (kind, cents) in enumerate(happened):
        now = at("2026-03-02") + dt.timedelta(days=4 * place)
        if kind == "sale":
            sell(session, member, gross_cents=cents, now=now)
        else:
            spend(session, member, gross_cents=cents, vat_cents=0, now=now)
    told = statements.draft(
        session, membership_id=member.id, month=Month(2026, 3), now=at("2026-03-31")
    )
    return told.outcome["figures"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("regime", ["pot", "set_off"])
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happened=happenings, chance=st.randoms())
def test_the_order_of_events_inside_a_month_does_not_matter(session, regime, happened, chance):
    other_order = happened[:]
    chance.shuffle(other_order)
    first = figures_after(session, happened, regime=regime)
    assert first == figures_after(session, other_order, regime=regime)
    assert first["exempt_cents"] + first["set_off_cents"] == max(0, first["income_cents"])
    session.rollback()
