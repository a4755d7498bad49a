"""The pages of messages: a talk between two browsers, what is escaped, and how many queries it takes."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from PIL import Image
from sqlalchemy import select

from marketplace import context
from marketplace.domain.access import Actor
from marketplace.models.orders import Order, OrderLine
from marketplace.models.reviews import Review
from marketplace.services.talk import messages
from marketplace.services.trade import orders, work
from tests.services import market as markets
from tests.web.house import open_house
from tests.web.people_pages import send
from tests.web.query_count import MOST, counted

pytestmark = pytest.mark.sqlite_only  # pages ask nothing that PostgreSQL would answer differently


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def line(app, house):
    with app.app_context(), context.transaction() as session:
        order = markets.paid(session, house.market, now=context.now())
        return markets.line_of(session, order)


def write(house, line, count):
    me = Actor(house.market.buyer.id, "x", "nl")
    for number in range(count):
        with house.writing() as session:
            messages.write(
                session,
                storage=context.gateways().storage,
                actor=me,
                line=line,
                text=f"Bericht {number}",
                now=context.now() - dt.timedelta(hours=2 * (count - number)),
            )


def test_a_talk_between_two_browsers(house, line):
    buyer, member = house.browser(house.market.buyer), house.browser(house.market.seller)
    path = f"/gesprekken/{line}"
    assert send(buyer, path, text="Kun je om <b>10 uur</b>?").status_code == 303
    page = member.get(path).text
    assert "Kun je om &lt;b&gt;10 uur&lt;/b&gt;?" in page
    assert "Ik heb het gelezen" in page
    assert "nieuw bericht" in member.get("/gesprekken").text
    assert send(member, path, text="Ja, tot dan").status_code == 303
    assert "Ik heb het gelezen" not in member.get(path).text
    assert "Ja, tot dan" in buyer.get(path).text
    assert "Ja, tot dan" in house.browser(house.coordinator).get(path).text
    for other in (house.stranger, house.treasurer):
        assert house.browser(other).get(path).status_code == 404


def test_a_photo_goes_with_it(house, line):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    buyer = house.browser(house.market.buyer)
    path = f"/gesprekken/{line}"
    picture = (io.BytesIO(out.getvalue()), "tuin.html")
    assert send(buyer, path, photo=picture).status_code == 303
    page = buyer.get(path).text
    source = page.split(f'src="{path}/foto/')[1].split('"')[0]
    answer = buyer.get(f"{path}/foto/{source}")
    assert answer.mimetype == "image/webp"
    assert house.browser(house.stranger).get(f"{path}/foto/{source}").status_code == 404
    wrong = send(buyer, path, photo=(io.BytesIO(b"<svg/>"), "x.png"))
    assert wrong.status_code == 422


def test_nothing_and_too_much_are_said_at_the_field(house, line):
    buyer = house.browser(house.market.buyer)
    assert "Schrijf iets, of kies een foto." in send(buyer, f"/gesprekken/{line}", text=" ").text
    long = send(buyer, f"/gesprekken/{line}", text="x" * 2001)
    assert long.status_code == 422
    assert "Neem hoogstens 2000 tekens." in long.text


def test_no_page_asks_more_for_more(app, house, line):
    buyer = house.browser(house.market.buyer)
    seen = {}
    for count in (1, 12):
        write(house, line, count)
        for path in (f"/gesprekken/{line}", "/gesprekken"):
            with counted(app) as queries:
                assert buyer.get(path).status_code == 200
            seen.setdefault(path, []).append(len(queries))
    for few, many in seen.values():
        assert few == many <= MOST


def test_a_review_from_the_buyer_to_the_market(app, house, line):
    market = house.market
    with house.writing() as session:
        work.deliver(session, **market.own, public_id=line, now=context.now())
        order = session.scalars(select(OrderLine).where(OrderLine.public_id == line)).one().order_id
        public_id = session.get_one(Order, order).public_id
        orders.confirm(
            session, buyer_id=market.buyer.id, public_id=public_id, line=line, now=context.now()
        )
    buyer, member = house.browser(market.buyer), house.browser(market.seller)
    path = f"/beoordelingen/bestelling/{line}"
    assert "Vertel hoe het was" in buyer.get(f"/bestellingen/{public_id}").text
    assert send(buyer, path, text="Mooi").status_code == 422
    assert send(buyer, path, score="5", text="<i>Mooi</i>").status_code == 303
    shown = f"/aanbod/{market.service.public_id}"
    assert "Wat kopers zeggen" not in buyer.get(shown).text
    listed = member.get("/beoordelingen").text
    assert "Nog niet te zien" in listed
    there = listed.split('href="/beoordelingen/')[1].split('"')[0]
    assert send(member, f"/beoordelingen/{there}", text="Dank je").status_code == 303
    with house.writing() as session:
        session.scalars(select(Review)).one().published_at = context.now()
    page = house.browser(None).get(shown).text
    assert "&lt;i&gt;Mooi&lt;/i&gt;" in page
    assert "Dank je" in page
    assert "Karim" not in page
    led = house.browser(house.coordinator)
    assert send(led, f"/beoordelingen/{there}/beheer", reason="insult").status_code == 303
    assert "Wat kopers zeggen" not in house.browser(None).get(shown).text
    assert house.browser(house.stranger).get(f"/beoordelingen/{there}").status_code == 404
