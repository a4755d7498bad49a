"""The bill of a buyer who sends the money: one invoice before the payment, and a credit note where it lapses."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from marketplace.models.cooperatives import Cooperative
from marketplace.models.invoices import Invoice, InvoiceRequest
from marketplace.models.ledger import Entry
from marketplace.services import ledgercheck
from marketplace.services.banking import byhand, payables, statements, transfer
from marketplace.services.invoices import reading, seller
from marketplace.services.trade import orders, refunds, sweeps
from tests.banking.papers import OWN, camt, entry
from tests.books import factories
from tests.books.test_invoices import FACTS
from tests.doors.test_slots import only_line
from tests.services import market as markets


def open_market(session, now, *, facts=True):
    market = markets.make_market(session)
    own = session.get_one(Cooperative, market.member.cooperative_id)
    own.iban = OWN
    session.flush()
    if facts:
        seller.keep(session, cooperative_id=own.id, facts=FACTS, actor_id=None, now=now)
    treasurer = factories.make_person(session)
    session.commit()
    return SimpleNamespace(
        market=market, actor_id=treasurer.id, cooperative_id=own.id, now=now, session=session
    )


@pytest.fixture
def house(session, now):
    return open_market(session, now)


def billed(house):
    """An order of 121.00 whose buyer chose to send the money."""
    order = markets.accepted(house.session, house.market, now=house.now)
    return choose(house, order)


def choose(house, order):
    return transfer.choose(
        house.session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=house.now
    )


def papers(house, order):
    return reading.of_order(house.session, cooperative_id=house.cooperative_id, order_id=order.id)


def receive(house, *lines):
    """Money comes in: (cents, text) of each line."""
    content = camt(
        *(entry(cents, text, ref=f"{text}{cents}") for cents, text in lines),
        total=sum(cents for cents, _text in lines),
    )
    own = {"cooperative_id": house.cooperative_id, "actor_id": house.actor_id, "now": house.now}
    return statements.take(house.session, content=content, **own)


def said(documents):
    return [(one.kind, one.label, one.gross_cents) for one in documents]


INVOICE = ("invoice", "2026-000001", 12_100)


def test_choosing_gives_one_bill_that_books_nothing(house):
    order = billed(house)
    choose(house, order)
    (bill,) = papers(house, order)
    assert said([bill]) == [INVOICE]
    assert (bill.reference, bill.paid_on) == (order.bank_reference, None)
    assert bill.due_on == order.due_at.date()
    assert (bill.net_cents, bill.vat_cents) == (10_000, 2_100)
    assert house.session.scalar(select(func.count(Entry.id))) == 0
    assert reading.open_bill(
        house.session, order_id=order.id, cooperative_id=house.cooperative_id
    ) == (bill)


def test_the_payment_by_bank_makes_no_second_invoice(house):
    order = billed(house)
    receive(house, (5_000, order.bank_reference))
    assert order.payment_state == "awaiting"
    receive(house, (8_000, order.bank_reference))
    assert order.payment_state == "paid"
    assert said(papers(house, order)) == [INVOICE]
    [(line, _state)] = byhand.waiting(house.session, cooperative_id=house.cooperative_id)
    assert line.left_cents == 900  # too much stays visible, and on no paper
    assert ledgercheck.check(house.session) == []


def test_paying_by_card_after_all_makes_no_second_invoice(house):
    order = billed(house)
    made = markets.wish(house.session, house.market, order, now=house.now)
    assert markets.receive(house.session, markets.word(made), now=house.now) == "booked"
    assert said(papers(house, order)) == [INVOICE]
    assert ledgercheck.check(house.session) == []


def lapse_by_hand(house, order):
    for _twice in range(2):
        orders.cancel(
            house.session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=house.now
        )


def lapse_by_clock(house, order):
    later = order.due_at + dt.timedelta(minutes=1)
    assert sweeps.expire(house.session, now=later) == 1
    assert sweeps.expire(house.session, now=later) == 0


@pytest.mark.parametrize("lapse", [lapse_by_hand, lapse_by_clock])
def test_a_bill_that_lapses_unpaid_is_taken_back_whole(house, lapse):
    order = billed(house)
    lapse(house, order)
    bill, note = papers(house, order)
    assert said([bill, note]) == [INVOICE, ("credit", "2026-000002", 12_100)]
    assert (note.credits_id, note.vat_cents, note.reason) == (
        bill.id,
        bill.vat_cents,
        "Bestelling gaat niet door",
    )
    assert receive(house, (12_100, order.bank_reference)).matched == 0
    assert len(papers(house, order)) == 2
    assert ledgercheck.check(house.session) == []


def test_a_part_of_the_money_of_a_bill_that_lapses_can_go_back(house):
    order = billed(house)
    receive(house, (5_000, order.bank_reference))
    lapse_by_clock(house, order)
    assert [one.kind for one in papers(house, order)] == ["invoice", "credit"]
    [back] = payables.all_of(house.session, cooperative_id=house.cooperative_id)
    assert (back.kind, back.cents) == ("surplus", 5_000)
    assert ledgercheck.check(house.session) == []


def test_an_order_without_a_bill_lapses_without_paper(house):
    order = markets.accepted(house.session, house.market, now=house.now)
    lapse_by_hand(house, order)
    assert papers(house, order) == []
    assert house.session.scalar(select(func.count(Invoice.id))) == 0


def test_numbers_have_no_gap_between_bills_that_lapse(house):
    first, second, third = (billed(house) for _ in range(3))
    lapse_by_hand(house, second)
    receive(house, (12_100, first.bank_reference), (12_100, third.bank_reference))
    numbers = sorted(house.session.scalars(select(Invoice.number)))
    assert numbers == [1, 2, 3, 4]


def test_what_goes_back_of_a_paid_bill_has_its_credit_note(house):
    order = billed(house)
    receive(house, (12_100, order.bank_reference))
    line = only_line(house.session, order.id)
    refunds.refund(
        house.session,
        order_id=order.id,
        lines={line.id: 12_100},
        reason="cancelled",
        liable="cooperative",
        by_id=None,
        now=house.now,
    )
    assert said(papers(house, order)) == [INVOICE, ("credit", "2026-000002", 12_100)]


def test_without_the_facts_a_bill_waits_and_lapses_without_a_number(session, now):
    house = open_market(session, now, facts=False)
    paid, lapsed = billed(house), billed(house)
    assert papers(house, paid) == []
    lapse_by_hand(house, lapsed)
    assert session.scalars(select(InvoiceRequest.order_id)).all() == [paid.id]
    receive(house, (12_100, paid.bank_reference))
    seller.keep(session, cooperative_id=house.cooperative_id, facts=FACTS, actor_id=None, now=now)
    (invoice,) = papers(house, paid)
    assert (invoice.label, invoice.paid_on, invoice.due_on) == ("2026-000001", now.date(), None)


def test_a_scheme_that_ends_before_the_payment_makes_a_new_invoice(session, now):
    house = open_market(session, now)
    own = session.get_one(Cooperative, house.cooperative_id)
    factories.make_scheme(session, own, "kor", "2026-01-01")
    order = billed(house)
    factories.make_scheme(session, own, "charges", "2026-01-20")
    house.now = now + dt.timedelta(days=6)
    receive(house, (12_100, order.bank_reference))
    bill, note, new = papers(house, order)
    assert (bill.vat_cents, note.credits_id, new.vat_cents) == (0, bill.id, 2_100)
    assert (new.paid_on, new.due_on) == (house.now.date(), None)
    assert ledgercheck.check(session) == []
