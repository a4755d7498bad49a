"""Orders by telephone: found by exact match only, entered once, and everything works without an e-mail."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from marketplace.domain.doors.telephone import (
    BuyerUnknown,
    NoTelephone,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import NotForSale, StepNotAllowed
from marketplace.gateways.database import Database
from marketplace.models.audit import AuditLine
from marketplace.models.cooperatives import Cooperative
from marketplace.models.doors.contacts import Contact
from marketplace.models.orders import Order
from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import Person
from marketplace.services import mailsending
from marketplace.services.banking import cash
from marketplace.services.doors import contacts, telephone, workorders
from marketplace.services.people import signin
from marketplace.services.trade import orders, sweeps, work
from marketplace.services.trade.orders import Wanted
from tests.books import factories
from tests.conftest import KEY
from tests.doors.test_slots import MONDAY_NINE, at_once, open_week
from tests.services import market as markets

PHONE = "+31612345678"


@pytest.fixture
def database(database_url):
    opened = Database(database_url, (KEY,))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def coordinator(session) -> Person:
    return factories.make_person(session, name="Ilse")


def enter(session, market, coordinator, now, *, key="a", listing=None, starts_at=None, **caller):
    known = {"name": "Mevrouw De Wit", "phone": PHONE, "address": "Dorpsstraat 1"} | caller
    return telephone.enter(
        session,
        cooperative_id=market.member.cooperative_id,
        by_id=coordinator.id,
        caller=telephone.Caller(**known),
        lines=[Wanted((listing or market.service).public_id, 100, starts_at)],
        idempotency_key=key,
        note="Belt graag tussen de middag",
        now=now,
    )


def kinds(session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def line_of(session, order) -> str:
    return markets.line_of(session, order)


def test_somebody_without_an_email_orders_and_the_member_says_yes(
    session, market, coordinator, now
):
    order = enter(session, market, coordinator, now)
    buyer = session.get_one(Person, order.buyer_id)
    assert (order.origin, order.entered_by_id, order.payment_state) == (
        "phone",
        coordinator.id,
        "not_due",
    )
    assert buyer.email is None
    assert signin.find(session, email="") is None
    work.accept(session, **market.own, public_id=line_of(session, order), now=now)
    assert order.payment_state == "awaiting"
    assert {"order_requested", "phone_accepted_desk"} <= set(kinds(session))


def test_the_outbox_sends_the_rest_and_forgets_mail_to_who_has_no_address(
    session, market, coordinator, now
):
    order = enter(session, market, coordinator, now)
    letters = mailsending.claim(session, now=now)
    assert [letter.kind for letter in letters] == ["order_requested"]
    assert all(letter.to for letter in letters)
    left = session.scalars(
        select(OutboxMessage).where(OutboxMessage.person_id == order.buyer_id)
    ).all()
    assert left == []


def test_a_double_click_makes_one_order_and_one_buyer(session, market, coordinator, now):
    first = enter(session, market, coordinator, now)
    again = enter(session, market, coordinator, now)
    assert again.id == first.id
    assert session.scalar(select(func.count(Person.id)).where(Person.email.is_(None))) == 1
    assert enter(session, market, coordinator, now, key="b").id != first.id


def test_twenty_clicks_at_once_make_one_order_and_one_buyer(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        coordinator = factories.make_person(session)
        session.commit()
    results = at_once(
        database, [lambda s: enter(s, market, coordinator, now).id for _ in range(20)]
    )
    assert len(set(results)) == 1, results
    assert isinstance(results[0], int)
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count(Person.id)).where(Person.email.is_(None))) == 1


def test_a_known_buyer_is_found_by_the_exact_number_or_address_only(
    session, market, coordinator, now
):
    order = enter(session, market, coordinator, now, email="Riet@Example.nl")
    scope = {"cooperative_id": order.cooperative_id, "by_id": coordinator.id, "now": now}
    for typed in ("06 12345678", "riet@example.nl"):
        (found,) = contacts.look_up(session, typed=typed, **scope)
        assert (found.name, found.phone, found.address) == (
            "Mevrouw De Wit",
            PHONE,
            "Dorpsstraat 1",
        )
    for typed in ("0612345679", "riet@example", "riet", "De Wit", "%@%", "", "+31"):
        assert contacts.look_up(session, typed=typed, **scope) == []
    said = session.scalars(select(AuditLine).where(AuditLine.act == "buyer.looked_up")).all()
    assert len(said) == 9
    assert {line.thing for line in said} == {f"person:{order.buyer_id}", "nobody"}


def test_another_cooperative_finds_nobody_and_enters_nothing_for_them(
    session, market, coordinator, now
):
    order = enter(session, market, coordinator, now, email="riet@example.nl")
    buyer = session.get_one(Person, order.buyer_id)
    other = markets.make_market(session)
    scope = {"cooperative_id": other.member.cooperative_id, "by_id": coordinator.id, "now": now}
    for typed in (PHONE, "riet@example.nl"):
        assert contacts.look_up(session, typed=typed, **scope) == []
    with pytest.raises(BuyerUnknown):
        enter(session, other, coordinator, now, key="b", known=buyer.public_id)
    with pytest.raises(NotFound):
        telephone.choose_transfer(session, public_id=order.public_id, **scope)
    with pytest.raises(NotFound):
        workorders.of_order(
            session, cooperative_id=scope["cooperative_id"], public_id=order.public_id
        )


def test_a_known_buyer_keeps_her_name_and_number(session, market, coordinator, now):
    first = enter(session, market, coordinator, now)
    key = session.get_one(Person, first.buyer_id).public_id
    again = enter(
        session, market, coordinator, now, key="b", known=key, name="", phone="", address="Kade 2"
    )
    assert again.buyer_id == first.buyer_id
    contact = session.scalars(select(Contact)).one()
    assert (contact.phone, contact.address) == (PHONE, "Kade 2")
    ordered_here = enter(
        session, market, coordinator, now, key="c", known=key, phone="+31687654321"
    )
    assert ordered_here.buyer_id == first.buyer_id
    assert contact.phone == "+31687654321"


def test_a_buyer_of_the_market_is_known_too_but_has_no_number_yet(
    session, market, coordinator, now
):
    markets.place(session, market, market.service, now=now)
    key = market.buyer.public_id
    with pytest.raises(NoTelephone):
        enter(session, market, coordinator, now, known=key, phone="")
    order = enter(session, market, coordinator, now, known=key)
    assert order.buyer_id == market.buyer.id
    assert "phone_entered_buyer" in kinds(session)


def test_what_is_kept_of_a_number_cannot_be_read_in_the_database(session, market, coordinator, now):
    enter(session, market, coordinator, now)
    session.flush()
    row = (
        session.connection()
        .exec_driver_sql("SELECT phone, phone_mark, address FROM contacts")
        .one()
    )
    assert "12345678" not in row[0] + row[1]
    assert "Dorpsstraat" not in row[2]
    assert len(row[1]) == 64


def test_an_appointment_is_held_and_goods_are_due_at_once(session, market, coordinator, now):
    open_week(session, market, now)
    order = enter(session, market, coordinator, now, starts_at=MONDAY_NINE)
    assert order.due_at == MONDAY_NINE
    goods = enter(
        session, market, coordinator, now, key="b", listing=market.product, email="riet@example.nl"
    )
    assert goods.payment_state == "awaiting"
    assert "phone_to_pay_buyer" in kinds(session)


def test_only_the_own_offers_are_shown_and_sold(session, market, coordinator, now):
    other = markets.make_market(session)
    shown = telephone.offers(session, cooperative_id=market.member.cooperative_id)
    assert {one.public_id for one in shown} == {market.service.public_id, market.product.public_id}
    with pytest.raises(NotForSale):
        enter(session, market, coordinator, now, listing=other.service)


def test_she_pays_by_bank_or_in_cash(session, market, coordinator, now):
    cooperative = session.get_one(Cooperative, market.member.cooperative_id)
    cooperative.iban = "NL91ABNA0417164300"
    order = enter(session, market, coordinator, now)
    step = {
        "cooperative_id": order.cooperative_id,
        "public_id": order.public_id,
        "by_id": coordinator.id,
        "now": now,
    }
    with pytest.raises(StepNotAllowed):
        telephone.choose_transfer(session, **step)
    work.accept(session, **market.own, public_id=line_of(session, order), now=now)
    telephone.choose_transfer(session, **step)
    told = order.bank_reference
    telephone.choose_transfer(session, **step)
    assert order.bank_reference == told
    assert told
    receipt = cash.book(
        session,
        cooperative_id=order.cooperative_id,
        reference=told,
        actor_id=coordinator.id,
        now=now,
    )
    assert receipt.cents == order.total_cents
    assert order.payment_state == "paid"
    work.deliver(session, **market.own, public_id=line_of(session, order), now=now)


def test_a_work_order_is_there_from_the_yes_on(session, market, coordinator, now):
    order = enter(session, market, coordinator, now)
    line = line_of(session, order)
    with pytest.raises(NotFound):
        workorders.of_member(session, **market.own, public_id=line)
    work.accept(session, **market.own, public_id=line, now=now)
    session.flush()
    session.expire_all()
    found = workorders.of_member(session, **market.own, public_id=line)
    assert (found.phone, found.order.address) == (PHONE, "Dorpsstraat 1")
    other = markets.make_market(session)
    with pytest.raises(NotFound):
        workorders.of_member(session, **other.own, public_id=line)


def test_an_order_of_yesterday_waits_like_any_other(session, market, coordinator, now):
    order = enter(session, market, coordinator, now)
    assert sweeps.expire(session, now=now + dt.timedelta(days=15)) == 1
    assert order.payment_state == "cancelled"
    assert "phone_unanswered_desk" in kinds(session)
    assert orders.mine(session, buyer_id=order.buyer_id)[0].id == order.id
    assert session.scalars(select(Order.id)).all() == [order.id]
