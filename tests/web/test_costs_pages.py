"""A receipt on its way: handed in by the member, decided by the coordinator, seen by nobody else."""

from __future__ import annotations

import io
import re

import pytest

from marketplace.services.books import ledger
from marketplace.services.trade import costs
from tests.books import factories
from tests.web.house import asks_little, open_house, picture
from tests.web.people_pages import send, words

NEW = "/werk/bonnen/nieuw"


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def member(house):
    return house.browser(house.market.seller)


@pytest.fixture
def coordinator(house):
    return house.browser(house.coordinator)


def hand_in(client, **fields):
    filled = {
        "receipt": (picture(), "bon.jpg"),
        "description": "Olie voor de heggenschaar",
        "category": "material",
        "spent_on": "14-1-2026",
        "gross": "96,80",
        "vat": "16,80",
        "line": "",
        "paid_by": "cooperative",
    }
    return send(client, NEW, **filled | fields)


def waiting(house):
    return house.reading(costs.waiting, cooperative_id=house.cooperative_id)


def balances(house):
    found = house.reading(ledger.balances, cooperative_id=house.cooperative_id)
    return {code: cents for (code, _member), cents in found.items()}


def test_a_receipt_handed_in_waits_and_its_picture_is_made_anew(house, member, coordinator):
    answer = hand_in(member)
    assert answer.status_code == 303
    assert "Wacht op de coördinator" in words(member.get(answer.location))
    (cost,) = waiting(house)
    assert (cost.gross_cents, cost.vat_cents) == (9680, 1680)
    shown = coordinator.get(f"/bonnen/{cost.public_id}/foto")
    assert shown.mimetype == "image/webp"
    assert shown.data[8:12] == b"WEBP"


def test_a_text_is_no_picture_and_what_was_typed_stays(house, member):
    answer = hand_in(member, receipt=(io.BytesIO(b"dit is geen foto"), "bon.jpg"))
    assert answer.status_code == 422
    assert "Olie voor de heggenschaar" in answer.text
    assert 'value="96,80"' in answer.text
    assert 'class="sm-field__error"' in answer.text
    assert waiting(house) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"gross": "veel"}, "Schrijf een bedrag in euro"),
        ({"vat": "96,80"}, "De btw moet lager zijn"),
        ({"spent_on": "16-1-2026"}, "De datum op de bon is nog niet geweest"),
        ({"description": ""}, "Schrijf kort op wat je kocht"),
        ({"receipt": (io.BytesIO(), "")}, "Maak een foto van de bon"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(app, house, member, fields, sentence):
    answer = hand_in(member, **fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert waiting(house) == []
    kept = app.extensions["marketplace"].settings.var_dir.rglob("*.webp")
    assert list(kept) == []


def test_an_approved_receipt_is_in_the_books_at_once(house, member, coordinator):
    hand_in(member)
    (cost,) = waiting(house)
    page = f"/balie/bonnen/{cost.public_id}"
    assert "Bon van Anouk" in words(coordinator.get(page))
    assert send(coordinator, f"{page}/goed", seen_at=page).status_code == 303
    books = balances(house)
    assert (books["costs_material"], books["input_vat"], books["bank"]) == (8000, 1680, -9680)
    again = send(coordinator, f"{page}/goed", seen_at=NEW_FOR_COORDINATOR)
    assert again.status_code == 409
    assert balances(house) == books
    assert "Goedgekeurd" in words(member.get("/werk/bonnen"))


SUPPLIER = {
    "paid_by": "supplier",
    "supplier_name": "Tuincentrum De Linde",
    "supplier_iban": "NL20 INGB 0001 2345 67",
    "supplier_reference": "F-2026-17",
}


def test_a_bill_that_nobody_paid_waits_for_the_treasurer(house, member, coordinator):
    assert hand_in(member, **SUPPLIER).status_code == 303
    (cost,) = waiting(house)
    page = f"/balie/bonnen/{cost.public_id}"
    said = words(coordinator.get(page))
    for part in ("nog niemand", "Tuincentrum De Linde", "F-2026-17"):
        assert part in said, part
    assert "NL20" not in said
    assert send(coordinator, f"{page}/goed", seen_at=page).status_code == 303
    books = balances(house)
    assert (books["payable_to_supplier"], books.get("bank", 0)) == (9680, 0)
    treasurer = house.browser(house.treasurer)
    assert "Tuincentrum De Linde" in words(treasurer.get("/balie/betaalopdrachten"))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("supplier_name", "", "Vul in wie de rekening stuurde"),
        ("supplier_iban", "", "Vul het rekeningnummer in dat op de rekening staat"),
        ("supplier_iban", "NL21INGB0001234567", "Dit rekeningnummer bestaat niet"),
        ("supplier_reference", " ", "Vul het nummer in dat op de rekening staat"),
    ],
)
def test_a_bill_asks_whom_to_pay_and_keeps_what_was_typed(house, member, field, value, sentence):
    answer = hand_in(member, **SUPPLIER | {field: value})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Olie voor de heggenschaar"' in answer.text
    assert waiting(house) == []


