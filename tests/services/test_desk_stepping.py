"""What the desk does in somebody's stead, and a member who says that she began."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import Act, StepNotAllowed, TooLateToCallOff
from marketplace.models.audit import AuditLine
from marketplace.models.listings import Listing
from marketplace.models.orders import OrderLine, OrderStep
from marketplace.models.outbox import OutboxMessage
from marketplace.services import ledgercheck
from marketplace.services.trade import deskstepping, orders, refunds, work
from tests.books import factories
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def desk(session, market):
    """What every act of the coordinator asks for."""
    person = factories.make_person(session)
    return {"cooperative_id": market.member.cooperative_id, "by_id": person.id}


def mails(session):
    return sorted(session.scalars(select(OutboxMessage.kind)))


def line_row(session, order):
    return session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()


def test_the_desk_calls_off_what_is_not_paid_once_and_the_stock_is_back(session, market, desk, now):
    order = markets.place(session, market, market.product, now=now)
    for _ in range(2):
        deskstepping.cancel(session, public_id=order.public_id, now=now, **desk)
    session.expire_all()
    assert (line_row(session, order).state, order.payment_state) == ("cancelled", "cancelled")
    assert session.scalar(select(Listing.stock).where(Listing.id == market.product.id)) == 3
    assert mails(session) == ["order_ended_desk", "order_ended_desk_member", "order_placed_buyer"]
    line = session.scalars(select(AuditLine).where(AuditLine.act == "order.cancel")).one()
    assert line.actor_id == desk["by_id"]


def test_the_desk_calls_off_what_is_paid_on_the_terms_of_the_buyer(session, market, desk, now):
    order = markets.paid(session, market, now=now)
    line = line_row(session, order)
    line.starts_at = now + dt.timedelta(hours=30)
    line.ends_at = line.starts_at + dt.timedelta(hours=1)
    session.flush()
    later = now + dt.timedelta(hours=7)
    shown = deskstepping.calling_off(order, [line], now=later)
    assert (shown.lines, shown.cents, shown.too_late) == ([], 0, True)
    with pytest.raises(TooLateToCallOff):
        deskstepping.cancel(session, public_id=order.public_id, now=later, **desk)
    shown = deskstepping.calling_off(order, [line], now=now)
    assert (shown.lines, shown.cents, shown.too_late) == ([line], 12_100, False)
    for _ in range(2):
        deskstepping.cancel(session, public_id=order.public_id, now=now, **desk)
    session.expire_all()
    assert line_row(session, order).state == "refunded"
    (back,) = refunds.of_order(session, order_id=order.id)
    assert (back.amount_cents, back.by_id) == (12_100, desk["by_id"])
    told = mails(session)
    assert told.count("order_called_off_desk") == told.count("order_called_off_member") == 1
    assert "order_called_off_buyer" not in told, "it was not she who did it"
    for kind in ("order_called_off_desk", "order_called_off_member"):
        facts = session.scalars(select(OutboxMessage.facts).where(OutboxMessage.kind == kind)).one()
        assert facts["appointments"][0]["off"], "it leaves the calendars"
    (noted,) = session.scalars(select(AuditLine).where(AuditLine.act == "order.call_off"))
    assert (noted.actor_id, noted.thing) == (desk["by_id"], f"line:{line.id}")
    (step,) = session.scalars(select(OrderStep).where(OrderStep.act == "call_off"))
    assert (step.by, step.person_id) == ("coordinator", desk["by_id"])
    assert ledgercheck.check(session) == []


def test_after_the_delivery_there_is_nothing_to_call_off(session, market, desk, now):
    order = markets.paid(session, market, now=now)
    line = line_row(session, order)
    work.deliver(session, **market.own, public_id=line.public_id, now=now)
    assert not deskstepping.calling_off(order, [line], now=now).lines
    with pytest.raises(StepNotAllowed):
        deskstepping.cancel(session, public_id=order.public_id, now=now, **desk)


def test_an_appointment_that_the_desk_calls_off_leaves_the_calendars(session, market, desk, now):
    order = markets.accepted(session, market, now=now)
    line = line_row(session, order)
    line.starts_at, line.ends_at = now, now + dt.timedelta(hours=1)
    session.flush()
    deskstepping.cancel(session, public_id=order.public_id, now=now, **desk)
    for kind in ("order_ended_desk", "order_ended_desk_member"):
        facts = session.scalars(select(OutboxMessage.facts).where(OutboxMessage.kind == kind)).one()
        assert facts["appointments"][0]["off"]


def test_the_desk_says_no_for_a_member_and_the_rest_becomes_due(session, market, desk, now):
    wanted = [orders.Wanted(one.public_id, 100) for one in (market.service, market.product)]
    order = orders.place(
        session, buyer_id=market.buyer.id, lines=wanted, idempotency_key="both", now=now
    )
    service = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.kind == "service")
    ).one()
    for _ in range(2):
        deskstepping.decline(
            session, public_id=order.public_id, line=service.public_id, now=now, **desk
        )
    assert (service.state, order.payment_state) == ("declined", "awaiting")
    assert mails(session) == [
        "order_accepted",
        "order_asked_buyer",
        "order_declined",
        "order_declined_desk",
        "order_requested",
    ]


def test_the_desk_confirms_for_a_buyer_who_does_not_answer(session, market, desk, now):
    order = markets.paid(session, market, now=now)
    line = line_row(session, order)
    with pytest.raises(StepNotAllowed):
        deskstepping.confirm(
            session, public_id=order.public_id, line=line.public_id, now=now, **desk
        )
    work.deliver(session, **market.own, public_id=line.public_id, now=now)
    assert deskstepping.allowed(order, line) == [Act.CONFIRM]
    for _ in range(2):
        deskstepping.confirm(
            session, public_id=order.public_id, line=line.public_id, now=now, **desk
        )
    assert (line.state, line.confirmed_at) == ("confirmed", now)
    assert "order_confirmed_desk" in mails(session)


def test_another_cooperative_finds_nothing(session, market, desk, now):
    order = markets.place(session, market, market.service, now=now)
    other = factories.make_cooperative(session)
    foreign = desk | {"cooperative_id": other.id}
    line = markets.line_of(session, order)
    with pytest.raises(NotFound):
        deskstepping.cancel(session, public_id=order.public_id, now=now, **foreign)
    for act in (deskstepping.decline, deskstepping.confirm):
        with pytest.raises(NotFound):
            act(session, public_id=order.public_id, line=line, now=now, **foreign)
        with pytest.raises(NotFound):
            act(session, public_id=order.public_id, line="nothing", now=now, **desk)


def test_a_member_who_began_delivers_and_the_buyer_no_longer_calls_off(session, market, now):
    order = markets.paid(session, market, now=now)
    line = line_row(session, order)
    for _ in range(2):
        work.start(session, **market.own, public_id=line.public_id, now=now)
    assert line.state == "in_progress"
    with pytest.raises(StepNotAllowed):
        orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    found = work.open_jobs(session, **market.own)
    assert [one.id for one in found.lists["to_do"]] == [line.id]
    work.deliver(session, **market.own, public_id=line.public_id, now=now)
    assert line.state == "delivered"


def test_nobody_begins_before_the_money(session, market, now):
    order = markets.accepted(session, market, now=now)
    with pytest.raises(StepNotAllowed):
        work.start(session, **market.own, public_id=markets.line_of(session, order), now=now)
