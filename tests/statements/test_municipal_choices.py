"""What a municipality chose, in the months of its members: costs, hours, what is above the norm, months anew."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from marketplace.domain.calendar import Month
from marketplace.domain.municipal.accepting import UnknownKind
from marketplace.domain.municipal.restarting import FewerMonths, RestartDecisionNeeded
from marketplace.gateways.rulefiles import RULES, load_municipalities
from marketplace.models.memberships import Agreement
from marketplace.services.membership import agreements, memberlists
from marketplace.services.months import hours, profiles, statements
from marketplace.services.trade import costs
from marketplace.web import told as told_as
from tests.books.factories import at, make_cost, make_person, sell, spend
from tests.statements.months import (
    close,
    confirm,
    member_in_set_off,
    municipality_of,
    statement_of,
    versions,
)

LISTED = "demo-oude-linde"
PHONE, BUYING = "telefoon en internet", "kleine aanschaf"


def newest(session, member, month):
    return versions(session, member, month)[-1]


# Costs


def test_only_the_part_for_the_work_lowers_the_income_and_the_rest_has_a_line(session, app):
    member = member_in_set_off(session, profile_code=LISTED, deductions_accepted=False)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    cost = spend(session, member, now=at("2026-01-20"), municipal_kind=PHONE)
    assert (cost.municipality_accepted_cents, cost.not_accepted) == (2_400, "business_share")
    close(session, "2026-01", at("2026-02-01"))
    kept = newest(session, member, "2026-01")
    assert kept.income_cents == 60_000 - 2_400
    step = kept.outcome["steps"][-1]
    assert (step["section"], step["code"]) == ("not_accepted", "left_out_business_share")
    assert (step["amount_cents"], step["backing"]) == (5_600, "municipality")
    division = [one for one in kept.outcome["steps"] if one["section"] != "not_accepted"]
    paid = sum(one["amount_cents"] for one in division if one["code"] != "payable")
    # Training and reserve are paid by the cooperative's share, which is no step without deductions.
    assert paid == 72_600 - 10_920 - 9_680
    with app.test_request_context():
        told = statements.told_of(statement_of(session, member, "2026-01"), kept)
        (mine,) = told_as.left_out(told)
        (theirs,) = told_as.left_out(told, named=False)
    assert mine.label == "Plantgoed"
    assert "24,00" in mine.reason
    assert "Plantgoed" not in f"{theirs.label} {theirs.reason}"
    assert theirs.cents == 5_600


def test_what_is_not_on_the_list_does_not_count(session):
    member = member_in_set_off(session, profile_code=LISTED)
    cost = spend(session, member, now=at("2026-01-20"))
    assert (cost.municipality_accepted_cents, cost.not_accepted) == (0, "not_listed")


def test_prior_approval_is_a_reference_that_the_coordinator_writes_down(session):
    member = member_in_set_off(session, profile_code=LISTED)
    waits = make_cost(session, member, now=at("2026-01-20"), municipal_kind=BUYING)
    done = costs.approve(
        session,
        cooperative_id=member.cooperative_id,
        public_id=waits.public_id,
        actor_id=make_person(session).id,
        now=at("2026-01-21"),
        approval_reference="OL-2026-3",
    )
    assert (done.municipality_accepted_cents, done.not_accepted) == (8_000, None)
    without = spend(session, member, now=at("2026-01-22"), municipal_kind=BUYING)
    assert (without.municipality_accepted_cents, without.not_accepted) == (0, "no_prior_approval")


def test_the_cap_of_a_year_counts_over_months_and_begins_anew_in_january(session):
    member = member_in_set_off(session, profile_code=LISTED)
    big = {"gross_cents": 90_000, "vat_cents": 0, "municipal_kind": PHONE}
    first = spend(session, member, now=at("2026-01-20"), **big)
    second = spend(session, member, now=at("2026-02-20"), **big)
    third = spend(session, member, now=at("2027-01-20"), **big)
    assert [one.municipality_accepted_cents for one in (first, second, third)] == [
        27_000,
        3_000,
        27_000,
    ]
    assert second.not_accepted == "cap_year"


def test_without_a_list_all_goes_on_as_it_did(session):
    member = member_in_set_off(session)
    cost = spend(session, member, now=at("2026-01-20"))
    assert (cost.municipality_accepted_cents, cost.not_accepted) == (8_000, None)
    close(session, "2026-01", at("2026-02-01"))
    assert set(newest(session, member, "2026-01").inputs["costs"][0]) == {
        "description",
        "on",
        "gross_cents",
        "vat_cents",
        "accepted_cents",
    }


def test_a_kind_that_is_not_on_the_list_is_refused(session):
    member = member_in_set_off(session, profile_code=LISTED)
    with pytest.raises(UnknownKind):
        make_cost(session, member, now=at("2026-01-20"), municipal_kind="reclame")


# What is above the norm


def above_the_norm(session, **agreed):
    member = member_in_set_off(
        session, profile_code=LISTED, deductions_accepted=False, months_n_used_at_entry=6, **agreed
    )
    sell(session, member, gross_cents=217_800, now=at("2026-01-14"))
    return member


def test_what_is_above_the_norm_lowers_the_benefit_of_later_months_of_the_year(session, app):
    member = above_the_norm(session)
    close(session, "2026-01", at("2026-02-01"))
    close(session, "2026-02", at("2026-03-01"))
    january, february = (newest(session, member, month) for month in ("2026-01", "2026-02"))
    assert (january.surplus_cents, january.outcome["surplus_cents"]) == (39_850, 39_850)
    assert february.inputs["carried_cents"] == 39_850
    assert february.outcome["figures"]["benefit_cents"] == 140_150 - 39_850
    with app.test_request_context():
        told = statements.told_of(statement_of(session, member, "2026-01"), january)
        (note,) = told_as.notes_of(told)
    assert "398,50" in note.title
    assert "dit jaar" in note.text


def test_a_late_booking_changes_what_is_taken_over_and_tells_why(session):
    member = above_the_norm(session)
    close(session, "2026-01", at("2026-02-01"))
    close(session, "2026-02", at("2026-03-01"))
    before = newest(session, member, "2026-02")
    spend(
        session,
        member,
        now=at("2026-03-02"),
        spent_on=at("2026-01-20").date(),
        gross_cents=10_000,
        vat_cents=0,
        municipal_kind=PHONE,
    )
    again = newest(session, member, "2026-02")
    assert (again.version, again.reason) == (before.version + 1, "surplus_changed")
    assert again.inputs["carried_cents"] == 36_850


def test_what_was_sent_stays_as_it_was_sent(session):
    member = above_the_norm(session)
    for number in (1, 2, 3):
        close(session, f"2026-{number:02d}", at(f"2026-{number + 1:02d}-01"))
    sent = confirm(session, member, "2026-03", at("2026-04-02"))
    before = sent.digest
    phone = {"gross_cents": 10_000, "vat_cents": 0, "municipal_kind": PHONE}
    spend(session, member, now=at("2026-04-03"), spent_on=at("2026-01-20").date(), **phone)
    first = statement_of(session, member, "2026-01")
    page = statements.page_of(session, membership_id=member.id, public_id=first.public_id)
    assert page.newest is not None
    assert statements.stands_as_sent(first, page.told)
    assert statement_of(session, member, "2026-03").digest == before


def test_a_municipality_that_chose_nothing_carries_nothing(session):
    member = member_in_set_off(session, deductions_accepted=False, months_n_used_at_entry=6)
    sell(session, member, gross_cents=217_800, now=at("2026-01-14"))
    close(session, "2026-01", at("2026-02-01"))
    close(session, "2026-02", at("2026-03-01"))
    january, february = (newest(session, member, month) for month in ("2026-01", "2026-02"))
    assert january.surplus_cents == 0
    assert "surplus_cents" not in january.outcome
    assert "carried_cents" not in february.inputs
    assert february.outcome["figures"]["benefit_cents"] == 140_150


# Hours


def worked(session, member, month, quarters):
    found = statement_of(session, member, month)
    statements.set_hours(
        session, membership_id=member.id, public_id=found.public_id, quarters=quarters
    )
    return hours.of_statement(
        session, statement=found, municipality=municipality_of(session, member)
    )


def test_hours_over_the_ceiling_of_the_week_are_told_and_nothing_is_withheld(session):
    member = member_in_set_off(session, profile_code="demo-wilgendam")
    close(session, "2026-01", at("2026-02-01"))
    before = newest(session, member, "2026-01").outcome
    counted = worked(session, member, "2026-01", 360)
    assert counted.over
    assert counted.over_quarters == 6
    assert newest(session, member, "2026-01").outcome == before
    (row,) = memberlists.for_desk(
        session, cooperative_id=member.cooperative_id, on=at("2026-02-03").date()
    )
    assert row.over == counted
    (later,) = memberlists.for_desk(
        session, cooperative_id=member.cooperative_id, on=at("2026-03-03").date()
    )
    assert later.over is None


def test_a_ceiling_of_the_year_adds_the_months_of_that_year(session):
    member = member_in_set_off(session, profile_code=LISTED)
    for number, quarters in ((1, 2_000), (2, 1_990)):
        close(session, f"2026-{number:02d}", at(f"2026-{number + 1:02d}-01"))
        counted = worked(session, member, f"2026-{number:02d}", quarters)
        assert not counted.over
    close(session, "2026-03", at("2026-04-01"))
    counted = worked(session, member, "2026-03", 40)
    assert counted.over_quarters == 30
    (row,) = memberlists.for_desk(
        session, cooperative_id=member.cooperative_id, on=at("2026-04-03").date()
    )
    assert row.over == counted


def test_without_a_ceiling_or_hours_nothing_is_said(session):
    member = member_in_set_off(session)
    close(session, "2026-01", at("2026-02-01"))
    assert worked(session, member, "2026-01", 4_000) is None
    other = member_in_set_off(session, profile_code="demo-wilgendam")
    close(session, "2026-01", at("2026-02-01"))
    assert worked(session, other, "2026-01", None) is None


# Months that begin anew


@pytest.fixture
def restarting(tmp_path, monkeypatch):
    """Wilgendam lets the months begin anew with a new benefit."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    path = folder / "municipalities" / "demo-wilgendam.toml"
    path.write_text(path.read_text() + 'n_restart = "after_new_benefit_period"\n')
    monkeypatch.setattr(profiles, "load_municipalities", lambda: load_municipalities(folder))


