"""What a month of a member comes to: the worked examples, nil months, the counter, late bookings."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain import statements as rules
from marketplace.domain.calendar import Month
from marketplace.models.outbox import OutboxMessage
from marketplace.models.statements import Statement
from marketplace.services.months import corrections, monthend, statements
from tests.books.factories import at, make_cooperative, make_member, sell, spend
from tests.statements.months import close, confirm, member_in_set_off, statement_of, versions


def the_worked_example(session):
    """January 2026: 600.00 of turnover and 80.00 of costs."""
    member = member_in_set_off(session)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-01-20"))
    return member


def test_442_earned_leaves_110_50_and_sets_off_331_50(session):
    member = the_worked_example(session)
    close(session, "2026-01", at("2026-02-01"))
    figures = versions(session, member, "2026-01")[0].outcome["figures"]
    assert figures["income_cents"] == 44_200
    assert figures["exempt_cents"] == 11_050
    assert figures["set_off_cents"] == 33_150
    assert figures["norm_cents"] == 140_150
    assert figures["benefit_cents"] == 107_000
    assert figures["to_spend_cents"] == 151_200


def test_without_accepted_deductions_520_is_the_income(session):
    member = member_in_set_off(session, deductions_accepted=False)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-01-20"))
    close(session, "2026-01", at("2026-02-01"))
    assert versions(session, member, "2026-01")[0].income_cents == 52_000


def test_costs_that_the_municipality_does_not_accept_are_paid_but_not_deducted(session):
    member = member_in_set_off(session, deductions_accepted=False, costs_accepted=False)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-01-20"))
    close(session, "2026-01", at("2026-02-01"))
    kept = versions(session, member, "2026-01")[0]
    assert (kept.income_cents, kept.result_cents) == (60_000, 52_000)


def test_the_steps_of_the_division_lead_from_what_was_paid_to_what_is_the_members(session):
    member = the_worked_example(session)
    told = statements.draft(
        session, membership_id=member.id, month=Month(2026, 1), now=at("2026-01-25")
    )
    steps = {step["code"]: step["amount_cents"] for step in told.outcome["steps"]}
    assert steps == {
        "job": 72_600,
        "vat": -10_920,
        "cost_set_off": -9_680,
        "training": -2_600,
        "reserve": -5_200,
        "payable": 44_200,
    }
    backing = {step["code"]: step["backing"] for step in told.outcome["steps"]}
    assert backing["vat"] == "article"
    assert backing["training"] == "resolution"
    assert backing["payable"] == "agreement"
    assert told.outcome["label"] == "INDICATIE"


def test_in_pot_321_is_saved_121_goes_to_the_municipality_and_the_benefit_stays(session):
    member = make_member(session, valid_from=dt.date(2026, 1, 1))
    sell(session, member, gross_cents=142_353, now=at("2026-01-10"))
    sell(session, member, gross_cents=72_600, now=at("2026-02-14"))
    spend(session, member, now=at("2026-02-20"))
    close(session, "2026-02", at("2026-03-01"))
    kept = versions(session, member, "2026-02")[0]
    figures = kept.outcome["figures"]
    assert (figures["member_cents"], figures["municipality_cents"]) == (32_100, 12_100)
    assert (figures["income_cents"], figures["set_off_cents"]) == (0, 0)
    assert figures["benefit_cents"] == figures["norm_cents"] == 140_150
    assert kept.exemption is None


def test_a_month_with_nothing_gets_a_statement_and_a_mail(session):
    member = member_in_set_off(session)
    assert close(session, "2026-01", at("2026-02-01")) == 1
    kept = statement_of(session, member, "2026-01")
    assert (kept.state, kept.due_on) == ("ready", dt.date(2026, 2, 10))
    page = statements.page_of(session, membership_id=member.id, public_id=kept.public_id)
    assert page.told.is_nil
    assert page.told.figures["benefit_cents"] == 140_150
    mail = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "statement_ready")
    ).one()
    assert mail.person_id == member.person_id


def test_closing_twice_makes_each_statement_once(session):
    cooperative = make_cooperative(session)
    for _ in range(5):
        make_member(session, cooperative=cooperative, valid_from=dt.date(2026, 1, 1))
    now = at("2026-02-01")
    first = monthend.close(session, month=Month(2026, 1), now=now, limit=2)
    assert (first.made, first.cursor is None) == (2, False)
    # A run that was killed and starts anew, without a cursor.
    assert close(session, "2026-01", now) == 3
    assert close(session, "2026-01", now) == 0


def test_a_month_that_has_not_ended_in_amsterdam_is_not_closed(session):
    the_worked_example(session)
    with pytest.raises(monthend.MonthNotOver):
        monthend.close(session, month=Month(2026, 1), now=at("2026-01-31", 22))
    # 23:30 UTC is half past midnight in Amsterdam
    over = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC)
    assert monthend.close(session, month=Month(2026, 1), now=over).made == 1


def test_months_that_were_missed_are_made_oldest_first(session):
    member = member_in_set_off(session)
    cursor = None
    while True:
        done = monthend.run_due(session, now=at("2026-04-02"), cursor=cursor)
        cursor = done.cursor
        if cursor is None:
            break
    months = session.scalars(
        select(Statement.month).where(Statement.membership_id == member.id).order_by(Statement.id)
    ).all()
    assert [str(month) for month in months] == ["2026-01", "2026-02", "2026-03"]


def test_who_cannot_be_assessed_does_not_stop_the_others(session):
    cooperative = make_cooperative(session)
    child = make_member(
        session,
        cooperative=cooperative,
        valid_from=dt.date(2026, 1, 1),
        born_on=dt.date(2012, 1, 1),
    )
    make_member(session, cooperative=cooperative, valid_from=dt.date(2026, 1, 1))
    done = monthend.close(session, month=Month(2026, 1), now=at("2026-02-01"))
    assert done.made == 1
    assert done.refused == ((child.reference, "norm_under_18"),)


def half_a_year(session, **agreement):
    """Seven months with 363.00 sold each; all closed and confirmed."""
    member = member_in_set_off(session, deductions_accepted=False, **agreement)
    for number in range(1, 8):
        sell(session, member, gross_cents=36_300, now=at(f"2026-{number:02d}-10"))
        end = at(f"2026-{number + 1:02d}-01")
        close(session, f"2026-{number:02d}", end)
        confirm(session, member, f"2026-{number:02d}", end)
    return member


def test_month_6_has_the_exemption_and_month_7_has_not(session):
    member = half_a_year(session)
    assert [versions(session, member, f"2026-{n:02d}")[0].exempt_cents for n in range(1, 8)] == [
        *[7_500] * 6,
        0,
    ]


def test_months_used_at_entry_count_too(session):
    member = half_a_year(session, months_n_used_at_entry=4)
    assert [versions(session, member, f"2026-{n:02d}")[0].exempt_cents for n in range(1, 4)] == [
        7_500,
        7_500,
        0,
    ]


def test_months_run_on_by_the_calendar_where_the_municipality_counts_so(session):
    member = member_in_set_off(session, profile_code="demo-oude-linde", deductions_accepted=False)
    for number in (1, 6, 7):
        sell(session, member, gross_cents=36_300, now=at(f"2026-{number:02d}-10"))
    for number in range(1, 8):
        close(session, f"2026-{number:02d}", at(f"2026-{number + 1:02d}-01"))
    exempt = [versions(session, member, f"2026-{n:02d}")[0].exempt_cents for n in (1, 6, 7)]
    assert exempt == [7_500, 7_500, 0]


def test_without_exemption_granted_nothing_is_exempt_and_the_agreement_says_so(session):
    member = member_in_set_off(session, exemption_n_granted=False)
    sell(session, member, gross_cents=36_300, now=at("2026-01-10"))
    close(session, "2026-01", at("2026-02-01"))
    kept = versions(session, member, "2026-01")[0]
    assert kept.exempt_cents == 0
    line = next(one for one in kept.outcome["assessment"]["lines"] if one["group"] == "exemption")
    assert (line["code"], line["article"]) == ("exempt_none_override", "agreement")


def test_what_is_confirmed_carries_a_digest_over_all_it_says(session):
    member = the_worked_example(session)
    close(session, "2026-01", at("2026-02-01"))
    sent = confirm(session, member, "2026-01", at("2026-02-02"))
    kept = versions(session, member, "2026-01")[0]
    assert sent.digest == rules.digest(kept.inputs, kept.outcome, kept.rules_hash)
    changed = {**kept.inputs, "work_income_cents": 1}
    assert sent.digest != rules.digest(changed, kept.outcome, kept.rules_hash)
    with pytest.raises(rules.AlreadyConfirmed):
        confirm(session, member, "2026-01", at("2026-02-03"))


def test_the_digest_is_the_same_after_the_database_was_read_anew(session):
    member = the_worked_example(session)
    close(session, "2026-01", at("2026-02-01"))
    sent = confirm(session, member, "2026-01", at("2026-02-02"))
    session.commit()
    session.expire_all()
    page = statements.page_of(session, membership_id=member.id, public_id=sent.public_id)
    assert statements.stands_as_sent(page.statement, page.told)


def test_a_late_booking_before_confirming_replaces_what_is_shown(session):
    member = the_worked_example(session)
    close(session, "2026-01", at("2026-02-01"))
    spend(session, member, now=at("2026-02-03"), spent_on=dt.date(2026, 1, 30))
    assert [one.version for one in versions(session, member, "2026-01")] == [1, 2]
    statement = statement_of(session, member, "2026-01")
    with pytest.raises(rules.Changed):
        statements.confirm(
            session,
            membership_id=member.id,
            public_id=statement.public_id,
            version=1,
            actor_id=member.person_id,
            now=at("2026-02-03"),
        )
    page = statements.page_of(session, membership_id=member.id, public_id=statement.public_id)
    assert (page.told.version, page.newest) == (2, None)
    assert corrections.waiting(session, membership_ids=[member.id]) == {}


def test_a_late_booking_after_confirming_is_a_correction_in_the_open_statement(session):
    member = the_worked_example(session)
    close(session, "2026-01", at("2026-02-01"))
    sent = confirm(session, member, "2026-01", at("2026-02-02"))
    digest = sent.digest
    spend(session, member, now=at("2026-02-03"), spent_on=dt.date(2026, 1, 30))

    first, second = versions(session, member, "2026-01")
    assert (sent.stated_version, sent.digest) == (1, digest)
    assert digest == rules.digest(first.inputs, first.outcome, first.rules_hash)
    assert (first.income_cents, second.income_cents) == (44_200, 37_400)

    live = statements.draft(
        session, membership_id=member.id, month=Month(2026, 2), now=at("2026-02-10")
    )
    (line,) = live.outcome["corrections"]
    assert (line["month"], line["from_version"], line["to_version"]) == ("2026-01", 1, 2)
    assert line["differences"]["income_cents"] == -6_800
    assert line["differences"]["benefit_cents"] == 5_100

    close(session, "2026-02", at("2026-03-01"))
    assert versions(session, member, "2026-02")[0].outcome["corrections"] == [line]
    assert second.shown_in_id == statement_of(session, member, "2026-02").id
    assert corrections.waiting(session, membership_ids=[member.id]) == {}


def test_a_second_correction_tells_only_what_changed_since_the_first(session):
    member = the_worked_example(session)
    close(session, "2026-01", at("2026-02-01"))
    confirm(session, member, "2026-01", at("2026-02-02"))
    spend(session, member, now=at("2026-02-03"), spent_on=dt.date(2026, 1, 30))
    close(session, "2026-02", at("2026-03-01"))
    spend(session, member, now=at("2026-03-03"), spent_on=dt.date(2026, 1, 31))
    (one,) = corrections.waiting(session, membership_ids=[member.id])[member.id]
    assert (one.correction.from_version, one.correction.to_version) == (2, 3)
    assert one.correction.differences["income_cents"] == -6_800


def test_a_late_sale_moves_the_count_of_the_months_after_it(session):
    member = member_in_set_off(session, deductions_accepted=False)
    for number in range(1, 9):
        if number != 1:
            sell(session, member, gross_cents=36_300, now=at(f"2026-{number:02d}-10"))
        end = at(f"2026-{number + 1:02d}-01")
        close(session, f"2026-{number:02d}", end)
        confirm(session, member, f"2026-{number:02d}", end)
    assert versions(session, member, "2026-07")[0].exempt_cents == 7_500

    late_sale(session, member, delivered_on=dt.date(2026, 1, 20), now=at("2026-09-05"))
    assert versions(session, member, "2026-01")[-1].exempt_cents == 7_500
    assert [one.exempt_cents for one in versions(session, member, "2026-07")] == [7_500, 0]
    # August had used six before and has used six now.
    assert len(versions(session, member, "2026-08")) == 1
    told = corrections.waiting(session, membership_ids=[member.id])[member.id]
    assert [one.correction.month for one in told] == [f"2026-{n:02d}" for n in range(1, 8)]
    by_month = {one.correction.month: one.correction for one in told}
    assert by_month["2026-07"].reason == "counter_changed"
    assert by_month["2026-07"].differences == {
        "exempt_cents": -7_500,
        "set_off_cents": 7_500,
        "benefit_cents": -7_500,
    }


def late_sale(session, member, *, delivered_on, now):
    """Work of an earlier month that is paid only now."""
    from marketplace.models.orders import OrderLine
    from tests.books.factories import make_order, pay

    order = make_order(session, [(member, 36_300)])
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    line.state, line.delivered_on, line.delivered_at = "delivered", delivered_on, now
    pay(session, order, now=now)


def test_another_members_statement_does_not_exist(session):
    from marketplace.domain.errors import NotFound

    mine, other = the_worked_example(session), member_in_set_off(session)
    close(session, "2026-01", at("2026-02-01"))
    foreign = statement_of(session, other, "2026-01")
    with pytest.raises(NotFound):
        statements.page_of(session, membership_id=mine.id, public_id=foreign.public_id)


def test_after_the_review_of_the_rules_a_statement_is_provisional(session):
    member = member_in_set_off(session)
    close(session, "2026-12", at("2027-01-01"))
    assert not versions(session, member, "2026-12")[0].provisional
    close(session, "2027-01", at("2027-02-01"))
    late = versions(session, member, "2027-01")[0]
    assert late.provisional
    assert "beyond_review" in {one["code"] for one in late.outcome["assessment"]["warnings"]}
