"""The log of an order: every step stands in it by itself, and nobody changes it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.domain.orders import StepNotAllowed
from marketplace.models.orders import Order, OrderLine, OrderStep
from marketplace.services.trade import deskorders, orderlog, orders, sweeps, work
from tests.books import factories
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


def told(session, order):
    """The steps as (act, by, was, became)."""
    return [
        (one.act, one.by, one.was, one.became) for one in orderlog.of_order(session, order=order)
    ]


def test_a_whole_way_stands_in_the_log_with_who_made_each_step(session, market, now):
    order = markets.paid(session, market, now=now)
    line = markets.line_of(session, order)
    work.deliver(session, **market.own, public_id=line, now=now)
    later = now + dt.timedelta(hours=1)
    orders.confirm(
        session, buyer_id=market.buyer.id, public_id=order.public_id, line=line, now=later
    )
    assert told(session, order) == [
        ("place", "buyer", "", "requested"),
        ("accept", "member", "requested", "accepted"),
        ("pay", "bank", "awaiting", "paid"),
        ("deliver", "member", "accepted", "delivered"),
        ("confirm", "buyer", "delivered", "confirmed"),
    ]
    buyer, seller = market.buyer.id, market.seller.id
    steps = orderlog.of_order(session, order=order)
    assert [one.person_id for one in steps] == [buyer, seller, None, seller, buyer]
    assert [one.at for one in steps] == [now] * 4 + [later]
    assert steps[2].line_id is None


def test_the_clock_stands_in_it_and_a_step_that_was_refused_does_not(session, market, now):
    order = markets.place(session, market, market.product, now=now)
    line = markets.line_of(session, order)
    with pytest.raises(StepNotAllowed):
        work.deliver(session, **market.own, public_id=line, now=now)
    assert sweeps.expire(session, now=now + dt.timedelta(days=3)) == 1
    assert told(session, order) == [
        ("place", "buyer", "", "ordered"),
        ("expire", "clock", "ordered", "expired"),
    ]


def test_money_back_stands_in_it_in_part_and_whole_with_the_cents(session, market, now):
    order = markets.paid(session, market, now=now)
    line = markets.line_of(session, order)
    desk = factories.make_person(session)
    seen = 0
    for cents in (2_100, 10_000):
        deskorders.refund(
            session,
            cooperative_id=order.cooperative_id,
            public_id=order.public_id,
            cents={line: cents},
            seen_cents=seen,
            reason="not_good",
            liable="cooperative",
            by_id=desk.id,
            now=now,
        )
        seen += cents
    steps = orderlog.of_order(session, order=order)[-2:]
    assert [(one.by, one.person_id, one.became, one.cents) for one in steps] == [
        ("coordinator", desk.id, "accepted", 2_100),
        ("coordinator", desk.id, "refunded", 10_000),
    ]


def test_a_line_reads_its_own_steps_and_those_of_the_payment(session, market, now):
    order = orders.place(
        session,
        buyer_id=market.buyer.id,
        lines=[
            orders.Wanted(market.service.public_id, 100),
            orders.Wanted(market.product.public_id, 100),
        ],
        idempotency_key="two",
        now=now,
    )
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    service = next(one for one in lines if one.kind == "service")
    goods = next(one for one in lines if one.kind == "product")
    work.accept(session, **market.own, public_id=service.public_id, now=now)
    markets.receive(session, markets.word(markets.wish(session, market, order, now=now)), now=now)
    assert [one.act for one in orderlog.of_line(session, line=goods)] == ["place", "pay"]
    assert [one.act for one in orderlog.of_line(session, line=service)] == [
        "place",
        "accept",
        "pay",
    ]


@pytest.mark.parametrize(
    "statement", ["UPDATE order_steps SET act = 'decline'", "DELETE FROM order_steps"]
)
def test_the_log_is_not_changed(session, market, now, statement):
    markets.place(session, market, market.product, now=now)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    session.rollback()
    assert len(session.scalars(select(OrderStep)).all()) == 1
    assert session.scalars(select(Order)).one()


def test_where_a_line_stood_before_a_step_is_read_from_the_log(session, market, now):
    order = markets.paid(session, market, now=now)
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    assert orderlog.state_before(session, line=line, act="accept") == "requested"
    assert orderlog.state_before(session, line=line, act="deliver") is None
