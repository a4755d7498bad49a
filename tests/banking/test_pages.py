"""The pages of the bank: what the buyer sends, what the treasurer reads in, and who releases."""

from __future__ import annotations

import io
import re

import pytest

from marketplace.models.municipalities import Municipality
from marketplace.models.orders import Order, OrderLine
from marketplace.services.banking import accounts, byhand
from marketplace.services.invoices import seller
from marketplace.services.trade import orders, refunds
from tests.banking.papers import OWN, camt, entry
from tests.books import factories
from tests.books.test_invoices import FACTS
from tests.services.market import accepted
from tests.statements.test_papers import read, tags_of, text_of
from tests.web.house import asks_little, open_house
from tests.web.people_pages import send, token_of, words

BANK = "/balie/bank"
BATCHES = "/balie/betaalopdrachten"


@pytest.fixture
def house(app, now):
    """Anouk earned 100.00 in set_off; a buyer has an order of 121.00 to pay."""
    made = open_house(app, regime="set_off", deductions_accepted=False)
    with made.writing() as session:
        factories.sell(session, made.market.member, gross_cents=12_100, now=now)
        accounts.set_own(
            session,
            cooperative_id=made.cooperative_id,
            iban=OWN,
            account_name="Scharrel",
            actor_id=made.treasurer.id,
            now=now,
        )
        made.order = accepted(session, made.market, now=now).public_id
    return made


@pytest.fixture
def treasurer(house):
    return house.browser(house.treasurer)


def hand_in(client, content):
    data = {"csrf_token": token_of(client, BANK), "file": (io.BytesIO(content), "bank.xml")}
    return client.post(f"{BANK}/bestand", data=data, content_type="multipart/form-data")


def chosen(house):
    """The buyer chooses to pay by bank; gives the page."""
    buyer = house.browser(house.market.buyer)
    own = f"/bestellingen/{house.order}"
    answer = send(buyer, f"{own}/overschrijven", seen_at=own)
    assert answer.status_code == 303
    return buyer.get(f"{own}/overschrijven")


def reference_on(page):
    found = re.search(r"RF\d\d \d{4} \d{4} \d\d", page.text)
    assert found
    return found[0]


def test_a_buyer_sends_money_and_the_treasurer_reads_it_in(house, treasurer):
    page = chosen(house)
    assert "€ 121,00" in words(page)
    assert "NL91 ABNA 0417 1643 00" in words(page)
    assert "<svg" in page.text
    assert "style=" not in page.text
    content = camt(entry(12_100, reference_on(page)), total=12_100)
    assert hand_in(treasurer, content).status_code == 303
    order = house.reading(orders.one, buyer_id=house.market.buyer.id, public_id=house.order)
    assert (order.payment_state, order.paid_via) == ("paid", "bank")
    assert "Alles heeft een plek" in words(treasurer.get(BANK))


@pytest.mark.sqlite_only
def test_a_bad_file_is_refused_in_words(house, treasurer):
    answer = hand_in(treasurer, b"<Document/>")
    assert answer.status_code == 422
    assert "Dit bestand kunnen we niet lezen" in words(answer)
    answer = hand_in(treasurer, camt(entry(100), total=200))
    assert "passen niet bij elkaar" in words(answer)


def test_a_line_without_a_reference_gets_its_place_by_hand(house, treasurer):
    chosen(house)
    hand_in(treasurer, camt(entry(12_100, "heg"), total=12_100))
    [(line, _state)] = house.reading(byhand.waiting, cooperative_id=house.cooperative_id)
    page = f"{BANK}/regel/{line.public_id}"
    wrong = send(treasurer, f"{page}/bestelling", seen_at=page, reference="onbekend")
    assert wrong.status_code == 422
    assert "kennen we niet" in words(wrong)
    good = send(treasurer, f"{page}/bestelling", seen_at=page, reference=house.order)
    assert good.status_code == 303
    with house.writing() as session:
        row = session.query(Order).filter_by(public_id=house.order).one()
        assert row.payment_state == "paid"


def take_cash(house, treasurer):
    answer = send(treasurer, f"{BANK}/kas", reference=house.order)
    assert answer.status_code == 303
    return answer.location


