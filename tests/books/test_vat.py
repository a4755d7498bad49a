"""VAT in the books: KOR and the sale that ends it, and a rate that changed between payment and delivery."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from sqlalchemy import select

from marketplace.models.orders import OrderLine
from marketplace.services import ledgercheck
from marketplace.services.books import ledger, vat
from tests.books.factories import (
    at,
    deliver,
    make_cooperative,
    make_member,
    make_paid_order,
    make_scheme,
    sell,
    spend,
)


def balance(session, member, code):
    return ledger.balance(session, cooperative_id=member.cooperative_id, code=code)


def a_member_under_kor(session):
    return make_member(session, cooperative=make_cooperative(session, scheme="kor"))


def scheme(session, member, day):
    return vat.scheme_on(
        session, cooperative_id=member.cooperative_id, day=dt.date.fromisoformat(day)
    )


def test_vat_is_due_from_the_sale_that_crosses_the_limit(session):
    member = a_member_under_kor(session)
    sell(session, member, gross_cents=1_995_000, now=at("2026-03-01"))
    assert balance(session, member, "output_vat") == 0
    sell(session, member, gross_cents=12_100, now=at("2026-03-02"))
    assert balance(session, member, "output_vat") == 2_100
    assert scheme(session, member, "2026-03-01") == "kor"
    assert scheme(session, member, "2026-03-02") == "charges"
    assert ledgercheck.check(session) == []


def test_a_sale_that_just_fits_ends_nothing(session):
    member = a_member_under_kor(session)
    sell(session, member, gross_cents=2_000_000, now=at("2026-03-01"))
    assert balance(session, member, "output_vat") == 0


def test_the_limit_is_that_of_a_calendar_year(session):
    member = a_member_under_kor(session)
    sell(session, member, gross_cents=1_995_000, now=at("2026-12-30"))
    sell(session, member, gross_cents=12_100, now=at("2027-01-02"))
    assert balance(session, member, "output_vat") == 0


def test_a_sale_paid_under_kor_and_delivered_after_it_holds_vat(session):
    member = a_member_under_kor(session)
    order = make_paid_order(session, member, gross_cents=12_100, now=at("2026-03-01"))
    assert balance(session, member, "received_in_advance") == 12_100
    sell(session, member, gross_cents=2_000_000, now=at("2026-03-02"))
    deliver(session, order, now=at("2026-03-03"))
    assert balance(session, member, "received_in_advance") == 0
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    assert (line.vat_rate, line.net_cents, line.vat_cents) == ("0.21", 10_000, 2_100)
    assert balance(session, member, "output_vat") == 2_100 + 347_107
    assert ledgercheck.check(session) == []


def test_only_who_charges_vat_reclaims_it(session):
    cooperative = make_cooperative(session, scheme="kor")
    make_scheme(session, cooperative, "charges", "2026-02-01")
    member = make_member(session, cooperative=cooperative)
    spend(session, member, spent_on=dt.date(2026, 1, 31), now=at("2026-02-02"))
    assert balance(session, member, "input_vat") == 0
    spend(session, member, spent_on=dt.date(2026, 2, 1), now=at("2026-02-02"))
    assert balance(session, member, "input_vat") == 1_680
    assert balance(session, member, "costs_material") == 9_680 + 8_000
    assert ledgercheck.check(session) == []


def test_rates_come_from_the_rules(session):
    day = dt.date(2026, 1, 1)
    assert vat.rate("standard", day, "charges") == Fraction(21, 100)
    assert vat.rate("reduced", day, "charges") == Fraction(9, 100)
    assert vat.rate("standard", day, "kor") == 0
