"""Entries balance or cannot exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain import ledger
from marketplace.domain.bank import entries
from marketplace.domain.bank.paying import PAYS
from marketplace.domain.ledger import CHART, Entry, Line
from marketplace.domain.waterfall import Parts


def lines(entry):
    return [(line.side, line.account_code, line.cents) for line in entry.lines]


def test_an_entry_that_does_not_balance_cannot_be_made():
    with pytest.raises(ValueError, match="balances"):
        Entry((Line("bank", "debit", 2), Line("turnover", "credit", 1)))


@pytest.mark.parametrize("some", [(), (Line("bank", "debit", 1),)])
def test_an_entry_needs_two_lines(some):
    with pytest.raises(ValueError, match="two lines"):
        Entry(some)


@pytest.mark.parametrize("cents", [0, -1, 1.5, True])
def test_an_amount_is_whole_cents_above_zero(cents):
    with pytest.raises(ValueError, match="above zero"):
        Line("bank", "debit", cents)


def test_a_line_is_on_an_account_of_the_chart():
    with pytest.raises(ValueError, match="no such account"):
        Line("petty_cash", "debit", 1)


def test_a_side_is_debit_or_credit():
    with pytest.raises(ValueError, match="debit or credit"):
        Line("bank", "left", 1)


@pytest.mark.parametrize(("code", "member"), [("bank", 7), ("destined_for_member", None)])
def test_a_member_stands_only_where_the_chart_asks_one(code, member):
    with pytest.raises(ValueError, match="a member where the chart asks one"):
        Line(code, "debit", 1, member)


def test_what_is_destined_for_a_member_is_no_debt():
    assert CHART["destined_for_member"].kind == "destined"
    assert CHART["payable_to_member"].kind == "liability"


def test_every_account_has_a_number_of_its_own():
    assert len({row.number for row in CHART.values()}) == len(CHART)


def test_a_payment_is_received_in_advance_and_vat():
    assert lines(ledger.paid(net_cents=60_000, vat_cents=12_600)) == [
        ("debit", "provider_clearing", 72_600),
        ("credit", "received_in_advance", 60_000),
        ("credit", "output_vat", 12_600),
    ]


def test_a_payment_without_vat_has_two_lines():
    assert len(ledger.paid(net_cents=100, vat_cents=0).lines) == 2


def test_a_delivery_turns_what_was_received_into_turnover():
    assert lines(ledger.delivered(net_cents=60_000)) == [
        ("debit", "received_in_advance", 60_000),
        ("credit", "turnover", 60_000),
    ]


@pytest.mark.parametrize(
    ("net", "side", "vat"), [(60_000, "credit", 12_600), (80_000, "debit", 7400)]
)
def test_a_delivery_under_another_rate_moves_the_difference_to_vat(net, side, vat):
    entry = ledger.delivered(net_cents=net, received_net_cents=72_600)
    assert (side, "output_vat", vat) in lines(entry)
    assert ("debit", "received_in_advance", 72_600) in lines(entry)


def test_a_cost_that_the_member_paid_is_owed_to_her():
    entry = ledger.cost_approved(
        category="tools", cost_cents=8000, vat_cents=1680, paid_by="member", membership_id=7
    )
    assert entry.lines[-1] == Line("receipts_payable", "credit", 9680, 7)


def test_a_bill_that_nobody_paid_is_owed_to_the_supplier():
    entry = ledger.cost_approved(
        category="tools", cost_cents=8000, vat_cents=1680, paid_by="supplier", membership_id=7
    )
    assert entry.lines[-1] == Line("payable_to_supplier", "credit", 9680)
    assert lines(entries.supplier_paid(amount_cents=9680)) == [
        ("debit", "payable_to_supplier", 9680),
        ("credit", "bank", 9680),
    ]


@pytest.mark.parametrize(("kind", "member"), [("earnings", 7), ("receipts", 7), ("refund", None)])
def test_a_payment_that_came_back_is_payable_again(kind, member):
    entry = entries.payment_returned(amount_cents=500, code=PAYS[kind], membership_id=member)
    assert entry.lines == (
        Line("unmatched_receipts", "debit", 500),
        Line(PAYS[kind], "credit", 500, member),
    )


def test_an_allocation_of_nothing_is_no_entry():
    assert ledger.allocated({"reserve": 0}, 7) is None


def test_negative_parts_change_sides():
    entry = ledger.allocated({"training_pot": -5, "destined_for_member": -95}, 7)
    assert lines(entry) == [
        ("credit", "allocation", 100),
        ("debit", "training_pot", 5),
        ("debit", "destined_for_member", 95),
    ]


def test_parts_that_only_move_between_pots_balance_without_allocation():
    entry = ledger.allocated({"destined_for_member": -95, "payable_to_member": 95}, 7)
    assert lines(entry) == [
        ("debit", "destined_for_member", 95),
        ("credit", "payable_to_member", 95),
    ]


def test_outside_pot_the_part_of_the_member_is_payable():
    parts = Parts(1, 2, 0, 4)
    assert ledger.parts_by_code(parts, "set_off")["payable_to_member"] == 4
    assert ledger.parts_by_code(parts, "pot")["destined_for_member"] == 4


@pytest.mark.parametrize(
    ("entry", "debit", "credit"),
    [
        (ledger.paid_out(amount_cents=5, membership_id=7), "payable_to_member", "bank"),
        (ledger.receipt_repaid(amount_cents=5, membership_id=7), "receipts_payable", "bank"),
        (ledger.provider_fee(fee_cents=5), "provider_fees", "provider_clearing"),
        (ledger.clearing_settled(amount_cents=5), "bank", "provider_clearing"),
        (ledger.municipality_paid(amount_cents=5), "payable_to_municipality", "bank"),
        (ledger.refund_settled(amount_cents=5, out_of="cash"), "refunds_payable", "cash"),
        (entries.bank_received(amount_cents=5), "bank", "unmatched_receipts"),
        (entries.settlement_found(amount_cents=5), "unmatched_receipts", "bank"),
        (entries.surplus_repaid(amount_cents=5), "unmatched_receipts", "bank"),
        (entries.stray_received(amount_cents=5), "provider_clearing", "unmatched_receipts"),
        (entries.stray_repaid(amount_cents=5), "unmatched_receipts", "provider_clearing"),
        (entries.cash_banked(amount_cents=5), "unmatched_receipts", "cash"),
        (
            entries.bank_other(amount_cents=5, code="losses", came_in=True),
            "unmatched_receipts",
            "losses",
        ),
        (entries.bank_other(amount_cents=5, code="losses", came_in=False), "losses", "bank"),
    ],
)
def test_money_that_goes_from_one_place_to_another(entry, debit, credit):
    assert lines(entry) == [("debit", debit, 5), ("credit", credit, 5)]


def test_a_refund_gives_up_turnover_and_vat_for_what_the_buyer_gets():
    entry = ledger.refunded(borne_by="turnover", net_cents=100, vat_cents=21)
    assert lines(entry) == [
        ("debit", "turnover", 100),
        ("debit", "output_vat", 21),
        ("credit", "refunds_payable", 121),
    ]


def test_a_refund_without_vat_has_two_lines():
    assert len(ledger.refunded(borne_by="losses", net_cents=100, vat_cents=0).lines) == 2


def test_a_reversal_mirrors_every_line():
    entry = ledger.paid(net_cents=100, vat_cents=21)
    back = ledger.reversal(entry.lines)
    assert [(line.account_code, line.cents) for line in back.lines] == [
        (line.account_code, line.cents) for line in entry.lines
    ]
    assert all(a.side != b.side for a, b in zip(entry.lines, back.lines, strict=True))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=5, max_size=5))
def test_every_allocation_balances(amounts):
    entry = ledger.allocated(dict(zip(ledger.PART_CODES, amounts, strict=True)), 7)
    if entry is not None:
        assert entry.total("debit") == entry.total("credit") > 0