@pytest.mark.sqlite_only
def test_whom_to_pay_is_not_kept_of_what_was_paid(house, member):
    assert hand_in(member, **SUPPLIER | {"paid_by": "member"}).status_code == 303
    (cost,) = waiting(house)
    assert cost.supplier_name is None


NEW_FOR_COORDINATOR = "/balie/leden/nieuw"  # a page with a token, whatever waits


def test_a_rejected_receipt_tells_the_member_why_and_books_nothing(house, member, coordinator):
    hand_in(member)
    (cost,) = waiting(house)
    page = f"/balie/bonnen/{cost.public_id}"
    without = send(coordinator, f"{page}/niet-goed", seen_at=page, reason="")
    assert without.status_code == 422
    assert "Schrijf in één zin waarom" in words(without)
    answer = send(coordinator, f"{page}/niet-goed", seen_at=page, reason="De foto is niet te lezen")
    assert answer.status_code == 303
    assert "De foto is niet te lezen" in words(member.get("/werk/bonnen"))
    assert balances(house) == {}


@pytest.mark.sqlite_only
def test_a_receipt_is_seen_by_the_member_and_the_own_staff_only(house, member):
    hand_in(member)
    (cost,) = waiting(house)
    address = f"/bonnen/{cost.public_id}/foto"
    for person in (house.market.seller, house.coordinator, house.treasurer):
        assert house.browser(person).get(address).status_code == 200
    for person in (house.stranger, house.market.buyer):
        assert house.browser(person).get(address).status_code == 404
    assert house.browser(None).get(address).status_code == 303


@pytest.mark.sqlite_only
def test_a_treasurer_does_not_decide_about_receipts(house, member):
    hand_in(member)
    (cost,) = waiting(house)
    treasurer = house.browser(house.treasurer)
    assert treasurer.get("/balie/bonnen").status_code == 403
    address = f"/balie/bonnen/{cost.public_id}/goed"
    answer = send(treasurer, address, seen_at="/balie/potten")
    assert answer.status_code == 403
    assert len(waiting(house)) == 1


@pytest.mark.sqlite_only
def test_receipts_are_paged_and_each_is_shown_once(house, member, now):
    with house.writing() as session:
        for number in range(60):
            factories.make_cost(
                session, house.market.member, now=now, description=f"Kosten {number:02d}"
            )
    first = member.get("/werk/bonnen").text
    following = re.search(r'href="(/werk/bonnen\?voor=\d+)"', first)[1]
    found = re.findall(r"Kosten \d\d", first + member.get(following).text)
    assert found == [f"Kosten {number:02d}" for number in reversed(range(60))]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("page", ["/werk/bonnen", NEW, "/balie/bonnen", "one"])
def test_pages_of_receipts_ask_little(house, now, page):
    def more():
        with house.writing() as session:
            for _ in range(8):
                factories.make_cost(session, house.market.member, now=now)

    more()
    person = house.market.seller if page.startswith("/werk") else house.coordinator
    if page == "one":
        page = f"/balie/bonnen/{waiting(house)[0].public_id}"
    asks_little(house, person, page, more)
