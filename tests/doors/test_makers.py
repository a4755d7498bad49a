"""A maker's page: there while she has something on the market, and the way to a quote for something else."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import func, select

from marketplace import context
from marketplace.domain.asking import MOST_REQUESTS_A_DAY, TooManyRequests
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import OwnListing
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.models.outbox import OutboxMessage
from marketplace.models.requests import Request
from marketplace.models.reviews import Review
from marketplace.services import ledgercheck
from marketplace.services.asking import requests
from marketplace.services.market import makers
from marketplace.services.talk import reviews
from marketplace.services.trade import orders, payments, work
from tests.books import factories
from tests.doors import asked
from tests.services import market as markets
from tests.services.market import Market
from tests.web.people_pages import send, token_of, words
from tests.web.query_count import MOST, counted
from tests.web.shop import open_shop

QUESTION = {"key": "q", "title": "Een vijver graven", "body": "Twee bij drie.", "place": "Breda"}


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def shop(app):
    return open_shop(app)


@pytest.fixture
def page(shop) -> str:
    return f"/makers/{shop.market.member.public_id}"


def ask(session, market: Market, now, key="a", buyer_id=None) -> Request:
    return requests.ask_maker(
        session,
        buyer_id=buyer_id or market.buyer.id,
        maker=market.member.public_id,
        title="Een vijver graven",
        asked=asked.ASKED,
        idempotency_key=key,
        now=now,
    )


def change(app, model, key, **values):
    with app.app_context(), context.transaction() as session:
        found = session.get_one(model, key)
        for name, value in values.items():
            setattr(found, name, value)


def say(app, market: Market, text: str, *, days: int = 3, **values) -> None:
    """Let a buyer have said something about work on the service some days ago."""
    with app.app_context(), context.transaction() as session:
        at = context.now()
        order = markets.paid(session, market, now=at)
        line = markets.line_of(session, order)
        work.deliver(session, **market.own, public_id=line, now=at)
        orders.confirm(
            session, buyer_id=market.buyer.id, public_id=order.public_id, line=line, now=at
        )
        review = reviews.write(
            session,
            buyer_id=market.buyer.id,
            line=line,
            score=4,
            text=text,
            now=at - dt.timedelta(days=days),
        )
        for name, value in values.items():
            setattr(review, name, value)


def test_a_quote_without_a_listing_goes_all_the_way_to_the_books(session, market, now):
    request = ask(session, market, now)
    assert (request.kind, request.listing_id, request.membership_id) == (
        "quote",
        None,
        market.member.id,
    )
    assert request.closes_on == now.date() + dt.timedelta(days=14)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "quote_asked")).one()
    assert (told.person_id, told.facts["title"]) == (market.seller.id, "Een vijver graven")
    order = asked.agree(
        session, market, asked.offer(session, market.own, request, now=now), now=now
    )
    assert {asked.first_line(session, order).listing_id} == {None}
    wish = markets.wish(session, market, order, now=now)
    payments.receive(
        session, provider="testbank", event=markets.word(wish), payload_sha256="0" * 64, now=now
    )
    assert session.get_one(Order, order.id).payment_state == "paid"
    assert ledgercheck.check(session) == []


def test_a_double_click_is_one_question_and_the_pace_is_held(session, market, now):
    assert ask(session, market, now).id == ask(session, market, now).id
    for turn in range(MOST_REQUESTS_A_DAY - 1):
        ask(session, market, now, key=f"more-{turn}")
    with pytest.raises(TooManyRequests):
        ask(session, market, now, key="one too many")
    assert session.scalar(select(func.count(Request.id))) == MOST_REQUESTS_A_DAY


def test_nobody_asks_herself(session, market, now):
    with pytest.raises(OwnListing):
        ask(session, market, now, buyer_id=market.seller.id)


@pytest.mark.parametrize("status", ["invited", "paused", "left"])
def test_who_may_not_offer_has_no_page_and_is_asked_nothing(session, market, now, status):
    session.get_one(Membership, market.member.id).status = status
    session.flush()
    with pytest.raises(NotFound):
        makers.one(session, public_id=market.member.public_id)
    with pytest.raises(NotFound):
        ask(session, market, now)


def test_who_has_nothing_on_the_market_has_no_page(session, market, now):
    market.service.state, market.product.state = "paused", "draft"
    session.merge(market.service)
    session.merge(market.product)
    session.flush()
    with pytest.raises(NotFound):
        ask(session, market, now)
    with pytest.raises(NotFound):
        makers.one(session, public_id="A" * 16)


def test_the_places_are_those_of_what_she_offers(session, market):
    for place in ("Tilburg", "Tilburg", "Tilburg", "Roosendaal"):
        factories.make_listing(session, market.member, place=place)
    factories.make_listing(session, market.member, place="Nergens", state="draft")
    found = makers.one(session, public_id=market.member.public_id)
    assert found.places == ("Tilburg", "Breda", "Roosendaal")


def test_everybody_sees_her_name_her_offers_and_nothing_of_her_income(app, shop, page):
    with app.app_context(), context.transaction() as session:
        factories.make_listing(session, shop.market.member, title="Nog niet", state="draft")
    other = open_shop(app).market
    change(app, Listing, other.service.id, title="Van een ander")
    client = shop.browser(None)
    shown = client.get(page)
    told = words(shown)
    for said in ("Groene Vingers", "Anouk", "Lid van", "Breda", "Heg knippen", "Vogelhuis"):
        assert said in told
    for hidden in ("Jansen", "Nog niet", "Van een ander", shop.market.seller.email):
        assert hidden not in shown.text
    assert not re.search(
        r"uitkering|bijstand|gemeente|thermometer|regime|pot\b", told, re.IGNORECASE
    )
    for link in ("/aanbod", f"/aanbod/{shop.market.service.public_id}", "/"):
        assert f'href="{page}"' in client.get(link).text, link


def test_who_is_away_for_now_is_not_found_and_no_page_says_why(app, shop, page):
    client, buyer = shop.browser(None), shop.browser(shop.market.buyer)
    change(app, Membership, shop.market.member.id, status="paused")
    for browser, path in (
        (client, page),
        (client, f"{page}/beoordelingen"),
        (buyer, f"{page}/offerte"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "Anouk" not in answer.text
    change(app, Membership, shop.market.member.id, status="member")
    assert client.get(page).status_code == 200
    for key in (shop.market.service.id, shop.market.product.id):
        change(app, Listing, key, state="paused")
    assert client.get(page).status_code == 404
    own = shop.browser(shop.market.seller).get(f"/aanbod/{shop.market.service.public_id}")
    assert page not in own.text, "what only she sees leads to no page that is not there"


def test_from_her_page_to_a_question_that_she_can_answer(app, shop, page):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    assert f'href="{page}/offerte"' in buyer.get(page).text
    assert shop.browser(None).get(f"{page}/offerte").location.startswith("/inloggen")
    made = {send(buyer, f"{page}/offerte", **QUESTION).location for _click in range(2)}
    assert len(made) == 1, "a double click is one question"
    request = made.pop().rpartition("/")[2]
    assert "Een vijver graven" in words(buyer.get(f"/aanvragen/{request}"))
    assert "Een vijver graven" in words(member.get(f"/werk/aanvragen/{request}"))
    other = open_shop(app).market
    for stranger in (other.seller, other.buyer):
        browser = shop.browser(stranger)
        assert browser.get(f"/aanvragen/{request}").status_code == 404
        assert browser.get(f"/werk/aanvragen/{request}").status_code == 404


def test_what_was_typed_stays_and_she_cannot_ask_herself(app, shop, page):
    buyer, member = shop.browser(shop.market.buyer), shop.browser(shop.market.seller)
    wrong = send(buyer, f"{page}/offerte", **QUESTION | {"title": " ", "postcode": "x"})
    assert wrong.status_code == 422
    assert "Schrijf kort wat je wilt." in words(wrong)
    assert "Twee bij drie." in wrong.text
    long = send(buyer, f"{page}/offerte", **QUESTION | {"title": "x" * 81})
    assert (long.status_code, "hoogstens 80 tekens" in words(long)) == (422, True)
    own = member.get(page)
    assert "Dit is jouw eigen pagina" in words(own)
    assert f"{page}/offerte" not in own.text
    refused = send(member, f"{page}/offerte", **QUESTION)
    assert (refused.status_code, "Een vijver graven" in refused.text) == (409, True)
    gone = {"csrf_token": token_of(buyer, f"{page}/offerte"), **QUESTION}
    change(app, Membership, shop.market.member.id, status="left")
    assert buyer.post(f"{page}/offerte", data=gone).status_code == 404


def test_only_what_everybody_may_read_stands_there_without_an_average(app, shop, page):
    now = dt.datetime(2026, 1, 15, 10, tzinfo=dt.UTC)
    say(app, shop.market, "Strak geknipt", reply="Graag gedaan")
    say(app, shop.market, "Nog te vers", days=1)
    say(app, shop.market, "Weggehaald", hidden_at=now, hidden_reason="insult")
    say(app, shop.market, "Lang vergeten", days=3 * 365)
    client = shop.browser(None)
    for path in (page, f"{page}/beoordelingen"):
        shown = client.get(path)
        for text in ("Heg knippen", "Strak geknipt", "Graag gedaan", "Antwoord van Anouk"):
            assert text in words(shown)
        for text in ("Nog te vers", "Weggehaald", "Lang vergeten", "Karim", "van 5"):
            assert text not in shown.text, f"{path}: {text}"
    with app.app_context(), context.transaction() as session:
        review = session.scalars(select(Review).where(Review.text == "Strak geknipt")).one()
        line = session.get_one(markets.OrderLine, review.line_id)
        line.listing_id, line.title = None, "Voor mevrouw De Wit"
    shown = client.get(page)
    assert "Werk op een offerte" in words(shown)
    assert "De Wit" not in shown.text, "a line of a quote was named for one buyer"


@pytest.mark.sqlite_only
def test_both_lists_go_on_by_key(app, shop, page):
    with app.app_context(), context.transaction() as session:
        for number in range(26):
            factories.make_listing(session, shop.market.member, title=f"Klus {number:02d}")
    for number in range(21):
        say(app, shop.market, f"Gezegd {number:02d}")
    client, titles, texts = shop.browser(None), [], []
    for start, found, pattern in (
        (page, titles, r"(?:Klus \d\d|Heg knippen|Vogelhuis)(?=</a></h3>)"),
        (f"{page}/beoordelingen", texts, r"Gezegd \d\d"),
    ):
        path, seen = start, set()
        while path:
            assert path not in seen, "a page leads to itself"
            seen.add(path)
            shown = client.get(path).text
            found.extend(re.findall(pattern, shown))
            following = re.search(rf'href="({re.escape(start)}\?(?:na|voor)=[^"]+)"', shown)
            path = following[1] if following else None
    assert len(titles) == len(set(titles)) == 28
    assert texts == [f"Gezegd {number:02d}" for number in reversed(range(21))]
    first = client.get(page).text
    assert first.count("Gezegd") == 5
    assert f'href="{page}/beoordelingen"' in first
    for odd in ("?na=onzin", "?na=%00", "?voor=onzin"):
        assert client.get(page + odd).status_code in {200, 400}
    assert "Hier staat nog niets" in words(client.get(f"{page}/beoordelingen?voor=onzin"))


@pytest.mark.sqlite_only
def test_the_pages_ask_little_however_much_there_is(app, shop, page):
    for number in range(7):
        say(app, shop.market, f"Gezegd {number}")
    with app.app_context(), context.transaction() as session:
        for _ in range(30):
            factories.make_listing(session, shop.market.member)
    for person in (None, shop.market.seller):
        for path in (page, f"{page}/beoordelingen"):
            client = shop.browser(person)
            with counted(app) as queries:
                assert client.get(path).status_code == 200
            assert len(queries) <= MOST, str(queries)
