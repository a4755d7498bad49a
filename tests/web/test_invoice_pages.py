"""Invoices on the screen: the buyer's papers, the treasurer's list and facts; nobody else's eyes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.models.cooperatives import Cooperative
from marketplace.models.invoices import Invoice
from marketplace.models.orders import Order
from marketplace.models.people import Person
from marketplace.services.invoices import seller
from tests.books import factories
from tests.books.test_invoices import FACTS
from tests.statements.test_papers import read, tags_of, text_of
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send

FORM = {
    "legal_name": "Coöperatie De Kluscoop U.A.",
    "address": "Voorbeeldstraat 1",
    "postcode": "1234ab",
    "place": "Ons Dorp",
    "kvk_number": "00000001",
    "vat_number": "NL000099998B57",
    "iban": "NL91 ABNA 0417 1643 00",
}


@pytest.fixture
def house(app):
    return open_house(app)


def sell(house, now, *, address="Dorpsstraat 12, 4321 BA Ons Dorp", times=1):
    with house.writing() as session:
        for _ in range(times):
            order = factories.make_order(session, [(house.market.member, 12_100)], address=address)
            factories.pay(session, order, now=now)
        buyer = session.get_one(Person, order.buyer_id)
        session.expunge(buyer)
        return order.public_id, buyer


def fill_in(house, now):
    with house.writing() as session:
        seller.keep(
            session, cooperative_id=house.cooperative_id, facts=FACTS, actor_id=None, now=now
        )


def document(house):
    with house.writing() as session:
        return session.scalars(select(Invoice.public_id).order_by(Invoice.id.desc())).first()


def test_the_buyer_finds_and_reads_the_invoice(house, now):
    fill_in(house, now)
    order, buyer = sell(house, now)
    page = house.browser(buyer).get(f"/bestellingen/{order}").text
    found = document(house)
    assert f"/facturen/{found}.pdf" in page
    answer = house.browser(buyer).get(f"/facturen/{found}.pdf")
    paper = read(answer)
    assert b"pdfuaid" in answer.data
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert {"/H1", "/Table", "/TH"} <= tags_of(paper)
    said = text_of(paper)
    for part in (
        "Factuur 2026-000001",
        FACTS.legal_name,
        FACTS.address,
        FACTS.kvk_number,
        FACTS.vat_number,
        buyer.name,
        "15 januari 2026",
        "Een dag in de tuin",
        "100,00",
        "21,00",
        "121,00",
    ):
        assert part in said
    xml = house.browser(buyer).get(f"/facturen/{found}.xml")
    assert (xml.status_code, xml.mimetype) == (200, "application/xml")
    assert b"2026-000001" in xml.data


def test_without_a_whole_address_there_is_a_pdf_and_no_ubl(house, now):
    fill_in(house, now)
    order, buyer = sell(house, now, address="")
    browser = house.browser(buyer)
    found = document(house)
    assert ".xml" not in browser.get(f"/bestellingen/{order}").text
    assert browser.get(f"/facturen/{found}.pdf").status_code == 200
    assert browser.get(f"/facturen/{found}.xml").status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_a_stranger_finds_nothing(house, now, kind):
    fill_in(house, now)
    sell(house, now)
    found = document(house)
    for path in (f"/facturen/{found}.{kind}", f"/balie/facturen/{found}.{kind}"):
        assert house.browser(house.stranger).get(path).status_code == 404
    ours = house.browser(house.treasurer).get(f"/balie/facturen/{found}.{kind}")
    assert ours.status_code == 200


def test_the_treasurer_fills_in_the_facts_and_what_waited_is_issued(house, now):
    order, _buyer = sell(house, now)
    browser = house.browser(house.treasurer)
    assert "gegevens van de coöperatie: 1." in browser.get("/balie/facturen").text
    path = "/balie/facturen/gegevens"
    refused = send(browser, path, **FORM | {"iban": "NL91ABNA0417164301"})
    assert refused.status_code == 422
    assert "klopt niet" in refused.text
    assert send(browser, path, **FORM).status_code == 303
    page = browser.get("/balie/facturen").text
    assert "2026-000001" in page
    assert "gegevens van de coöperatie: 1." not in page
    with house.writing() as session:
        row = session.scalars(select(Invoice)).one()
        assert row.seller["postcode"] == "1234 AB"
        assert session.get_one(Order, row.order_id).public_id == order
    assert house.browser(house.coordinator).get("/balie/facturen/gegevens").status_code == 403


def test_the_list_is_searched_by_number_and_goes_page_by_page(house, now):
    fill_in(house, now)
    sell(house, now, times=35)
    browser = house.browser(house.treasurer)
    first = browser.get("/balie/facturen").text
    assert "2026-000035" in first
    assert "2026-000005" not in first
    assert "voor=" in first
    one = browser.get("/balie/facturen?nummer=000005").text
    assert "2026-000005" in one
    assert "2026-000035" not in one


def test_the_list_links_the_ubl_where_it_can_be_made(house, now):
    fill_in(house, now)
    sell(house, now)
    whole = document(house)
    sell(house, now, address="Kippenloop 9, Wilgendam")
    part = document(house)
    browser = house.browser(house.treasurer)
    page = browser.get("/balie/facturen").text
    assert f'href="/balie/facturen/{whole}.xml"' in page
    assert f'href="/balie/facturen/{part}.pdf"' in page
    assert f"{part}.xml" not in page
    assert page.count("geen UBL") == 1
    assert "alleen als haar straat, postcode en plaats" in page
    assert browser.get(f"/balie/facturen/{whole}.xml").status_code == 200


def test_the_paper_under_kor_says_exempt_and_the_price_of_one(house, now):
    fill_in(house, now)
    with house.writing() as session:
        factories.make_scheme(
            session, session.get_one(Cooperative, house.cooperative_id), "kor", "2024-01-01"
        )
    sell(house, now)
    found = document(house)
    said = text_of(
        read(house.browser(house.treasurer).get(f"/balie/facturen/{found}.pdf"))
    ).replace("\xa0", " ")
    assert "vrijgesteld" in said
    assert "0 %" not in said
    assert "€ 121,00 per klus" in said


def test_the_pages_ask_little(house, now):
    fill_in(house, now)
    order, buyer = sell(house, now)
    asks_little(house, house.treasurer, "/balie/facturen", lambda: sell(house, now, times=5))
    asks_little(house, buyer, f"/bestellingen/{order}", lambda: sell(house, now))
