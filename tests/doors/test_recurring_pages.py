"""A service that comes back, without JavaScript: the buyer's form and page, the member's answer and page."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace import context
from marketplace.cli import ticks
from marketplace.models.doors.recurrences import Recurrence
from marketplace.models.orders import Order
from tests.doors.test_slots import open_week
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently

NINE = "20260119T0800Z"


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def buyer(house):
    return house.browser(house.market.buyer)


@pytest.fixture
def member(house):
    return house.browser(house.market.seller)


@pytest.fixture
def path(house) -> str:
    return f"/bestellen/{house.market.service.public_id}/vaker"


def asking(**own):
    return {
        "key": "k" * 20,
        "every": "two_weeks",
        "quantity": "1",
        "wanted_on": "2026-01-19",
        "address": "Dorpsstraat 1",
        **own,
    }


def made(house) -> int:
    return house.reading(lambda session: session.scalar(select(func.count(Order.id))))


def test_a_buyer_asks_and_the_member_says_yes_once(house, buyer, member, path):
    assert path in buyer.get(f"/aanbod/{house.market.service.public_id}").text
    page = send(buyer, path, **asking()).location
    again = send(buyer, path, **asking())
    assert again.location == page
    assert "Elke twee weken op maandag" in words(buyer.get(page))
    assert "Elke twee weken op maandag" in words(buyer.get("/bestellingen/vaker"))
    job = page.replace("/bestellingen/", "/werk/")
    asked = words(member.get(job))
    assert "Wat houd ik over?" in asked
    assert "Dorpsstraat" not in asked
    assert "uitkering" not in words(buyer.get(page))
    assert made(house) == 0
    assert send(member, f"{job}/ja", seen_at=job).status_code == 303
    assert made(house) == 1
    assert "Dorpsstraat" in words(member.get(job))
    assert "2 februari" in words(buyer.get(page))
    order = house.reading(lambda session: session.scalars(select(Order)).one())
    assert "Dit komt steeds terug" in words(buyer.get(f"/bestellingen/{order.public_id}"))
    # Either side pauses; who paused goes on.
    assert send(member, f"{job}/pauze", seen_at=job).status_code == 303
    assert "De ander heeft dit op pauze gezet" in words(buyer.get(page))
    assert send(buyer, f"{page}/verder", seen_at=page).status_code == 409
    assert send(member, f"{job}/verder", seen_at=job).status_code == 303
    assert send(buyer, f"{page}/stop", seen_at=page).status_code == 303
    assert "Gestopt" in words(member.get(job))
    assert buyer.post(f"{page}/wissen").status_code == 404


def test_what_is_missing_is_said_beside_the_field_and_stays(house, buyer, path):
    wrong = send(buyer, path, **asking(wanted_on="", note="Bij de blauwe deur"))
    assert wrong.status_code == 422
    assert "Kies de dag van de eerste keer" in words(wrong)
    assert "Bij de blauwe deur" in wrong.text
    early = send(buyer, path, **asking(ends_on="2026-01-18"))
    assert "De laatste keer komt na de eerste" in words(early)
    late = send(buyer, path, **asking(ends_on="2036-01-18"))
    assert "binnen vijf jaar" in words(late)
    odd = send(buyer, path, **asking(every="day"))
    assert odd.status_code == 422
    goods = buyer.get(f"/bestellen/{house.market.product.public_id}/vaker")
    assert goods.status_code == 404
    own = house.browser(house.market.seller)
    assert send(own, path, **asking()).status_code == 409


def test_where_times_are_booked_the_first_one_is_chosen(house, buyer, path):
    with house.writing() as session:
        open_week(session, house.market, context.now())
    page = buyer.get(path)
    assert f'value="{NINE}"' in page.text
    assert NINE not in send(buyer, path, **asking(vanaf="2026-01-27", wanted_on="")).text
    without = send(buyer, path, **asking(wanted_on=""))
    assert without.status_code == 422
    assert "Kies een tijd" in words(without)
    series = send(buyer, path, **asking(wanted_on="", starts_at=NINE)).location
    assert "09:00 uur" in words(buyer.get(series))


def test_the_worker_makes_what_is_near(app, house, buyer, member, path):
    job = send(buyer, path, **asking()).location.replace("/bestellingen/", "/werk/")
    send(member, f"{job}/ja", seen_at=job)
    with house.writing() as session:
        row = session.scalars(select(Recurrence)).one()
        row.every, row.next_number = "week", 1
        row.next_on = row.first_on.replace(day=26)
    with app.app_context():
        done = ticks.tick(ticks.steps())
    assert done["recurring_orders"] == 1
    assert made(house) == 2


def test_a_stranger_finds_no_series(house, buyer, path):
    page = send(buyer, path, **asking()).location
    stranger = house.browser(house.stranger)
    assert stranger.get(page).status_code == 404
    job = page.replace("/bestellingen/", "/werk/")
    assert stranger.get(job).status_code == 404
    assert send(stranger, f"{job}/ja", seen_at="/account").status_code == 404
    assert send(stranger, f"{page}/stop", seen_at="/account").status_code == 404


def test_the_pages_of_series_ask_little(house, buyer, path):
    page = send(buyer, path, **asking()).location

    def more():
        for number in range(3):
            send(buyer, path, **asking(key=f"{number}" * 20))

    people = house.market.buyer, house.market.seller
    asks_little(house, people[0], path, lambda: None)
    asks_little(house, people[0], page, lambda: None)
    asks_little(house, people[1], page.replace("/bestellingen/", "/werk/"), lambda: None)
    asks_little(house, people[0], "/bestellingen/vaker", more)
    asks_little(house, people[1], "/werk/vaker", more)
