"""Provisional to definitive: a year with the tax assessment, the difference, and paying back in parts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import context
from marketplace.domain.errors import NotFound
from marketplace.domain.months import settlement as rules
from marketplace.models.audit import AuditLine
from marketplace.models.memberships import Membership
from marketplace.services.months import settlements
from marketplace.services.months.settlements import Assessed
from tests.books.factories import at, make_member, make_person
from tests.statements.months import confirm, member_in_set_off, versions
from tests.statements.pages import make_world
from tests.statements.test_regimes import close_after, earn_442, member_of
from tests.web.people_pages import send, words

LATER = at("2027-06-01")


def a_year_of(session, member, earning=("2026-01", "2026-02"), quiet=("2026-03",)):
    """Months of 442.00 and months with nothing, closed and confirmed."""
    for month in (*earning, *quiet):
        if month in earning:
            earn_442(session, member, month)
        close_after(session, month)
        confirm(session, member, month, at("2026-12-31"))
    return member


def settle(session, member, *, result=88_400, tax=0, parts=12, now=LATER, year=2026):
    return settlements.settle(
        session,
        year=settlements.of_member(session, membership_id=member.id, year=year),
        assessed=Assessed(result, tax, "IB-2026-1", parts),
        actor_id=make_person(session).id,
        now=now,
    )


def test_a_result_as_expected_changes_nothing(session):
    made = settle(session, a_year_of(session, member_in_set_off(session)))
    assert made.outcome["together"]["difference"] == dict.fromkeys(rules.SETTLED, 0)
    assert made.outcome["instalments"] == []
    assert made.outcome["label"] == "INDICATIE"


def test_a_higher_result_is_paid_back_in_parts(session):
    made = settle(session, a_year_of(session, member_in_set_off(session)), result=100_000, parts=4)
    months = made.outcome["months"]
    assert [one["definitive"]["income_cents"] for one in months] == [50_000, 50_000, 0]
    # 25% of 500.00 is exempt: 375.00 is set off, where it was 331.50.
    assert [one["difference"]["benefit_cents"] for one in months] == [-4_350, -4_350, 0]
    assert made.outcome["together"]["difference"]["benefit_cents"] == -8_700
    assert [one["amount_cents"] for one in made.outcome["instalments"]] == [2_175] * 4
    assert made.outcome["instalments"][0]["month"] == "2027-07"


def test_tax_and_contributions_come_off_first_and_what_was_set_off_too_much_comes_back(session):
    member = a_year_of(session, member_in_set_off(session))
    made = settle(session, member, result=88_400, tax=8_400)
    difference = made.outcome["together"]["difference"]
    assert difference["income_cents"] == -8_400
    assert difference["benefit_cents"] == 6_300
    assert made.outcome["instalments"] == []


def test_the_statements_stay_as_they_were_sent(session):
    member = a_year_of(session, member_in_set_off(session))
    settle(session, member, result=100_000)
    assert [len(versions(session, member, month)) for month in ("2026-01", "2026-02")] == [1, 1]


def test_the_exemption_is_counted_anew_when_a_month_loses_its_income(session):
    member = a_year_of(session, member_in_set_off(session, months_n_used_at_entry=5))
    before = [versions(session, member, month)[-1].exemption for month in ("2026-01", "2026-02")]
    assert before == ["n", None]
    made = settle(session, member, result=0)
    assert [one["exemption"] for one in made.outcome["months"]] == [None, None, None]
    assert made.outcome["together"]["definitive"]["set_off_cents"] == 0


def test_the_premium_of_the_year_is_computed_again_too(session):
    member = a_year_of(session, member_of(session, regime="premium", premium_share=3_000))
    made = settle(session, member, result=100_000)
    # 5% of 500.00 above the exemption, twice, where it was 22.10 a month.
    assert made.outcome["together"]["definitive"]["premium_cents"] == 5_000
    assert made.outcome["together"]["difference"]["premium_cents"] == 580


def test_a_newer_assessment_gives_a_newer_version_and_leaves_the_older_one(session):
    member = a_year_of(session, member_in_set_off(session))
    first, second = settle(session, member), settle(session, member, result=90_000)
    assert (first.version, second.version) == (1, 2)
    found = settlements.of_member(session, membership_id=member.id, year=2026)
    assert found.settlement is second
    assert session.query(AuditLine).filter_by(act="year_settled").count() == 2


def test_a_year_is_not_settled_before_it_is_over(session):
    member = a_year_of(session, member_in_set_off(session))
    with pytest.raises(rules.YearNotOver):
        settle(session, member, now=at("2026-12-30"))


def test_a_year_is_not_settled_while_a_statement_waits(session):
    member = a_year_of(session, member_in_set_off(session))
    close_after(session, "2026-04")
    with pytest.raises(rules.MonthNotSent):
        settle(session, member)


def test_in_the_thermometer_there_is_nothing_to_settle(session):
    member = make_member(session, valid_from=dt.date(2026, 1, 1))
    close_after(session, "2026-01")
    with pytest.raises(rules.NothingToSettle):
        settle(session, member)


def test_another_municipality_finds_no_year(session):
    member = a_year_of(session, member_in_set_off(session))
    own = settlements.of_participant(
        session, municipality_id=member.municipality_id, reference=member.reference, year=2026
    )
    assert own.member is member
    for municipality_id, year in (
        (member.municipality_id + 1, 2026),
        (member.municipality_id, 2025),
    ):
        with pytest.raises(NotFound):
            settlements.of_participant(
                session, municipality_id=municipality_id, reference=member.reference, year=year
            )


@given(st.integers(0, 10**7), st.integers(1, 12))
def test_instalments_are_equal_whole_cents_and_the_last_takes_the_rest(cents, parts):
    found = rules.instalments(cents, parts)
    assert sum(found) == cents
    assert len(found) <= parts
    assert all(one > 0 for one in found)
    assert len(set(found[:-1])) <= 1
    assert not found or 0 <= found[-1] - found[0] < max(len(found), 1)


@given(st.integers(-(10**6), 10**7), st.lists(st.integers(-1000, 10**6), min_size=1, max_size=12))
def test_a_net_result_is_spread_to_the_cent(cents, provisional):
    parts = rules.spread(cents, provisional)
    assert sum(parts) == max(0, cents)
    assert len(parts) == len(provisional)


@pytest.fixture
def world(app):
    made = make_world(app)
    with app.app_context(), context.transaction() as session:
        member = session.get_one(Membership, made.membership_id)
        confirm(session, member, "2025-12", at("2026-01-05"))
    return made


ASSESSED = {"result": "600,00", "tax": "", "reference": "IB-2025-7", "parts": "3"}


def test_a_member_enters_the_assessment_and_reads_the_difference_and_the_parts(world):
    browser = world.client("member")
    assert "Jaarafrekening 2025" in words(browser.get("/werk/opgaven"))
    answer = send(browser, "/werk/opgaven/jaar/2025", **ASSESSED)
    assert answer.status_code == 303, words(answer)
    page = words(browser.get("/werk/opgaven/jaar/2025"))
    # 600.00 where 442.00 was: 450.00 set off, where it was 331.50.
    assert "Er moet iets terug: € 118,50" in page
    assert page.count("€ 39,50") == 3
    assert "INDICATIE" in page


def test_the_municipality_enters_it_for_its_own_participant_only(world):
    path = "/gemeente/deelnemers/W-0001/jaar/2025"
    browser = world.client("officer")
    assert send(browser, path, **ASSESSED).status_code == 303
    assert "IB-2025-7" in words(browser.get(path))
    assert world.client("strange-officer").get(path).status_code == 404
    assert world.client("member").get(path).status_code == 404


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"result": ""}, "Vul het bedrag in van de aanslag"),
        ({"reference": ""}, "Vul het kenmerk van de aanslag in"),
        ({"parts": "13"}, "van 1 tot en met 12"),
    ],
)
@pytest.mark.sqlite_only
def test_what_is_wrong_is_told_in_words(world, changed, says):
    answer = send(world.client("member"), "/werk/opgaven/jaar/2025", **ASSESSED | changed)
    assert answer.status_code == 422
    assert says in words(answer)


@pytest.mark.sqlite_only
def test_a_year_that_is_not_over_is_refused_in_words(world):
    with world.app.app_context(), context.transaction() as session:
        close_after(session, "2026-01")
        confirm(
            session, session.get_one(Membership, world.membership_id), "2026-01", at("2026-02-02")
        )
    answer = send(world.client("member"), "/werk/opgaven/jaar/2026", **ASSESSED)
    assert answer.status_code == 422
    assert "Dit jaar is nog niet voorbij" in words(answer)
