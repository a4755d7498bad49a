"""Stepping back after the payment: the money goes back by itself, once, and the books stay clean."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.calendar import AMSTERDAM
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import StepNotAllowed, TooLateToCallOff
from marketplace.models.listings import Listing
from marketplace.models.orders import OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services import ledgercheck
from marketplace.services.books import ledger
from marketplace.services.trade import orders, refunds, work
from tests.services import market as markets

DAY = dt.timedelta(hours=24)


@pytest.fixture
def market(session):
    return markets.make_market(session)


def line_of(session, order) -> OrderLine:
    query = select(OrderLine).where(OrderLine.order_id == order.id)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def paid_goods(session, market, now):
    order = markets.place(session, market, market.product, now=now, quantity=200)
    wish = markets.wish(session, market, order, now=now)
    assert markets.receive(session, markets.word(wish), now=now) == "booked"
    return order


def call_off(session, market, order, now):
    return orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)


def withdraw(session, market, order, now):
    public_id = markets.line_of(session, order)
    return work.withdraw(session, **market.own, public_id=public_id, now=now)


def stock(session, market) -> int:
    return session.scalar(select(Listing.stock).where(Listing.id == market.product.id))


def back(session, order) -> list[tuple[int, str]]:
    return [(one.amount_cents, one.state) for one in refunds.of_order(session, order_id=order.id)]


def mails(session) -> list[str]:
    kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id))
    return [kind for kind in kinds if "called_off" in kind or "withdrawn" in kind]


@pytest.mark.parametrize(("step", "told"), [(call_off, "called_off"), (withdraw, "withdrawn")])
def test_paid_goods_go_back_whole_once_with_their_stock(session, market, now, step, told):
    order = paid_goods(session, market, now)
    for _click in range(2):
        step(session, market, order, now)
    assert back(session, order) == [(4840, "booked")]
    assert line_of(session, order).state == "refunded"
    assert stock(session, market) == 3
    assert mails(session) == [f"order_{told}_buyer", f"order_{told}_member"]
    owed = ledger.balance(session, cooperative_id=order.cooperative_id, code="refunds_payable")
    assert owed == 4840
    assert ledgercheck.check(session) == []


def test_a_service_without_a_day_is_called_off_at_any_time(session, market, now):
    order = markets.paid(session, market, now=now)
    call_off(session, market, order, now + 90 * DAY)
    assert back(session, order) == [(12_100, "booked")]


def test_until_a_day_before_the_appointment_and_then_the_coordinator_helps(session, market, now):
    order = markets.paid(session, market, now=now)
    starts_at = now + 3 * DAY
    line = line_of(session, order)
    line.starts_at, line.ends_at = starts_at, starts_at + dt.timedelta(hours=1)
    session.flush()
    with pytest.raises(TooLateToCallOff):
        call_off(session, market, order, starts_at - DAY + dt.timedelta(seconds=1))
    assert back(session, order) == []
    call_off(session, market, order, starts_at - DAY)
    assert back(session, order) == [(12_100, "booked")]


def test_a_wanted_day_begins_at_midnight_in_amsterdam(session, market, now):
    order = markets.paid(session, market, now=now)
    order.wanted_on = now.date() + dt.timedelta(days=10)
    session.flush()
    begins = dt.datetime.combine(order.wanted_on, dt.time(), AMSTERDAM).astimezone(dt.UTC)
    with pytest.raises(TooLateToCallOff):
        call_off(session, market, order, begins - DAY + dt.timedelta(seconds=1))
    call_off(session, market, order, begins - DAY)
    assert back(session, order) == [(12_100, "booked")]


def test_a_member_steps_back_also_on_the_day_itself(session, market, now):
    order = markets.paid(session, market, now=now)
    order.wanted_on = now.date()
    session.flush()
    withdraw(session, market, order, now)
    assert back(session, order) == [(12_100, "booked")]
    assert ledgercheck.check(session) == []


def test_after_the_delivery_nobody_steps_back(session, market, now):
    order = markets.paid(session, market, now=now)
    work.deliver(session, **market.own, public_id=markets.line_of(session, order), now=now)
    for step in (call_off, withdraw):
        with pytest.raises(StepNotAllowed):
            step(session, market, order, now)
    assert back(session, order) == []


def test_before_the_payment_a_member_has_nothing_to_give_back(session, market, now):
    order = markets.accepted(session, market, now=now)
    with pytest.raises(StepNotAllowed):
        withdraw(session, market, order, now)


def test_a_stranger_steps_back_from_nothing(session, market, now):
    order = paid_goods(session, market, now)
    with pytest.raises(NotFound):
        orders.cancel(session, buyer_id=market.seller.id, public_id=order.public_id, now=now)
    other = {"cooperative_id": market.member.cooperative_id, "membership_id": market.member.id + 99}
    with pytest.raises(NotFound):
        work.withdraw(session, **other, public_id=markets.line_of(session, order), now=now)


def test_what_went_back_in_part_goes_back_for_the_rest(session, market, now):
    order = paid_goods(session, market, now)
    refunds.refund(
        session,
        order_id=order.id,
        lines={line_of(session, order).id: 1_000},
        reason="price",
        liable="cooperative",
        by_id=None,
        now=now,
    )
    call_off(session, market, order, now)
    assert [cents for cents, _ in back(session, order)] == [1_000, 3_840]
    assert ledgercheck.check(session) == []
