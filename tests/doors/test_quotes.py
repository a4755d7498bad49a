"""A quote: asked, answered with lines, agreed, paid and delivered; or declined, turned down, taken back, over."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from marketplace.domain.asking import (
    MOST_REQUESTS_A_DAY,
    OfferedAlready,
    OfferOver,
    RequestOver,
    TooManyRequests,
    TurnedDown,
    WrongLastDay,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import MayNotOffer
from marketplace.domain.orders import NotForSale, OwnListing, StepNotAllowed
from marketplace.domain.waterfall import NoAgreement
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.requests import Request
from marketplace.services import ledgercheck
from marketplace.services.asking import choosing, closing, offers, reading, requests
from marketplace.services.books.positions import coming_cents
from marketplace.services.trade import orderlog, orders, sweeps, work
from tests.books import factories
from tests.doors import asked
from tests.services import market as markets

DAY = dt.timedelta(days=1)


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def offered(session, market, now):
    """A quote that waits for the buyer's yes."""
    return asked.offer(session, market.own, asked.quote(session, market, now=now), now=now)


def lines_of(session, order) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def states(session, order) -> set[str]:
    return {line.state for line in lines_of(session, order)}


def request_state(session, order) -> str | None:
    session.flush()
    return session.scalar(select(Request.state).where(Request.id == order.request_id))