def terms_of(agreement: Agreement, **changed) -> agreements.Terms:
    names = agreements.Terms.__dataclass_fields__
    return replace(
        agreements.Terms(**{name: getattr(agreement, name) for name in names}), **changed
    )


def renewed(session, member, **changed):
    (agreement,) = agreements.of_member(session, membership_id=member.id)
    return agreements.make(
        session,
        cooperative_id=member.cooperative_id,
        membership_id=member.id,
        terms=terms_of(agreement, valid_from=at("2026-03-01").date(), **changed),
        made_by_id=make_person(session).id,
        now=at("2026-02-02"),
    )


def two_months_used(session, **changed):
    member = member_in_set_off(session, **changed)
    sell(session, member, gross_cents=36_300, now=at("2026-01-10"))
    close(session, "2026-01", at("2026-02-01"))
    return member


def test_a_new_agreement_cannot_forget_months_that_were_counted(session):
    member = two_months_used(session, months_n_used_at_entry=1)
    with pytest.raises(FewerMonths) as fault:
        renewed(session, member, months_n_used_at_entry=0, n_restart_reference="B-9")
    assert fault.value.facts == {"counted": 2}
    made = renewed(session, member, months_n_used_at_entry=2, n_restart_reference="B-9")
    assert made.n_restart_reference is None


