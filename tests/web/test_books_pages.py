"""The books on the screen: every entry once, in words, and pots that are the sums of the books."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace.domain.ledger import CHART
from marketplace.models.orders import OrderLine
from marketplace.services.books import ledger
from marketplace.services.trade import refunds
from marketplace.web.formats import euro
from marketplace.web.views.books import ACCOUNT_NAMES, KIND_NAMES
from tests.books import factories
from tests.web.house import asks_little, open_house
from tests.web.people_pages import words


@pytest.fixture
def house(app):
    return open_house(app)


def sell_and_spend(house, now, times=1):
    with house.writing() as session:
        for _ in range(times):
            factories.sell(session, house.market.member, gross_cents=72_600, now=now)
            factories.spend(session, house.market.member, now=now)


def test_the_pots_are_the_sums_of_the_books(app, house, now):
    sell_and_spend(house, now)
    page = house.browser(house.treasurer).get("/balie/potten").text
    books = house.reading(ledger.balances, cooperative_id=house.cooperative_id)
    shown = re.findall(r'<dd><span class="sm-amount">([^<]*)</span>', page)
    codes = [
        "destined_for_member",
        "training_pot",
        "reserve",
        "payable_to_municipality",
        "payable_to_member",
        "receipts_payable",
        "bank",
        "provider_clearing",
        "received_in_advance",
    ]
    with app.test_request_context():
        expected = [
            euro(sum(cents for (code, _member), cents in books.items() if code == one))
            for one in codes
        ]
    assert shown == expected
    assert expected[0] != "€\u00a00,00"


def test_the_journal_shows_every_entry_once_page_by_page(house, now):
    sell_and_spend(house, now, times=12)
    browser = house.browser(house.coordinator)
    seen, address = [], "/balie/boeken"
    while address:
        page = browser.get(address).text
        seen += re.findall(r'<h2 class="sm-title" id="boeking-(\d+)"', page)
        following = re.search(r'href="(/balie/boeken\?dag=[^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    entries = house.reading(ledger.journal, cooperative_id=house.cooperative_id, limit=1000)
    assert seen == [str(entry.id) for entry in entries]
    assert len(seen) > ledger.PAGE


def test_an_entry_names_what_happened_whose_it_is_and_both_sides(house, now):
    sell_and_spend(house, now)
    page = words(house.browser(house.coordinator).get("/balie/boeken"))
    assert "Bon goedgekeurd · Anouk" in page
    assert "4000 Kosten: materiaal € 80,00" in page


@pytest.mark.sqlite_only
def test_a_nonsense_page_of_the_journal_begins_at_the_beginning(house):
    browser = house.browser(house.coordinator)
    for odd in ("dag=gisteren&nummer=1", "dag=2026-01-01&nummer=-1", "nummer=99999999999999999999"):
        assert browser.get(f"/balie/boeken?{odd}").status_code == 200


@pytest.mark.sqlite_only
def test_a_member_sees_no_books(house):
    browser = house.browser(house.market.seller)
    assert browser.get("/balie/boeken").status_code == 404
    assert browser.get("/balie/potten").status_code == 404


def test_every_account_and_every_happening_has_words():
    assert set(ACCOUNT_NAMES) == set(CHART)
    assert KIND_NAMES


@pytest.mark.sqlite_only
@pytest.mark.parametrize("path", ["/balie/boeken", "/balie/potten"])
def test_pages_of_the_books_ask_little(house, now, path):
    sell_and_spend(house, now)
    asks_little(house, house.treasurer, path, lambda: sell_and_spend(house, now, times=5))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("done", [False, True])
def test_what_went_back_has_words_in_the_journal(house, now, done):
    with house.writing() as session:
        order = factories.make_paid_order(session, house.market.member, gross_cents=12_100, now=now)
        if done:
            factories.deliver(session, order, now=now)
        line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
        made = refunds.refund(
            session,
            order_id=order.id,
            lines={line.id: 12_100},
            reason="afgezegd",
            liable="member",
            by_id=None,
            now=now,
        )
        refunds.settled(session, refund_id=made.id, via="provider", now=now)
    page = words(house.browser(house.treasurer).get("/balie/boeken"))
    assert ("Verkoop gaat terug" if done else "Koper krijgt geld terug") in page
    assert "Terugbetaald aan koper" in page
    assert "Terug te betalen aan kopers" in page
