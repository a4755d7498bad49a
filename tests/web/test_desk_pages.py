"""The desk: what waits for the coordinator, what waits for the treasurer, and the members."""

from __future__ import annotations

import pytest

from tests.books import factories
from tests.web.house import asks_little, open_house
from tests.web.people_pages import words

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def house(app):
    return open_house(app)


def test_an_empty_desk_says_that_all_is_done(house):
    for person in (house.coordinator, house.treasurer):
        page = words(house.browser(person).get("/balie"))
        assert "Er wacht niets op je" in page
        assert "Alles is gedaan" in page


def test_the_coordinator_begins_at_the_oldest_receipt(house, now):
    with house.writing() as session:
        cost = factories.make_cost(session, house.market.member, now=now, description="Oudste")
        factories.make_cost(session, house.market.member, now=now, description="Nieuwste")
    page = house.browser(house.coordinator).get("/balie").text
    assert "2 dingen wachten op jou" in page
    assert f'/balie/bonnen/{cost.public_id}/goed"' in page
    assert page.index("Oudste") < page.index("Nieuwste")


def test_a_member_without_an_agreement_waits_for_the_coordinator(house):
    with house.writing() as session:
        member = factories.make_membership(session, name="Tarek")
        member.cooperative_id = house.cooperative_id
    page = words(house.browser(house.coordinator).get("/balie"))
    assert "Zonder afspraak kan Tarek geen klus aannemen" in page
    assert "Er wacht niets op je" in words(house.browser(house.treasurer).get("/balie"))


def test_the_treasurer_sees_who_must_be_paid_and_no_receipts(app, now):
    house = open_house(app, regime="set_off", deductions_accepted=False)
    with house.writing() as session:
        factories.make_cost(session, house.market.member, now=now)
        factories.sell(session, house.market.member, gross_cents=50_000, now=now)
    page = house.browser(house.treasurer).get("/balie").text
    assert "Eén ding wacht op jou" in page
    assert f"/balie/uitbetalen/{house.market.member.public_id}/earnings" in page
    assert "/balie/bonnen/" not in page


def test_members_are_shown_with_pot_or_with_words(house, now):
    with house.writing() as session:
        factories.sell(session, house.market.member, gross_cents=180_000, now=now)
        other = factories.make_membership(session, name="Nadia")
        other.cooperative_id = house.cooperative_id
        session.flush()
        factories.make_agreement(session, other, regime="set_off")
    page = words(house.browser(house.coordinator).get("/balie"))
    assert "Anouk Groene Vingers Boven de grens" in page
    assert "Geen thermometer. Verdiensten worden verrekend." in page


@pytest.mark.parametrize("role", ["coordinator", "treasurer"])
def test_the_desk_asks_little_however_many_members(house, now, role):
    def more():
        with house.writing() as session:
            for _ in range(6):
                member = factories.make_membership(session)
                member.cooperative_id = house.cooperative_id
                session.flush()
                factories.make_agreement(session, member)
                factories.sell(session, member, gross_cents=5000, now=now)
                factories.make_cost(session, member, now=now)

    more()
    asks_little(house, getattr(house, role), "/balie", more)
