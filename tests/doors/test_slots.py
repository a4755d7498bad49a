"""Appointments: one wins, limits hold, and time that is not needed comes back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.domain.availability import Hours, SlotGone
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import StockGone
from marketplace.gateways.database import Database
from marketplace.models.bookings import BookedQuarter
from marketplace.models.listings import Listing
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.booking import calendars, slots
from marketplace.services.trade import moving, orders, sweeps, work
from marketplace.services.trade.orders import Wanted
from tests.services import market as markets
from tests.services.test_races import at_once

# The clock of the tests stands at Thursday 15 January 2026, 11:00 in Amsterdam.
MONDAY_NINE = dt.datetime(2026, 1, 19, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


def open_week(session, market, now, *, buffer=30, per_day=4, opens=540, closes=1020):
    calendars.save(
        session,
        **market.own,
        hours=[Hours(weekday, opens, closes) for weekday in range(5)],
        limits=calendars.Limits(buffer, per_day, 24),
        now=now,
    )
    session.commit()


def booking(market, key, now, starts_at=MONDAY_NINE):
    def act(session) -> int:
        return orders.place(
            session,
            buyer_id=market.buyer.id,
            lines=[Wanted(market.service.public_id, 100, starts_at)],
            idempotency_key=key,
            now=now,
        ).id

    return act


def only_line(session, order_id) -> OrderLine:
    return session.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).one()


def test_fifty_at_once_for_one_time_and_one_gets_it(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        open_week(session, market, now)
    results = at_once(database, [booking(market, f"key-{n}", now) for n in range(50)])
    assert sum(isinstance(one, int) for one in results) == 1, results
    assert sum(isinstance(one, SlotGone) for one in results) == 49, results
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count(Order.id))) == 1


def test_two_hundred_buyers_for_the_last_piece(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session, stock=1)

    def buying(key):
        def act(session) -> int:
            return orders.place(
                session,
                buyer_id=market.buyer.id,
                lines=[Wanted(market.product.public_id, 100)],
                idempotency_key=key,
                now=now,
            ).id

        return act

    results = at_once(database, [buying(f"key-{n}") for n in range(200)])
    assert sum(isinstance(one, int) for one in results) == 1, results
    assert sum(isinstance(one, StockGone) for one in results) == 199, results
    with database.session(writes=False) as session:
        assert session.scalar(select(Listing.stock).where(Listing.id == market.product.id)) == 0


def test_the_day_s_most_holds_at_the_same_moment(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        open_week(session, market, now, buffer=0, per_day=2)
    acts = [booking(market, f"key-{n}", now, MONDAY_NINE + n * HOUR) for n in range(8)]
    results = at_once(database, acts)
    assert sum(isinstance(one, int) for one in results) == 2, results


def test_the_database_itself_refuses_a_quarter_twice(session, now):
    market = markets.make_market(session)
    open_week(session, market, now)
    line = only_line(session, booking(market, "a", now)(session))
    again = BookedQuarter(
        cooperative_id=line.cooperative_id,
        membership_id=line.membership_id,
        line_id=line.id,
        starts_at=MONDAY_NINE,
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(again)


def test_an_appointment_is_held_until_the_answer_and_no_longer_than_its_beginning(session, now):
    market = markets.make_market(session)
    open_week(session, market, now)
    order_id = booking(market, "a", now)(session)
    line = only_line(session, order_id)
    assert (line.starts_at, line.ends_at) == (MONDAY_NINE, MONDAY_NINE + HOUR)
    assert session.get_one(Order, order_id).due_at == MONDAY_NINE
    with pytest.raises(SlotGone):
        booking(market, "b", now)(session)
    session.rollback()


@pytest.mark.parametrize("how", ["declined", "cancelled", "expired"])
def test_the_time_of_what_does_not_go_on_is_free_again(session, now, how):
    market = markets.make_market(session)
    open_week(session, market, now)
    order_id = booking(market, "a", now)(session)
    order, line = session.get_one(Order, order_id), only_line(session, order_id)
    if how == "declined":
        work.decline(session, **market.own, public_id=line.public_id, now=now)
    elif how == "cancelled":
        orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    else:
        assert sweeps.expire(session, now=MONDAY_NINE) == 1
    assert session.scalar(select(func.count(BookedQuarter.id))) == 0
    assert booking(market, "b", now)(session) != order_id


@pytest.mark.parametrize(
    "starts_at",
    [
        MONDAY_NINE - HOUR,  # before she opens
        MONDAY_NINE + HOUR * 8,  # would end after she closes
        MONDAY_NINE + dt.timedelta(minutes=7),  # no time that was offered
        MONDAY_NINE - dt.timedelta(days=1),  # a Sunday
        MONDAY_NINE + dt.timedelta(days=140),  # too far ahead
        dt.datetime(2026, 1, 16, 8, 0, tzinfo=dt.UTC),  # less than a day's notice
    ],
)
def test_a_time_that_was_not_offered_is_refused(session, now, starts_at):
    market = markets.make_market(session)
    open_week(session, market, now)
    with pytest.raises(SlotGone):
        booking(market, "a", now, starts_at)(session)


def test_without_hours_nothing_can_be_booked_but_asking_is_possible(session, now):
    market = markets.make_market(session)
    free = slots.free_days(session, listing=market.service, quantity_hundredths=100, now=now)
    assert free is None
    with pytest.raises(SlotGone):
        booking(market, "a", now)(session)
    session.rollback()
    assert markets.place(session, market, market.service, now=now).due_at > MONDAY_NINE


def test_a_member_moves_an_appointment_and_the_buyer_hears_it(session, now):
    market = markets.make_market(session)
    open_week(session, market, now)
    line = only_line(session, booking(market, "a", now)(session))
    other = booking(market, "b", now, MONDAY_NINE + 2 * HOUR)
    other(session)
    step = {**market.own, "public_id": line.public_id, "now": now}
    with pytest.raises(SlotGone):
        moving.move(session, **step, starts_at=MONDAY_NINE + 2 * HOUR)
    session.rollback()
    line = only_line(session, booking(market, "a", now)(session))
    moving.move(session, **step | {"public_id": line.public_id}, starts_at=MONDAY_NINE + HOUR)
    assert line.starts_at == MONDAY_NINE + HOUR
    kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert "order_moved" in kinds
    booking(market, "c", now, MONDAY_NINE + 3 * HOUR)(session)


def test_another_member_moves_nothing(session, now):
    market, other = markets.make_market(session), markets.make_market(session)
    open_week(session, market, now)
    line = only_line(session, booking(market, "a", now)(session))
    with pytest.raises(NotFound):
        moving.move(
            session, **other.own, public_id=line.public_id, starts_at=MONDAY_NINE + HOUR, now=now
        )


def test_blocked_days_are_not_offered_and_open_again(session, now):
    market = markets.make_market(session)
    open_week(session, market, now)
    monday = dt.date(2026, 1, 19)
    assert calendars.block(session, **market.own, first=monday, last=monday) == 1
    assert calendars.block(session, **market.own, first=monday, last=monday) == 0
    with pytest.raises(SlotGone):
        booking(market, "a", now)(session)
    assert calendars.blocked(session, **market.own, today=monday) == [monday]
    calendars.unblock(session, **market.own, day=monday)
    booking(market, "b", now)(session)
