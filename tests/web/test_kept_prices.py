"""Wat houd ik over? On the member's own prices: typed in a form, in the list of offers, at each open job."""

from __future__ import annotations

import pytest

from marketplace.models.listings import Listing
from marketplace.services.months.prices import kept_of
from tests.books import factories
from tests.services import market as markets
from tests.services.offers import make_listing
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words

OFFERS = "/werk/aanbod"
PART = f"{OFFERS}/wat-houd-ik-over"
IN_SET_OFF = {"regime": "set_off", "exemption_n_granted": True}
TYPED = {"price": "121", "vat_category": "standard", "title": "Ramen wassen", "reken": "1"}


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def seller(house):
    return house.browser(house.market.seller)


@pytest.mark.sqlite_only
def test_the_form_computes_the_typed_price_and_keeps_what_was_typed(house, seller):
    answer = send(seller, f"{OFFERS}/nieuw", **TYPED)
    page = words(answer)
    assert answer.status_code == 200
    # 121.00 is 100.00 without VAT, and 85.00 after 5 and 10 percent
    assert "+ € 85,00 in je thermometer" in page
    assert "INDICATIE" in page
    assert "/werk/wat-houd-ik-over?prijs=121.00&amp;btw=standard" in answer.text
    assert 'value="121"' in answer.text
    assert 'value="Ramen wassen"' in answer.text
    assert "Kies wat je aanbiedt." not in page
    assert "Ramen wassen" not in words(seller.get(OFFERS))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("price", ["veel", "", "0,50"])
def test_an_unreadable_price_is_told_beside_it(seller, price):
    answer = send(seller, f"{OFFERS}/nieuw", **(TYPED | {"price": price}))
    assert 'id="price-error"' in answer.text
    assert "in je thermometer" not in answer.text


@pytest.mark.sqlite_only
def test_an_own_offer_opens_with_what_it_leaves_and_recomputes_without_keeping(house, seller):
    path = f"{OFFERS}/{house.market.service.public_id}"
    assert "in je thermometer" in words(seller.get(path))
    answer = send(seller, path, **TYPED)
    assert "+ € 85,00 in je thermometer" in words(answer)
    with house.writing() as session:
        kept = session.get_one(Listing, house.market.service.id)
        assert (kept.title, kept.price_cents) != ("Ramen wassen", 12_100)


@pytest.mark.sqlite_only
def test_while_one_types_only_the_box_is_sent(seller):
    answer = seller.get(PART, query_string={"price": "121", "vat_category": "reduced"})
    assert "<html" not in answer.text
    # 121.00 with 9 percent in it is 111.01
    assert "+ € 94,36 in je thermometer" in words(answer)
    for wrong in ({"price": "1" * 12}, {"price": "12a"}, {"price": "12", "vat_category": "x"}, {}):
        answer = seller.get(PART, query_string=wrong)
        assert answer.status_code == 200
        assert answer.text.strip() == ""


@pytest.mark.sqlite_only
def test_a_buyer_gets_no_sum(house):
    assert house.browser(house.market.buyer).get(PART).status_code in {403, 404}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("agreement", [{}, IN_SET_OFF])
def test_the_list_of_offers_says_what_one_of_each_leaves_and_asks_little(app, agreement):
    house = open_house(app, **agreement)
    page = words(house.browser(house.market.seller).get(OFFERS))
    assert ("in je thermometer" in page) == (not agreement)
    assert page.count("Zo rekenen we") == page.count("INDICATIE") == 2

    def more():
        with house.writing() as session:
            for _ in range(3):
                make_listing(session, house.market.member)

    asks_little(house, house.market.seller, OFFERS, more)
    asks_little(
        house, house.market.seller, f"{OFFERS}/{house.market.service.public_id}", lambda: None
    )


@pytest.mark.sqlite_only
def test_where_nothing_is_agreed_the_list_still_opens_the_sum(app):
    house = open_house(app, valid_from=factories.at("2099-01-01").date())
    answer = house.browser(house.market.seller).get(OFFERS)
    assert "Wat houd ik over?" in words(answer)
    assert "INDICATIE" not in answer.text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("which", ["asked", "waiting"])
def test_each_open_job_says_what_it_leaves_and_opens_its_own_sum(app, now, which):
    house = open_house(app)

    def one_more():
        with house.writing() as session:
            if which == "asked":
                markets.place(session, house.market, house.market.service, now=now)
            else:
                markets.accepted(session, house.market, now=now)

    one_more()
    path = f"/werk/klussen?lijst={which}"
    answer = house.browser(house.market.seller).get(path)
    assert "in je thermometer" in words(answer)
    assert "/werk/wat-houd-ik-over?klus=" in answer.text
    assert "INDICATIE" in answer.text
    asks_little(house, house.market.seller, path, one_more)


def test_a_typed_price_adds_what_the_same_job_adds_once_it_is_sold(session):
    now = factories.at("2026-01-20")
    member = factories.make_member(session, regime="set_off", exemption_n_granted=True)
    scope = {"cooperative_id": member.cooperative_id, "membership_id": member.id, "now": now}
    prices = {"one": (12_100, "standard"), "two": (24_200, "standard")}
    told = kept_of(session, prices=prices, **scope)
    factories.sell(session, member, gross_cents=12_100, now=now)
    after = kept_of(session, prices={"one": (12_100, "standard")}, **scope)
    assert told["one"].gain_cents + after["one"].gain_cents == told["two"].gain_cents > 0
    assert kept_of(session, prices={}, **scope) == {}
