"""What the bank told, and payment references: sums that close, lines known again, digits that fit."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from marketplace.domain.bank.banking import (
    LARGEST_CENTS,
    MOST_LINES,
    BankFileLineWrong,
    BankFileSums,
    BankFileTooLarge,
    BankStatement,
    StatementLine,
    check,
    fingerprints,
)
from marketplace.domain.bank.paying import BOOKED_AS, PAYS, batch_in, message_id
from marketplace.domain.bank.references import found_in, is_valid, make, spaced
from marketplace.domain.ledger import CHART, KINDS

DAY = dt.date(2026, 3, 2)
IN = StatementLine(DAY, 5_000, text="bank")
OUT = StatementLine(DAY, -2_000)


def statement(*lines, opening=10_000, closing=13_000):
    return BankStatement("NL02ABNA0123456789", "7", DAY, lines, opening, closing)


def test_opening_and_lines_make_the_closing_balance():
    check(statement(IN, OUT))


@pytest.mark.parametrize("closing", [12_999, 13_001])
def test_a_cent_that_is_missing_refuses_the_whole_file(closing):
    with pytest.raises(BankFileSums):
        check(statement(IN, OUT, closing=closing))


@pytest.mark.parametrize("known", [{"opening": None}, {"closing": None}])
def test_a_kind_of_file_without_balances_is_taken_as_it_is(known):
    check(statement(IN, **known))


@pytest.mark.parametrize("cents", [0, LARGEST_CENTS + 1, -LARGEST_CENTS - 1])
def test_a_line_that_cannot_be_is_named_by_its_number(cents):
    with pytest.raises(BankFileLineWrong) as refused:
        check(statement(IN, StatementLine(DAY, cents), opening=None))
    assert refused.value.facts == {"line": 2}


def test_the_largest_amount_and_the_most_lines_are_still_taken():
    check(statement(StatementLine(DAY, LARGEST_CENTS), opening=None))
    check(statement(*[IN] * MOST_LINES, opening=None))
    with pytest.raises(BankFileTooLarge):
        check(statement(*[IN] * (MOST_LINES + 1), opening=None))


def test_two_lines_that_are_alike_are_two_and_the_same_in_another_file():
    first = fingerprints("NL02ABNA0123456789", [IN, IN, OUT])
    assert len(set(first)) == 3
    assert fingerprints("NL02ABNA0123456789", [OUT, IN, IN]) == [first[2], first[0], first[1]]


@pytest.mark.parametrize(
    "change",
    [
        {"booked_on": DAY + dt.timedelta(days=1)},
        {"cents": 5_001},
        {"bank_reference": "x"},
        {"end_to_end": "x"},
        {"counter_iban": "x"},
        {"text": "x"},
    ],
)
def test_each_thing_that_differs_makes_another_line(change):
    assert fingerprints("A", [IN]) != fingerprints("A", [dataclasses.replace(IN, **change)])
    assert fingerprints("A", [IN]) != fingerprints("B", [IN])


@given(st.integers(0, 10**10 - 1))
def test_a_reference_fits_and_is_found_however_it_is_typed(number):
    reference = make(number)
    assert is_valid(reference)
    assert found_in(f"betaling {spaced(reference).lower()}, dank") == {reference}
    assert found_in(spaced(reference).replace(" ", "-")) == {reference}
    assert iso11649.is_valid(reference)


@given(st.integers(0, 10**10 - 1), st.integers(2, 13), st.integers(1, 9))
def test_one_digit_typed_wrong_is_never_another_reference(number, place, more):
    right = make(number)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    assert not is_valid(wrong)
    assert found_in(wrong) == set()


def test_a_reference_is_typed_in_groups_of_four():
    assert spaced(make(12)) == f"{make(12)[:4]} 0000 0000 12"


@pytest.mark.parametrize("number", [-1, 10**10])
def test_a_number_that_does_not_fit_gets_no_reference(number):
    with pytest.raises(ValueError, match="ten digits"):
        make(number)


@pytest.mark.parametrize("text", ["", "RF", "RF0000000000000", "XX18000000001", "RF1800000000a1"])
def test_what_does_not_look_like_a_reference_is_none(text):
    assert not is_valid(text)


def test_more_digits_than_a_reference_has_are_no_reference():
    assert found_in(make(7) + "1") == set()


@pytest.mark.parametrize("last", ["", "-1"])
def test_a_batch_is_known_again_by_its_name_at_the_bank(last):
    name = message_id(123, dt.date(2026, 3, 2))
    assert name == "SM20260302-123"
    assert batch_in(f"{name}{last}") == 123


@pytest.mark.parametrize(
    "text", ["", "SM20260302", "SM20260302-", "SM20260302-1-2", "xSM20260302-1"]
)
def test_another_reference_names_no_batch(text):
    assert batch_in(text) is None


def test_why_a_payment_came_back_does_not_make_it_another_line():
    returned = dataclasses.replace(IN, return_code="AC04")
    assert fingerprints("NL02", [returned]) == fingerprints("NL02", [IN])


def test_each_kind_of_payment_takes_off_an_account_of_the_chart():
    assert set(PAYS.values()) <= set(CHART)
    assert {kind for kind in PAYS if CHART[PAYS[kind]].per_member} == set(PAYS) - set(BOOKED_AS)
    assert set(BOOKED_AS.values()) <= set(KINDS)
