"""The worked example: a sale of 726.00 with costs of 96.80, to the cent, with its journal."""

from __future__ import annotations

import datetime as dt

from marketplace.domain.calendar import Month
from marketplace.services import ledgercheck
from marketplace.services.books import ledger, pots
from tests.books.factories import (
    at,
    deliver,
    make_cooperative,
    make_member,
    make_paid_order,
    make_parameters,
    sell,
    spend,
)

CREDIT_SO_FAR_NET = {"charges": 142_353, "kor": 117_647}


def a_member_with_1000_credited(session, scheme="charges"):
    """A member whose credits of this year are 1,000.00: a result without training and reserve."""
    cooperative = make_cooperative(session, scheme=scheme)
    member = make_member(session, cooperative=cooperative)
    # 1,176.47 -> 58.82 and 117.65 -> 1,000.00
    sell(session, member, gross_cents=CREDIT_SO_FAR_NET[scheme], now=at("2026-01-10"))
    thermometer = pots.thermometer(session, membership_id=member.id, on=dt.date(2026, 1, 10))
    assert thermometer.credited_cents == 100_000
    return member


def moved(session, member, since):
    """What accounts moved by since then, in their natural direction."""
    now = ledger.balances(session, cooperative_id=member.cooperative_id)
    changes = {code: cents - since.get((code, m), 0) for (code, m), cents in now.items()}
    return {code: cents for code, cents in changes.items() if cents}


def journal_of(session, member, count):
    """The last entries, oldest first, as text."""
    entries = ledger.journal(session, cooperative_id=member.cooperative_id)[:count]
    return [
        (entry.kind, [f"{line.side} {line.code} {line.cents}" for line in entry.lines])
        for entry in reversed(entries)
    ]


def test_a_sale_of_726_puts_321_in_the_thermometer(session):
    member = a_member_with_1000_credited(session)
    before = ledger.balances(session, cooperative_id=member.cooperative_id)
    spend(session, member, now=at("2026-01-12"))
    order = make_paid_order(session, member, gross_cents=72_600, now=at("2026-01-13"))
    deliver(session, order, now=at("2026-01-14"))

    assert moved(session, member, before) == {
        "provider_clearing": 72_600,
        "bank": -9_680,
        "output_vat": 12_600,
        "input_vat": 1_680,
        "turnover": 60_000,
        "costs_material": 8_000,
        "allocation": 52_000,
        "training_pot": 2_600,
        "reserve": 5_200,
        "payable_to_municipality": 12_100,
        "destined_for_member": 32_100,
    }
    assert 10_920 + 2_600 + 5_200 + 12_100 + 32_100 == 72_600 - 9_680
    assert ledgercheck.check(session) == []
    session.commit()


def test_its_journal_when_the_costs_come_first(session):
    member = a_member_with_1000_credited(session)
    spend(session, member, now=at("2026-01-12"))
    order = make_paid_order(session, member, gross_cents=72_600, now=at("2026-01-13"))
    deliver(session, order, now=at("2026-01-14"))

    assert journal_of(session, member, 5) == [
        (
            "cost_approved",
            ["debit costs_material 8000", "debit input_vat 1680", "credit bank 9680"],
        ),
        (
            "allocated",
            [
                "credit allocation 8000",
                "debit training_pot 400",
                "debit reserve 800",
                "debit destined_for_member 6800",
            ],
        ),
        (
            "paid",
            [
                "debit provider_clearing 72600",
                "credit received_in_advance 60000",
                "credit output_vat 12600",
            ],
        ),
        ("delivered", ["debit received_in_advance 60000", "credit turnover 60000"]),
        (
            "allocated",
            [
                "debit allocation 60000",
                "credit training_pot 3000",
                "credit reserve 6000",
                "credit payable_to_municipality 12100",
                "credit destined_for_member 38900",
            ],
        ),
    ]


