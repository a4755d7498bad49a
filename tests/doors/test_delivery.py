"""Goods that are brought: one fee per member and order, refused outside the distance, through books and paper."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from lxml import etree
from sqlalchemy import select

from marketplace.domain import delivery as rules
from marketplace.models.baskets import BasketLine
from marketplace.models.invoices import Invoice
from marketplace.models.listings import Listing
from marketplace.models.orders import Order, OrderLine
from marketplace.services import ledgercheck
from marketplace.services.invoices import seller
from marketplace.services.market import places
from marketplace.services.trade import baskets, orders, work
from marketplace.services.trade.orders import Wanted
from tests.books import factories
from tests.books.test_invoices import FACTS
from tests.services import market as markets
from tests.web.house import open_house
from tests.web.people_pages import send, words

BREDA, TILBURG = ("Breda", 51.5866, 4.7760), ("Tilburg", 51.5606, 5.0919)
TO = {"address": "Laan 1", "deliver_to": "4811 AA Breda"}
FEE = 605


def brings(listing: Listing, *, km: int = 10, fee: int = FEE, pickup: bool = True) -> None:
    listing.lat, listing.lon = BREDA[1:]
    listing.pickup, listing.delivery_km, listing.delivery_fee_cents = pickup, km, fee


def set_up(session) -> markets.Market:
    places.load(session, [BREDA, TILBURG, ("Bredevoort", 51.94, 6.62)])
    market = markets.make_market(session, stock=9)
    brings(market.product)
    session.commit()
    return market


@pytest.fixture
def market(session):
    return set_up(session)


def order(session, market, now, *wanted: Wanted, key="key", **where) -> Order:
    chosen = wanted or (Wanted(market.product.public_id, 200, None, "delivery"),)
    return orders.place(
        session,
        buyer_id=market.buyer.id,
        lines=list(chosen),
        idempotency_key=key,
        now=now,
        **TO | where,
    )


def lines_of(session, made: Order) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == made.id).order_by(OrderLine.id)
    return list(session.scalars(query))


def test_the_fee_is_part_of_the_price_with_the_vat_of_the_goods(session, market, now):
    made = order(session, market, now)
    (line,) = lines_of(session, made)
    assert (line.handover, line.delivery_cents) == ("delivery", FEE)
    assert line.gross_cents == made.total_cents == 2 * 2420 + FEE
    assert (line.vat_rate, line.net_cents, line.vat_cents) == ("0.21", 4500, 945)
    assert made.address == "Laan 1, 4811 AA Breda"


@pytest.mark.parametrize("wanted", [None, "pickup"])
def test_what_is_fetched_costs_nothing_more(session, market, now, wanted):
    made = order(session, market, now, Wanted(market.product.public_id, 100, None, wanted))
    (line,) = lines_of(session, made)
    assert (line.handover, line.delivery_cents, line.gross_cents) == ("pickup", 0, 2420)
    assert made.address == "Laan 1"


def test_a_service_is_not_handed_over(session, market, now):
    made = order(session, market, now, Wanted(market.service.public_id, 100))
    assert lines_of(session, made)[0].handover is None


@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ({"deliver_to": "Tilburg"}, rules.TooFar),
        ({"deliver_to": "Bredo"}, rules.PlaceMistaken),
        ({"deliver_to": "Xyzzy"}, rules.PlaceUnknown),
        ({"deliver_to": "4811 AA"}, rules.PlaceUnknown),
        ({"address": ""}, rules.NoStreet),
    ],
)
def test_what_cannot_be_brought_takes_no_stock(session, market, now, where, refusal):
    with pytest.raises(refusal) as fault:
        order(session, market, now, **where)
    assert type(fault.value) is refusal
    assert session.scalars(select(Order.id)).all() == []
    assert session.scalar(select(Listing.stock).where(Listing.id == market.product.id)) == 9


def test_what_is_only_brought_says_so_when_it_is_too_far(session, market, now):
    market.product.pickup = False
    with pytest.raises(rules.TooFarToBring) as fault:
        order(session, market, now, deliver_to="Tilburg")
    assert (fault.value.facts["most"], fault.value.facts["km"]) == (10, 23)
    with pytest.raises(rules.HandoverNotChosen):
        order(session, market, now, Wanted(market.product.public_id, 100, None, "pickup"))


def more_goods(session, market, **values) -> Listing:
    made = factories.make_listing(
        session, market.member, kind="product", unit="piece", stock=9, price_cents=1210, **values
    )
    brings(made, fee=900)
    session.flush()
    return made


def other_maker(session, market) -> Listing:
    person = factories.make_person(session)
    member = factories.make_membership(
        session,
        cooperative=market.member.cooperative_id
        and session.get_one(factories.Cooperative, market.member.cooperative_id),
        person_id=person.id,
    )
    factories.make_agreement(session, member)
    made = factories.make_listing(
        session, member, kind="product", unit="piece", stock=9, price_cents=1000
    )
    brings(made, fee=300)
    session.flush()
    return made


def test_a_basket_asks_one_fee_of_each_member(session, market, now):
    second, other = more_goods(session, market), other_maker(session, market)
    for listing, way in ((market.product, "delivery"), (second, "delivery"), (other, "delivery")):
        baskets.put(
            session,
            person_id=market.buyer.id,
            listing=listing.public_id,
            quantity_hundredths=300,
            handover=way,
            now=now,
        )
    (basket,) = baskets.mine(session, person_id=market.buyer.id)
    assert [cents for _who, cents in basket.fees] == [900, 300], (
        "her highest, once, and the other's"
    )
    cooperative = basket.cooperative.public_id
    shown = basket.total_cents
    made = baskets.order(
        session,
        person_id=market.buyer.id,
        cooperative=cooperative,
        idempotency_key="basket",
        now=now,
        **TO,
    )
    assert made.total_cents == shown == 3 * (2420 + 1210 + 1000) + 1200
    assert [line.delivery_cents for line in lines_of(session, made)] == [900, 0, 300]


def test_in_a_basket_one_thing_is_fetched_and_another_brought(session, market, now):
    second = more_goods(session, market)
    scope = {"person_id": market.buyer.id, "quantity_hundredths": 100, "now": now}
    baskets.put(session, listing=market.product.public_id, handover="pickup", **scope)
    laid = baskets.put(session, listing=second.public_id, **scope)
    assert laid.handover == "pickup"
    changed = {"person_id": market.buyer.id, "public_id": laid.public_id}
    baskets.change(session, quantity_hundredths=100, handover="delivery", **changed)
    (basket,) = baskets.mine(session, person_id=market.buyer.id)
    assert basket.total_cents == 2420 + 1210 + 900
    with pytest.raises(rules.HandoverNotChosen):
        baskets.change(session, quantity_hundredths=100, handover="drone", **changed)
    baskets.change(session, quantity_hundredths=200, **changed)
    assert session.scalars(select(BasketLine.handover).order_by(BasketLine.id)).all() == [
        "pickup",
        "delivery",
    ]


def test_the_fee_is_the_members_income_and_goes_back_with_the_goods(session, market, now):
    seller.keep(
        session,
        cooperative_id=market.member.cooperative_id,
        facts=FACTS,
        actor_id=None,
        now=now,
    )
    made, returned = order(session, market, now), order(session, market, now, key="second")
    for one in (made, returned):
        wish = markets.wish(session, market, one, now=now)
        assert markets.receive(session, markets.word(wish), now=now) == "booked"
    (line,) = lines_of(session, made)
    work.deliver(session, **market.own, public_id=line.public_id, now=now)
    orders.cancel(session, buyer_id=market.buyer.id, public_id=returned.public_id, now=now)
    (back,) = lines_of(session, returned)
    assert (back.state, back.refunded_cents) == ("refunded", 2 * 2420 + FEE)
    notes = session.scalars(select(Invoice).order_by(Invoice.id)).all()
    assert [(one.kind, one.gross_cents, one.lines[0]["delivery_cents"]) for one in notes] == [
        ("invoice", 5445, FEE),
        ("invoice", 5445, FEE),
        ("credit", 5445, FEE),
    ]
    session.flush()
    assert ledgercheck.check(session) == []


@pytest.fixture
def house(app):
    opened = open_house(app)
    with opened.writing() as session:
        places.load(session, [BREDA, TILBURG])
        brings(session.get_one(Listing, opened.market.product.id))
        seller.keep(
            session,
            cooperative_id=opened.cooperative_id,
            facts=FACTS,
            actor_id=None,
            now=dt.datetime(2026, 1, 15, 10, tzinfo=dt.UTC),
        )
    return opened


def ask(house, **fields):
    listing = house.market.product.public_id
    browser = house.browser(house.market.buyer)
    page = f"/aanbod/{listing}"
    key = re.search(r'name="key"[^>]*value="([^"]+)"', browser.get(page).text)[1]
    filled = {"quantity": "1", "key": key, "handover": "delivery", **TO}
    return browser, send(browser, f"/bestellen/{listing}", seen_at=page, **filled | fields)


@pytest.mark.sqlite_only
def test_the_page_says_how_and_what_it_costs(house):
    shown = words(house.browser(None).get(f"/aanbod/{house.market.product.public_id}"))
    assert "Bezorgen tot 10 km rond Breda, € 6,05" in shown.replace("\xa0", " ")
    assert "Ophalen in Breda" in shown
    cards = words(house.browser(None).get("/aanbod"))
    assert "ophalen of bezorgen" in cards


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        (
            {"deliver_to": "Tilburg"},
            409,
            "Groene Vingers bezorgt tot 10 km. Je kunt Vogelhuis wel ophalen",
        ),
        ({"deliver_to": "Bredo"}, 409, "Bedoel je een van deze: Breda?"),
        ({"deliver_to": ""}, 422, "Vul je postcode en plaats in."),
        ({"address": ""}, 422, "Vul je straat en huisnummer in."),
        ({"handover": "drone"}, 422, "Kies of je het ophaalt of laat bezorgen."),
    ],
)
def test_a_refusal_stands_beside_the_field_and_what_was_typed_stays(house, fields, status, said):
    _browser, answer = ask(house, note="Bel even", **fields)
    assert answer.status_code == status
    assert said in words(answer)
    assert "Bel even" in answer.text
    wrong = next(iter(fields))
    assert re.search(rf'id="{wrong}-error"', answer.text)
    if fields[wrong] and wrong != "handover":
        assert f'value="{fields[wrong]}"' in answer.text


@pytest.mark.sqlite_only
def test_the_address_is_the_members_once_it_is_paid_and_nobody_elses(house, now):
    browser, answer = ask(house)
    path = answer.location
    shown = words(browser.get(path)).replace("\xa0", " ")
    assert "Bezorgen Groene Vingers € 6,05" in shown
    assert "Groene Vingers brengt het naar je toe." in shown
    with house.writing() as session:
        made = session.scalars(select(Order)).one()
        (line,) = lines_of(session, made)
    job = f"/werk/klussen/{line.public_id}"
    member = house.browser(house.market.seller)
    assert "Laan 1" not in words(member.get(job)), "not before it is paid"
    with house.writing() as session:
        wish = markets.wish(session, house.market, made, now=now)
        markets.receive(session, markets.word(wish), now=now)
    told = words(member.get(job)).replace("\xa0", " ")
    assert "Laan 1, 4811 AA Breda" in told
    assert "Daarvan voor bezorgen € 6,05" in told
    stranger = house.browser(house.stranger)
    assert [stranger.get(one).status_code for one in (job, path)] == [404, 404]


@pytest.mark.sqlite_only
def test_who_fetches_shows_no_address(house, now):
    _browser, answer = ask(house, handover="pickup", deliver_to="")
    assert answer.status_code == 303
    with house.writing() as session:
        made = session.scalars(select(Order)).one()
        (line,) = lines_of(session, made)
        wish = markets.wish(session, house.market, made, now=now)
        markets.receive(session, markets.word(wish), now=now)
    told = words(house.browser(house.market.seller).get(f"/werk/klussen/{line.public_id}"))
    assert "De koper haalt het bij je op." in told
    assert "Laan 1" not in told


@pytest.mark.sqlite_only
def test_the_invoice_has_a_charge_of_its_own_that_adds_up(house, now):
    browser, _answer = ask(house)
    with house.writing() as session:
        made = session.scalars(select(Order)).one()
        wish = markets.wish(session, house.market, made, now=now)
        markets.receive(session, markets.word(wish), now=now)
        paper = session.scalars(select(Invoice.public_id)).one()
    assert browser.get(f"/facturen/{paper}.pdf").status_code == 200
    root = etree.fromstring(browser.get(f"/facturen/{paper}.xml").data)
    names = {"c": root.nsmap["cbc"], "a": root.nsmap["cac"]}

    def amount(path: str) -> int:
        return round(float(root.xpath(f"string({path})", namespaces=names)) * 100)

    charge = amount("//a:InvoiceLine/a:AllowanceCharge/c:Amount")
    assert charge == 500
    assert root.xpath("string(//a:AllowanceCharge/c:ChargeIndicator)", namespaces=names) == "true"
    price = amount("//a:InvoiceLine/a:Price/c:PriceAmount")
    assert price + charge == amount("//a:InvoiceLine/c:LineExtensionAmount") == 2500


@pytest.mark.sqlite_only
def test_the_basket_asks_where_only_when_something_is_brought(house):
    browser, answer = ask(house, mand="1")
    assert answer.location == "/mand"
    shown = browser.get("/mand")
    assert "Daarvan voor bezorgen door Groene Vingers € 6,05" in words(shown).replace("\xa0", " ")
    assert 'name="deliver_to"' in shown.text
    action = re.search(r'action="(/mand/[^"]+/bestellen)"', shown.text)[1]
    key = re.search(r'name="key"[^>]*value="([^"]+)"', shown.text)[1]
    empty = send(browser, action, seen_at="/mand", key=key)
    assert empty.status_code == 422
    assert "Vul je straat en huisnummer in." in words(empty)
    far = send(browser, action, seen_at="/mand", key=key, **TO | {"deliver_to": "Tilburg"})
    assert far.status_code == 409
    assert re.search(r'id="deliver_to-error"', far.text)
    change = re.search(r'action="(/mand/[^"]+/aantal)"', shown.text)[1]
    send(browser, change, seen_at="/mand", quantity="2", handover="pickup")
    assert 'name="deliver_to"' not in browser.get("/mand").text


@pytest.mark.sqlite_only
def test_the_form_of_an_offer_asks_how_far_and_what_for(house):
    browser = house.browser(house.market.seller)
    path = f"/werk/aanbod/{house.market.product.public_id}"
    shown = browser.get(path).text
    for said in ('value="10"', 'value="6,05"', "Met bezorgen erbij"):
        assert said in shown
    filled = {
        "unit": "piece",
        "title": "Vogelhuis",
        "category": "other",
        "description": "Van oud hout",
        "price": "24,20",
        "vat_category": "standard",
        "stock": "3",
        "place": "Breda",
    }
    wrong = send(browser, path, **filled, brings="y")
    assert wrong.status_code == 422
    for said in ("Vul in tot hoeveel kilometer je bezorgt.", "Vul in wat bezorgen kost."):
        assert said in words(wrong)
    nothing = send(browser, path, **filled)
    assert "Kies ophalen, bezorgen, of allebei." in words(nothing)
    nowhere = filled | {"place": "Nergenshuizen"}
    lost = send(browser, path, **nowhere, brings="y", bring_km="5", bring_fee="0")
    assert lost.status_code == 422
    assert re.search(r'id="place-error"', lost.text)
    assert send(browser, path, **filled, brings="y", bring_km="5", bring_fee="0").status_code == 303
    with house.writing() as session:
        kept = session.get_one(Listing, house.market.product.id)
        assert (kept.pickup, kept.delivery_km, kept.delivery_fee_cents) == (False, 5, 0)
    assert "gratis" in words(browser.get(f"/aanbod/{house.market.product.public_id}"))