def give_back(house, cents=2_100):
    """The coordinator gives some of the order back."""
    with house.writing() as session:
        order = session.query(Order).filter_by(public_id=house.order).one()
        line = session.query(OrderLine).filter_by(order_id=order.id).one()
        return refunds.refund(
            session,
            order_id=order.id,
            lines={line.id: cents},
            reason="agreed",
            liable="cooperative",
            by_id=None,
            now=order.paid_at,
        ).public_id


def test_cash_gives_a_receipt_on_screen_and_on_paper(house, treasurer):
    page = take_cash(house, treasurer)
    assert "Kwitantie 1" in words(treasurer.get(page))
    answer = treasurer.get(f"{page}.pdf")
    assert b"pdfuaid" in answer.data
    said = text_of(read(answer))
    for part in ("Kwitantie 1", "Karim Bakker", "Heg knippen", "121,00", house.order, "Contant"):
        assert part in said, part
    public_id = page.rsplit("/", 1)[1]
    buyer = house.browser(house.market.buyer)
    mine = f"/kwitanties/{public_id}.pdf"
    assert f'href="{mine}"' in buyer.get(f"/bestellingen/{house.order}").text
    assert b"pdfuaid" in buyer.get(mine).data
    assert house.browser(house.market.seller).get(mine).status_code == 404


def test_cash_goes_back_with_a_receipt_of_its_own(house, treasurer):
    take_cash(house, treasurer)
    refund = give_back(house)
    buyer = house.browser(house.market.buyer)
    assert "Je betaalde contant" in words(buyer.get(f"/bestellingen/{house.order}"))
    page = words(treasurer.get(f"{BANK}/kas"))
    assert "Geef € 21,00 terug" in page
    answer = send(treasurer, f"{BANK}/kas/terug/{refund}", seen_at=f"{BANK}/kas")
    assert answer.status_code == 303
    assert "gaf dit bedrag contant terug aan Karim Bakker" in words(treasurer.get(answer.location))
    assert "21,00" in text_of(read(treasurer.get(f"{answer.location}.pdf")))
    assert "Teruggegeven op" in words(buyer.get(f"/bestellingen/{house.order}"))


def test_a_buyer_tells_an_account_and_sees_the_money_go(house, treasurer):
    take_cash(house, treasurer)
    refund = give_back(house)
    assert "De koper moet nog een rekeningnummer invullen" in words(treasurer.get(BATCHES))
    buyer = house.browser(house.market.buyer)
    order = f"/bestellingen/{house.order}"
    form = f"{order}/geld-terug"
    assert f'href="{form}"' in buyer.get(order).text
    wrong = send(buyer, form, iban="NL21INGB0001234567", name="K. Bakker")
    assert wrong.status_code == 422
    assert "bestaat niet" in words(wrong)
    assert 'value="NL21INGB0001234567"' in wrong.text
    assert send(buyer, form, iban="NL20 INGB 0001 2345 67", name="K. Bakker").status_code == 303
    assert "We maken het over naar je rekening" in words(buyer.get(order))
    assert "NL20" not in buyer.get(form).text
    page = send(treasurer, BATCHES, key=f"refund:{refund}").location
    coordinator = house.browser(house.coordinator)
    assert send(coordinator, f"{page}/vrijgeven", seen_at=page).status_code == 303
    assert "Onderweg naar jou" in words(buyer.get(order))
    assert b"NL20INGB0001234567" in treasurer.get(f"{page}/bestand").data
    late = send(buyer, form, iban="NL20 INGB 0001 2345 67", name="K. Bakker")
    assert late.status_code == 409
    stranger = house.browser(house.stranger)
    assert stranger.get(form).status_code == 404


def test_a_line_that_lost_our_reference_is_said_to_be_the_payment(house, treasurer):
    take_cash(house, treasurer)
    refund = give_back(house)
    buyer = house.browser(house.market.buyer)
    form = f"/bestellingen/{house.order}/geld-terug"
    send(buyer, form, iban="NL20 INGB 0001 2345 67", name="K. Bakker")
    page = send(treasurer, BATCHES, key=f"refund:{refund}").location
    send(house.browser(house.coordinator), f"{page}/vrijgeven", seen_at=page)
    for cents, text, shown in (
        (-2_100, "uit", "Een betaling van ons"),
        (2_100, "retour", "Een betaling die terugkwam"),
    ):
        hand_in(treasurer, camt(entry(cents, text), total=cents))
        [(line, _state)] = house.reading(byhand.waiting, cooperative_id=house.cooperative_id)
        at = f"{BANK}/regel/{line.public_id}"
        found = treasurer.get(at)
        assert shown in words(found)
        key = re.search(r'name="key" value="([^"]+)"', found.text)[1]
        assert send(treasurer, f"{at}/betaling", seen_at=at, key=key).status_code == 303
    assert "1 betaling kwam terug" in words(treasurer.get(BATCHES))
    assert "We weten niet naar welke rekening" in words(buyer.get(f"/bestellingen/{house.order}"))
    assert "Terugbetalen is niet gelukt" in words(treasurer.get("/balie"))


