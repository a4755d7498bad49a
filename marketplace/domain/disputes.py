"""A payment that the buyer's bank asks back: how it stands, which word is newer, and what it does to the money."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.domain.errors import Refused
from marketplace.domain.ledger import Entry, from_to


class DisputeState(StrEnum):
    """Where a dispute stands. A warning is a question of the bank: it takes no money."""

    WARNING = "warning"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    WARNING_CLOSED = "warning_closed"


OVER = frozenset({DisputeState.WON, DisputeState.LOST, DisputeState.WARNING_CLOSED})
# It only goes on: a word of an earlier place came late.
_PLACE: Mapping[DisputeState, int] = {
    DisputeState.WARNING: 0,
    DisputeState.NEEDS_RESPONSE: 1,
    DisputeState.UNDER_REVIEW: 2,
} | dict.fromkeys(OVER, 3)
MOST_STORY = 4_000


class DisputeTakesNoEvidence(Refused):
    """It is over, or our answer was handed in: the bank takes it once."""

    code = "dispute_takes_no_evidence"


class DisputeHoldsMoney(Refused):
    """The buyer's bank holds the money of this order: what we gave back now would be paid twice."""

    code = "dispute_holds_money"


def is_news(stands: DisputeState, told: DisputeState) -> bool:
    """Tell whether a word may change a dispute: never back, and never another end."""
    if stands in OVER:
        return told is stands
    return _PLACE[told] >= _PLACE[stands]


def takes_evidence(state: DisputeState) -> bool:
    """Tell whether the bank still waits for our side."""
    return state in {DisputeState.WARNING, DisputeState.NEEDS_RESPONSE}


def held(*, amount_cents: int) -> Entry:
    """Book what the provider takes while a bank decides: dispute held / clearing."""
    return from_to("dispute_held", "provider_clearing", amount_cents)


def won(*, amount_cents: int) -> Entry:
    """Book that the money of a dispute comes back: clearing / dispute held."""
    return from_to("provider_clearing", "dispute_held", amount_cents)


def lost(*, amount_cents: int) -> Entry:
    """Book what was lost above what was left of the lines: losses / dispute held."""
    return from_to("losses", "dispute_held", amount_cents)


def covered(*, amount_cents: int, owed: str, out_of: str) -> Entry:
    """Book what the buyer's bank paid of what we owed: refunds payable or unmatched receipts / dispute held.

    Or / losses, where it was booked as lost before we knew that our own money never arrived.
    """
    return from_to(owed, out_of, amount_cents)


def fee_back(*, fee_cents: int) -> Entry:
    """Book a fee of a dispute that came back: clearing / provider fees."""
    return from_to("provider_clearing", "provider_fees", fee_cents)
