"""The chart of accounts, and entries that balance or cannot exist: one builder per happening."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from marketplace.domain.waterfall import Parts

Side = Literal["debit", "credit"]
AccountKind = Literal["asset", "liability", "destined", "fund", "income", "cost", "distribution"]
OTHER_SIDE: dict[Side, Side] = {"debit": "credit", "credit": "debit"}

# The kinds of cost that a receipt can have; each has an account of its own.
COST_CATEGORIES = ("material", "tools", "travel", "workspace", "phone", "advice", "other")


@dataclass(frozen=True, slots=True)
class AccountType:
    """One row of the chart: its code, number, kind, natural side, and whether each member has one."""

    code: str
    number: int
    kind: AccountKind
    natural: Side
    per_member: bool = False


def _chart() -> dict[str, AccountType]:
    rows = (
        AccountType("bank", 1000, "asset", "debit"),
        AccountType("provider_clearing", 1010, "asset", "debit"),
        AccountType("dispute_held", 1015, "asset", "debit"),
        AccountType("cash", 1020, "asset", "debit"),
        AccountType("receivable", 1300, "asset", "debit"),
        AccountType("input_vat", 1520, "asset", "debit"),
        AccountType("payable_to_supplier", 1600, "liability", "credit"),
        AccountType("received_in_advance", 1610, "liability", "credit"),
        AccountType("refunds_payable", 1615, "liability", "credit"),
        AccountType("output_vat", 1620, "liability", "credit"),
        AccountType("payable_to_municipality", 1630, "liability", "credit"),
        AccountType("payable_to_member", 1640, "liability", "credit", per_member=True),
        AccountType("receipts_payable", 1650, "liability", "credit", per_member=True),
        AccountType("unmatched_receipts", 1690, "liability", "credit"),
        # No enforceable claim (Participatiewet 31.1): never a debt to members, so a class of its own.
        AccountType("destined_for_member", 1700, "destined", "credit", per_member=True),
        AccountType("destined_pending", 1710, "destined", "credit", per_member=True),
        AccountType("training_pot", 1800, "fund", "credit"),
        AccountType("reserve", 1810, "fund", "credit"),
        AccountType("provider_fees", 4900, "cost", "debit"),
        AccountType("losses", 4910, "cost", "debit"),
        AccountType("turnover", 8000, "income", "credit"),
        AccountType("allocation", 9000, "distribution", "debit"),
    )
    costs = (
        AccountType(f"costs_{category}", 4000 + 10 * place, "cost", "debit")
        for place, category in enumerate(COST_CATEGORIES)
    )
    return {row.code: row for row in sorted((*rows, *costs), key=lambda row: row.number)}


CHART = _chart()
COST_CODES = tuple(f"costs_{category}" for category in COST_CATEGORIES)
# Turnover less these costs is a member's result.
RESULT_CODES = ("turnover", *COST_CODES)
# Where an allocation goes: the parts of the waterfall by account.
PART_CODES = (
    "training_pot",
    "reserve",
    "payable_to_municipality",
    "destined_for_member",
    "payable_to_member",
)

KINDS = (
    "paid",
    "delivered",
    "cost_approved",
    "allocated",
    "paid_out",
    "receipt_repaid",
    "provider_fee",
    "clearing_settled",
    "municipality_paid",
    "refunded",
    "sale_reversed",
    "refund_settled",
    "refund_returned",
    "refund_covered",
    "dispute_held",
    "dispute_fee",
    "dispute_fee_back",
    "dispute_won",
    "dispute_lost",
    "bank_received",
    "bank_used",
    "surplus_repaid",
    "cash_banked",
    "supplier_paid",
    "payment_returned",
    "stray_received",
    "stray_repaid",
    "stray_came_back",
    "stray_covered",
    "reversal",
)


# Where a refund leaves from, by the way in which the order was paid, or what the buyer's bank took itself.
REFUNDED_FROM = {
    "provider": "provider_clearing",
    "bank": "bank",
    "cash": "cash",
    "dispute": "dispute_held",
}
# Who gets the money of a cost that the cooperative did not pay at once.
COST_OWED_TO = {"member": "receipts_payable", "supplier": "payable_to_supplier"}
# Where a buyer's money can be when an order becomes paid, by the way in which it came.
PAID_INTO = {"provider": "provider_clearing", "bank": "unmatched_receipts", "cash": "cash"}


class AlreadyBooked(Exception):
    """This happening stands in the books already; a repeat changes nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: a positive amount in cents on an account of the chart."""

    account_code: str
    side: Side
    cents: int
    membership_id: int | None = None

    def __post_init__(self) -> None:
        kind = CHART.get(self.account_code)
        if kind is None:
            raise ValueError(f"no such account in the chart: {self.account_code}")
        if self.side not in OTHER_SIDE:
            raise ValueError(f"a side is debit or credit, not {self.side!r}")
        if type(self.cents) is not int or self.cents <= 0:
            raise ValueError("an amount is a whole number of cents above zero")
        if kind.per_member != (self.membership_id is not None):
            raise ValueError(f"{self.account_code}: a member where the chart asks one, else none")


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening: at least two lines, debit equal to credit. Anything else is a ValueError."""

    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if len(self.lines) < 2:
            raise ValueError("an entry has at least two lines")
        if self.total("debit") != self.total("credit"):
            raise ValueError("an entry balances: debit equals credit")

    def total(self, side: Side) -> int:
        """Give the sum of one side, in cents."""
        return sum(line.cents for line in self.lines if line.side == side)


