"""Invoices and refunds: whole on paper, and together never more than what was paid."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.invoices import (
    KOR_TEXT,
    Buyer,
    CreditTooLarge,
    Line,
    Seller,
    Subtotal,
    buyer_of,
    credit_lines,
    exemption,
    label,
    left,
    missing,
    subtotals,
)
from marketplace.domain.refunds import Left, RefundTooMuch, spread, vat_half_up

SELLER = Seller(
    name="De Ren",
    address="Dorpsstraat 1",
    postcode="1234 AB",
    place="Ons Dorp",
    kvk_number="12345678",
    vat_number="NL001234567B01",
    iban="",
    email="",
)
HOUR = Line(
    order_line_id=1,
    title="Tuinieren",
    unit="hour",
    quantity_hundredths=200,
    vat_rate="0.21",
    gross_cents=12_100,
    net_cents=10_000,
    vat_cents=2_100,
)
CAKE = Line(
    order_line_id=2,
    title="Taart",
    unit="piece",
    quantity_hundredths=100,
    vat_rate="0.09",
    gross_cents=1_090,
    net_cents=1_000,
    vat_cents=90,
)


def test_a_number_has_six_digits_and_grows_past_them():
    assert label(2026, 123) == "2026-000123"
    assert label(2026, 1_000_000) == "2026-1000000"


def test_an_open_bill_asks_an_account_number_and_a_paid_one_does_not():
    assert missing(SELLER, payable=False) == ()
    assert missing(SELLER, payable=True) == ("iban",)
    nameless = dataclasses.replace(SELLER, name="", vat_number="")
    assert missing(nameless, payable=True) == ("name", "vat_number", "iban")


@pytest.mark.parametrize(
    "address",
    [
        "Dorpsstraat 1, 1234ab  Ons Dorp",
        "Dorpsstraat 1\n1234 AB, Ons Dorp",
        " Dorpsstraat 1, 1234AB Ons Dorp ",
    ],
)
def test_an_address_is_read_as_people_write_it(address):
    buyer = buyer_of("Koper", address)
    assert (buyer.street, buyer.postcode, buyer.place) == ("Dorpsstraat 1", "1234 AB", "Ons Dorp")
    assert buyer.has_full_address


@pytest.mark.parametrize(
    "address", ["", "Ons Dorp", "Dorpsstraat 1, 0234 AB Ons Dorp", "Dorpsstraat 1, 1234 AB"]
)
def test_an_address_that_is_not_whole_stays_as_it_was_typed(address):
    buyer = buyer_of("Koper", f" {address} ")
    assert buyer == Buyer("Koper", address)
    assert not buyer.has_full_address


def test_sums_stand_by_rate_with_the_highest_first():
    untaxed = dataclasses.replace(CAKE, vat_rate="0", net_cents=1_090, vat_cents=0)
    assert subtotals([untaxed, CAKE, HOUR, CAKE]) == [
        Subtotal("0.21", 10_000, 2_100),
        Subtotal("0.09", 2_000, 180),
        Subtotal("0", 1_090, 0),
    ]


def test_a_note_over_a_whole_line_repeats_it():
    assert credit_lines([HOUR, CAKE], [], {1: 12_100}) == [HOUR]


def test_a_note_over_a_part_is_one_job_with_the_vat_of_that_part():
    (part,) = credit_lines([HOUR, CAKE], [], {1: 6_050, 2: 0})
    assert (part.unit, part.quantity_hundredths) == ("job", 100)
    assert (part.gross_cents, part.net_cents, part.vat_cents) == (6_050, 5_000, 1_050)
    assert left([HOUR, CAKE], [part]) == {1: (6_050, 1_050), 2: (1_090, 90)}


@pytest.mark.parametrize("cents", [{}, {1: 0}, {1: -1}, {1: 6_051}, {1: 1, 3: 1}, {3: 1}])
def test_a_note_takes_back_no_more_than_is_left(cents):
    before = credit_lines([HOUR], [], {1: 6_050})
    with pytest.raises(CreditTooLarge):
        credit_lines([HOUR], before, cents)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=8))
def test_all_notes_together_are_the_invoice_also_in_vat(parts):
    gross = sum(parts)
    vat = gross * 21 // 121
    line = dataclasses.replace(HOUR, gross_cents=gross, net_cents=gross - vat, vat_cents=vat)
    taken: list[Line] = []
    for part in parts:
        taken += credit_lines([line], taken, {1: part})
        assert all(one.net_cents + one.vat_cents == one.gross_cents for one in taken)
    assert left([line], taken) == {1: (0, 0)}
    with pytest.raises(CreditTooLarge):
        credit_lines([line], taken, {1: 1})


def test_only_under_kor_the_paper_says_why_there_is_no_vat():
    assert exemption("kor") == KOR_TEXT
    assert exemption("charges") == ""


@pytest.mark.parametrize("gross", [0, -1, 12_101])
def test_nothing_and_too_much_do_not_go_back(gross):
    with pytest.raises(RefundTooMuch):
        vat_half_up(Left(12_100, 2_100), gross)
    with pytest.raises(RefundTooMuch):
        spread(gross, [12_000, 100])


@given(st.lists(st.integers(1, 9_999), min_size=1, max_size=8))
def test_refunds_in_parts_take_exactly_the_vat_that_was_charged(parts):
    open_, vat = sum(parts), sum(parts) * 21 // 121
    charged = vat
    taken = 0
    for part in parts:
        own = vat_half_up(Left(open_, vat), part)
        assert 0 <= own <= vat
        open_, vat, taken = open_ - part, vat - own, taken + own
    assert taken == charged


@given(st.lists(st.integers(0, 9_999), min_size=1, max_size=8), st.data())
def test_no_line_gives_back_more_than_is_left_of_it(lines, data):
    if not any(lines):
        lines[0] = 1
    cents = data.draw(st.integers(1, sum(lines)))
    parts = spread(cents, lines)
    assert sum(parts) == cents
    assert all(0 <= part <= line for part, line in zip(parts, lines, strict=True))
