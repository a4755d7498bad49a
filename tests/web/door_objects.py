"""Example objects of the doors for the walk along all routes: an order by telephone, and a series."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.domain.doors.recurring import Every
from marketplace.services.doors import series, telephone
from marketplace.services.trade.orders import Wanted
from tests.books.factories import make_person
from tests.doors.test_slots import only_line
from tests.services.market import Market


def called(session: Session, market: Market, now: dt.datetime) -> dict[str, str]:
    """An order that the desk entered, and its line."""
    order = telephone.enter(
        session,
        cooperative_id=market.member.cooperative_id,
        by_id=make_person(session).id,
        caller=telephone.Caller(name="Riet", phone="+31612345678"),
        lines=[Wanted(market.service.public_id, 100)],
        idempotency_key="called",
        now=now,
    )
    return {"phone_order": order.public_id, "phone_line": only_line(session, order.id).public_id}


def a_series(session: Session, market: Market, now: dt.datetime) -> str:
    asked = series.ask(
        session,
        buyer_id=market.buyer.id,
        listing=market.service.public_id,
        wish=series.Wish(100, Every.WEEK, now.date()),
        idempotency_key="series",
        now=now,
    )
    return asked.public_id
