"""A complaint about a line of an order: who is up, until when, and one table of what each side may do.

docs/complaints.md shows the same table in words, and a test compares the two. The clock runs for all:
a member who says nothing hands it to the coordinator, a buyer who says nothing ends it, a coordinator
who is late is reminded. Money never moves here: a coordinator decides about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from marketplace.domain.calendar import start_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.refunds import RefundTooMuch
from marketplace.domain.talking.workdays import working_days_after

# A new day to do it again lies no further away.
LONGEST_REDO = dt.timedelta(days=60)
# The claim of a buyer ends two years after she complained (Burgerlijk Wetboek 7:23, paragraph 2).
KEPT = dt.timedelta(days=2 * 365)

PROBLEMS = ("not_delivered", "not_as_agreed", "not_good", "damaged", "price", "other")
# Under which reason money goes back (domain/refunds.py).
REFUND_REASONS: Mapping[str, str] = {
    "not_delivered": "not_delivered",
    "not_as_agreed": "not_good",
    "not_good": "not_good",
    "damaged": "not_good",
    "price": "price",
    "other": "goodwill",
}
WISHES = ("redo", "part", "whole", "tell")


class State(StrEnum):
    """Where a complaint stands: who is up."""

    WITH_MEMBER = "with_member"
    WITH_BUYER = "with_buyer"
    REDOING = "redoing"
    WITH_COORDINATOR = "with_coordinator"
    CLOSED = "closed"


class By(StrEnum):
    """Who makes a step."""

    BUYER = "buyer"
    MEMBER = "member"
    COORDINATOR = "coordinator"
    CLOCK = "clock"


class Proposal(StrEnum):
    """What lies before the buyer, and afterwards what she said yes to."""

    REDO = "redo"
    PART = "part"
    WORD = "word"
    REDONE = "redone"


class Outcome(StrEnum):
    """How a complaint ended."""

    SOLVED = "solved"
    REFUNDED = "refunded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SILENT = "silent"


class Act(StrEnum):
    """The steps."""

    OPEN = "open"
    OFFER_REDO = "offer_redo"
    OFFER_PART = "offer_part"
    EXPLAIN = "explain"
    ASK_HELP = "ask_help"
    AGREE_REDO = "agree_redo"
    AGREE_PART = "agree_part"
    AGREE_WORD = "agree_word"
    DISAGREE = "disagree"
    REDONE = "redone"
    WITHDRAW = "withdraw"
    STEP_IN = "step_in"
    DECIDE_REDO = "decide_redo"
    DECIDE_REFUND = "decide_refund"
    DECIDE_NO = "decide_no"
    MEMBER_LATE = "member_late"
    BUYER_LATE = "buyer_late"
    COORDINATOR_LATE = "coordinator_late"
    WRITE = "write"


class ComplaintMoved(Refused):
    """It does not stand where this step begins (any more), or somebody made a step meanwhile."""

    code: ClassVar[str] = "complaint_moved"


class RedoDayRefused(Refused):
    """The day to do it again is over, or further than LONGEST_REDO away."""

    code: ClassVar[str] = "complaint_redo_day"


class OwnComplaint(Refused):
    """Nobody decides about what she bought or did herself."""

    code: ClassVar[str] = "complaint_own"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: who may, from where, with what on the table, and where it goes."""

    by: By
    states: frozenset[State]
    to: State
    on: frozenset[Proposal] | None = None
    makes: Proposal | None = None
    outcome: Outcome | None = None


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


_MEMBER, _BUYER = _in(State.WITH_MEMBER), _in(State.WITH_BUYER)
_COORDINATOR = _in(State.WITH_COORDINATOR)
_EARLIER = _in(State.WITH_MEMBER, State.WITH_BUYER, State.REDOING)
OPEN = _EARLIER | _COORDINATOR

