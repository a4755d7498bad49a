"""Baskets: one for each cooperative, several members in one order and one payment."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace import context
from marketplace.domain.availability import SlotGone
from marketplace.domain.baskets import BasketEmpty, BasketFull
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import NotForSale, OwnListing, StockGone, WrongQuantity
from marketplace.models.baskets import BasketLine
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.services.trade import baskets, work
from tests.books import factories
from tests.doors.test_slots import MONDAY_NINE, booking, open_week
from tests.services import market as markets
from tests.web.people_pages import send, words
from tests.web.query_count import MOST, counted
from tests.web.shop import open_shop


def second_member(session, market):
    """Another member of the same cooperative, with a product."""
    member = factories.make_membership(
        session,
        cooperative=session.get_one(Cooperative, market.member.cooperative_id),
        name="Bo",
        trade_name="Bo bakt",
    )
    factories.make_agreement(session, member)
    return factories.make_listing(
        session, member, kind="product", unit="piece", stock=5, title="Brood", price_cents=500
    )


def lay(session, market, listing, now, quantity=100, **own):
    return baskets.put(
        session,
        person_id=market.buyer.id,
        listing=listing.public_id,
        quantity_hundredths=quantity,
        now=now,
        **own,
    )


def checkout(session, market, now, key="the-key"):
    cooperative = baskets.mine(session, person_id=market.buyer.id)
    wanted = cooperative[0].cooperative.public_id if cooperative else "gone"
    return baskets.order(
        session, person_id=market.buyer.id, cooperative=wanted, idempotency_key=key, now=now
    )


def test_two_members_one_order_and_goods_wait_for_the_yes(session, now):
    market = markets.make_market(session)
    bread = second_member(session, market)
    lay(session, market, market.service, now)
    lay(session, market, bread, now, 200)
    order = checkout(session, market, now)
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    assert {line.membership_id for line in lines} == {market.member.id, bread.membership_id}
    assert (order.origin, order.total_cents) == ("basket", 13_100)
    assert order.payment_state == "not_due"
    asked = next(line for line in lines if line.state == "requested")
    work.accept(session, **market.own, public_id=asked.public_id, now=now)
    assert order.payment_state == "awaiting"
    assert baskets.count(session, person_id=market.buyer.id) == 0


def test_each_cooperative_has_its_own_basket(session, now):
    market, other = markets.make_market(session), markets.make_market(session)
    lay(session, market, market.product, now)
    lay(session, market, other.product, now)
    found = baskets.mine(session, person_id=market.buyer.id)
    assert [len(one.lines) for one in found] == [1, 1]
    checkout(session, market, now)
    assert len(baskets.mine(session, person_id=market.buyer.id)) == 1


def test_a_double_click_on_order_is_one_order(session, now):
    market = markets.make_market(session)
    lay(session, market, market.product, now)
    assert checkout(session, market, now) is checkout(session, market, now)
    with pytest.raises(BasketEmpty):
        checkout(session, market, now, key="another")
    assert session.scalar(select(func.count(Order.id))) == 1


def test_what_is_gone_refuses_the_whole_and_keeps_the_basket(session, now):
    market = markets.make_market(session, stock=1)
    bread = second_member(session, market)
    lay(session, market, bread, now)
    lay(session, market, market.product, now, 200)
    session.commit()
    with pytest.raises(StockGone):
        checkout(session, market, now)
    session.rollback()
    assert baskets.count(session, person_id=market.buyer.id) == 2
    assert session.scalar(select(func.count(Order.id))) == 0


def test_a_time_is_taken_only_when_it_is_ordered(session, now):
    market = markets.make_market(session)
    open_week(session, market, now)
    lay(session, market, market.service, now, starts_at=MONDAY_NINE)
    booking(market, "earlier", now)(session)
    session.commit()
    with pytest.raises(SlotGone):
        checkout(session, market, now)
    session.rollback()
    lay(session, market, market.service, now, starts_at=None)
    assert checkout(session, market, now).payment_state == "not_due"


def test_what_may_not_lie_in_it(session, now):
    market = markets.make_market(session)
    own = {"listing": market.product.public_id, "quantity_hundredths": 100, "now": now}
    with pytest.raises(OwnListing):
        baskets.put(session, person_id=market.seller.id, **own)
    with pytest.raises(NotForSale):
        baskets.put(session, person_id=market.buyer.id, **own | {"listing": "nothing"})
    with pytest.raises(WrongQuantity):
        lay(session, market, market.product, now, 150)
    line = lay(session, market, market.product, now)
    assert lay(session, market, market.product, now, 300).id == line.id
    with pytest.raises(NotFound):
        baskets.change(
            session,
            person_id=market.seller.id,
            public_id=line.public_id,
            quantity_hundredths=100,
        )
    baskets.remove(session, person_id=market.seller.id, public_id=line.public_id)
    assert session.scalar(select(func.count(BasketLine.id))) == 1


def test_a_basket_is_full_at_some_point(session, now):
    market = markets.make_market(session)
    for number in range(20):
        listing = factories.make_listing(session, market.member, title=f"Klus {number}")
        lay(session, market, listing, now)
    with pytest.raises(BasketFull):
        lay(session, market, market.product, now)


@pytest.mark.sqlite_only
def test_the_basket_s_pages(app):
    shop = open_shop(app)
    buyer = shop.browser(shop.market.buyer)
    assert "Je mand is leeg" in words(buyer.get("/mand"))
    path = f"/bestellen/{shop.market.product.public_id}"
    laid = send(buyer, path, key="k" * 20, quantity="2", mand="1")
    assert laid.location == "/mand"
    with counted(app) as queries:
        page = buyer.get("/mand")
    assert len(queries) <= MOST, str(queries)
    assert "Vogelhuis" in page.text
    with app.app_context():
        found = baskets.mine(context.session(), person_id=shop.market.buyer.id)
        line, cooperative = found[0].lines[0].public_id, found[0].cooperative.public_id
    send(buyer, f"/mand/{line}/aantal", seen_at="/mand", quantity="99")
    order = {"seen_at": "/mand", "key": "b" * 20, "note": "Achterom graag"}
    gone = send(buyer, f"/mand/{cooperative}/bestellen", **order)
    assert gone.status_code == 409
    assert "Achterom graag" in gone.text
    odd = send(buyer, f"/mand/{cooperative}/bestellen", **order | {"address": "x" * 201})
    assert odd.status_code == 422
    assert "Achterom graag" in odd.text
    send(buyer, f"/mand/{line}/aantal", seen_at="/mand", quantity="een paar")
    send(buyer, f"/mand/{line}/aantal", seen_at="/mand", quantity="3")
    placed = send(buyer, f"/mand/{cooperative}/bestellen", **order)
    assert placed.status_code == 303
    assert "Betaal" in words(buyer.get(placed.location))
    assert "Je mand is leeg" in words(buyer.get("/mand"))