def signed_line(
    code: str, side: Side, cents: int, membership_id: int | None = None
) -> tuple[Line, ...]:
    """Give the line for an amount that may be zero (no line) or negative (the other side)."""
    if cents == 0:
        return ()
    side = side if cents > 0 else OTHER_SIDE[side]
    return (Line(code, side, abs(cents), membership_id),)


def paid(*, net_cents: int, vat_cents: int, into: str = "provider_clearing") -> Entry:
    """Book a payment: where the money is (clearing, bank, cash) / received in advance, output VAT."""
    return Entry(
        (
            *signed_line(into, "debit", net_cents + vat_cents),
            *signed_line("received_in_advance", "credit", net_cents),
            *signed_line("output_vat", "credit", vat_cents),
        )
    )


def delivered(*, net_cents: int, received_net_cents: int | None = None) -> Entry:
    """Book a delivery: received in advance / turnover.

    Where rate or scheme changed since the payment, `received_net_cents` is what was set aside then;
    the price stays the same, so the difference is VAT.
    """
    received = net_cents if received_net_cents is None else received_net_cents
    return Entry(
        (
            *signed_line("received_in_advance", "debit", received),
            *signed_line("turnover", "credit", net_cents),
            *signed_line("output_vat", "credit", received - net_cents),
        )
    )


def cost_approved(
    *, category: str, cost_cents: int, vat_cents: int, paid_by: str, membership_id: int
) -> Entry:
    """Book a cost: cost, input VAT / bank, or what its member or its supplier gets still.

    Under KOR nothing is reclaimed: the caller gives the gross amount as the cost and no VAT.
    """
    gross = cost_cents + vat_cents
    owed = COST_OWED_TO.get(paid_by, "bank")
    return Entry(
        (
            *signed_line(f"costs_{category}", "debit", cost_cents),
            *signed_line("input_vat", "debit", vat_cents),
            *signed_line(owed, "credit", gross, membership_id if CHART[owed].per_member else None),
        )
    )


def allocated(parts_by_code: dict[str, int], membership_id: int) -> Entry | None:
    """Book what the waterfall divides: allocation / pots and member. None where nothing moves."""
    lines: list[Line] = []
    for code in PART_CODES:
        owner = membership_id if CHART[code].per_member else None
        lines += signed_line(code, "credit", parts_by_code.get(code, 0), owner)
    if not lines:
        return None
    total = sum(parts_by_code.values())
    return Entry((*signed_line("allocation", "debit", total), *lines))


def parts_by_code(parts: Parts, regime: str) -> dict[str, int]:
    """Give the accounts of the parts: in `pot` the member's is destined, elsewhere it is payable."""
    return {
        "training_pot": parts.training,
        "reserve": parts.reserve,
        "payable_to_municipality": parts.municipality,
        "destined_for_member" if regime == "pot" else "payable_to_member": parts.member,
    }


def paid_out(*, amount_cents: int, membership_id: int) -> Entry:
    """Book earnings sent to a member: payable to member / bank."""
    return from_to("payable_to_member", "bank", amount_cents, membership_id)


def receipt_repaid(*, amount_cents: int, membership_id: int) -> Entry:
    """Book receipts repaid to a member: receipts payable / bank."""
    return from_to("receipts_payable", "bank", amount_cents, membership_id)


def provider_fee(*, fee_cents: int) -> Entry:
    """Book what the provider keeps: provider fees / clearing."""
    return from_to("provider_fees", "provider_clearing", fee_cents)


def refunded(*, borne_by: str, net_cents: int, vat_cents: int) -> Entry:
    """Book what goes back to a buyer: who gives it up, output VAT / refunds payable."""
    return Entry(
        (
            *signed_line(borne_by, "debit", net_cents),
            *signed_line("output_vat", "debit", vat_cents),
            *signed_line("refunds_payable", "credit", net_cents + vat_cents),
        )
    )


def refund_settled(*, amount_cents: int, out_of: str) -> Entry:
    """Book that a buyer got the money back: refunds payable / clearing, bank, cash, or what was disputed."""
    return from_to("refunds_payable", out_of, amount_cents)


def refund_returned(*, amount_cents: int, into: str) -> Entry:
    """Book that a refund came back after all: it is owed to the buyer again."""
    return from_to(into, "refunds_payable", amount_cents)


def clearing_settled(*, amount_cents: int) -> Entry:
    """Book what the provider sends to the bank: bank / clearing; less than nothing where it took back."""
    way = ("bank", "provider_clearing") if amount_cents > 0 else ("provider_clearing", "bank")
    return from_to(*way, abs(amount_cents))


def municipality_paid(*, amount_cents: int) -> Entry:
    """Book the quarterly payment to a municipality: payable to municipality / bank."""
    return from_to("payable_to_municipality", "bank", amount_cents)


def reversal(lines: Iterable[Line]) -> Entry:
    """Give the mirror of a booked entry: a correction never changes what stands."""
    mirrored: Sequence[Line] = [
        Line(line.account_code, OTHER_SIDE[line.side], line.cents, line.membership_id)
        for line in lines
    ]
    return Entry(tuple(mirrored))


def from_to(debit: str, credit: str, cents: int, membership_id: int | None = None) -> Entry:
    """Give the entry of one amount from one account to another."""
    return Entry((Line(debit, "debit", cents, membership_id), Line(credit, "credit", cents)))