def test_the_same_costs_three_weeks_later_come_to_the_same(session):
    member = a_member_with_1000_credited(session)
    before = ledger.balances(session, cooperative_id=member.cooperative_id)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-02-04"), spent_on=dt.date(2026, 1, 14))

    change = moved(session, member, before)
    assert change["training_pot"] == 2_600
    assert change["reserve"] == 5_200
    assert change["payable_to_municipality"] == 12_100
    assert change["destined_for_member"] == 32_100
    # in pot a month is that of the booking: the cost falls in February
    months = ledger.month_sums(
        session, membership_ids=[member.id], first=Month(2026, 1), last=Month(2026, 2)
    )
    assert months[member.id, Month(2026, 2)].costs_cents == 8_000
    assert months[member.id, Month(2026, 2)].municipality_cents == -3_400
    assert ledgercheck.check(session) == []


def test_the_same_sale_under_kor_leaves_629_20(session):
    member = a_member_with_1000_credited(session, "kor")
    before = ledger.balances(session, cooperative_id=member.cooperative_id)
    spend(session, member, now=at("2026-01-12"))
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))

    change = moved(session, member, before)
    assert "output_vat" not in change
    assert "input_vat" not in change
    assert change["turnover"] - change["costs_material"] == 62_920
    assert change["training_pot"] == 3_146
    assert change["reserve"] == 6_292
    assert change["payable_to_municipality"] == 16_741
    assert change["destined_for_member"] == 36_741
    assert ledgercheck.check(session) == []


def test_in_set_off_442_is_payable_and_counts_in_the_month_of_delivery(session):
    cooperative = make_cooperative(session)
    member = make_member(session, cooperative=cooperative, regime="set_off")
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-02-04"), spent_on=dt.date(2026, 1, 14))

    balances = ledger.balances(session, cooperative_id=cooperative.id)
    assert balances["payable_to_member", member.id] == 44_200
    assert ("destined_for_member", member.id) not in balances
    assert ("payable_to_municipality", None) not in balances
    months = ledger.month_sums(
        session, membership_ids=[member.id], first=Month(2026, 1), last=Month(2026, 3)
    )
    assert set(months) == {(member.id, Month(2026, 1))}
    assert months[member.id, Month(2026, 1)].result_cents == 52_000
    assert months[member.id, Month(2026, 1)].member_cents == 44_200
    assert ledgercheck.check(session) == []


def test_in_set_off_without_accepted_deductions_520_is_payable(session):
    member = make_member(session, regime="set_off", deductions_accepted=False)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-01-14"))
    assert (
        ledger.balance(
            session,
            cooperative_id=member.cooperative_id,
            code="payable_to_member",
            membership_id=member.id,
        )
        == 52_000
    )


def test_a_change_of_parameters_begins_a_new_stretch_and_carries_the_credits(session):
    cooperative = make_cooperative(session)
    make_parameters(session, cooperative, valid_from=dt.date(2026, 2, 10), training_share=1000)
    member = make_member(session, cooperative=cooperative)
    sell(session, member, gross_cents=142_353, now=at("2026-02-09"))
    before = ledger.balances(session, cooperative_id=cooperative.id)
    sell(session, member, gross_cents=60_500, now=at("2026-02-10"))

    change = moved(session, member, before)
    # 500.00: ten and ten percent; of 400.00, 200.00 stays below the threshold
    assert change["training_pot"] == 5_000
    assert change["reserve"] == 5_000
    assert change["payable_to_municipality"] == 10_000
    assert change["destined_for_member"] == 30_000
    assert ledgercheck.check(session) == []


def test_a_new_year_begins_with_an_empty_threshold_and_the_balance_carries_over(session):
    member = a_member_with_1000_credited(session)
    sell(session, member, gross_cents=142_353, now=at("2027-01-02"))
    thermometer = pots.thermometer(session, membership_id=member.id, on=dt.date(2027, 1, 2))
    assert thermometer.balance_cents == 200_000
    assert thermometer.credited_cents == 100_000
    assert ledgercheck.check(session) == []


def test_new_year_in_amsterdam_comes_an_hour_before_utc(session):
    member = make_member(session)
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    sell(session, member, gross_cents=12_100, now=late)
    entry = ledger.journal(session, cooperative_id=member.cooperative_id)[0]
    assert entry.booked_on == dt.date(2027, 1, 1)
    assert entry.for_month == Month(2027, 1)