@pytest.mark.usefixtures("restarting")
def test_where_the_municipality_decides_so_they_begin_anew_and_the_statement_says_it(session, app):
    member = two_months_used(session, profile_code="demo-wilgendam")
    with pytest.raises(RestartDecisionNeeded):
        renewed(session, member, months_n_used_at_entry=0)
    renewed(session, member, months_n_used_at_entry=0, n_restart_reference="B-9")
    sell(session, member, gross_cents=36_300, now=at("2026-03-10"))
    close(session, "2026-03", at("2026-04-01"))
    kept = newest(session, member, "2026-03")
    assert kept.inputs["months_n_used"] == 0
    with app.test_request_context():
        told = statements.told_of(statement_of(session, member, "2026-03"), kept)
        (note,) = told_as.notes_of(told)
    assert "Besluit B-9" in note.text


def test_all_choices_of_every_profile_have_words(app):
    from marketplace.web.municipal import chosen

    with app.test_request_context():
        for code in (None, "demo-wilgendam", LISTED):
            lines = chosen(profiles.choices_of(code, Month(2026, 1)))
            assert len(lines) == len(profiles.TOLD)
            assert all("%(" not in one.text for one in lines)


def test_what_is_kept_counts_only_what_was_accepted_of_this_months_costs(session):
    from marketplace.services.months import standing

    member = member_in_set_off(session, profile_code=LISTED, deductions_accepted=False)
    sell(session, member, gross_cents=72_600, now=at("2026-01-14"))
    spend(session, member, now=at("2026-01-15"), municipal_kind=PHONE)
    spend(session, member, now=at("2026-01-15"))
    today = at("2026-01-20").date()
    own = {"cooperative_id": member.cooperative_id, "membership_id": member.id}
    known = standing.read(session, **own, today=today, days=[today])
    assert known.accepted_cents == 2_400
    assert known.ground(today).month.facts.accepted_cents == 2_400
    assert known.ground(at("2026-02-01").date()).month.facts.accepted_cents == 0


def test_what_a_job_brings_above_the_norm_is_told_as_no_gain(session):
    from marketplace.services.months import keeping, whatif
    from marketplace.services.months.plan import plan_of

    member = member_in_set_off(
        session, profile_code=LISTED, deductions_accepted=False, months_n_used_at_entry=6
    )
    now = at("2026-01-20")
    own = {"cooperative_id": member.cooperative_id, "membership_id": member.id}
    known = keeping.look(session, **own, on=now.date(), now=now)
    rest = {"line": None, "vat_category": "standard", "costs_cents": 0, "costs_vat_cents": 0}
    small, big = (
        keeping.keep(known, plan_of(known, gross_cents=cents, on=now.date(), **rest))
        for cents in (12_100, 217_800)
    )
    assert (small.surplus_cents, small.gain_cents) == (0, 0)
    assert (big.surplus_cents, big.gain_cents) == (180_000 - 140_150, 0)
    one = whatif.for_price(known.ground(now.date()), gross_cents=217_800, vat_cents=37_800)
    assert one.gain_cents == 0