def kinds(session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def test_a_quote_from_the_question_to_the_books(session, market, offered, now):
    assert (offered.origin, offered.total_cents, offered.payment_state) == (
        "quote",
        14_520,
        "not_due",
    )
    lines = lines_of(session, offered)
    assert [(line.gross_cents, line.net_cents, line.vat_cents) for line in lines] == [
        (12_100, 10_000, 2100),
        (2420, 2000, 420),
    ]
    order = asked.agree(session, market, offered, now=now)
    assert (order.payment_state, order.address) == ("awaiting", "Laan 12, 4811 AB Breda")
    assert request_state(session, offered) == "picked"
    wish = markets.wish(session, market, order, now=now)
    assert wish.amount_cents == 14_520
    assert markets.receive(session, markets.word(wish), now=now) == "booked"
    for line in lines:
        work.deliver(session, **market.own, public_id=line.public_id, now=now)
    assert ledgercheck.check(session) == []
    told = [(step.act, step.by) for step in orderlog.of_line(session, line=lines[0])]
    assert told == [
        ("place", "member"),
        ("agree", "buyer"),
        ("pay", "bank"),
        ("deliver", "member"),
    ]
    assert kinds(session)[:4] == [
        "quote_asked",
        "offer_made",
        "offer_agreed_buyer",
        "offer_agreed_member",
    ]


def test_an_offer_is_not_yet_on_its_way_to_the_thermometer(session, market, offered, now):
    own = market.member.id
    assert coming_cents(session, membership_ids=[own]) == {}
    asked.agree(session, market, offered, now=now)
    assert coming_cents(session, membership_ids=[own]) == {own: 12_000}


def test_a_double_click_is_one_question_one_offer_and_one_yes(session, market, now):
    first = asked.quote(session, market, now=now, key="same")
    assert asked.quote(session, market, now=now, key="same").id == first.id
    made = asked.offer(session, market.own, first, now=now, key="same")
    assert asked.offer(session, market.own, first, now=now, key="same").id == made.id
    asked.agree(session, market, made, now=now)
    assert asked.agree(session, market, made, now=now).id == made.id
    assert session.scalar(select(func.count(Order.id))) == 1
    assert sorted(kinds(session)) == sorted(set(kinds(session)))


def test_a_second_offer_waits_until_the_first_is_taken_back(session, market, offered, now):
    request = session.get_one(Request, offered.request_id)
    with pytest.raises(OfferedAlready):
        asked.offer(session, market.own, request, now=now)
    offers.take_back(session, **market.own, request=request.public_id, now=now)
    assert (states(session, offered), request_state(session, offered)) == ({"declined"}, "open")
    second = asked.offer(session, market.own, request, now=now + DAY, lines=(asked.WASTE,))
    assert second.total_cents == 2420
    with pytest.raises(OfferOver):
        asked.agree(session, market, offered, now=now + DAY)
    asked.agree(session, market, second, now=now + DAY)
    with pytest.raises(OfferOver):
        offers.take_back(session, **market.own, request=request.public_id, now=now + DAY)


def test_the_buyer_says_no_and_that_is_the_end_of_it(session, market, offered, now):
    for _click in range(2):
        choosing.turn_down(session, buyer_id=market.buyer.id, public_id=offered.public_id, now=now)
    assert (states(session, offered), request_state(session, offered)) == (
        {"cancelled"},
        "withdrawn",
    )
    request = session.get_one(Request, offered.request_id)
    with pytest.raises(TurnedDown):
        asked.offer(session, market.own, request, now=now)
    assert kinds(session).count("offer_turned_down") == 1


def test_what_was_agreed_is_not_turned_down_any_more(session, market, offered, now):
    asked.agree(session, market, offered, now=now)
    with pytest.raises(OfferOver):
        choosing.turn_down(session, buyer_id=market.buyer.id, public_id=offered.public_id, now=now)
    orders.cancel(session, buyer_id=market.buyer.id, public_id=offered.public_id, now=now)
    assert states(session, offered) == {"cancelled"}, "before the payment she still may call off"


def test_a_member_says_no_without_a_reason(session, market, now):
    request = asked.quote(session, market, now=now)
    for _click in range(2):
        offers.decline(session, **market.own, request=request.public_id, now=now)
    assert request.state == "declined"
    assert kinds(session) == ["quote_asked", "quote_declined"]
    with pytest.raises(RequestOver):
        asked.offer(session, market.own, request, now=now)


def test_who_gave_a_quote_takes_it_back_instead_of_declining(session, market, offered, now):
    request = session.get_one(Request, offered.request_id)
    with pytest.raises(RequestOver):
        offers.decline(session, **market.own, request=request.public_id, now=now)


def test_the_last_day_is_still_a_day_and_the_next_one_is_not(session, market, offered, now):
    assert closing.expire_offers(session, now=now + 7 * DAY) == 0
    with pytest.raises(OfferOver):
        asked.agree(session, market, offered, now=now + 8 * DAY)
    assert sweeps.expire(session, now=now + 8 * DAY) == 0, "offers have a clock of their own"
    assert closing.expire_offers(session, now=now + 8 * DAY) == 1
    assert closing.expire_offers(session, now=now + 8 * DAY) == 0
    assert (states(session, offered), request_state(session, offered)) == ({"expired"}, "expired")
    assert kinds(session)[-2:] == ["offer_expired_buyer", "offer_expired_member"]


def test_an_agreed_offer_that_nobody_pays_ends_like_any_order(session, market, offered, now):
    asked.agree(session, market, offered, now=now)
    assert closing.expire_offers(session, now=now + 20 * DAY) == 0
    assert sweeps.expire(session, now=now + 20 * DAY) == 1
    assert states(session, offered) == {"expired"}


def test_a_question_without_an_answer_ends_after_two_weeks(session, market, now):
    request = asked.quote(session, market, now=now)
    assert closing.close_requests(session, now=now + 14 * DAY) == 0
    with pytest.raises(RequestOver):
        asked.offer(session, market.own, request, now=now + 15 * DAY)
    assert closing.close_requests(session, now=now + 15 * DAY) == 1
    assert request.state == "expired"
    assert kinds(session)[-2:] == ["request_expired", "quote_expired"]


def test_the_buyer_takes_her_question_back(session, market, now):
    request = asked.quote(session, market, now=now)
    mine = {"buyer_id": market.buyer.id, "public_id": request.public_id, "now": now}
    for _click in range(2):
        requests.withdraw(session, **mine)
    assert kinds(session) == ["quote_asked", "quote_withdrawn"]
    with pytest.raises(RequestOver):
        asked.offer(session, market.own, request, now=now)


def test_a_question_that_was_answered_is_taken_back_with_its_offer(session, market, offered, now):
    request = session.get_one(Request, offered.request_id)
    requests.withdraw(session, buyer_id=market.buyer.id, public_id=request.public_id, now=now)
    assert states(session, offered) == {"cancelled"}
    assert kinds(session)[-1] == "request_withdrawn"


def test_what_was_chosen_is_no_request_to_take_back(session, market, offered, now):
    asked.agree(session, market, offered, now=now)
    request = session.get_one(Request, offered.request_id)
    with pytest.raises(RequestOver):
        requests.withdraw(session, buyer_id=market.buyer.id, public_id=request.public_id, now=now)


def test_no_part_of_an_offer_moves_alone(session, market, offered, now):
    line = lines_of(session, offered)[0].public_id
    with pytest.raises(StepNotAllowed):
        work.decline(session, **market.own, public_id=line, now=now)
    with pytest.raises(StepNotAllowed):
        work.accept(session, **market.own, public_id=line, now=now)
    with pytest.raises(StepNotAllowed):
        orders.cancel(session, buyer_id=market.buyer.id, public_id=offered.public_id, now=now)
    with pytest.raises(StepNotAllowed):
        markets.wish(session, market, offered, now=now)


def test_goods_and_own_services_are_not_quoted(session, market, now):
    facts = {"asked": asked.ASKED, "idempotency_key": "k", "now": now}
    with pytest.raises(NotForSale):
        requests.ask_quote(
            session, buyer_id=market.buyer.id, listing=market.product.public_id, **facts
        )
    with pytest.raises(OwnListing):
        requests.ask_quote(
            session, buyer_id=market.seller.id, listing=market.service.public_id, **facts
        )


def test_a_buyer_asks_ten_times_a_day(session, market, now):
    for _time in range(MOST_REQUESTS_A_DAY):
        asked.quote(session, market, now=now)
    with pytest.raises(TooManyRequests):
        asked.quote(session, market, now=now)
    assert asked.quote(session, market, now=now + DAY).state == "open"


def test_who_may_not_sell_gives_no_quote_and_none_of_hers_is_agreed(session, market, now):
    request = asked.quote(session, market, now=now)
    made = asked.offer(session, market.own, request, now=now)
    market.member.status = "paused"
    session.flush()
    with pytest.raises(OfferOver):
        asked.agree(session, market, made, now=now)
    market.member.status = "member"
    session.flush()
    offers.take_back(session, **market.own, request=request.public_id, now=now)
    market.member.status = "paused"
    session.flush()
    with pytest.raises(MayNotOffer):
        asked.offer(session, market.own, request, now=now)


def test_without_an_agreement_there_is_no_quote(session, now):
    market = markets.make_market(session, valid_to=dt.date(2025, 12, 31))
    request = asked.quote(session, market, now=now)
    with pytest.raises(NoAgreement):
        asked.offer(session, market.own, request, now=now)


@pytest.mark.parametrize("days", [-1, 61])
def test_an_offer_is_valid_for_sixty_days_at_most(session, market, now, days):
    request = asked.quote(session, market, now=now)
    with pytest.raises(WrongLastDay):
        asked.offer(session, market.own, request, now=now, days=days)


def test_nobody_else_finds_a_quote(session, market, offered, now):
    other = markets.make_market(session)
    colleague = factories.make_member(session, cooperative=cooperative_of(session, market))
    stranger = factories.make_person(session)
    request = session.get_one(Request, offered.request_id)
    for own in (other.own, {**market.own, "membership_id": colleague.id}):
        with pytest.raises(NotFound):
            asked.offer(session, own, request, now=now)
        with pytest.raises(NotFound):
            reading.for_member(session, **own, public_id=request.public_id)
    for look in (choosing.turn_down, requests.withdraw):
        with pytest.raises(NotFound):
            look(session, buyer_id=stranger.id, public_id=offered.public_id, now=now)
    with pytest.raises(NotFound):
        choosing.agree(
            session, buyer_id=stranger.id, public_id=offered.public_id, address="", now=now
        )
    with pytest.raises(NotFound):
        reading.offer(session, buyer_id=stranger.id, public_id=offered.public_id)


def cooperative_of(session, market):
    from marketplace.models.cooperatives import Cooperative

    return session.get_one(Cooperative, market.member.cooperative_id)
