"""The buyer asks: a quote of one member, or something wanted from all in reach; and thinks better of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.asking import (
    LIVE,
    LONGEST_OPEN,
    QUOTE_WAIT,
    Kind,
    RequestOver,
    RequestState,
    check_last_day,
    check_pace,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import Act, By, NotForSale, OwnListing
from marketplace.models.people import Person
from marketplace.models.requests import Request, RequestReach
from marketplace.services.asking import mails, reach, standing
from marketplace.services.market import makers
from marketplace.services.trade.forsale import for_sale

DAY = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a buyer tells about a job. `postcode_area` is the four digits, never the letters."""

    body: str
    place: str
    postcode_area: str | None = None
    wanted_on: dt.date | None = None
    budget_cents: int | None = None


def ask_quote(
    session: Session,
    *,
    buyer_id: int,
    listing: str,
    asked: Asked,
    idempotency_key: str,
    now: dt.datetime,
) -> Request:
    """Ask the maker of a service for a quote; she hears of it. The same key gives the same request.

    Raises NotForSale (also for a product), OwnListing or TooManyRequests.
    """
    before = _turn(session, buyer_id, idempotency_key, now)
    if before is not None:
        return before
    found = for_sale(session, wanted=[listing], buyer_id=buyer_id, now=now)[0]
    if found.kind != "service":
        raise NotForSale
    request = _new(Kind.QUOTE, buyer_id, idempotency_key, asked, now)
    request.membership_id, request.listing_id = found.membership_id, found.id
    request.title = found.title
    return _send(session, request, found.cooperative_id, now)


def ask_maker(
    session: Session,
    *,
    buyer_id: int,
    maker: str,
    title: str,
    asked: Asked,
    idempotency_key: str,
    now: dt.datetime,
) -> Request:
    """Ask a maker (the public id of her page) for a quote for what is in none of her listings; as `ask_quote`.

    Raises NotFound when she has no page now, OwnListing or TooManyRequests.
    """
    before = _turn(session, buyer_id, idempotency_key, now)
    if before is not None:
        return before
    found = makers.one(session, public_id=maker)
    if found.person_id == buyer_id:
        raise OwnListing
    request = _new(Kind.QUOTE, buyer_id, idempotency_key, asked, now)
    request.membership_id, request.title = found.id, title
    return _send(session, request, found.cooperative_id, now)


def _send(session: Session, request: Request, cooperative_id: int, now: dt.datetime) -> Request:
    """Keep a question to one member, and tell her."""
    request.cooperative_id = cooperative_id
    request.closes_on = day_in_amsterdam(now) + QUOTE_WAIT
    _keep(session, request, [cooperative_id])
    mails.to_asked(session, request=request, kind="quote_asked", now=now)
    return request


def post_wanted(
    session: Session,
    *,
    buyer_id: int,
    title: str,
    asked: Asked,
    closes_on: dt.date,
    idempotency_key: str,
    now: dt.datetime,
) -> Request:
    """Post what somebody wants; members of cooperatives in reach see it until its last day.

    The same key gives the same request. Raises NobodyNear, WrongLastDay or TooManyRequests.
    """
    before = _turn(session, buyer_id, idempotency_key, now)
    if before is not None:
        return before
    check_last_day(closes_on, day_in_amsterdam(now), LONGEST_OPEN)
    near = reach.cooperatives_near(session, asked.place)
    request = _new(Kind.WANTED, buyer_id, idempotency_key, asked, now)
    request.title, request.closes_on = title, closes_on
    _keep(session, request, near)
    return request


def _turn(session: Session, buyer_id: int, key: str, now: dt.datetime) -> Request | None:
    """Let one buyer ask one thing at a time: gives what this key made before, or checks the pace."""
    session.execute(select(Person.id).where(Person.id == buyer_id).with_for_update())
    before = session.scalars(
        select(Request).where(Request.buyer_id == buyer_id, Request.idempotency_key == key)
    ).one_or_none()
    if before is None:
        asked = session.scalar(
            select(func.count())
            .select_from(Request)
            .where(Request.buyer_id == buyer_id, Request.created_at > now - DAY)
        )
        check_pace(asked or 0)
    return before


def _new(kind: Kind, buyer_id: int, key: str, asked: Asked, now: dt.datetime) -> Request:
    return Request(
        kind=kind.value,
        buyer_id=buyer_id,
        idempotency_key=key,
        body=asked.body,
        place=asked.place,
        postcode_area=asked.postcode_area,
        wanted_on=asked.wanted_on,
        budget_cents=asked.budget_cents,
        state=RequestState.OPEN.value,
        created_at=now,
    )


def _keep(session: Session, request: Request, cooperative_ids: Iterable[int]) -> None:
    session.add(request)
    session.flush()
    session.add_all(
        [RequestReach(request_id=request.id, cooperative_id=one) for one in cooperative_ids]
    )
    session.flush()


def withdraw(session: Session, *, buyer_id: int, public_id: str, now: dt.datetime) -> Request:
    """Take an own request back: its offers end, and who made them (or was asked) gets a mail.

    Raises NotFound, or RequestOver once it ended otherwise; a second click changes nothing.
    """
    request = own(session, buyer_id=buyer_id, public_id=public_id)
    if request.state == RequestState.WITHDRAWN:
        return request
    if RequestState(request.state) not in LIVE:
        raise RequestOver
    open_quote = request.state == RequestState.OPEN
    ended = standing.offers(session, request)
    for order in ended:
        standing.take(session, order=order, act=Act.CANCEL, by=By.BUYER, now=now)
    request.state = RequestState.WITHDRAWN.value
    session.flush()
    mails.offers_to_members(
        session,
        request=request,
        lines=standing.first_lines(ended),
        kind="request_withdrawn",
        now=now,
    )
    if open_quote:
        mails.to_asked(session, request=request, kind="quote_withdrawn", now=now)
    return request


def own(session: Session, *, buyer_id: int, public_id: str) -> Request:
    """Give this buyer's request, locked; NotFound for a stranger."""
    request_id = session.scalar(
        select(Request.id).where(Request.public_id == public_id, Request.buyer_id == buyer_id)
    )
    if request_id is None:
        raise NotFound
    return standing.lock(session, request_id)
