"""What may be offered and shown, who is a member, what a cost is, and who may say what in a talk."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.costs import (
    BookedCost,
    NotOurCategory,
    SpentInFuture,
    VatTooHigh,
    as_booked,
    check,
)
from marketplace.domain.faults import Fault
from marketplace.domain.listings import (
    MayNotOffer,
    PriceSplit,
    StockDoesNotFit,
    UnitDoesNotFit,
    check_may_offer,
    check_offer,
    may_be_shown,
    split_price,
)
from marketplace.domain.members import STATUSES, StatusStepNotAllowed, check_step, next_reference
from marketplace.domain.talking.reviews import KEPT, QUIET, forgotten_before, published_at
from marketplace.domain.talking.talk import (
    BETWEEN_MAILS,
    LONGEST_TEXT,
    MOST_PER_HOUR,
    EmptyMessage,
    MessageTooLong,
    TooManyMessages,
    check_pace,
    check_text,
    mail_due,
)

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "unit", "stock"),
    [("service", "hour", None), ("service", "person", None), ("product", "piece", 0)],
)
def test_services_are_counted_in_time_and_goods_in_pieces(kind, unit, stock):
    check_offer(kind=kind, unit=unit, stock=stock)


@pytest.mark.parametrize(
    ("kind", "unit", "stock", "refusal"),
    [
        ("service", "piece", None, UnitDoesNotFit),
        ("product", "hour", 1, UnitDoesNotFit),
        ("favour", "hour", None, UnitDoesNotFit),
        ("service", "job", 0, StockDoesNotFit),
        ("product", "piece", None, StockDoesNotFit),
        ("product", "piece", -1, StockDoesNotFit),
    ],
)
def test_what_cannot_be_counted_is_not_offered(kind, unit, stock, refusal):
    with pytest.raises(refusal):
        check_offer(kind=kind, unit=unit, stock=stock)


@pytest.mark.parametrize("status", STATUSES)
def test_only_who_is_on_trial_or_a_member_offers_and_is_seen(status):
    offers = status in {"trial", "member"}
    assert may_be_shown(state="published", membership_status=status) is offers
    assert not may_be_shown(state="draft", membership_status=status)
    if offers:
        check_may_offer(status)
        return
    with pytest.raises(MayNotOffer):
        check_may_offer(status)


def test_the_price_that_everybody_sees_taken_apart():
    split = split_price(12_100, vat_rate=Fraction(21, 100), training_share=500, reserve_share=1_000)
    assert split == PriceSplit(vat=2_100, training=500, reserve=1_000, maker=8_500)


@given(st.integers(0, 10**7), st.sampled_from([0, 9, 21]), st.integers(0, 5_000))
def test_the_parts_of_a_price_are_the_price_whatever_the_shares(price, rate, share):
    split = split_price(
        price, vat_rate=Fraction(rate, 100), training_share=share, reserve_share=5_000 - share
    )
    assert sum(split) == price
    assert min(split) >= 0


@pytest.mark.parametrize(
    ("before", "after"),
    [("invited", "trial"), ("trial", "member"), ("paused", "member"), ("left", "trial")],
)
def test_a_member_goes_on_and_may_come_back(before, after):
    check_step(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("invited", "member"),
        ("member", "trial"),
        ("left", "member"),
        ("member", "member"),
        ("", ""),
    ],
)
def test_nobody_skips_a_step(before, after):
    with pytest.raises(StatusStepNotAllowed):
        check_step(before, after)


@pytest.mark.parametrize(
    ("last", "following"),
    [(None, "W-0001"), ("W-0009", "W-0010"), ("W-9999", "W-10000"), ("OUD-W-0041", "W-0042")],
)
def test_a_reference_is_one_more_than_the_last(last, following):
    assert next_reference("W", last) == following


def test_a_receipt_of_today_with_vat_inside_is_a_cost():
    check("material", TODAY, 12_100, 2_100, today=TODAY)
    check("material", TODAY, 1, 0, today=TODAY)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"category": "parties"}, NotOurCategory),
        ({"spent_on": TODAY + dt.timedelta(days=1)}, SpentInFuture),
        ({"vat_cents": 12_100}, VatTooHigh),
        ({"vat_cents": -1}, VatTooHigh),
        ({"gross_cents": 0, "vat_cents": 0}, VatTooHigh),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(change, refusal):
    said = {
        "category": "material",
        "spent_on": TODAY,
        "gross_cents": 12_100,
        "vat_cents": 2_100,
    } | change
    with pytest.raises(refusal):
        check(**said, today=TODAY)


def test_only_who_charges_vat_gets_the_vat_of_a_receipt_back():
    assert as_booked(12_100, 2_100, "charges") == BookedCost(10_000, 2_100)
    assert as_booked(12_100, 2_100, "kor") == BookedCost(12_100, 0)


def test_a_fault_in_the_books_is_one_line():
    assert str(Fault("unbalanced", "entry 7")) == "unbalanced: entry 7"
    assert str(Fault("unbalanced", "entry 7", "1 cent")) == "unbalanced: entry 7 (1 cent)"


def test_a_message_says_something_and_not_too_much():
    check_text("", photo=True)
    check_text("x" * LONGEST_TEXT, photo=False)
    with pytest.raises(EmptyMessage):
        check_text("", photo=False)
    with pytest.raises(MessageTooLong) as refused:
        check_text("x" * (LONGEST_TEXT + 1), photo=True)
    assert refused.value.facts == {"most": LONGEST_TEXT}


def test_the_twentieth_message_of_an_hour_is_the_last():
    check_pace(MOST_PER_HOUR - 1)
    with pytest.raises(TooManyMessages):
        check_pace(MOST_PER_HOUR)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, NOW),
        (NOW + SECOND, None),
        (NOW, NOW + BETWEEN_MAILS),
        (NOW - BETWEEN_MAILS + SECOND, NOW + SECOND),
        (NOW - BETWEEN_MAILS, NOW),
        (NOW - 2 * BETWEEN_MAILS, NOW),
    ],
)
def test_one_mail_about_a_talk_in_half_an_hour_and_none_is_lost(last, due):
    assert mail_due(last, NOW) == due


def test_a_review_waits_two_days_for_an_answer_and_is_kept_three_years():
    assert published_at(NOW) == dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    assert forgotten_before(NOW) + KEPT == NOW
    assert QUIET < KEPT
    assert forgotten_before(NOW).year == 2023
