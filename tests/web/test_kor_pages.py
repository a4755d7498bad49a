"""KOR on the screen: the gauge on the desk and at the pots, and the board's word after the crossing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.domain.invoices import KOR_TEXT
from marketplace.models.cooperatives import Cooperative, KorConfirmation
from tests.books import factories
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, words

PAGE = "/balie/kor"
METER = "KOR-meter 2026"


@pytest.fixture
def house(app):
    return open_house(app)


def join_kor(house, since="2024-01-01"):
    with house.writing() as session:
        cooperative = session.get_one(Cooperative, house.cooperative_id)
        factories.make_scheme(session, cooperative, "kor", since)


def sell(house, cents, now):
    with house.writing() as session:
        factories.sell(session, house.market.member, gross_cents=cents, now=now)


def cross(house, now):
    join_kor(house)
    sell(house, 1_990_000, factories.at("2026-01-02"))
    sell(house, 60_500, now)


@pytest.mark.parametrize("path", ["/balie", "/balie/potten"])
def test_only_a_cooperative_under_kor_has_a_gauge(house, now, path):
    browser = house.browser(house.coordinator)
    assert METER not in browser.get(path).text
    join_kor(house)
    assert "er niets verkocht" in words(browser.get(path))
    sell(house, 300_000, now)
    shown = browser.get(path)
    assert METER in shown.text
    page = words(shown)
    assert "€ 3.000,00 verkocht van € 20.000,00: 15 %." in page.replace("\xa0", " ")
    assert "Dat is een verwachting, geen zekerheid." in page
    assert "Wet OB 25" in page
    assert PAGE + '"' not in shown.text


def test_nothing_is_asked_before_the_crossing(house):
    join_kor(house)
    browser = house.browser(house.treasurer)
    assert "Er is niets om na te kijken" in words(browser.get(PAGE))
    assert send(browser, PAGE, seen_at="/account", prices="y", texts="y").status_code == 404
    assert "Er wacht niets op je" in words(browser.get("/balie"))


def test_the_treasurer_looks_and_the_desk_is_quiet_again(house, now):
    cross(house, now)
    browser = house.browser(house.treasurer)
    desk = browser.get("/balie")
    assert "Eén ding wacht op jou" in words(desk)
    assert f'href="{PAGE}"' in desk.text
    page = browser.get(PAGE)
    said = words(page).replace("\xa0", " ")
    assert KOR_TEXT in said
    assert "Heg knippen Anouk € 121,00 € 100,00 btw 21 %: € 21,00" in said
    refused = send(browser, PAGE, prices="y")
    assert refused.status_code == 422
    assert "Kijk eerst de tekst na." in words(refused)
    assert send(browser, PAGE, prices="y", texts="y").status_code == 303
    with house.writing() as session:
        row = session.scalars(select(KorConfirmation)).one()
        assert (row.cooperative_id, row.confirmed_by_id) == (
            house.cooperative_id,
            house.treasurer.id,
        )
    desk = words(browser.get("/balie"))
    assert "Er wacht niets op je" in desk
    assert "Het bestuur bevestigde op" in desk
    assert 'name="prices"' not in browser.get(PAGE).text


def test_two_clicks_keep_one_word(house, now):
    cross(house, now)
    browser = house.browser(house.treasurer)
    fields = {"prices": "y", "texts": "y"}
    token = browser.get(PAGE).text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    for _ in range(2):
        answer = browser.post(PAGE, data={"csrf_token": token, **fields})
        assert answer.status_code == 303
    with house.writing() as session:
        assert len(session.scalars(select(KorConfirmation)).all()) == 1


def test_only_the_treasurer_may(house, now):
    cross(house, now)
    assert house.browser(house.coordinator).get(PAGE).status_code == 403
    for person in (house.stranger, house.market.buyer, house.market.seller):
        assert house.browser(person).get(PAGE).status_code == 404
    desk = words(house.browser(house.coordinator).get("/balie"))
    assert "De penningmeester moet de prijzen en teksten nog nakijken." in desk


def test_the_prices_go_page_by_page(house, now):
    cross(house, now)
    with house.writing() as session:
        for number in range(31):
            factories.make_listing(session, house.market.member, title=f"Klus {number:02d}")
    browser = house.browser(house.treasurer)
    first = browser.get(PAGE).text
    assert "Klus 30" in first
    assert "Klus 00" not in first
    following = first.split('href="/balie/kor?voor=')[1].split('"')[0]
    assert "Klus 00" in browser.get(f"{PAGE}?voor={following}").text


def test_the_pages_ask_little(house, now):
    cross(house, now)

    def more():
        with house.writing() as session:
            for _ in range(4):
                member = factories.make_membership(session)
                member.cooperative_id = house.cooperative_id
                session.flush()
                factories.make_agreement(session, member)
                factories.sell(session, member, gross_cents=5000, now=now)
                factories.make_listing(session, member)
                factories.make_cost(session, member, now=now)

    for person, path in (
        (house.treasurer, PAGE),
        (house.treasurer, "/balie"),
        (house.coordinator, "/balie"),
        (house.coordinator, "/balie/potten"),
    ):
        asks_little(house, person, path, more)
