"""A small market for tests of orders: one member who can sell, one buyer, a service and a product."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.gateways.payments import Event
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.models.people import Grant, Person
from marketplace.services.trade import orders, payments, work
from marketplace.services.trade.orders import Wanted
from tests.books import factories

_keys = itertools.count(1)
_events = itertools.count(1)


@dataclass
class Market:
    """Who and what there is."""

    member: Membership
    seller: Person
    buyer: Person
    service: Listing
    product: Listing

    @property
    def own(self) -> dict[str, int]:
        """The member's scope, as the services of work ask for it."""
        return {"cooperative_id": self.member.cooperative_id, "membership_id": self.member.id}


def make_market(session: Session, *, stock: int = 3, **agreement) -> Market:
    seller = factories.make_person(session, name="Anouk Jansen", locale="nl")
    buyer = factories.make_person(session, name="Karim Bakker", locale="en")
    member = factories.make_membership(
        session, person_id=seller.id, name="Anouk", trade_name="Groene Vingers"
    )
    factories.make_agreement(session, member, **agreement)
    session.add(
        Grant(
            person_id=seller.id,
            role="member",
            cooperative_id=member.cooperative_id,
            membership_id=member.id,
            created_at=factories.LONG_AGO,
        )
    )
    service = factories.make_listing(session, member, title="Heg knippen", price_cents=12_100)
    product = factories.make_listing(
        session,
        member,
        kind="product",
        unit="piece",
        stock=stock,
        title="Vogelhuis",
        price_cents=2420,
    )
    session.commit()
    return Market(member, seller, buyer, service, product)


def place(
    session: Session, market: Market, listing: Listing, *, now: dt.datetime, quantity: int = 100
) -> Order:
    """The buyer asks or orders."""
    return orders.place(
        session,
        buyer_id=market.buyer.id,
        lines=[Wanted(listing.public_id, quantity)],
        idempotency_key=f"key-{next(_keys)}",
        now=now,
    )


def line_of(session: Session, order: Order) -> str:
    """The public id of the order's first line."""
    query = select(OrderLine.public_id).where(OrderLine.order_id == order.id)
    return session.scalars(query.order_by(OrderLine.id)).first() or ""


def accepted(session: Session, market: Market, *, now: dt.datetime) -> Order:
    """A service that the member said yes to."""
    order = place(session, market, market.service, now=now)
    work.accept(session, **market.own, public_id=line_of(session, order), now=now)
    return order


def wish(session: Session, market: Market, order: Order, *, now: dt.datetime) -> payments.Wish:
    """The buyer presses pay."""
    return payments.begin(
        session,
        buyer_id=market.buyer.id,
        public_id=order.public_id,
        provider="testbank",
        now=now,
    )


def last_wish(session: Session, order: Order) -> payments.Wish:
    """The wish with which an order was paid, for what the provider says of it later."""
    intent = session.scalars(
        select(PaymentIntent).where(
            PaymentIntent.order_id == order.id, PaymentIntent.state == "paid"
        )
    ).one()
    return wish_of(intent)


def wish_of(intent: PaymentIntent) -> payments.Wish:
    """The wish behind an intent."""
    return payments.Wish(
        intent_id=intent.id,
        key=intent.public_id,
        amount_cents=intent.amount_cents,
        currency=intent.currency,
        title="",
        account="",
        pay_url=None,
        expires_at=None,
        buyer="",
        due_at=None,
    )


def word(made: payments.Wish, kind: str = "paid", **values) -> Event:
    """What the provider says about a wish."""
    defaults = {
        "id": f"evt-{next(_events)}",
        "kind": kind,
        "reference": f"tb_{made.key}",
        "intent": made.key,
        "amount_cents": made.amount_cents,
        "currency": "EUR",
    }
    return Event(**defaults | values)


def receive(session: Session, event: Event, *, now: dt.datetime) -> str:
    return payments.receive(
        session, provider="testbank", event=event, payload_sha256="0" * 64, now=now
    )


def paid(session: Session, market: Market, *, now: dt.datetime) -> Order:
    """A service that is paid."""
    order = accepted(session, market, now=now)
    assert receive(session, word(wish(session, market, order, now=now)), now=now) == "booked"
    return order