# The one table. Writing (WRITE) is for all three and moves nothing, so it stands beside it.
STEPS: Mapping[Act, Step] = {
    Act.OPEN: Step(By.BUYER, frozenset(), State.WITH_MEMBER),
    Act.OFFER_REDO: Step(By.MEMBER, _MEMBER, State.WITH_BUYER, makes=Proposal.REDO),
    Act.OFFER_PART: Step(By.MEMBER, _MEMBER, State.WITH_BUYER, makes=Proposal.PART),
    Act.EXPLAIN: Step(By.MEMBER, _MEMBER, State.WITH_BUYER, makes=Proposal.WORD),
    Act.ASK_HELP: Step(By.MEMBER, _MEMBER | _in(State.REDOING), State.WITH_COORDINATOR),
    Act.AGREE_REDO: Step(By.BUYER, _BUYER, State.REDOING, on=frozenset({Proposal.REDO})),
    Act.AGREE_PART: Step(By.BUYER, _BUYER, State.WITH_COORDINATOR, on=frozenset({Proposal.PART})),
    Act.AGREE_WORD: Step(
        By.BUYER,
        _BUYER,
        State.CLOSED,
        on=frozenset({Proposal.WORD, Proposal.REDONE}),
        outcome=Outcome.SOLVED,
    ),
    Act.DISAGREE: Step(By.BUYER, _BUYER, State.WITH_COORDINATOR),
    Act.REDONE: Step(By.MEMBER, _in(State.REDOING), State.WITH_BUYER, makes=Proposal.REDONE),
    Act.WITHDRAW: Step(By.BUYER, OPEN, State.CLOSED, outcome=Outcome.WITHDRAWN),
    Act.STEP_IN: Step(By.COORDINATOR, _EARLIER, State.WITH_COORDINATOR),
    Act.DECIDE_REDO: Step(By.COORDINATOR, _COORDINATOR, State.REDOING, makes=Proposal.REDO),
    Act.DECIDE_REFUND: Step(By.COORDINATOR, _COORDINATOR, State.CLOSED, outcome=Outcome.REFUNDED),
    Act.DECIDE_NO: Step(By.COORDINATOR, _COORDINATOR, State.CLOSED, outcome=Outcome.REFUSED),
    Act.MEMBER_LATE: Step(By.CLOCK, _MEMBER | _in(State.REDOING), State.WITH_COORDINATOR),
    Act.BUYER_LATE: Step(By.CLOCK, _BUYER, State.CLOSED, outcome=Outcome.SILENT),
    Act.COORDINATOR_LATE: Step(By.CLOCK, _COORDINATOR, State.WITH_COORDINATOR),
}
# Steps that nobody understands without words.
WITH_WORDS = frozenset({Act.EXPLAIN, Act.DECIDE_REDO, Act.DECIDE_REFUND, Act.DECIDE_NO})
# Working days that each has; who does it again has one more than the day that was agreed.
DAYS: Mapping[State, int] = {
    State.WITH_MEMBER: 3,
    State.WITH_BUYER: 5,
    State.WITH_COORDINATOR: 7,
    State.REDOING: 1,
}
REMIND_AFTER = 3
UP: Mapping[State, By] = {
    State.WITH_MEMBER: By.MEMBER,
    State.WITH_BUYER: By.BUYER,
    State.REDOING: By.MEMBER,
    State.WITH_COORDINATOR: By.COORDINATOR,
}
# What the clock does when nobody came.
LATE: Mapping[State, Act] = {
    State.WITH_MEMBER: Act.MEMBER_LATE,
    State.REDOING: Act.MEMBER_LATE,
    State.WITH_BUYER: Act.BUYER_LATE,
    State.WITH_COORDINATOR: Act.COORDINATOR_LATE,
}


def step(act: Act, *, by: By, state: State, proposal: Proposal | None) -> Step:
    """Give the row of a step, or raise ComplaintMoved where it cannot be made from here."""
    row = STEPS[act]
    if row.by != by or state not in row.states or (row.on is not None and proposal not in row.on):
        raise ComplaintMoved
    return row


def agreeing(proposal: Proposal | None) -> Act:
    """Give the step with which a buyer says yes to what lies before her."""
    return {Proposal.REDO: Act.AGREE_REDO, Proposal.PART: Act.AGREE_PART}.get(
        proposal or Proposal.WORD, Act.AGREE_WORD
    )


def due_on(state: State, today: dt.date, redo_on: dt.date | None) -> dt.date | None:
    """Give the last day of who is up now; None when it is closed."""
    if state is State.CLOSED:
        return None
    start = redo_on if state is State.REDOING and redo_on is not None else today
    return working_days_after(start, DAYS[state])


def clock_at(act: Act, due: dt.date | None, today: dt.date) -> dt.datetime | None:
    """Give when the clock looks again: after the last day, and after a reminder each three working days."""
    if act is Act.COORDINATOR_LATE:
        due = working_days_after(today, REMIND_AFTER)
    return None if due is None else start_in_amsterdam(due + dt.timedelta(days=1))


def check_redo_day(day: dt.date, today: dt.date) -> None:
    """Refuse a day to do it again that is over or too far away (RedoDayRefused)."""
    if not today <= day <= today + LONGEST_REDO:
        raise RedoDayRefused(days=LONGEST_REDO.days)


def check_amount(cents: int, left_cents: int) -> None:
    """Refuse to speak of more than is left of the line (RefundTooMuch)."""
    if not 0 < cents <= left_cents:
        raise RefundTooMuch


def forgotten_before(now: dt.datetime) -> dt.datetime:
    """Give before when a complaint must have been closed to be forgotten now."""
    return now - KEPT
