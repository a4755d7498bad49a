"""Refunds in the books: which year they count in, and every fault that the check must find."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.domain import ledger as rules
from marketplace.models.ledger import Entry
from marketplace.models.refunds import RefundLine
from marketplace.services import ledgercheck
from marketplace.services.books import ledger
from marketplace.services.trade import refunds
from tests.books import factories
from tests.services.test_refunds import NOW, back, balance, line_of


@pytest.fixture
def member(session):
    return factories.make_member(session)


def test_a_refund_of_last_years_work_counts_in_the_year_in_which_it_goes_back(session, member):
    november, january = factories.at("2025-11-10"), factories.at("2026-01-10")
    order = factories.sell(session, member, gross_cents=12_100, now=november)
    pots = ("training_pot", "reserve", "payable_to_municipality")
    before = [balance(session, member, code) for code in pots]
    share = balance(session, member, "destined_for_member", membership_id=member.id)
    back(session, order, 12_100, now=january)
    assert [balance(session, member, code) for code in pots] == before, "last year stays"
    below = balance(session, member, "destined_for_member", membership_id=member.id)
    assert below == share - 10_000 < 0
    months = session.scalars(select(Entry.for_month).where(Entry.kind == "sale_reversed")).all()
    assert [str(month) for month in months] == ["2026-01"]
    factories.sell(session, member, gross_cents=12_100, now=factories.at("2026-01-20"))
    assert [balance(session, member, code) for code in pots] == before, "new work fills it first"
    after = balance(session, member, "destined_for_member", membership_id=member.id)
    assert after == share, "in the end she has what she had"
    assert ledgercheck.check(session) == []


def test_the_check_finds_a_refund_without_its_entry(session, member):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    made = back(session, order, 2_000)
    made.state, made.done_at = "done", NOW
    session.flush()
    codes = {fault.code for fault in ledgercheck.check(session)}
    assert codes == {"happening_not_booked", "balance_differs"}


def test_the_check_finds_a_line_that_counts_otherwise(session, member):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    back(session, order, 2_000)
    line_of(session, order).refunded_cents = 1_999
    session.flush()
    assert {fault.code for fault in ledgercheck.check(session)} == {"amount_differs"}


def test_the_check_finds_a_refund_that_says_another_amount(session, member):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    made = back(session, order, 2_000)
    refunds.settled(session, refund_id=made.id, via="provider", now=NOW)
    made.amount_cents = 1_999
    session.flush()
    faults = ledgercheck.check(session)
    assert ("amount_differs", f"refund:{made.id}:refund_settled") in {
        (fault.code, fault.thing) for fault in faults
    }


def test_the_check_finds_a_part_that_says_another_amount(session, member):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    back(session, order, 2_000)
    part = session.scalars(select(RefundLine)).one()
    part.gross_cents, part.net_cents = 1_999, 1_999 - part.vat_cents
    session.flush()
    faults = ledgercheck.check(session)
    assert ("amount_differs", f"refundline:{part.id}:refunded") in {
        (fault.code, fault.thing) for fault in faults
    }


@pytest.mark.parametrize("source", ["refund:{id}:refund_settled", "refund:{id}:refund_settled:2"])
def test_the_check_finds_an_entry_too_many(session, member, source):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    made = back(session, order, 2_000)
    twice = source.endswith(":2")
    if twice:
        refunds.settled(session, refund_id=made.id, via="provider", now=NOW)
    extra = source.format(id=made.id)
    ledger.post(
        session,
        rules.refund_settled(amount_cents=2_000, out_of="provider_clearing"),
        cooperative_id=member.cooperative_id,
        source=extra,
        kind="refund_settled",
        membership_id=None,
        now=NOW,
    )
    faults = ledgercheck.check(session)
    assert ("entry_without_happening", extra) in {(fault.code, fault.thing) for fault in faults}
    assert "balance_differs" in {fault.code for fault in faults}


def test_the_books_take_no_settlement_twice(session, member):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    made = back(session, order, 2_000)
    refunds.settled(session, refund_id=made.id, via="provider", now=NOW)
    made.state = "sent"
    session.flush()
    with pytest.raises(rules.AlreadyBooked):
        refunds.settled(session, refund_id=made.id, via="provider", now=NOW)