def test_the_account_of_a_municipality_is_kept_and_not_shown(house, treasurer):
    with house.writing() as session:
        town = session.get_one(Municipality, house.market.member.municipality_id).public_id
    page = f"{BATCHES}/gemeente/{town}"
    assert send(treasurer, page, iban="NL00").status_code == 422
    assert send(treasurer, page, iban="NL20 INGB 0001 2345 67").status_code == 303
    assert "INGB" not in treasurer.get(page).text
    assert treasurer.get(f"{BATCHES}/gemeente/onbekend").status_code == 404
    assert house.browser(house.coordinator).get(page).status_code == 403


def test_the_bill_stands_at_the_order_with_a_code_for_the_banking_app(house, app, now):
    with house.writing() as session:
        seller.keep(
            session, cooperative_id=house.cooperative_id, facts=FACTS, actor_id=None, now=now
        )
    page = chosen(house)
    found = re.search(r"/facturen/[\w-]+\.pdf", page.text)
    answer = house.browser(house.market.buyer).get(found[0])
    paper = read(answer)
    assert b"pdfuaid" in answer.data
    assert "/Figure" in tags_of(paper)
    said = text_of(paper)
    for part in ("Factuur 2026-000002", "NL91 ABNA 0417 1643 00", reference_on(page), "121,00"):
        assert part in said, part


def test_a_batch_needs_two_people(house, treasurer):
    assert "Er is nog geen rekeningnummer" not in words(treasurer.get(BATCHES))
    account = f"{BATCHES}/rekening/{house.market.member.public_id}"
    assert send(treasurer, account, iban="NL00").status_code == 422
    assert send(treasurer, account, iban="NL20 INGB 0001 2345 67").status_code == 303
    assert "INGB" not in treasurer.get(account).text
    key = f"earnings:{house.market.member.public_id}"
    page = send(treasurer, BATCHES, key=key).location
    assert send(treasurer, f"{page}/vrijgeven", seen_at=page).status_code == 409
    assert treasurer.get(f"{page}/bestand").status_code == 409
    coordinator = house.browser(house.coordinator)
    assert send(coordinator, f"{page}/vrijgeven", seen_at=page).status_code == 303
    file = treasurer.get(f"{page}/bestand")
    assert b"pain.001.001.09" in file.data
    assert b"NL20INGB0001234567" in file.data
    assert coordinator.get(f"{page}/bestand").status_code == 403


@pytest.mark.sqlite_only
def test_strangers_find_nothing(house, treasurer, app):
    other = open_house(app)
    stranger = other.browser(other.treasurer)
    hand_in(treasurer, camt(entry(500), total=500))
    [(line, _state)] = house.reading(byhand.waiting, cooperative_id=house.cooperative_id)
    assert stranger.get(f"{BANK}/regel/{line.public_id}").status_code == 404
    page = send(treasurer, BATCHES, key=f"surplus:{line.public_id}").location
    assert stranger.get(page).status_code == 404
    own = f"/bestellingen/{house.order}/overschrijven"
    chosen(house)
    assert other.browser(other.market.buyer).get(own).status_code == 404
    assert house.browser(house.coordinator).get(BANK).status_code == 403


@pytest.mark.sqlite_only
@pytest.mark.parametrize("path", [BANK, BATCHES, f"{BANK}/kas"])
def test_the_pages_ask_little(house, treasurer, path):
    steps = iter((3, 9))

    def more():
        count = next(steps)
        lines = [entry(100 + at, f"regel {count} {at}") for at in range(count)]
        total = sum(100 + at for at in range(count))
        assert hand_in(treasurer, camt(*lines, total=total)).status_code == 303

    more()
    asks_little(house, house.treasurer, path, more)
