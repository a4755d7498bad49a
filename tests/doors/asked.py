"""Requests and offers for tests: short ways to ask, to answer and to choose."""

from __future__ import annotations

import datetime as dt
import io
import itertools

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request
from marketplace.services.asking import choosing, offers, photos, requests
from marketplace.services.asking.offers import OfferLine
from marketplace.services.asking.requests import Asked
from tests.services.market import Market

_keys = itertools.count(1)
ASKED = Asked(body="De heg is twee meter hoog.", place="Breda", postcode_area="4811")
HOURS = OfferLine("Knippen", "hour", 250, 4840, "standard")
WASTE = OfferLine("Afval wegbrengen", "job", 100, 2420, "standard")


def quote(session: Session, market: Market, *, now: dt.datetime, key: str | None = None) -> Request:
    """The buyer asks the member for a quote."""
    return requests.ask_quote(
        session,
        buyer_id=market.buyer.id,
        listing=market.service.public_id,
        asked=ASKED,
        idempotency_key=key or f"ask-{next(_keys)}",
        now=now,
    )


def wanted(
    session: Session, market: Market, *, now: dt.datetime, asked: Asked = ASKED, days: int = 7
) -> Request:
    """The buyer posts what she wants."""
    return requests.post_wanted(
        session,
        buyer_id=market.buyer.id,
        title="Schutting verven",
        asked=asked,
        closes_on=day_in_amsterdam(now) + dt.timedelta(days=days),
        idempotency_key=f"ask-{next(_keys)}",
        now=now,
    )


def offer(
    session: Session,
    own: dict[str, int],
    request: Request,
    *,
    now: dt.datetime,
    days: int = 7,
    lines: tuple[OfferLine, ...] = (HOURS, WASTE),
    key: str | None = None,
) -> Order:
    """A member answers with two hours and a half of 48.40 and a fixed 24.20: 145.20 together."""
    return offers.make(
        session,
        **own,
        request=request.public_id,
        lines=lines,
        valid_until=day_in_amsterdam(now) + dt.timedelta(days=days),
        text="Ik neem de ladder mee.",
        idempotency_key=key or f"offer-{next(_keys)}",
        now=now,
    )


def agree(session: Session, market: Market, order: Order, *, now: dt.datetime) -> Order:
    """The buyer says yes."""
    return choosing.agree(
        session,
        buyer_id=market.buyer.id,
        public_id=order.public_id,
        address="Laan 12, 4811 AB Breda",
        now=now,
    )


def picture() -> bytes:
    """A small photo."""
    target = io.BytesIO()
    Image.new("RGB", (8, 6)).save(target, "PNG")
    return target.getvalue()


def make_objects(session: Session, market: Market, storage, now: dt.datetime) -> dict[str, str]:
    """A quote that was given, with a photo, and the offer that waits: their public ids for the access walk."""
    request = quote(session, market, now=now)
    photo = photos.add(
        session,
        storage=storage,
        buyer_id=market.buyer.id,
        request=request.public_id,
        content=picture(),
        alt="Een heg",
        now=now,
    )
    return {
        "request": request.public_id,
        "request_photo": photo.public_id,
        "offer": offer(session, market.own, request, now=now).public_id,
    }


def first_line(session: Session, order: Order) -> OrderLine:
    """The first line of an offer."""
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return session.scalars(query.limit(1)).one()
