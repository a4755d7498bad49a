"""The way of an order: the states of its lines and of its payment, and one table of allowed steps.

docs/orders.md shows the same table in words, and a test compares the two.
Services: requested -> accepted -> (order) awaiting payment -> paid -> (in progress) -> delivered -> confirmed.
Goods: ordered -> awaiting payment at once -> paid -> (in progress) -> delivered -> confirmed.
A quote: offered -> accepted by the buyer -> and on as a service (domain/asking.py).
Until the payment both sides can still step back; a line that ended so gives its stock back. What the buyer's
bank claims back is disputed until the bank decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.domain.calendar import start_in_amsterdam
from marketplace.domain.errors import Refused

# How long stock is kept for somebody who does not pay, and how long a service waits for yes or money.
GOODS_WAIT = dt.timedelta(hours=48)
SERVICE_WAIT = dt.timedelta(days=14)
# A buyer who says nothing after a delivery is content: a week is long enough to look and to complain.
CONFIRM_WAIT = dt.timedelta(days=7)
# A member keeps a day for an appointment: later than this she has turned others down for it.
CALL_OFF_WAIT = dt.timedelta(hours=24)
QUARTER = 25
WHOLE = 100
MOST_HUNDREDTHS = 999 * WHOLE


class LineState(StrEnum):
    """Where one line stands."""

    REQUESTED = "requested"
    OFFERED = "offered"
    ORDERED = "ordered"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REFUNDED = "refunded"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """Where the payment of the whole order stands."""

    NOT_DUE = "not_due"
    AWAITING = "awaiting"
    PAID = "paid"
    CANCELLED = "cancelled"


class By(StrEnum):
    """Who makes a step. The bank and the clock come by themselves; the coordinator is the desk."""

    BUYER = "buyer"
    MEMBER = "member"
    COORDINATOR = "coordinator"
    BANK = "bank"
    CLOCK = "clock"


class Act(StrEnum):
    """The steps."""

    ACCEPT = "accept"
    AGREE = "agree"
    DECLINE = "decline"
    CANCEL = "cancel"
    EXPIRE = "expire"
    PAY = "pay"
    START = "start"
    DELIVER = "deliver"
    CONFIRM = "confirm"
    CALL_OFF = "call_off"
    WITHDRAW = "withdraw"
    REFUND = "refund"
    DISPUTE = "dispute"
    DISPUTE_OVER = "dispute_over"
    DISPUTE_LOST = "dispute_lost"
    ASK_AGAIN = "ask_again"
    DISSOLVE = "dissolve"


class StepNotAllowed(Refused):
    """The order does not stand where this step begins (any more)."""

    code = "order_step_not_allowed"


class TooLateToCallOff(Refused):
    """The appointment is too near to call it off alone; the coordinator may still help."""

    code = "order_too_late_to_call_off"


class NotForSale(Refused):
    """The listing is not published (any more)."""

    code = "order_not_for_sale"


class OwnListing(Refused):
    """Nobody buys from herself: it would be income out of nothing."""

    code = "order_own_listing"


class StockGone(Refused):
    """There are not so many left; `left` says how many."""

    code = "order_stock_gone"


class WrongQuantity(Refused):
    """Pieces, jobs and persons are whole; hours go by the quarter."""

    code = "order_wrong_quantity"


class SeveralSellers(Refused):
    """One order is of one cooperative: that is who sells."""

    code = "order_several_sellers"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: who may, from which states, and where the line or the payment goes.

    `back` sends a line to where it stood before; the log of the order remembers where that was.
    """

    by: frozenset[By]
    lines: frozenset[LineState]
    payments: frozenset[PaymentState]
    line_to: LineState | None = None
    payment_to: PaymentState | None = None
    back: bool = False


_BUYER, _MEMBER, _DESK, _BANK, _CLOCK = (frozenset({one}) for one in By)
_TEAM = frozenset({By.MEMBER, By.COORDINATOR})
_ASKED = frozenset({LineState.REQUESTED})
_OF_TEAM = frozenset({LineState.REQUESTED, LineState.ACCEPTED})
_AGREED = frozenset({LineState.ORDERED, LineState.ACCEPTED})
_OFFERED = frozenset({LineState.OFFERED})
_UNANSWERED = _ASKED | _OFFERED
_OPEN = _UNANSWERED | _AGREED
_BEGUN = frozenset({LineState.IN_PROGRESS})
_DISPUTED = frozenset({LineState.DISPUTED})
_PAID_FOR = _AGREED | _BEGUN | {LineState.DELIVERED, LineState.CONFIRMED}
_UNPAID = frozenset({PaymentState.NOT_DUE, PaymentState.AWAITING})
_NOT_DUE = frozenset({PaymentState.NOT_DUE})
_AWAITING = frozenset({PaymentState.AWAITING})
_PAID = frozenset({PaymentState.PAID})
ENDED = frozenset({LineState.DECLINED, LineState.CANCELLED, LineState.EXPIRED})

