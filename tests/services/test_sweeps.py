"""What waits too long ends by itself, gives its stock back and tells both sides."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.gateways.payments import PayPage
from marketplace.models.listings import Listing
from marketplace.models.orders import OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.trade import payments, sweeps, work
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


def new_mails(session, run) -> list[str]:
    before = set(session.scalars(select(OutboxMessage.id)))
    run()
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [row.kind for row in rows if row.id not in before]


def test_goods_that_nobody_pays_go_back_on_the_shelf_after_two_days(session, market, now):
    order = markets.place(session, market, market.product, now=now)
    assert sweeps.expire(session, now=now + dt.timedelta(hours=47)) == 0
    kinds = new_mails(session, lambda: sweeps.expire(session, now=now + dt.timedelta(hours=48)))
    assert kinds == ["order_expired_buyer", "order_expired_member"]
    assert order.payment_state == "cancelled"
    assert session.scalar(select(Listing.stock).where(Listing.id == market.product.id)) == 3
    assert sweeps.expire(session, now=now + dt.timedelta(hours=49)) == 0


def test_a_yes_that_nobody_pays_ends_after_fourteen_days(session, market, now):
    order = markets.accepted(session, market, now=now)
    assert sweeps.expire(session, now=now + dt.timedelta(days=13)) == 0
    kinds = new_mails(session, lambda: sweeps.expire(session, now=now + dt.timedelta(days=14)))
    assert kinds == ["order_expired_buyer", "order_expired_member"]
    assert order.payment_state == "cancelled"


def test_a_question_without_an_answer_ends_too(session, market, now):
    markets.place(session, market, market.service, now=now)
    kinds = new_mails(session, lambda: sweeps.expire(session, now=now + dt.timedelta(days=14)))
    assert kinds == ["order_unanswered_buyer", "order_unanswered_member"]


@pytest.mark.parametrize("told", ["paid", "expired", None])
def test_an_order_waits_for_a_page_that_opened_at_the_last_minute(session, market, now, told):
    order = markets.place(session, market, market.product, now=now)
    last = order.due_at - dt.timedelta(minutes=5)
    wish = markets.wish(session, market, order, now=last)
    payments.opened(session, intent_id=wish.intent_id, page=PayPage(f"tb_{wish.key}", "http://b"))
    over = wish.expires_at + dt.timedelta(minutes=1)
    assert order.due_at < wish.expires_at
    assert sweeps.expire(session, now=over) == 0
    if told:
        markets.receive(session, markets.word(wish, told), now=over)
    assert sweeps.expire(session, now=over) == (told == "expired")
    assert sweeps.expire(session, now=over + sweeps.PAGE_PATIENCE) == (told is None)
    assert order.payment_state == ("paid" if told == "paid" else "cancelled")


def test_what_is_paid_never_expires(session, market, now):
    order = markets.paid(session, market, now=now)
    assert sweeps.expire(session, now=now + dt.timedelta(days=400)) == 0
    assert order.payment_state == "paid"


def test_a_long_queue_goes_in_batches(session, market, now):
    for _ in range(sweeps.BATCH + 2):
        markets.place(session, market, market.service, now=now)
    later = now + dt.timedelta(days=15)
    assert [sweeps.expire(session, now=later) for _ in range(3)] == [sweeps.BATCH, 2, 0]


def test_a_delivery_that_nobody_complains_about_is_confirmed_after_a_week(session, market, now):
    order = markets.paid(session, market, now=now)
    public_id = markets.line_of(session, order)
    work.deliver(session, **market.own, public_id=public_id, now=now)
    line = session.scalars(select(OrderLine).where(OrderLine.public_id == public_id)).one()
    week = now + dt.timedelta(days=7)
    assert sweeps.confirm(session, now=week - dt.timedelta(seconds=1)) == 0
    assert [sweeps.confirm(session, now=week) for _ in range(2)] == [1, 0]
    assert (line.state, line.confirmed_at) == ("confirmed", week)
