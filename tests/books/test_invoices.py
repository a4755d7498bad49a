"""Invoices in the books: numbers without gaps, documents that never change, VAT per rate, credit notes."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.domain.invoices import KOR_TEXT, CreditTooLarge
from marketplace.gateways.database import Database
from marketplace.models.cooperatives import Cooperative
from marketplace.models.invoices import Invoice, InvoiceRequest
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.invoices import issuing, reading, seller
from marketplace.services.trade import refunds
from tests.books.factories import (
    at,
    make_cooperative,
    make_member,
    make_order,
    make_paid_order,
    make_scheme,
    pay,
)

NOW = at("2026-01-15")
FACTS = seller.Facts(
    legal_name="Coöperatie De Kluscoop U.A.",
    address="Voorbeeldstraat 1",
    postcode="1234 AB",
    place="Ons Dorp",
    kvk_number="00000001",
    vat_number="NL000099998B57",
    iban="NL91ABNA0417164300",
)


def make_seller(session, scheme="charges"):
    """A member of a cooperative that filled in what an invoice names."""
    cooperative = make_cooperative(session, scheme=scheme)
    seller.keep(session, cooperative_id=cooperative.id, facts=FACTS, actor_id=None, now=NOW)
    return make_member(session, cooperative=cooperative)


def documents(session, order):
    return reading.of_order(session, cooperative_id=order.cooperative_id, order_id=order.id)


def lines_of(session, order):
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return list(session.scalars(query))


def test_a_payment_issues_one_invoice_with_a_mail(session):
    order = make_paid_order(session, make_seller(session), gross_cents=12_100, now=NOW)
    (made,) = documents(session, order)
    assert (made.label, made.kind, made.paid_on) == ("2026-000001", "invoice", dt.date(2026, 1, 15))
    assert (made.net_cents, made.vat_cents, made.gross_cents) == (10_000, 2_100, 12_100)
    assert (made.seller["kvk_number"], made.exemption) == ("00000001", "")
    mail = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "invoice_issued")
    ).one()
    assert mail.facts["number"] == "2026-000001"
    issuing.issue(session, order=order, lines=lines_of(session, order), now=NOW)
    assert len(documents(session, order)) == 1


def test_under_kor_the_invoice_says_why_it_has_no_vat(session):
    order = make_paid_order(session, make_seller(session, "kor"), gross_cents=5_000, now=NOW)
    (made,) = documents(session, order)
    assert (made.vat_cents, made.exemption) == (0, KOR_TEXT)


def test_without_the_cooperatives_facts_the_money_is_booked_and_the_invoice_waits(session):
    member = make_member(session)
    first, second = (
        make_paid_order(session, member, gross_cents=gross, now=NOW) for gross in (1_000, 2_000)
    )
    (line,) = lines_of(session, first)
    waits = issuing.credit(
        session, order_id=first.id, cents={line.id: 400}, reason="", source="r:1", now=NOW
    )
    assert (waits, documents(session, first)) == (None, [])
    assert reading.waiting(session, cooperative_id=member.cooperative_id) == 3
    done = seller.keep(
        session, cooperative_id=member.cooperative_id, facts=FACTS, actor_id=None, now=NOW
    )
    assert (done, session.scalars(select(InvoiceRequest)).all()) == (3, [])
    assert [one.label for one in documents(session, first)] == ["2026-000001", "2026-000003"]
    assert [one.label for one in documents(session, second)] == ["2026-000002"]


def test_credit_notes_together_are_the_invoice(session):
    order = make_paid_order(session, make_seller(session), gross_cents=9_999, now=NOW)
    (line,) = lines_of(session, order)
    for number, cents in enumerate((3_333, 3_333, 3_333)):
        source = f"refund:{number}"
        for _twice in range(2):
            issuing.credit(
                session,
                order_id=order.id,
                cents={line.id: cents},
                reason="terug",
                source=source,
                now=NOW,
            )
    invoice, *notes = documents(session, order)
    assert len(notes) == 3
    assert {one.credits_id for one in notes} == {invoice.id}
    assert sum(one.vat_cents for one in notes) == invoice.vat_cents
    assert sum(one.gross_cents for one in notes) == invoice.gross_cents
    with pytest.raises(CreditTooLarge):
        issuing.credit(
            session, order_id=order.id, cents={line.id: 1}, reason="", source="r:x", now=NOW
        )


def test_a_credit_that_is_too_large_waits_and_holds_nobody_up(session):
    member = make_seller(session)
    order = make_paid_order(session, member, gross_cents=1_000, now=NOW)
    (line,) = lines_of(session, order)
    ask = {"order_id": order.id, "reason": "", "now": NOW, "patient": True}
    assert issuing.credit(session, cents={line.id: 1_001}, source="r:large", **ask) is None
    session.add(
        InvoiceRequest(
            cooperative_id=order.cooperative_id,
            order_id=order.id,
            kind="credit",
            source="r:good",
            facts={"cents": {str(line.id): 400}, "reason": ""},
            asked_at=NOW,
        )
    )
    session.flush()
    for done in (1, 0):
        assert issuing.retry(session, cooperative_id=order.cooperative_id, now=NOW) == done
    assert session.scalars(select(InvoiceRequest.source)).all() == ["r:large"]
    assert [one.gross_cents for one in documents(session, order)] == [1_000, 400]


def test_a_refund_makes_its_credit_note_of_the_same_cents(session):
    order = make_paid_order(session, make_seller(session), gross_cents=9_999, now=NOW)
    (line,) = lines_of(session, order)
    for cents in (3_333, 6_666):
        refunds.refund(
            session,
            order_id=order.id,
            lines={line.id: cents},
            reason="cancelled",
            liable="cooperative",
            by_id=None,
            now=NOW,
        )
    invoice, *notes = documents(session, order)
    assert [(one.gross_cents, one.reason) for one in notes] == [
        (3_333, "Afgezegd"),
        (6_666, "Afgezegd"),
    ]
    assert sum(one.vat_cents for one in notes) == invoice.vat_cents
    assert [one.source for one in notes] == [
        f"refund:{made.id}" for made in refunds.of_order(session, order_id=order.id)
    ]


def test_a_refund_without_the_cooperatives_facts_is_booked_and_its_note_waits(session):
    order = make_paid_order(session, make_member(session), gross_cents=1_000, now=NOW)
    (line,) = lines_of(session, order)
    made = refunds.refund(
        session,
        order_id=order.id,
        lines={line.id: 1_000},
        reason="cancelled",
        liable="cooperative",
        by_id=None,
        now=NOW,
    )
    assert (made.state, documents(session, order)) == ("booked", [])
    seller.keep(session, cooperative_id=order.cooperative_id, facts=FACTS, actor_id=None, now=NOW)
    assert [one.kind for one in documents(session, order)] == ["invoice", "credit"]


def test_a_bill_under_kor_is_replaced_when_the_scheme_ended_before_the_payment(session):
    member = make_seller(session, "kor")
    order = make_order(session, [(member, 12_100)])
    december = at("2025-12-30")
    bill = issuing.issue(
        session, order=order, lines=lines_of(session, order), now=december, payable=True
    )
    cooperative = session.get_one(Cooperative, member.cooperative_id)
    make_scheme(session, cooperative, "charges", "2026-01-01")
    pay(session, order, now=NOW)
    first, note, new = documents(session, order)
    assert first.id == bill.id
    assert (first.label, first.vat_cents, first.due_on) == ("2025-000001", 0, dt.date(2026, 1, 13))
    assert (note.kind, note.credits_id, note.gross_cents) == ("credit", first.id, 12_100)
    assert (note.label, new.label) == ("2026-000001", "2026-000002")
    assert (new.vat_cents, new.exemption) == (2_100, "")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices SET gross_cents = gross_cents + 1, net_cents = net_cents + 1",
        "UPDATE invoices SET buyer = '{}'",
        "DELETE FROM invoices",
        "UPDATE invoice_counters SET last_number = last_number + 2",
        "UPDATE invoice_counters SET last_number = 0",
        "DELETE FROM invoice_counters",
    ],
)
def test_an_issued_invoice_never_changes(session, statement):
    make_paid_order(session, make_seller(session), gross_cents=1_000, now=NOW)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_numbers_have_no_gaps_with_twenty_at_once_and_some_that_fail(session, database_url):
    member = make_seller(session)
    orders = [make_order(session, [(member, 1_000 + n)]).id for n in range(40)]
    session.commit()
    database = Database(database_url)

    def run(place):
        with database.session(writes=True) as own:
            pay(own, own.get_one(Order, orders[place]), now=NOW)
            if place % 4 == 0:
                own.rollback()
            else:
                own.commit()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(run, range(40)))
    database.engine.dispose()
    session.expire_all()
    numbers = sorted(session.scalars(select(Invoice.number)))
    assert numbers == list(range(1, 31))
