"""Members and agreements: rules, the coordinator's pages, and who may not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.domain import agreements as rules
from marketplace.domain.calendar import Month
from marketplace.domain.errors import NotFound
from marketplace.domain.members import StatusStepNotAllowed, check_step, next_reference
from marketplace.models.audit import AuditLine
from marketplace.models.memberships import Agreement, Membership
from marketplace.services.membership import agreements, members
from tests.books.factories import at, make_cooperative, make_membership, make_person, sell
from tests.statements.months import close
from tests.statements.pages import make_world
from tests.web.people_pages import mails, send, words

FILLED_IN = {
    "valid_from": "2026-02",
    "regime": "pot",
    "decision_reference": "PW-2026-2",
    "born_on": "5-3-1988",
    "household_kind": "single",
    "cost_sharers": "1",
    "household_origin": "besluit van 3 januari",
    "months_n_used_at_entry": "2",
    "exit_rule": "to_reserve",
    "threshold": "1.000,00",
    "municipality_percent": "40",
    "period": "",
    "hours_per_week": "",
}


def terms(**changed) -> agreements.Terms:
    base = agreements.Terms(
        valid_from=dt.date(2026, 1, 1),
        regime="pot",
        decision_reference="B-1",
        born_on=dt.date(1988, 3, 5),
        household_kind="single",
        has_children=False,
        cost_sharers=1,
        household_origin="besluit",
        exemption_n_granted=True,
        months_n_used_at_entry=0,
        deductions_accepted=True,
        costs_accepted=True,
        exit_rule="to_reserve",
    )
    return replace(base, **changed)


def make(session, member, now="2026-01-15", **changed) -> Agreement:
    return agreements.make(
        session,
        cooperative_id=member.cooperative_id,
        membership_id=member.id,
        terms=terms(**changed),
        made_by_id=make_person(session).id,
        now=at(now),
    )


def test_a_new_agreement_ends_the_one_before_on_the_last_day_before(session):
    member = make_membership(session)
    first = make(session, member)
    second = make(session, member, valid_from=dt.date(2026, 3, 1), regime="set_off")
    assert first.valid_to == dt.date(2026, 2, 28)
    assert second.valid_to is None
    on = agreements.in_force
    assert on(session, membership_id=member.id, on=dt.date(2026, 2, 28)) is first
    assert on(session, membership_id=member.id, on=dt.date(2026, 3, 1)) is second
    assert on(session, membership_id=member.id, on=dt.date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"valid_from": dt.date(2026, 2, 2)}, rules.NotFirstOfMonth),
        ({"valid_from": dt.date(2026, 1, 1)}, rules.LaterAgreement),
        ({"valid_from": dt.date(2025, 6, 1)}, rules.LaterAgreement),
        ({"valid_from": dt.date(2026, 2, 1), "regime": "loon"}, rules.RegimeNotOffered),
        ({"valid_from": dt.date(2026, 2, 1), "exit_rule": ""}, rules.ExitRuleNeeded),
    ],
)
def test_an_agreement_that_does_not_fit_is_refused(session, changed, refusal):
    member = make_membership(session)
    make(session, member)
    with pytest.raises(refusal):
        make(session, member, **changed)


def test_a_month_in_which_something_was_booked_keeps_its_agreement(session):
    member = make_membership(session)
    make(session, member)
    sell(session, member, gross_cents=12_100, now=at("2026-02-10"))
    with pytest.raises(rules.MonthHasBookings):
        make(session, member, now="2026-02-12", valid_from=dt.date(2026, 2, 1))
    assert make(session, member, now="2026-02-12", valid_from=dt.date(2026, 3, 1)).id


def test_a_month_that_was_stated_keeps_its_agreement(session):
    member = make_membership(session)
    make(session, member)
    close(session, "2026-02", at("2026-03-01"))
    with pytest.raises(rules.MonthStated):
        make(session, member, now="2026-03-02", valid_from=dt.date(2026, 2, 1))


def test_an_agreement_with_a_member_of_another_cooperative_is_not_found(session):
    with pytest.raises(NotFound):
        agreements.make(
            session,
            cooperative_id=make_cooperative(session).id,
            membership_id=make_membership(session).id,
            terms=terms(),
            made_by_id=make_person(session).id,
            now=at("2026-01-15"),
        )


def test_who_leaves_has_the_agreement_until_the_end_of_the_month(session):
    member = make_membership(session)
    made = make(session, member)
    members.set_status(
        session,
        cooperative_id=member.cooperative_id,
        public_id=member.public_id,
        status="left",
        reason="eigen zaak",
        actor_id=make_person(session).id,
        now=at("2026-02-10"),
    )
    assert (member.status, member.ended_on) == ("left", dt.date(2026, 2, 10))
    assert made.valid_to == Month(2026, 2).last
    line = session.scalars(select(AuditLine).where(AuditLine.act == "member_status")).one()
    assert (line.before, line.after) == ({"status": "member"}, {"status": "left"})


def test_steps_of_status_and_references():
    check_step("trial", "member")
    with pytest.raises(StatusStepNotAllowed):
        check_step("left", "member")
    assert next_reference("W", None) == "W-0001"
    assert next_reference("W", "W-0009") == "W-0010"
    assert next_reference("W", "W-9999") == "W-10000"


def test_age_on_a_day():
    born = dt.date(2000, 2, 29)
    assert rules.age_on(born, dt.date(2027, 2, 28)) == 26
    assert rules.age_on(born, dt.date(2027, 3, 1)) == 27


@pytest.fixture
def world(app):
    return make_world(app)


def test_inviting_makes_a_member_with_a_reference_and_sends_a_letter(world):
    browser = world.client("coordinator")
    municipality = municipality_of(world)
    fields = {"name": "Henk", "trade_name": "Henks Fietsen", "email": "henk@example.nl"}
    answer = send(browser, "/balie/leden/nieuw", municipality=municipality, **fields)
    assert answer.status_code == 303
    page = words(browser.get(answer.location))
    assert "Henk" in page
    assert "W-0002" in page
    assert "Uitgenodigd" in page
    assert any("/uitnodiging/" in mail.text for mail in mails(world.app))
    again = send(browser, "/balie/leden/nieuw", municipality=municipality, **fields)
    assert again.status_code == 422
    assert "al uitgenodigd" in words(again)


def municipality_of(world) -> str:
    from marketplace.models.municipalities import Municipality

    with world.app.app_context(), context.transaction() as session:
        return session.get_one(Municipality, world.municipality_id).public_id


def test_wrong_fields_stay_as_they_were_typed(world):
    answer = send(
        world.client("coordinator"), "/balie/leden/nieuw", name="Henk", email="geen adres"
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Henk"' in page
    assert "Dit is geen e-mailadres" in page
    assert "Kies een gemeente" in page


def test_a_coordinator_makes_an_agreement_with_overrides(world):
    browser = world.client("coordinator")
    path = f"/balie/leden/{world.membership}/afspraak"
    answer = send(browser, path, **FILLED_IN, exemption_n_granted="y")
    assert answer.status_code == 303, words(answer)
    with world.app.app_context(), context.transaction() as session:
        first, second = session.scalars(
            select(Agreement)
            .where(Agreement.membership_id == world.membership_id)
            .order_by(Agreement.valid_from)
        )
        assert first.valid_to == dt.date(2026, 1, 31)
        assert (second.regime, second.threshold_cents, second.municipality_share) == (
            "pot",
            100_000,
            4_000,
        )
        assert second.exemption_n_granted
        assert not second.costs_accepted
        line = session.scalars(select(AuditLine).where(AuditLine.act == "agreement_made")).one()
        assert line.before["regime"] == "set_off"
        assert "born_on" not in line.after


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("exit_rule", "", "Kies wat er met de thermometer gebeurt"),
        ("regime", "loon", "Not a valid choice"),
        ("valid_from", "2025-12", "Kies een latere maand"),
        ("born_on", "1-1-2015", "18 jaar of ouder"),
        ("born_on", "31-2-1990", "Schrijf een dag die bestaat"),
        ("cost_sharers", "0", "Schrijf een heel getal van 1 tot en met 20"),
        ("municipality_percent", "101", "Schrijf een heel getal van 0 tot en met 100"),
    ],
)
@pytest.mark.sqlite_only
def test_a_field_of_an_agreement_that_is_wrong_is_told_in_words(world, field, value, says):
    path = f"/balie/leden/{world.membership}/afspraak"
    answer = send(world.client("coordinator"), path, **{**FILLED_IN, field: value})
    assert answer.status_code == 422
    page = words(answer)
    assert says in page or (field == "regime" and "keuze" in page), page


def test_the_pages_of_members_belong_to_their_own_cooperative(world):
    browser = world.client("strange-coordinator")
    assert "Nadia" not in words(browser.get("/balie/leden"))
    for path in (world.membership, f"{world.membership}/afspraak"):
        assert browser.get(f"/balie/leden/{path}").status_code == 404
    answer = send(
        browser,
        f"/balie/leden/{world.membership}/status",
        seen_at="/balie/leden/nieuw",
        status="left",
    )
    assert answer.status_code == 404
    assert world.client("officer").get("/balie/leden").status_code == 404


def test_a_change_of_status_is_one_form(world):
    browser = world.client("coordinator")
    page = f"/balie/leden/{world.membership}"
    answer = send(browser, f"{page}/status", seen_at=page, status="paused", reason="rust")
    assert answer.status_code == 303
    assert "Pauze" in words(browser.get(page))
    with world.app.app_context(), context.transaction() as session:
        assert session.get_one(Membership, world.membership_id).status == "paused"
