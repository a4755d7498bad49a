"""From when until when a buyer may complain about a line, and how often. The refusals stand here too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.orders import LineState
from marketplace.domain.talking.complaints import Outcome, State

# How long after a delivery this way is open; the rights of the law do not end with it.
PERIOD = dt.timedelta(days=30)
# Without a day that was agreed, who sells delivers within thirty days (Burgerlijk Wetboek 7:9, paragraph 4).
DELIVERY = dt.timedelta(days=30)
MOST_PER_LINE = 3


class ComplaintTooEarly(Refused):
    """It is not delivered, and the day for it is not over; `day` is the first on which it can be said."""

    code: ClassVar[str] = "complaint_too_early"


class ComplaintTooLate(Refused):
    """The period after the delivery is over."""

    code: ClassVar[str] = "complaint_too_late"


class NothingToComplain(Refused):
    """The line was not paid, or does not go on."""

    code: ClassVar[str] = "complaint_about_nothing"


class ComplainedBefore(Refused):
    """One is open, a coordinator decided about it, or there were MOST_PER_LINE."""

    code: ClassVar[str] = "complained_before"


@dataclass(frozen=True, slots=True)
class Sold:
    """What of a line tells whether somebody may complain: days in Amsterdam, `promised_on` as agreed."""

    state: str
    paid_on: dt.date | None
    promised_on: dt.date | None
    delivered_on: dt.date | None


def first_day(sold: Sold) -> dt.date | None:
    """Give the first day on which a buyer may complain; None where there is nothing to complain about."""
    gone = {LineState.REFUNDED, LineState.DECLINED, LineState.CANCELLED, LineState.EXPIRED}
    if sold.paid_on is None or sold.state in gone:
        return None
    if sold.delivered_on is not None:
        return sold.delivered_on
    promised = sold.promised_on or sold.paid_on + DELIVERY
    return promised + dt.timedelta(days=1)


def last_day(sold: Sold) -> dt.date | None:
    """Give the last day; None for what was never delivered."""
    return None if sold.delivered_on is None else sold.delivered_on + PERIOD


def check_open(sold: Sold, before: Iterable[tuple[str, str | None]], today: dt.date) -> None:
    """Refuse a complaint that cannot be made; `before` holds (state, outcome) of earlier ones on the line.

    Raises NothingToComplain, ComplaintTooEarly, ComplaintTooLate or ComplainedBefore.
    """
    first, last = first_day(sold), last_day(sold)
    if first is None:
        raise NothingToComplain
    if today < first:
        raise ComplaintTooEarly(day=f"{first:%d-%m-%Y}")
    if last is not None and today > last:
        raise ComplaintTooLate(days=PERIOD.days)
    earlier = list(before)
    ended = {Outcome.REFUSED, Outcome.REFUNDED}
    if len(earlier) >= MOST_PER_LINE or any(
        state != State.CLOSED or outcome in ended for state, outcome in earlier
    ):
        raise ComplainedBefore


def may_open(sold: Sold, before: Iterable[tuple[str, str | None]], today: dt.date) -> bool:
    """Tell whether a buyer may complain today."""
    try:
        check_open(sold, before, today)
    except Refused:
        return False
    return True


def promised_day(ends_at: dt.datetime | None, wanted_on: dt.date | None) -> dt.date | None:
    """Give the day for which a line was agreed: that of the appointment, else the wanted one."""
    return day_in_amsterdam(ends_at) if ends_at is not None else wanted_on
