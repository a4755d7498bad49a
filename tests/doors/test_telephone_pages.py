"""The coordinator's form for who calls, without JavaScript: nothing that was typed is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.models.people import Person
from marketplace.services.trade import work
from tests.books import factories
from tests.doors.test_slots import open_week
from tests.services import market as markets
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently

PATH = "/balie/bestellingen/nieuw"
NINE = "20260119T0800Z"


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def desk(house):
    return house.browser(house.coordinator)


def session_now(house):
    return house.app.extensions["marketplace"].clock()


def call(house, **own):
    return {
        "key": "k" * 20,
        "shown": "1",
        "buyer": "new",
        "name": "Mevrouw De Wit",
        "phone": "06-12345678",
        "listing_0": house.market.service.public_id,
        "quantity_0": "1",
        "address": "Dorpsstraat 1",
        **own,
    }


def test_a_new_buyer_without_email_is_noted_from_the_list_of_orders(house, desk, session):
    assert PATH in desk.get("/balie/bestellingen").text
    assert desk.get(PATH).status_code == 200
    answer = send(desk, PATH, **call(house))
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "0612345678" in page
    assert "Geen e-mail" in page
    assert "Zeg de bestelling af" in page
    again = send(desk, PATH, **call(house))
    assert again.location == answer.location
    assert session.scalar(select(func.count(Order.id))) == 1


def test_what_is_missing_is_said_at_each_field_and_nothing_is_lost(house, desk):
    answer = send(
        desk, PATH, **call(house, name="", phone="", listing_0="", note="Bij de blauwe deur")
    )
    assert answer.status_code == 422
    for text in ("Schrijf de naam", "Schrijf een nummer op", "Kies wat de koper wil"):
        assert text in words(answer)
    assert "Bij de blauwe deur" in answer.text
    wrong = send(desk, PATH, **call(house, phone="0612", email="geen", quantity_0="0,3"))
    assert wrong.status_code == 422
    for text in ("tien cijfers", "geen e-mailadres", "Dit aantal kan niet"):
        assert text in words(wrong)
    assert 'value="0612"' in wrong.text


def test_a_buyer_is_found_and_chosen(house, desk, session):
    send(desk, PATH, **call(house))
    found = send(desk, PATH, **call(house, typed="0612345678", zoek="1", name="", address=""))
    key = session.scalar(select(Person.public_id).where(Person.email.is_(None)))
    session.rollback()
    assert f'value="{key}"' in found.text
    assert 'value="Dorpsstraat 1"' in found.text
    nobody = send(desk, PATH, **call(house, typed="De Wit", zoek="1"))
    assert "Niemand gevonden" in words(nobody)
    assert key not in nobody.text
    second = send(desk, PATH, **call(house, key="l" * 20, buyer=key, name="", phone=""))
    assert second.status_code == 303
    assert session.scalar(select(func.count(Person.id)).where(Person.email.is_(None))) == 1
    session.rollback()
    unknown = send(desk, PATH, **call(house, key="m" * 20, buyer="x" * 16, name="", phone=""))
    assert unknown.status_code == 422


def test_rows_and_times_come_with_a_button_and_what_was_chosen_stays(house, desk, session):
    with house.writing() as own:
        open_week(own, house.market, session_now(house))
    more = send(desk, PATH, **call(house, regel="1"))
    assert "listing_1" in more.text
    assert 'name="shown" type="hidden" value="2"' in more.text
    times = send(desk, PATH, **call(house, tijden="0"))
    assert f'name="starts_at_0" value="{NINE}"' in times.text
    later = send(desk, PATH, **call(house, tijden="0:2026-01-27", starts_at_0=NINE))
    assert NINE not in later.text
    other = send(desk, PATH, **call(house, shown="2", tijden="1", starts_at_0=NINE))
    assert f'name="starts_at_0" value="{NINE}"' in other.text
    assert "Kies eerst wat de koper wil" in words(other)
    for odd in ("9", "-1", "x", "٣"):
        assert send(desk, PATH, **call(house, tijden=odd)).status_code == 200
    two = call(
        house,
        shown="2",
        starts_at_0=NINE,
        listing_1=house.market.product.public_id,
        quantity_1="2",
    )
    assert send(desk, PATH, **two).status_code == 303
    order = session.scalars(select(Order)).one()
    assert order.total_cents == 12_100 + 2 * 2420
    session.rollback()
    gone = send(desk, PATH, **call(house, key="l" * 20, starts_at_0=NINE))
    assert gone.status_code == 409
    assert "net bezet" in words(gone)


def test_from_the_yes_on_money_and_paper_are_at_hand(house, desk, session):
    order = send(desk, PATH, **call(house)).location
    page = desk.get(order).text
    assert "werkbon" not in page
    with house.writing() as own:
        line = markets.line_of(own, own.scalars(select(Order)).one())
        work.accept(own, **house.market.own, public_id=line, now=session_now(house))
    page = desk.get(order).text
    assert "Contant" in page
    paper = desk.get(f"{order}/werkbon.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    member = house.browser(house.market.seller)
    assert "werkbon.pdf" in member.get(f"/werk/klussen/{line}").text
    own_paper = member.get(f"/werk/klussen/{line}/werkbon.pdf")
    assert own_paper.data[:5] == b"%PDF-"
    assert house.browser(house.stranger).get(f"/werk/klussen/{line}/werkbon.pdf").status_code == 404
    treasurer = house.browser(house.treasurer)
    assert treasurer.get(order).status_code == 200
    assert "Zeg de bestelling af" not in treasurer.get(order).text
    assert treasurer.get(PATH).status_code == 403
    assert send(desk, f"{order}/afzeggen", seen_at=order).status_code == 303
    assert "Gaat niet door" in desk.get(order).text


def test_the_desk_chooses_the_bank_for_who_called(house, desk):
    order = send(desk, PATH, **call(house)).location
    with house.writing() as own:
        own.get_one(Cooperative, house.cooperative_id).iban = "NL91ABNA0417164300"
        line = markets.line_of(own, own.scalars(select(Order)).one())
        work.accept(own, **house.market.own, public_id=line, now=session_now(house))
    assert send(desk, f"{order}/overschrijven", seen_at=order).status_code == 303
    assert "NL91 ABNA 0417 1643 00" in desk.get(order).text


def test_the_form_and_the_order_ask_little(house, desk):
    order = send(desk, PATH, **call(house)).location

    def more():
        with house.writing() as own:
            for _ in range(5):
                factories.make_listing(own, house.market.member)

    asks_little(house, house.coordinator, PATH, more)
    asks_little(house, house.coordinator, order, more)
