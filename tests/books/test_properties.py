"""Whatever happens in whatever order: the books end the same, and the check finds nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.services import ledgercheck
from marketplace.services.books import ledger, pots
from tests.books.factories import (
    at,
    deliver,
    make_cooperative,
    make_member,
    make_order,
    make_paid_order,
    pay,
    sell,
    spend,
)

PARTS = ("training_pot", "reserve", "payable_to_municipality", "destined_for_member")
happenings = st.lists(
    st.tuples(st.sampled_from(["sale", "cost"]), st.integers(2, 300_000)), min_size=1, max_size=6
)


def live(session, member, happened):
    for place, (kind, cents) in enumerate(happened):
        now = at("2026-01-05") + dt.timedelta(days=9 * place)
        if kind == "sale":
            sell(session, member, gross_cents=cents, now=now)
        else:
            spend(session, member, gross_cents=cents, vat_cents=0, now=now)


@pytest.mark.sqlite_only
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happened=happenings, chance=st.randoms())
def test_the_order_of_happenings_does_not_matter(session, happened, chance):
    other_order = happened[:]
    chance.shuffle(other_order)
    ends = []
    for order in (happened, other_order):
        member = make_member(session, cooperative=make_cooperative(session))
        live(session, member, order)
        ends.append(pots.pots(session, cooperative_id=member.cooperative_id))
    assert ends[0] == ends[1]
    assert ledgercheck.check(session) == []
    session.rollback()


def test_a_loss_is_carried_on_within_the_period(session):
    member = make_member(session)
    spend(session, member, now=at("2026-01-05"))
    thermometer = pots.thermometer(session, membership_id=member.id, on=dt.date(2026, 1, 5))
    assert thermometer.balance_cents == -8_000
    sell(session, member, gross_cents=12_100, now=at("2026-03-05"))
    found = pots.pots(session, cooperative_id=member.cooperative_id)
    # 100.00 - 80.00 = 20.00: 1.00 and 2.00
    assert (found.training_cents, found.reserve_cents, found.thermometers_cents) == (
        100,
        200,
        1_700,
    )


def test_payment_after_delivery_books_both(session):
    member = make_member(session)
    order = make_order(session, [(member, 12_100)])
    deliver(session, order, now=at("2026-01-05"))
    assert ledger.journal(session, cooperative_id=member.cooperative_id) == []
    pay(session, order, now=at("2026-01-06"))
    kinds = [e.kind for e in ledger.journal(session, cooperative_id=member.cooperative_id)]
    assert kinds == ["allocated", "delivered", "paid"]
    assert ledgercheck.check(session) == []


def test_a_delivery_that_is_told_twice_is_booked_once(session):
    member = make_member(session)
    order = make_paid_order(session, member, gross_cents=12_100, now=at("2026-01-05"))
    deliver(session, order, now=at("2026-01-06"))
    before = ledger.balances(session, cooperative_id=member.cooperative_id)
    deliver(session, order, now=at("2026-01-06"))
    assert ledger.balances(session, cooperative_id=member.cooperative_id) == before


def test_a_payment_that_is_told_twice_is_already_booked(session):
    from marketplace.domain.ledger import AlreadyBooked
    from marketplace.services.trade import settling

    member = make_member(session)
    order = make_paid_order(session, member, gross_cents=12_100, now=at("2026-01-05"))
    with pytest.raises(AlreadyBooked):
        settling.paid(session, order=order, fee_cents=0, now=at("2026-01-06"))


def test_what_comes_is_counted_together_and_shown_apart(session):
    member = make_member(session, cooperative=make_cooperative(session))
    sell(session, member, gross_cents=142_353, now=at("2026-01-05"))
    make_paid_order(session, member, gross_cents=36_300, now=at("2026-01-06"))
    make_paid_order(session, member, gross_cents=36_300, now=at("2026-01-06"))
    thermometer = pots.thermometer(session, membership_id=member.id, on=dt.date(2026, 1, 7))
    # 600.00 -> 510.00 to credit, of which 200.00 below the threshold: 355.00
    assert thermometer.coming_cents == 35_500
    assert thermometer.balance_cents == thermometer.credited_cents == 100_000
    assert (thermometer.threshold_cents, thermometer.municipality_share) == (120_000, 5_000)


def test_an_accepted_job_comes_and_an_unpaid_product_does_not(session):
    from sqlalchemy import update

    from marketplace.models.orders import OrderLine

    member = make_member(session, cooperative=make_cooperative(session, scheme="kor"))
    order = make_order(session, [(member, 10_000)])
    on = dt.date(2026, 1, 7)
    assert pots.thermometer(session, membership_id=member.id, on=on).coming_cents == 8_500
    session.execute(update(OrderLine).where(OrderLine.order_id == order.id).values(state="ordered"))
    assert pots.thermometer(session, membership_id=member.id, on=on).coming_cents == 0


def test_thermometers_of_all_members_ask_as_much_as_of_one(session):
    from sqlalchemy import event

    cooperative = make_cooperative(session)
    members = [make_member(session, cooperative=cooperative) for _ in range(4)]
    for member in members:
        sell(session, member, gross_cents=12_100, now=at("2026-01-05"))
    session.flush()
    asked = []
    engine = session.get_bind()
    listener = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    on = dt.date(2026, 1, 7)
    found = pots.thermometers(session, cooperative_id=cooperative.id, on=on)
    event.remove(engine, "before_cursor_execute", listener)
    assert len(asked) <= 5
    assert {key: one.balance_cents for key, one in found.items()} == {m.id: 8_500 for m in members}
    for member in members:
        assert pots.thermometer(session, membership_id=member.id, on=on) == found[member.id]


def test_a_member_without_an_agreement_has_an_empty_thermometer(session):
    from tests.books.factories import make_membership

    member = make_membership(session)
    found = pots.thermometer(session, membership_id=member.id, on=dt.date(2026, 1, 7))
    assert (found.balance_cents, found.threshold_cents) == (0, 120_000)


def test_a_page_of_the_journal_begins_below_the_last_entry(session):
    member = make_member(session)
    for _ in range(2):
        sell(session, member, gross_cents=12_100, now=at("2026-01-05"))
    whole = ledger.journal(session, cooperative_id=member.cooperative_id)
    first = ledger.journal(session, cooperative_id=member.cooperative_id, limit=4)
    last = first[-1]
    rest = ledger.journal(
        session, cooperative_id=member.cooperative_id, before=(last.booked_on, last.id)
    )
    assert [*first, *rest] == whole
    assert len(whole) == 6
