"""What ends by itself, and what a coordinator takes away."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.asking import LIVE, Kind, RequestOver, RequestState, after_last_day
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import Act, By, PaymentState
from marketplace.models.orders import Order
from marketplace.models.requests import Request
from marketplace.services import audit
from marketplace.services.asking import mails, reading, standing

BATCH = 50


def expire_offers(session: Session, *, now: dt.datetime) -> int:
    """End at most BATCH offers whose last day is over; gives how many.

    Requests that somebody is busy with are left for the next round (SKIP LOCKED on PostgreSQL).
    """
    today = day_in_amsterdam(now)
    due = session.execute(
        select(Order.id, Order.request_id)
        .where(Order.payment_state == PaymentState.NOT_DUE, Order.valid_until < today)
        .order_by(Order.id)
        .limit(BATCH)
    ).all()
    return sum(_expire_offer(session, one.id, one.request_id, now) for one in due)


def _expire_offer(session: Session, order_id: int, request_id: int, now: dt.datetime) -> int:
    try:
        request = standing.lock(session, request_id, skip_locked=True)
    except NotFound:
        return 0
    today = day_in_amsterdam(now)
    for order in standing.offers(session, request):
        if order.id == order_id and order.valid_until is not None and order.valid_until < today:
            standing.end_offer(
                session, request=request, order=order, act=Act.EXPIRE, by=By.CLOCK, now=now
            )
            mails.offer_to_buyer(
                session, request=request, order=order, kind="offer_expired_buyer", now=now
            )
            mails.offers_to_members(
                session,
                request=request,
                lines=standing.first_lines([order]),
                kind="offer_expired_member",
                now=now,
            )
            return 1
    return 0


def close_requests(session: Session, *, now: dt.datetime) -> int:
    """Close at most BATCH open requests whose last day is over; gives how many.

    What is wanted waits on while offers stand; all else expires, and the buyer hears of it.
    """
    today = day_in_amsterdam(now)
    due = session.scalars(
        select(Request)
        .where(Request.state == RequestState.OPEN, Request.closes_on < today)
        .order_by(Request.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).all()
    for request in due:
        stand = bool(standing.offers(session, request))
        request.state = after_last_day(Kind(request.kind), offers_stand=stand).value
        if request.state == RequestState.EXPIRED:
            mails.to_buyer(session, request=request, kind="request_expired", now=now)
            mails.to_asked(session, request=request, kind="quote_expired", now=now)
    session.flush()
    return len(due)


def remove(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    reason: str,
    actor_id: int,
    now: dt.datetime,
) -> Request:
    """Take away a request that does not belong on the market, for everybody, with one of REMOVE_REASONS.

    Any coordinator in reach may; her cooperative keeps the audit line. Its offers end. Raises NotFound,
    or RequestOver once it ended; a second click changes nothing.
    """
    seen = reading.for_desk(session, cooperative_id=cooperative_id, public_id=public_id)
    request = standing.lock(session, seen.id)
    if request.state == RequestState.REMOVED:
        return request
    if RequestState(request.state) not in LIVE:
        raise RequestOver
    audit.record(
        session,
        actor_id=actor_id,
        act="request_removed",
        thing=f"request:{request.public_id}",
        at=now,
        cooperative_id=cooperative_id,
        reason=reason,
        before={"state": request.state},
        after={"state": RequestState.REMOVED.value},
    )
    request.state = RequestState.REMOVED.value
    request.removed_reason, request.removed_by_id = reason, actor_id
    session.flush()
    _take_away(session, request, now)
    return request


def _take_away(session: Session, request: Request, now: dt.datetime) -> None:
    """End the offers on a request that was taken away, and tell buyer and members."""
    ended = standing.offers(session, request)
    for order in ended:
        standing.take(session, order=order, act=Act.EXPIRE, by=By.CLOCK, now=now)
    mails.to_buyer(session, request=request, kind="request_removed", now=now)
    mails.offers_to_members(
        session,
        request=request,
        lines=standing.first_lines(ended),
        kind="request_withdrawn",
        now=now,
    )
