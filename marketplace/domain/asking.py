"""Requests: a quote that is asked of one member, or something wanted that members of the neighbourhood answer.

An offer is an order whose lines wait for the buyer's yes; a request knows its states and what an offer that
ends does to it. The refusals stand here too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from marketplace.domain.errors import Refused
from marketplace.domain.orders import By, check_quantity, line_price_half_up

# Cooperatives this near to the place of what is wanted see it, as the crow flies.
REACH_KM = 25
# A member has this long to answer a question for a quote.
QUOTE_WAIT = dt.timedelta(days=14)
# How far ahead the last day of a request, and of an offer, may lie.
LONGEST_OPEN = dt.timedelta(days=60)
LONGEST_VALID = dt.timedelta(days=60)
USUAL_VALID = dt.timedelta(days=14)
# What was asked is part of what was agreed: it is kept as long as a buyer can claim (talking/complaints.py).
AGREED_KEPT = dt.timedelta(days=2 * 365)
MOST_REQUESTS_A_DAY = 10
MOST_PHOTOS = 4
MOST_OFFERS = 20
MOST_LINES = 8
MOST_CENTS = 100_000_00
REMOVE_REASONS = ("insult", "personal", "forbidden", "spam", "not_work")
# How an offer counts: by the hour, a fixed price for the whole, or by the piece.
OFFER_UNITS = ("hour", "job", "piece")


class Kind(StrEnum):
    """A question to one member, or a call to all in reach."""

    QUOTE = "quote"
    WANTED = "wanted"


class RequestState(StrEnum):
    """Where a request stands.

    `answered`: a quote was given, or the last day of what is wanted is over while offers still stand.
    """

    OPEN = "open"
    ANSWERED = "answered"
    PICKED = "picked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REMOVED = "removed"


# Of these an offer may still become the order.
LIVE = frozenset({RequestState.OPEN, RequestState.ANSWERED})


class RequestOver(Refused):
    """The request is not open (any more)."""

    code: ClassVar[str] = "request_over"


class OfferOver(Refused):
    """The offer does not stand (any more): its last day is over, or it was taken back."""

    code: ClassVar[str] = "offer_over"


class OfferedAlready(Refused):
    """A member has one offer on a request; to change it she takes the first one back."""

    code: ClassVar[str] = "offered_already"


class TurnedDown(Refused):
    """The buyer said no to this member's offer; she does not get another one."""

    code: ClassVar[str] = "offer_turned_down"


class EnoughOffers(Refused):
    """A request takes at most MOST_OFFERS offers."""

    code: ClassVar[str] = "enough_offers"


class OwnRequest(Refused):
    """Nobody makes herself an offer: it would be income out of nothing."""

    code: ClassVar[str] = "request_own"


class TooManyRequests(Refused):
    """A buyer asks at most MOST_REQUESTS_A_DAY times within 24 hours."""

    code: ClassVar[str] = "too_many_requests"


class NobodyNear(Refused):
    """No cooperative is near enough to this place."""

    code: ClassVar[str] = "nobody_near"


class OfferTooHigh(Refused):
    """An offer costs at most MOST_CENTS together."""

    code: ClassVar[str] = "offer_too_high"


class NoOfferLines(Refused):
    """An offer has from one to MOST_LINES lines."""

    code: ClassVar[str] = "no_offer_lines"


class WrongLastDay(Refused):
    """A last day lies from today on, and not too far ahead; `days` says how far."""

    code: ClassVar[str] = "wrong_last_day"


class TooManyRequestPhotos(Refused):
    """A request has at most MOST_PHOTOS photos."""

    code: ClassVar[str] = "too_many_request_photos"


def check_pace(asked: int) -> None:
    """Refuse one request more for who made this many within a day."""
    if asked >= MOST_REQUESTS_A_DAY:
        raise TooManyRequests(most=MOST_REQUESTS_A_DAY)


def check_last_day(day: dt.date, today: dt.date, longest: dt.timedelta) -> None:
    """Refuse a last day that is over, or further ahead than `longest`: WrongLastDay."""
    if not today <= day <= today + longest:
        raise WrongLastDay(days=longest.days)


def check_open(state: RequestState, closes_on: dt.date, today: dt.date) -> None:
    """Refuse a new offer on a request that is not open: RequestOver."""
    if state is not RequestState.OPEN or closes_on < today:
        raise RequestOver


def check_pick(state: RequestState, valid_until: dt.date, today: dt.date) -> None:
    """Refuse the choice of an offer: RequestOver when the request ended, OfferOver after its last day."""
    if state not in LIVE:
        raise RequestOver
    if valid_until < today:
        raise OfferOver


def total_of(lines: Sequence[tuple[str, int, int]]) -> int:
    """Give what lines cost together, in cents; each is (unit, quantity in hundredths, unit price in cents).

    Raises NoOfferLines, WrongQuantity or OfferTooHigh.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise NoOfferLines(most=MOST_LINES)
    for unit, hundredths, _price in lines:
        check_quantity(unit, hundredths)
    total = sum(line_price_half_up(price, hundredths) for _unit, hundredths, price in lines)
    if total > MOST_CENTS:
        raise OfferTooHigh(most=MOST_CENTS // 100)
    return total


def after_offer(kind: Kind) -> RequestState:
    """Give the state once an offer came: a quote has its one answer, for what is wanted others may follow."""
    return RequestState.ANSWERED if kind is Kind.QUOTE else RequestState.OPEN


def after_offer_ended(
    kind: Kind, state: RequestState, *, by: By, others_stand: bool
) -> RequestState:
    """Give the state once an offer ended without becoming the order.

    A member who takes a quote back may give another one; a buyer's no, or the clock, ends the question.
    What is wanted ends with its last offer, once no new ones may come.
    """
    if state not in LIVE:
        return state
    if kind is Kind.QUOTE:
        ends = {By.MEMBER: RequestState.OPEN, By.BUYER: RequestState.WITHDRAWN}
        return ends.get(by, RequestState.EXPIRED)
    if state is RequestState.OPEN or others_stand:
        return state
    return RequestState.EXPIRED


def after_last_day(kind: Kind, *, offers_stand: bool) -> RequestState:
    """Give the state of an open request after its last day: offers that stand may still be chosen."""
    answered = kind is Kind.WANTED and offers_stand
    return RequestState.ANSWERED if answered else RequestState.EXPIRED


def forgotten_before(today: dt.date, *, kept_days: int, agreed: bool) -> dt.date:
    """Give before which day the last one of a request must lie for it to be forgotten today.

    `kept_days` is the term of the installation; one that became an order is kept at least AGREED_KEPT.
    """
    kept = dt.timedelta(days=kept_days)
    return today - (max(kept, AGREED_KEPT) if agreed else kept)
