"""Requests and offers: what may be asked and offered, and what the end of an offer does to a request."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.domain.asking import (
    AGREED_KEPT,
    LONGEST_OPEN,
    MOST_CENTS,
    MOST_LINES,
    MOST_REQUESTS_A_DAY,
    Kind,
    NoOfferLines,
    OfferOver,
    OfferTooHigh,
    RequestOver,
    RequestState,
    TooManyRequests,
    WrongLastDay,
    after_last_day,
    after_offer,
    after_offer_ended,
    check_last_day,
    check_open,
    check_pace,
    check_pick,
    forgotten_before,
    total_of,
)
from marketplace.domain.orders import By, WrongQuantity

TODAY = dt.date(2026, 1, 15)
YESTERDAY = dt.date(2026, 1, 14)
OPEN, ANSWERED = RequestState.OPEN, RequestState.ANSWERED


def test_a_buyer_asks_so_often_a_day_and_no_more():
    check_pace(MOST_REQUESTS_A_DAY - 1)
    with pytest.raises(TooManyRequests):
        check_pace(MOST_REQUESTS_A_DAY)


def test_a_last_day_lies_ahead_and_not_too_far():
    for day in (TODAY, TODAY + LONGEST_OPEN):
        check_last_day(day, TODAY, LONGEST_OPEN)
    for day in (YESTERDAY, TODAY + LONGEST_OPEN + dt.timedelta(days=1)):
        with pytest.raises(WrongLastDay):
            check_last_day(day, TODAY, LONGEST_OPEN)


def test_an_offer_comes_in_on_the_last_day_and_not_after_it():
    check_open(OPEN, TODAY, TODAY)
    with pytest.raises(RequestOver):
        check_open(OPEN, YESTERDAY, TODAY)


@pytest.mark.parametrize("state", [one for one in RequestState if one is not OPEN])
def test_nobody_offers_on_what_is_not_open(state):
    with pytest.raises(RequestOver):
        check_open(state, TODAY, TODAY)


def test_an_offer_is_chosen_until_its_last_day_is_over():
    for state in (OPEN, ANSWERED):
        check_pick(state, TODAY, TODAY)
    with pytest.raises(OfferOver):
        check_pick(OPEN, YESTERDAY, TODAY)
    with pytest.raises(RequestOver):
        check_pick(RequestState.PICKED, TODAY, TODAY)


def test_an_offer_is_the_sum_of_its_lines():
    assert total_of([("hour", 250, 3250), ("job", 100, 4500)]) == 8125 + 4500
    assert total_of([("job", 100, MOST_CENTS)]) == MOST_CENTS


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([], NoOfferLines),
        ([("job", 100, 1)] * (MOST_LINES + 1), NoOfferLines),
        ([("hour", 10, 100)], WrongQuantity),
        ([("job", 100, MOST_CENTS), ("job", 100, 1)], OfferTooHigh),
    ],
)
def test_an_offer_that_cannot_be_is_refused(lines, refusal):
    with pytest.raises(refusal):
        total_of(lines)


def test_a_quote_is_answered_once_and_what_is_wanted_stays_open():
    assert after_offer(Kind.QUOTE) is ANSWERED
    assert after_offer(Kind.WANTED) is OPEN


@pytest.mark.parametrize(
    ("kind", "state", "by", "others", "then"),
    [
        (Kind.QUOTE, ANSWERED, By.MEMBER, False, OPEN),
        (Kind.QUOTE, ANSWERED, By.BUYER, False, RequestState.WITHDRAWN),
        (Kind.QUOTE, ANSWERED, By.CLOCK, False, RequestState.EXPIRED),
        (Kind.WANTED, OPEN, By.CLOCK, False, OPEN),
        (Kind.WANTED, ANSWERED, By.BUYER, True, ANSWERED),
        (Kind.WANTED, ANSWERED, By.MEMBER, False, RequestState.EXPIRED),
        (Kind.WANTED, RequestState.PICKED, By.BUYER, False, RequestState.PICKED),
        (Kind.QUOTE, RequestState.REMOVED, By.CLOCK, False, RequestState.REMOVED),
    ],
)
def test_what_the_end_of_an_offer_does_to_its_request(kind, state, by, others, then):
    assert after_offer_ended(kind, state, by=by, others_stand=others) is then


@pytest.mark.parametrize(
    ("kind", "stand", "then"),
    [
        (Kind.QUOTE, False, RequestState.EXPIRED),
        (Kind.WANTED, False, RequestState.EXPIRED),
        (Kind.WANTED, True, ANSWERED),
    ],
)
def test_after_the_last_day_only_offers_keep_a_request(kind, stand, then):
    assert after_last_day(kind, offers_stand=stand) is then


def test_what_became_an_order_is_kept_at_least_as_long_as_a_buyer_can_claim():
    for days in (30, 180, 3650):
        assert forgotten_before(TODAY, kept_days=days, agreed=False) == TODAY - dt.timedelta(days)
    assert forgotten_before(TODAY, kept_days=30, agreed=True) == TODAY - AGREED_KEPT
    assert forgotten_before(TODAY, kept_days=3650, agreed=True) == TODAY - dt.timedelta(3650)
