"""Orders that come back: each date once, by Amsterdam's clock, at the price and the free time of that moment."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.domain.availability import Hours, SlotGone
from marketplace.domain.calendar import AMSTERDAM, day_in_amsterdam
from marketplace.domain.doors.recurring import Every, PausedByOther, SeriesStepNotAllowed
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import NotForSale, OwnListing, WrongQuantity
from marketplace.domain.waterfall import NoAgreement
from marketplace.models.doors.recurrences import Recurrence, RecurrenceDate
from marketplace.models.memberships import Agreement
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.booking import calendars
from marketplace.services.doors import ahead, series
from marketplace.services.trade import work
from tests.doors.test_slots import MONDAY_NINE, at_once, booking, database, open_week
from tests.services import market as markets

__all__ = ["database"]
MONDAY = dt.date(2026, 1, 19)  # the clock of the tests stands at Thursday 15 January 2026


@pytest.fixture
def market(session):
    return markets.make_market(session)


def ask(session, market, now, *, key="a", listing=None, **wish):
    wished = {"quantity_hundredths": 100, "every": Every.WEEK, "first_on": MONDAY} | wish
    return series.ask(
        session,
        buyer_id=market.buyer.id,
        listing=(listing or market.service).public_id,
        wish=series.Wish(**wished),
        idempotency_key=key,
        now=now,
    )


def yes(session, market, row, now):
    return series.answer(session, scope=market.own, public_id=row.public_id, yes=True, now=now)


def accepted(session, market, now, **wish) -> Recurrence:
    return yes(session, market, ask(session, market, now, **wish), now)


def orders_of(session) -> list[Order]:
    return list(session.scalars(select(Order).order_by(Order.wanted_on)))


def outcomes(session) -> list[tuple[str, str]]:
    query = select(RecurrenceDate).order_by(RecurrenceDate.day)
    return [(row.day.isoformat(), row.outcome) for row in session.scalars(query)]


def kinds(session) -> Counter[str]:
    return Counter(session.scalars(select(OutboxMessage.kind)))


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def test_nothing_is_ordered_before_the_yes_and_then_two_weeks_ahead(session, market, now):
    row = ask(session, market, now)
    assert ahead.make_due(session, now=now) == 0
    assert orders_of(session) == []
    yes(session, market, row, now)
    yes(session, market, row, now)
    made = orders_of(session)
    assert [one.wanted_on.isoformat() for one in made] == ["2026-01-19", "2026-01-26"]
    assert {(one.origin, one.payment_state) for one in made} == {("recurring", "awaiting")}
    assert (row.next_on, row.next_number) == (dt.date(2026, 2, 2), 2)
    told = kinds(session)
    assert told["series_order"] == 2
    assert told["order_requested"] == 0
    assert told["series_accepted"] == 1


def test_the_sweep_goes_on_where_it_was_and_makes_each_date_once(session, market, now):
    accepted(session, market, now)
    for number in range(15, 30):
        later = now + days(number - 15)
        ahead.make_due(session, now=later)
        ahead.make_due(session, now=later)
    found = [one.wanted_on for one in orders_of(session)]
    assert found == sorted(set(found))
    assert found[-1] == dt.date(2026, 2, 9)


def test_workers_at_the_same_moment_make_one_order_for_a_date(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        row = ask(session, market, now)
        row.state = "active"
        session.commit()

    def work_(own):
        ahead.make_due(own, now=now)
        return "done"

    results = at_once(database, [work_ for _ in range(8)])
    assert set(results) == {"done"}
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count(Order.id))) == 2
        assert session.scalar(select(func.count(RecurrenceDate.id))) == 2


def test_the_key_of_a_date_holds_whoever_writes(session, market, now):
    row = accepted(session, market, now)
    row.next_number, row.next_on = 0, MONDAY
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        ahead.make(session, row, now)


def test_a_double_click_asks_once(session, market, now):
    first = ask(session, market, now)
    assert ask(session, market, now).id == first.id
    assert kinds(session)["series_asked"] == 1


def test_a_month_end_stays_a_month_end(session, market, now):
    row = accepted(session, market, now, every=Every.MONTH, first_on=dt.date(2026, 1, 31))
    for number in range(0, 120, 3):
        ahead.make_due(session, now=now + days(number))
    found = [one.wanted_on.isoformat() for one in orders_of(session)]
    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert row.next_on == dt.date(2026, 5, 31)


def test_an_appointment_keeps_its_clock_time_when_the_clock_changes(session, market, now):
    open_week(session, market, now, per_day=5)
    accepted(session, market, now, first_on=None, starts_at=MONDAY_NINE)
    for number in range(0, 80, 7):
        ahead.make_due(session, now=now + days(number))
    lines = session.scalars(select(OrderLine).order_by(OrderLine.starts_at)).all()
    local = [line.starts_at.astimezone(AMSTERDAM) for line in lines]
    assert {(one.weekday(), one.hour) for one in local} == {(0, 9)}
    assert {one.utcoffset() for one in local} == {dt.timedelta(hours=1), dt.timedelta(hours=2)}
    assert len({one.date() for one in local}) == len(lines)


def test_an_hour_that_the_clock_skips_is_left_out_and_told(session, market, now):
    # On Sunday 29 March 2026 the clock goes from two to three.
    calendars.save(
        session,
        **market.own,
        hours=[Hours(weekday, 0, 1440) for weekday in range(7)],
        limits=calendars.Limits(0, 9, 0),
        now=now,
    )
    sunday = dt.datetime(2026, 3, 22, 2, 0, tzinfo=AMSTERDAM)
    at = dt.datetime(2026, 3, 16, 10, tzinfo=dt.UTC)
    accepted(session, market, at, first_on=None, starts_at=sunday.astimezone(dt.UTC))
    assert outcomes(session) == [("2026-03-22", "made"), ("2026-03-29", "slot_gone")]
    told = kinds(session)
    assert (told["series_slot_gone_buyer"], told["series_slot_gone_member"]) == (1, 1)


def test_a_time_that_is_gone_is_told_to_both_and_the_next_one_goes_on(session, market, now):
    open_week(session, market, now)
    row = ask(session, market, now, first_on=None, starts_at=MONDAY_NINE)
    booking(market, "quicker", now)(session)
    yes(session, market, row, now)
    assert outcomes(session) == [("2026-01-19", "slot_gone"), ("2026-01-26", "made")]
    told = kinds(session)
    assert (told["series_slot_gone_buyer"], told["series_slot_gone_member"]) == (1, 1)
    with pytest.raises(SlotGone):
        ask(session, market, now, key="b", first_on=None, starts_at=MONDAY_NINE)


def test_each_order_has_the_price_of_its_day(session, market, now):
    accepted(session, market, now)
    market.service.price_cents = 15_000
    session.merge(market.service)
    session.flush()
    ahead.make_due(session, now=now + days(5))
    assert [one.total_cents for one in orders_of(session)] == [12_100, 12_100, 15_000]


def test_what_is_not_on_the_market_is_left_out_and_told(session, market, now):
    row = accepted(session, market, now)
    session.merge(market.service).state = "paused"
    session.flush()
    ahead.make_due(session, now=now + days(5))
    assert outcomes(session)[-1] == ("2026-02-02", "not_sold")
    told = kinds(session)
    assert (told["series_not_sold_buyer"], told["series_not_sold_member"]) == (1, 1)
    assert row.state == "active"


def test_without_an_agreement_the_member_is_asked_anew(session, market, now):
    accepted(session, market, now)
    agreement = session.scalars(select(Agreement)).one()
    agreement.valid_to = day_in_amsterdam(now)
    session.flush()
    ahead.make_due(session, now=now + days(5))
    assert outcomes(session)[-1] == ("2026-02-02", "asked")
    assert orders_of(session)[-1].payment_state == "not_due"
    assert kinds(session)["order_requested"] == 1


def test_a_yes_needs_an_agreement(session, market, now):
    row = ask(session, market, now)
    session.scalars(select(Agreement)).one().valid_to = dt.date(2025, 12, 31)
    session.flush()
    with pytest.raises(NoAgreement):
        yes(session, market, row, now)


def test_it_ends_on_its_last_day(session, market, now):
    row = accepted(session, market, now, ends_on=dt.date(2026, 1, 26))
    assert row.next_on is None
    ahead.make_due(session, now=now + days(40))
    assert len(orders_of(session)) == 2


def test_a_worker_that_was_away_makes_nothing_for_days_that_are_over(session, market, now):
    accepted(session, market, now)
    ahead.make_due(session, now=now + days(30))  # 14 February
    found = [one.wanted_on.isoformat() for one in orders_of(session)]
    assert found == ["2026-01-19", "2026-01-26", "2026-02-16", "2026-02-23"]


@pytest.mark.parametrize("side", ["buyer", "member"])
def test_both_sides_pause_go_on_and_stop(session, market, now, side):
    row = accepted(session, market, now)
    scope = {"buyer_id": market.buyer.id} if side == "buyer" else market.own
    step = {"scope": scope, "public_id": row.public_id, "side": side}
    series.pause(session, **step, now=now)
    series.pause(session, **step, now=now)
    assert ahead.make_due(session, now=now + days(12)) == 0
    other = {"scope": {"buyer_id": market.buyer.id}, "side": "buyer"}
    if side == "buyer":
        other = {"scope": market.own, "side": "member"}
    with pytest.raises(PausedByOther):
        series.resume(session, **other, public_id=row.public_id, now=now)
    series.resume(session, **step, now=now + days(12))
    series.resume(session, **step, now=now + days(12))
    assert [one.wanted_on.isoformat() for one in orders_of(session)][2:] == [
        "2026-02-02",
        "2026-02-09",
    ]
    series.stop(session, **other, public_id=row.public_id, now=now)
    series.stop(session, **other, public_id=row.public_id, now=now)
    assert ahead.make_due(session, now=now + days(40)) == 0
    with pytest.raises(SeriesStepNotAllowed):
        series.resume(session, **step, now=now)
    told = kinds(session)
    assert [told[f"series_{act}"] for act in ("paused", "resumed", "stopped")] == [1, 1, 1]
    assert len(orders_of(session)) == 4, "what was made stays"


def test_a_no_and_no_answer_at_all_end_it(session, market, now):
    row = ask(session, market, now)
    for _ in range(2):
        series.answer(session, scope=market.own, public_id=row.public_id, yes=False, now=now)
    assert row.state == "declined"
    with pytest.raises(SeriesStepNotAllowed):
        yes(session, market, row, now)
    silent = ask(session, market, now, key="b")
    assert ahead.end_unanswered(session, now=now + days(13)) == 0
    assert ahead.end_unanswered(session, now=now + days(14)) == 1
    assert silent.state == "expired"
    assert kinds(session)["series_unanswered"] == 1


def test_a_stranger_sees_and_changes_nothing(session, market, now):
    row = ask(session, market, now)
    other = markets.make_market(session)
    for scope in (other.own, {"buyer_id": other.buyer.id}, {"buyer_id": market.seller.id}):
        for act in (
            lambda scope=scope: series.one(session, scope=scope, public_id=row.public_id),
            lambda scope=scope: series.stop(
                session, scope=scope, public_id=row.public_id, side="buyer", now=now
            ),
            lambda scope=scope: series.answer(
                session, scope=scope, public_id=row.public_id, yes=True, now=now
            ),
        ):
            with pytest.raises(NotFound):
                act()
        assert series.mine(session, scope=scope) == []


def test_what_cannot_come_back_is_refused(session, market, now):
    with pytest.raises(NotForSale):
        ask(session, market, now, listing=market.product)
    with pytest.raises(WrongQuantity):
        ask(session, market, now, quantity_hundredths=150)
    with pytest.raises(OwnListing):
        series.ask(
            session,
            buyer_id=market.seller.id,
            listing=market.service.public_id,
            wish=series.Wish(100, Every.WEEK, MONDAY),
            idempotency_key="x",
            now=now,
        )


def test_a_made_order_goes_the_way_of_any_order(session, market, now):
    accepted(session, market, now)
    order = orders_of(session)[0]
    wish = markets.wish(session, market, order, now=now)
    markets.receive(session, markets.word(wish), now=now)
    line = markets.line_of(session, order)
    work.deliver(session, **market.own, public_id=line, now=now + days(4))
    assert order.payment_state == "paid"


def test_lists_go_by_page(session, market, now, monkeypatch):
    monkeypatch.setattr(series, "PAGE", 2)
    for number in range(3):
        ask(session, market, now, key=f"key-{number}")
    scope = {"buyer_id": market.buyer.id}
    first = series.mine(session, scope=scope)
    rest = series.mine(session, scope=scope, before=first[-1].public_id)
    assert (len(first), len(rest)) == (2, 1)
    assert series.dates(session, series=first[0]) == []
