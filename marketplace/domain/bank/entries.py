"""What is booked of the bank's own lines: received, put in its place, sent back; one builder per happening."""

from __future__ import annotations

from marketplace.domain.ledger import Entry, from_to


def bank_received(*, amount_cents: int) -> Entry:
    """Book money that the bank received, before its place is known: bank / unmatched receipts."""
    return from_to("bank", "unmatched_receipts", amount_cents)


def settlement_found(*, amount_cents: int) -> Entry:
    """Book that received money is the provider's payout, which stands at the bank already."""
    return from_to("unmatched_receipts", "bank", amount_cents)


def surplus_repaid(*, amount_cents: int) -> Entry:
    """Book what was received too much and sent back: unmatched receipts / bank."""
    return from_to("unmatched_receipts", "bank", amount_cents)


def cash_banked(*, amount_cents: int) -> Entry:
    """Book cash that was brought to the bank, once the bank says so: unmatched receipts / cash."""
    return from_to("unmatched_receipts", "cash", amount_cents)


def bank_other(*, amount_cents: int, code: str, came_in: bool) -> Entry:
    """Book a line of the bank on another account of the chart, by hand."""
    if came_in:
        return from_to("unmatched_receipts", code, amount_cents)
    return from_to(code, "bank", amount_cents)
