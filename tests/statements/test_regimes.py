"""Premium, experiment and exemption r: from agreement, paid order and delivery to the statement."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import select

from marketplace.domain import regimes as rules
from marketplace.domain.calendar import Month
from marketplace.domain.statements import difference
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import OrderLine
from marketplace.services import ledgercheck
from marketplace.services.books.ledger import debited
from marketplace.services.months import reports, whatif
from marketplace.services.trade import settling
from tests.books.factories import (
    at,
    deliver,
    make_cooperative,
    make_membership,
    make_municipality,
    make_paid_order,
    make_person,
    sell,
    spend,
)
from tests.statements.months import close, confirm, statement_of, versions
from tests.statements.test_members import make

EXPERIMENT = {
    "regime": "experiment",
    "experiment_share": 5_000,
    "experiment_cap_cents": 20_000,
    "experiment_legal_basis": "PW artikel 83, besluit 12",
    "experiment_ends_on": dt.date(2026, 3, 31),
}
PREMIUM = {"regime": "premium", "premium_share": 3_000}
SINGLE_PARENT = {"household_kind": "single_parent", "has_children": True}


def member_of(session, *, profile_code=None, **agreed):
    """A member of 37 with an agreement from January 2026 on, made as a coordinator makes it."""
    member = make_membership(
        session,
        cooperative=make_cooperative(session),
        municipality=make_municipality(session, profile_code=profile_code),
        person_id=make_person(session).id,
        started_on=dt.date(2026, 1, 1),
    )
    make(session, member, now="2025-12-20", **agreed)
    return member


def earn_442(session, member, month="2026-01"):
    """An order of 726.00 that is paid and delivered, and a receipt of 96.80: an income of 442.00."""
    deliver(
        session,
        make_paid_order(session, member, gross_cents=72_600, now=at(f"{month}-12")),
        now=at(f"{month}-14"),
    )
    spend(session, member, now=at(f"{month}-20"))


def close_after(session, month):
    close(session, month, at(str(Month.parse(month).shift(1)) + "-01"))


def figures(session, member, month):
    return versions(session, member, month)[-1].outcome["figures"]


def exemptions(session, member, months):
    return [versions(session, member, month)[-1].exemption for month in months]


def test_with_a_premium_the_exemption_goes_first_and_the_rest_of_it_comes_later(session):
    member = member_of(session, **PREMIUM)
    earn_442(session, member)
    close_after(session, "2026-01")
    kept = versions(session, member, "2026-01")[0]
    assert (kept.exemption, kept.exempt_cents, kept.set_off_cents) == ("n", 11_050, 33_150)
    # 30% of 442.00, less the 110.50 that was exempt.
    assert kept.premium_cents == 2_210
    told = kept.outcome["figures"]
    assert (told["benefit_cents"], told["to_spend_cents"]) == (107_000, 151_200)
    steps = {step["code"]: step["amount_cents"] for step in kept.outcome["steps"]}
    assert (steps["payable"], steps["training"]) == (44_200, -2_600)
    assert "premie.j.max_year" in {value["id"] for value in kept.inputs["values"]}


@pytest.mark.parametrize("agreed", [PREMIUM, EXPERIMENT])
def test_the_money_of_premium_and_experiment_is_paid_out_as_in_set_off(session, agreed):
    member = member_of(session, **agreed)
    earn_442(session, member)
    sums = dict(
        session.execute(
            select(Account.code, debited)
            .join(Posting, Posting.account_id == Account.id)
            .join(Entry, Entry.id == Posting.entry_id)
            .where(Entry.membership_id == member.id)
            .group_by(Account.code)
        ).all()
    )
    assert sums["payable_to_member"] == -44_200
    assert "destined_for_member" not in sums
    assert "payable_to_municipality" not in sums
    assert ledgercheck.check(session) == []


def test_a_premium_may_leave_the_exemption_out_of_account_and_has_its_own_cap(session):
    terms = {"premium_less_exemption": False, "premium_cap_month_cents": 10_000}
    member = member_of(session, **PREMIUM, **terms)
    earn_442(session, member)
    close_after(session, "2026-01")
    assert figures(session, member, "2026-01")["premium_cents"] == 10_000


def test_without_a_share_of_its_own_the_premium_is_that_of_the_municipality(session):
    member = member_of(session, profile_code="demo-oude-linde", regime="premium")
    earn_442(session, member)
    close_after(session, "2026-01")
    kept = versions(session, member, "2026-01")[0]
    assert kept.inputs["premium"]["share"] == 2_500
    assert not kept.inputs["premium"]["by_agreement"]
    # 25% is what was exempt already.
    assert kept.premium_cents == 0


def test_the_premium_of_a_year_stops_at_the_maximum_of_the_municipality(session):
    # 1,699.00 a year in this municipality; without exemption each month of 1,000.00 gives 250.00.
    member = member_of(
        session,
        profile_code="demo-oude-linde",
        regime="premium",
        exemption_n_granted=False,
        no_exemption_reference="BES-9",
        deductions_accepted=False,
        costs_accepted=False,
    )
    months = [f"2026-{number:02d}" for number in range(1, 9)]
    for month in months:
        sell(session, member, gross_cents=121_000, now=at(f"{month}-10"))
        close_after(session, month)
    given = [figures(session, member, month)["premium_cents"] for month in months]
    assert given == [25_000] * 6 + [19_900, 0]


def test_a_late_booking_moves_the_room_for_premium_of_later_months(session):
    member = member_of(
        session,
        profile_code="demo-oude-linde",
        regime="premium",
        exemption_n_granted=False,
        no_exemption_reference="BES-9",
        deductions_accepted=False,
        costs_accepted=False,
    )
    order = make_paid_order(session, member, gross_cents=242_000, now=at("2026-01-05"))
    sell(session, member, gross_cents=484_000, now=at("2026-01-10"))
    close_after(session, "2026-01")
    sell(session, member, gross_cents=484_000, now=at("2026-02-10"))
    close_after(session, "2026-02")
    assert figures(session, member, "2026-02")["premium_cents"] == 69_900
    line = next(iter(_lines_of(session, order)))
    line.state, line.delivered_on = "delivered", dt.date(2026, 1, 30)
    line.delivered_at = at("2026-03-02")
    settling.delivered(session, line=line, now=at("2026-03-02"))
    assert figures(session, member, "2026-01")["premium_cents"] == 150_000
    assert figures(session, member, "2026-02")["premium_cents"] == 19_900
    told = [one.reason for one in versions(session, member, "2026-02")]
    assert told == ["month_end", "counter_changed"]


def _lines_of(session, order):
    return session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))


def test_in_an_experiment_the_law_goes_first_and_then_its_share_up_to_its_end(session):
    ends = {"experiment_ends_on": dt.date(2026, 2, 28), "months_n_used_at_entry": 5}
    member = member_of(session, **EXPERIMENT | ends)
    for month in ("2026-01", "2026-02", "2026-03"):
        earn_442(session, member, month)
        close_after(session, month)
    assert exemptions(session, member, ("2026-01", "2026-02", "2026-03")) == [
        "n",
        "experiment",
        None,
    ]
    # Half of 442.00 is 221.00; the experiment stops at 200.00 a month.
    assert figures(session, member, "2026-02")["exempt_cents"] == 20_000
    assert figures(session, member, "2026-03")["set_off_cents"] == 44_200
    held = versions(session, member, "2026-03")[0].inputs["experiment"]
    assert (held["holds"], held["ends_on"]) == (False, "2026-02-28")


def test_an_experiment_ends_inside_the_year_of_the_cooperative_and_divides_no_otherwise(session):
    member = member_of(session, **EXPERIMENT)
    for month in ("2026-03", "2026-04"):
        earn_442(session, member, month)
        close_after(session, month)
    march, april = (figures(session, member, month) for month in ("2026-03", "2026-04"))
    assert march["member_cents"] == april["member_cents"] == 44_200


def test_a_decision_against_the_exemption_gives_the_experiment_from_the_first_month(session):
    decided = {"exemption_n_granted": False, "no_exemption_reference": "MIN-2026-3"}
    member = member_of(session, **EXPERIMENT | decided)
    earn_442(session, member)
    close_after(session, "2026-01")
    kept = versions(session, member, "2026-01")[0]
    assert (kept.exemption, kept.exempt_cents) == ("experiment", 20_000)
    assert kept.inputs["no_exemption_reference"] == "MIN-2026-3"


def test_somebody_under_27_may_take_part_in_an_experiment(session):
    member = member_of(session, born_on=dt.date(2001, 6, 1), **EXPERIMENT)
    earn_442(session, member)
    close_after(session, "2026-01")
    assert exemptions(session, member, ["2026-01"]) == ["experiment"]


def test_a_single_parent_has_r_after_the_six_months_of_n(session):
    member = member_of(
        session,
        regime="set_off",
        months_n_used_at_entry=5,
        youngest_child_month=Month(2018, 3),
        **SINGLE_PARENT,
    )
    months = ("2026-01", "2026-02", "2026-03", "2026-04")
    for month in months:
        if month != "2026-03":
            earn_442(session, member, month)
        close_after(session, month)
    assert exemptions(session, member, months) == ["n", "r", None, "r"]
    # r runs on without income: April is its third month.
    assert versions(session, member, "2026-04")[0].inputs["months_r_used"] == 2
    # 12.5% of 442.00
    assert figures(session, member, "2026-02")["exempt_cents"] == 5_525


def test_the_thirty_months_of_r_count_what_was_used_before(session):
    member = member_of(
        session,
        regime="set_off",
        months_n_used_at_entry=6,
        months_r_used_at_entry=29,
        youngest_child_month=Month(2018, 3),
        **SINGLE_PARENT,
    )
    for month in ("2026-01", "2026-02"):
        earn_442(session, member, month)
        close_after(session, month)
    assert exemptions(session, member, ("2026-01", "2026-02")) == ["r", None]


def test_r_ends_after_the_month_in_which_the_youngest_turns_twelve(session):
    member = member_of(
        session,
        regime="set_off",
        months_n_used_at_entry=6,
        youngest_child_month=Month(2014, 2),
        **SINGLE_PARENT,
    )
    for month in ("2026-02", "2026-03"):
        earn_442(session, member, month)
        close_after(session, month)
    assert exemptions(session, member, ("2026-02", "2026-03")) == ["r", None]


def test_n_begins_in_the_month_after_the_27th_birthday(session):
    member = member_of(session, regime="set_off", born_on=dt.date(1999, 1, 10))
    for month in ("2026-01", "2026-02"):
        earn_442(session, member, month)
        close_after(session, month)
    assert exemptions(session, member, ("2026-01", "2026-02")) == [None, "n"]


def test_from_the_month_after_the_aow_age_n_has_no_limit(session):
    member = member_of(
        session, regime="set_off", born_on=dt.date(1959, 1, 10), months_n_used_at_entry=6
    )
    for month in ("2026-01", "2026-02"):
        earn_442(session, member, month)
        close_after(session, month)
    assert exemptions(session, member, ("2026-01", "2026-02")) == [None, "n"]
    before, after = (figures(session, member, month) for month in ("2026-01", "2026-02"))
    assert after["norm_cents"] > before["norm_cents"]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"regime": "premium"}, rules.PremiumShareNeeded),
        (PREMIUM | {"exemption_n_granted": False}, rules.NoExemptionDecisionNeeded),
        (EXPERIMENT | {"exemption_n_granted": False}, rules.NoExemptionDecisionNeeded),
        (EXPERIMENT | {"experiment_share": None}, rules.ExperimentShareNeeded),
        (EXPERIMENT | {"experiment_legal_basis": None}, rules.LegalBasisNeeded),
        (EXPERIMENT | {"experiment_ends_on": None}, rules.ExperimentEndNeeded),
        (EXPERIMENT | {"experiment_ends_on": dt.date(2026, 3, 15)}, rules.ExperimentEndNeeded),
        (EXPERIMENT | {"experiment_ends_on": dt.date(2025, 12, 31)}, rules.ExperimentEndNeeded),
    ],
)
def test_premium_and_experiment_are_only_agreed_when_they_are_whole(session, changed, refusal):
    with pytest.raises(refusal):
        member_of(session, **changed)


def test_what_do_i_keep_tells_the_premium_apart_and_the_ground_of_the_experiment(session):
    def keep(member):
        return whatif.for_amount(
            session,
            membership_id=member.id,
            cooperative_id=member.cooperative_id,
            gross_cents=72_600,
            vat_rate=Fraction(21, 100),
            costs_cents=8_000,
            on=dt.date(2026, 1, 20),
        )

    promised = keep(member_of(session, **PREMIUM))
    assert (promised.gain_cents, promised.premium_cents) == (11_050, 2_210)
    tried = keep(member_of(session, **EXPERIMENT | {"months_n_used_at_entry": 6}))
    assert (tried.gain_cents, tried.legal_basis) == (20_000, "PW artikel 83, besluit 12")


def test_the_report_has_the_premium_to_come_and_the_ground_of_an_experiment(session):
    member = member_of(session, **EXPERIMENT | {"months_n_used_at_entry": 6})
    earn_442(session, member)
    close_after(session, "2026-01")
    confirm(session, member, "2026-01", at("2026-02-02"))
    statement = statement_of(session, member, "2026-01")
    heads, row = reports.report(
        session,
        municipality_id=statement.municipality_id,
        first=Month(2026, 1),
        last=Month(2026, 1),
    )
    told = dict(zip(heads, row, strict=True))
    assert told["CodeVrijlating"] == "experiment"
    assert told["GrondslagExperiment"] == "PW artikel 83, besluit 12"
    assert told["PremieLater"] == 0


def test_a_correction_tells_a_premium_that_changed():
    before = dict.fromkeys(
        ("turnover_cents", "income_cents", "exempt_cents", "set_off_cents", "benefit_cents"), 0
    ) | {"municipality_cents": 0, "member_cents": 0}
    assert difference(before, before | {"premium_cents": 500}) == {"premium_cents": 500}
