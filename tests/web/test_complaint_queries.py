"""The pages of complaints ask few questions of the database, however much was said."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.models.orders import Order, OrderLine
from marketplace.models.talk.complaints import Complaint
from marketplace.services.complaints import reading
from marketplace.services.complaints.steps import Who
from marketplace.services.trade import work
from tests.services import complaints as cases
from tests.services import market as markets
from tests.web.house import asks_little, open_house

pytestmark = pytest.mark.sqlite_only  # the number is the same on PostgreSQL


@pytest.fixture
def house(app):
    return open_house(app)


@pytest.fixture
def line(house, now):
    with house.writing() as session:
        return cases.delivered(session, house.market, now)


@pytest.fixture
def made(house, line, now):
    with house.writing() as session:
        return cases.complain(session, house.market, line, now)


def order_of(house, line):
    with house.writing() as session:
        return session.scalar(
            select(Order.public_id)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(OrderLine.public_id == line)
        )


@pytest.mark.parametrize(
    "which", ["buyer", "member", "coordinator", "list", "job", "order", "desk", "new"]
)
def test_the_pages_ask_little_however_much_was_said(house, made, line, now, which):
    market = house.market
    person, path = {
        "buyer": (market.buyer, f"/klachten/{made.public_id}"),
        "member": (market.seller, f"/werk/klachten/{made.public_id}"),
        "coordinator": (house.coordinator, f"/balie/klachten/{made.public_id}"),
        "list": (house.coordinator, "/balie/klachten"),
        "job": (market.seller, f"/werk/klussen/{line}"),
        "order": (market.buyer, f"/bestellingen/{order_of(house, line)}"),
        "desk": (house.coordinator, f"/balie/bestellingen/{order_of(house, line)}"),
        "new": (market.buyer, f"/klachten/nieuw/{line}"),
    }[which]

    def more():
        with house.writing() as session:
            for person, by in ((market.buyer, "buyer"), (market.seller, "member")):
                reading.write(
                    session,
                    storage=None,
                    scope=Complaint.id == made.id,
                    who=Who(by, person.id),
                    public_id=made.public_id,
                    text="Nog iets",
                    now=now,
                )
            other = cases.delivered(session, market, now)
            cases.complain(session, market, other, now)

    asks_little(house, person, path, more)


@pytest.mark.parametrize("role", ["coordinator", "member"])
def test_today_asks_no_more_where_complaints_wait(house, made, now, role):
    def more():
        with house.writing() as session:
            line = markets.line_of(session, markets.paid(session, house.market, now=now))
            work.deliver(session, **house.market.own, public_id=line, now=now)
            other = cases.complain(session, house.market, line, now)
            if role == "coordinator":
                cases.answer(session, house.market, other, "help", now)

    person, path = (
        (house.coordinator, "/balie") if role == "coordinator" else (house.market.seller, "/werk")
    )
    more()
    asks_little(house, person, path, more)
