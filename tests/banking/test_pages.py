"""The pages of the bank: what the buyer sends, what the treasurer reads in, and who releases."""

from __future__ import annotations

import io
import re

import pytest

from marketplace.models.orders import Order
from marketplace.services.banking import accounts, byhand
from marketplace.services.trade import orders
from tests.banking.papers import OWN, camt, entry
from tests.books import factories
from tests.services.market import accepted
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


def test_cash_gives_a_receipt(house, treasurer):
    answer = send(treasurer, f"{BANK}/kas", reference=house.order)
    assert answer.status_code == 303
    assert "Kwitantie 1" in words(treasurer.get(answer.location))


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
@pytest.mark.parametrize("path", [BANK, BATCHES])
def test_the_pages_ask_little(house, treasurer, path):
    steps = iter((3, 9))

    def more():
        count = next(steps)
        lines = [entry(100 + at, f"regel {count} {at}") for at in range(count)]
        total = sum(100 + at for at in range(count))
        assert hand_in(treasurer, camt(*lines, total=total)).status_code == 303

    more()
    asks_little(house, house.treasurer, path, more)
