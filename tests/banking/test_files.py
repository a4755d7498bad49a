"""Files of the bank are read as they are, and refused in words when they are not what they seem."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from marketplace.domain.bank import references
from marketplace.domain.bank.banking import (
    BankFileCurrency,
    BankFileForbidden,
    BankFileLineWrong,
    BankFileSums,
    BankFileTooLarge,
    BankFileUnreadable,
    StatementLine,
    fingerprints,
)
from marketplace.gateways.bankfiles import statements
from tests.banking.papers import ING, MT940, OWN, PAYER, RABO, camt, entry

ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<Document>&b;</Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>"""


def test_camt_gives_both_directions():
    [found] = statements.read(
        camt(entry(12_100, "heg", ref="B1"), entry(-2050, "terug", e2e="abc"), total=10_050)
    )
    assert (found.iban, found.opening_cents, found.closing_cents) == (OWN, 10_000, 20_050)
    first, second = found.lines
    assert (first.cents, first.counter_iban, first.text) == (12_100, PAYER, "heg")
    assert (first.bank_reference, first.end_to_end, first.counter_name) == ("B1", "", "K. Bakker")
    assert (second.cents, second.end_to_end) == (-2050, "abc")
    assert first.booked_on == dt.date(2026, 1, 15)


def test_mt940_is_read():
    [found] = statements.read(MT940.encode())
    assert (found.iban, found.opening_cents, found.closing_cents) == (OWN, 10_000, 20_050)
    assert [line.cents for line in found.lines] == [12_100, -2050]
    assert found.lines[1].end_to_end == "abc123"
    assert found.lines[0].counter_iban == PAYER
    assert "RF00 TEST" in found.lines[0].text


@pytest.mark.parametrize(("text", "sums"), [(ING, [12_100, -150]), (RABO, [12_100])])
def test_csv_of_two_banks_is_read(text, sums):
    [found] = statements.read(text.encode())
    assert found.iban == OWN
    assert [line.cents for line in found.lines] == sums
    assert found.lines[0].counter_iban == PAYER
    assert references.found_in(found.lines[0].text) == set()  # eight digits: not one of ours


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", BankFileUnreadable),
        (b"hello", BankFileUnreadable),
        (b"\x00\x01\x02", BankFileUnreadable),
        (b"<Document>", BankFileUnreadable),
        (b"<html></html>", BankFileUnreadable),
        (ENTITIES, BankFileForbidden),
        (OUTSIDE, BankFileForbidden),
        (camt(entry(100), total=99), BankFileSums),
        (camt(entry(100), total=100).replace(b'Ccy="EUR"', b'Ccy="USD"'), BankFileCurrency),
        (camt(entry(100), total=100).replace(b">1.00<", b">1,00<"), BankFileLineWrong),
        (camt(entry(100, day="2026-02-31"), total=100), BankFileLineWrong),
        (camt(entry(100), total=100)[:-40], BankFileUnreadable),
        (camt(entry(100, "é"), total=100).decode().encode("latin-1"), BankFileUnreadable),
        (MT940.encode()[:120], BankFileUnreadable),
        (MT940.replace("C260115EUR200,50", "C260115EUR200,51").encode(), BankFileSums),
        (ING.replace("121,00", "12x,00").encode(), BankFileLineWrong),
        (ING.replace(";Bij;", ";Ja;").encode(), BankFileLineWrong),
        (ING.replace("20260115", "20261315").encode(), BankFileLineWrong),
        (ING.replace("K. Bakker", "K. Bäkker").encode("latin-1"), BankFileUnreadable),
        (RABO.replace('"EUR"', '"USD"').encode(), BankFileCurrency),
        (b"a;b;c\n1;2;3\n", BankFileUnreadable),
        (b" " * (statements.LARGEST + 1), BankFileTooLarge),
    ],
)
def test_what_is_wrong_is_refused(content, refusal):
    with pytest.raises(refusal):
        statements.read(content)


@given(st.binary(max_size=400))
def test_noise_is_refused_and_never_an_accident(noise):
    with pytest.raises((BankFileUnreadable, BankFileForbidden, BankFileLineWrong)):
        statements.read(noise)


@given(st.integers(0, 10**10 - 1))
def test_references_are_those_of_the_standard(number):
    made = references.make(number)
    assert iso11649.is_valid(made)
    assert references.found_in(f"bestelling {references.spaced(made).lower()}, dank") == {made}


def test_a_reference_with_a_slip_is_none():
    made = references.make(1234)
    slipped = made[:-1] + str((int(made[-1]) + 1) % 10)
    assert references.found_in(slipped) == set()


def test_lines_that_are_alike_stay_two_and_keep_their_prints():
    line = StatementLine(dt.date(2026, 1, 15), 500, text="koffie")
    other = StatementLine(dt.date(2026, 1, 15), 700)
    both = fingerprints(OWN, [line, line])
    assert len(set(both)) == 2
    assert fingerprints(OWN, [other, line, line])[1:] == both
