"""What is booked of the bank's own lines: received, put in its place, sent back; one builder per happening."""

from __future__ import annotations

from marketplace.domain.ledger import Entry, Line, from_to


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


def stray_received(*, amount_cents: int) -> Entry:
    """Book a payment that no order takes: clearing / unmatched receipts; also where giving it back failed."""
    return from_to("provider_clearing", "unmatched_receipts", amount_cents)


def stray_repaid(*, amount_cents: int) -> Entry:
    """Book that the provider gave it back to the buyer: unmatched receipts / clearing."""
    return from_to("unmatched_receipts", "provider_clearing", amount_cents)


def supplier_paid(*, amount_cents: int) -> Entry:
    """Book the bill of a supplier that the bank carried out: payable to supplier / bank."""
    return from_to("payable_to_supplier", "bank", amount_cents)


def payment_returned(*, amount_cents: int, code: str, membership_id: int | None) -> Entry:
    """Book a payment of ours that came back: unmatched receipts / what is payable again."""
    return Entry(
        (
            Line("unmatched_receipts", "debit", amount_cents),
            Line(code, "credit", amount_cents, membership_id),
        )
    )
