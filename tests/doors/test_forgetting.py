"""What buyers asked for is forgotten once it is long over; what the books and the log need stays."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from marketplace.cli import forgetting as cli
from marketplace.domain.asking import AGREED_KEPT
from marketplace.gateways.storage import FolderStorage
from marketplace.models.orders import Order, OrderLine, OrderStep
from marketplace.models.requests import Request, RequestPhoto, RequestReach
from marketplace.services import ledgercheck
from marketplace.services.asking import closing, forgetting, photos, requests
from marketplace.services.complaints import buying, clocks
from marketplace.services.trade import orders, work
from tests.doors import asked
from tests.services import complaints as cases
from tests.services import market as markets
from tests.web.house import open_house

DAY = dt.timedelta(days=1)
DAYS = 90
KEPT = dt.timedelta(days=DAYS)


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path)


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def forget(session, storage):
    def forget_at(now):
        return forgetting.forget(session, storage=storage, kept_days=DAYS, now=now)

    return forget_at


def add_photo(session, market, storage, request, now):
    return photos.add(
        session,
        storage=storage,
        buyer_id=market.buyer.id,
        request=request.public_id,
        content=asked.picture(),
        alt="De schutting",
        now=now,
    ).file


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def order_of(session, order_id) -> Order:
    query = select(Order).where(Order.id == order_id)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def delivered(session, market, order, now, later=dt.timedelta()):
    """Pay all of what was agreed, and deliver it so much later."""
    wish = markets.wish(session, market, order, now=now)
    assert markets.receive(session, markets.word(wish), now=now) == "booked"
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    for line in lines:
        work.deliver(session, **market.own, public_id=line.public_id, now=now + later)
    return lines


def test_what_came_to_nothing_goes_with_photos_and_texts_after_its_term(
    session, market, storage, forget, now
):
    made = asked.wanted(session, market, now=now, days=7)
    file = add_photo(session, market, storage, made, now)
    offer = asked.offer(session, market.own, made, now=now).id
    over = now + 7 * DAY + KEPT
    assert forget(over + DAY) == 0, "it still stands"
    requests.withdraw(session, buyer_id=market.buyer.id, public_id=made.public_id, now=now)
    assert forget(over) == 0
    assert [forget(over + DAY) for _ in range(2)] == [1, 0]
    assert [count(session, one) for one in (Request, RequestPhoto, RequestReach)] == [0, 0, 0]
    with pytest.raises(FileNotFoundError):
        storage.fetch(file)
    left = order_of(session, offer)
    assert (left.request_id, left.valid_until, left.offer_text, left.note) == (None, None, None, "")
    assert (left.payment_state, left.total_cents) == ("cancelled", 14_520)
    assert count(session, OrderLine) == 2
    assert count(session, OrderStep) > 0, "the log is never changed"


def test_what_still_stands_is_kept_however_old(session, market, forget, now):
    asked.wanted(session, market, now=now)
    asked.offer(session, market.own, asked.quote(session, market, now=now), now=now)
    assert forget(now + 5000 * DAY) == 0
    assert count(session, Request) == 2


def test_what_nobody_answered_goes_too(session, market, forget, now):
    asked.quote(session, market, now=now)
    assert closing.close_requests(session, now=now + 30 * DAY) == 1
    assert forget(now + 14 * DAY + KEPT + DAY) == 1


def test_what_was_agreed_is_kept_two_years_after_the_delivery(session, market, forget, now):
    made = asked.wanted(session, market, now=now)
    order = asked.offer(session, market.own, made, now=now)
    asked.agree(session, market, order, now=now)
    assert forget(now + 5000 * DAY) == 0, "the work is still to come"
    later = now + 20 * DAY
    lines = delivered(session, market, order, now, later - now)
    assert forget(later + AGREED_KEPT + DAY) == 0, "nobody said that it is right"
    for line in lines:
        orders.confirm(
            session,
            buyer_id=market.buyer.id,
            public_id=order.public_id,
            line=line.public_id,
            now=later,
        )
    assert forget(later + AGREED_KEPT) == 0
    assert forget(later + AGREED_KEPT + DAY) == 1
    left = order_of(session, order.id)
    assert (left.request_id, left.valid_until, left.offer_text) == (None, None, None)
    assert (left.note, left.payment_state) == (asked.ASKED.body, "paid"), "the order stays as it is"
    assert ledgercheck.check(session) == []


def test_what_somebody_complains_about_is_kept_until_the_complaint_is_forgotten(
    session, market, storage, forget, now
):
    order = asked.offer(session, market.own, asked.wanted(session, market, now=now), now=now)
    asked.agree(session, market, order, now=now)
    for line in delivered(session, market, order, now):
        made = cases.complain(session, market, line.public_id, now)
        cases.buyer(session, market, made, buying.withdraw, now)
        orders.confirm(
            session,
            buyer_id=market.buyer.id,
            public_id=order.public_id,
            line=line.public_id,
            now=now,
        )
    assert forget(now + 5000 * DAY) == 0
    assert clocks.forget(session, storage=storage, now=now + 5000 * DAY) == 2
    assert forget(now + 5000 * DAY) == 1


def test_the_worker_forgets_by_the_setting_of_the_installation(app, now, clock):
    house = open_house(app)
    market = house.market
    with house.writing() as session:
        made = asked.wanted(session, market, now=now, days=0)
        requests.withdraw(session, buyer_id=market.buyer.id, public_id=made.public_id, now=now)
    days = app.extensions["marketplace"].settings.requests_kept_days
    assert days == 180
    with app.app_context():
        clock.shift(days * DAY)
        assert cli.requests() == 0
        clock.shift(DAY)
        assert cli.requests() == 1