# The one table. Declining needs no reason. Nothing else moves an order.
STEPS: Mapping[Act, Step] = {
    Act.ACCEPT: Step(_MEMBER, _ASKED, _NOT_DUE, line_to=LineState.ACCEPTED),
    # A member's offer waits for the buyer's yes; the member may still take it back.
    Act.AGREE: Step(_BUYER, _OFFERED, _NOT_DUE, line_to=LineState.ACCEPTED),
    Act.DECLINE: Step(_MEMBER | _DESK, _UNANSWERED, _NOT_DUE, line_to=LineState.DECLINED),
    Act.CANCEL: Step(_BUYER | _DESK, _OPEN, _UNPAID, line_to=LineState.CANCELLED),
    Act.EXPIRE: Step(_CLOCK, _OPEN, _UNPAID, line_to=LineState.EXPIRED),
    Act.PAY: Step(_BANK | _DESK, _AGREED, _AWAITING, payment_to=PaymentState.PAID),
    # Saying that one began is free; from then on the buyer cannot call it off alone.
    Act.START: Step(_MEMBER, _AGREED, _PAID, line_to=LineState.IN_PROGRESS),
    Act.DELIVER: Step(_MEMBER, _AGREED | _BEGUN, _PAID, line_to=LineState.DELIVERED),
    Act.CONFIRM: Step(
        _BUYER | _DESK | _CLOCK,
        frozenset({LineState.DELIVERED}),
        _PAID,
        line_to=LineState.CONFIRMED,
    ),
    # After the payment and before the delivery all of it goes back to the buyer.
    Act.CALL_OFF: Step(_BUYER | _DESK, _AGREED, _PAID, line_to=LineState.REFUNDED),
    Act.WITHDRAW: Step(_MEMBER, _AGREED | _BEGUN, _PAID, line_to=LineState.REFUNDED),
    # The line ends only when all of it went back.
    Act.REFUND: Step(_DESK | _BANK, _PAID_FOR | _DISPUTED, _PAID, line_to=LineState.REFUNDED),
    # The buyer's bank asks the money back, and decides; nobody here can.
    Act.DISPUTE: Step(_BANK, _PAID_FOR, _PAID, line_to=LineState.DISPUTED),
    Act.DISPUTE_OVER: Step(_BANK, _DISPUTED, _PAID, back=True),
    Act.DISPUTE_LOST: Step(_BANK, _DISPUTED, _PAID, line_to=LineState.REFUNDED),
    # A team shares the job, or does not any more: the first member is asked anew, the others are free.
    Act.ASK_AGAIN: Step(_TEAM, _OF_TEAM, _UNPAID, line_to=LineState.REQUESTED),
    Act.DISSOLVE: Step(_TEAM, _OF_TEAM, _UNPAID, line_to=LineState.CANCELLED),
}

# What the log of an order tells beside the steps: where a line began, and an appointment that moved.
PLACED = "place"
MOVED = "move"


def may(act: Act, *, by: By, line: LineState, payment: PaymentState) -> bool:
    """Tell whether somebody may make this step from here."""
    step = STEPS[act]
    return by in step.by and line in step.lines and payment in step.payments


def step_line(
    act: Act, *, by: By, line: LineState, payment: PaymentState, before: LineState | None = None
) -> LineState:
    """Give the line's next state, or raise StepNotAllowed; `before` is where a step back leads."""
    if not may(act, by=by, line=line, payment=payment):
        raise StepNotAllowed
    step = STEPS[act]
    return (before if step.back else step.line_to) or line


def call_off_until(
    kind: str, starts_at: dt.datetime | None, wanted_on: dt.date | None
) -> dt.datetime | None:
    """Give until when a buyer may call off what she paid: a day before the appointment or the wanted day.

    None is any time before the delivery: goods, and a service without a day.
    """
    if kind == "product":
        return None
    if starts_at is None and wanted_on is not None:
        starts_at = start_in_amsterdam(wanted_on)
    return starts_at - CALL_OFF_WAIT if starts_at is not None else None


def first_state(kind: str) -> LineState:
    """Give where a line begins: a service is asked for, a product is ordered."""
    return LineState.ORDERED if kind == "product" else LineState.REQUESTED


def payment_after(lines: Iterable[LineState], payment: PaymentState) -> PaymentState:
    """Give what the payment becomes by itself after a step of a line.

    Due once every line has its yes; cancelled when no line is left. Money that came stays.
    """
    if payment not in _UNPAID:
        return payment
    states = set(lines)
    if states <= ENDED:
        return PaymentState.CANCELLED
    return PaymentState.NOT_DUE if states & _UNANSWERED else PaymentState.AWAITING


def pay(lines: Iterable[LineState], payment: PaymentState, by: By = By.BANK) -> PaymentState:
    """Give the payment's state once the bank says that money came, or the desk took cash; else StepNotAllowed."""
    for line in lines:
        if line not in ENDED:
            step_line(Act.PAY, by=by, line=line, payment=payment)
    if payment not in STEPS[Act.PAY].payments:
        raise StepNotAllowed
    return PaymentState.PAID


def due_at(kinds: Iterable[str], now: dt.datetime) -> dt.datetime:
    """Give until when an order waits: goods keep stock from others, so they wait shorter."""
    return now + (GOODS_WAIT if set(kinds) == {"product"} else SERVICE_WAIT)


def before_appointment(due: dt.datetime, starts: Iterable[dt.datetime | None]) -> dt.datetime:
    """Give until when an order waits where it holds appointments: never longer than till the first."""
    return min([due, *(one for one in starts if one is not None)])


def check_quantity(unit: str, hundredths: int) -> None:
    """Refuse a quantity that the unit does not know (WrongQuantity): half a chair, ten minutes."""
    smallest = QUARTER if unit == "hour" else WHOLE
    if not smallest <= hundredths <= MOST_HUNDREDTHS or hundredths % smallest:
        raise WrongQuantity


def line_price_half_up(unit_price_cents: int, hundredths: int) -> int:
    """Give the gross price of a line in cents, half a cent up."""
    return (unit_price_cents * hundredths * 2 + WHOLE) // (2 * WHOLE)
