"""Requests and offers as each side sees them: the buyer her own, a member those in reach, the desk both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.domain.asking import LIVE, MOST_OFFERS, Kind, RequestState
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import PaymentState
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request, RequestReach

PAGE = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as a member sees it in a list, with her own newest offer on it, if any."""

    request: Request
    offer: Order | None


def mine(
    session: Session, *, buyer_id: int, before: str | None = None
) -> list[tuple[Request, int]]:
    """Give a buyer's requests, newest first, at most PAGE, each with how many offers stand."""
    query = _page(select(Request).where(Request.buyer_id == buyer_id), before)
    found = session.scalars(query.options(joinedload(Request.membership))).all()
    counts = session.execute(
        select(Order.request_id, func.count().label("offers"))
        .where(
            Order.request_id.in_([one.id for one in found]),
            Order.payment_state == PaymentState.NOT_DUE,
        )
        .group_by(Order.request_id)
    )
    standing = {row.request_id: int(row.offers) for row in counts}
    return [(one, standing.get(one.id, 0)) for one in found]


def one(session: Session, *, buyer_id: int, public_id: str) -> tuple[Request, list[Order]]:
    """Give an own request with its photos, and its offers in the order they came; NotFound for a stranger."""
    request = (
        session.scalars(
            select(Request)
            .where(Request.public_id == public_id, Request.buyer_id == buyer_id)
            .options(
                joinedload(Request.photos),
                joinedload(Request.membership),
                joinedload(Request.listing),
            )
        )
        .unique()
        .one_or_none()
    )
    if request is None:
        raise NotFound
    orders = session.scalars(
        select(Order)
        .where(Order.request_id == request.id)
        .options(
            joinedload(Order.cooperative),
            selectinload(Order.lines).joinedload(OrderLine.membership),
        )
        .order_by(Order.id)
        .limit(MOST_OFFERS)
    )
    return request, list(orders)


def offer(session: Session, *, buyer_id: int, public_id: str) -> Order:
    """Give one offer to this buyer with its request, lines, member and cooperative; else NotFound."""
    found = session.scalars(
        select(Order)
        .where(
            Order.public_id == public_id, Order.buyer_id == buyer_id, Order.request_id.is_not(None)
        )
        .options(
            joinedload(Order.request),
            joinedload(Order.cooperative),
            selectinload(Order.lines).joinedload(OrderLine.membership),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def to_answer(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    kind: Kind,
    today: dt.date,
    before: str | None = None,
) -> list[Seen]:
    """Give what a member can answer, newest first, at most PAGE: quotes asked of her, or what is wanted.

    A quote that she gave stays among them while it waits for the buyer.
    """
    if kind is Kind.QUOTE:
        query = select(Request).where(
            Request.cooperative_id == cooperative_id,
            Request.membership_id == membership_id,
            Request.state.in_(LIVE),
        )
    else:
        query = (
            select(Request)
            .join(RequestReach, RequestReach.request_id == Request.id)
            .where(
                RequestReach.cooperative_id == cooperative_id,
                Request.kind == Kind.WANTED,
                Request.state == RequestState.OPEN,
                Request.closes_on >= today,
            )
        )
    found = session.scalars(_page(query, before).options(joinedload(Request.buyer))).all()
    offers = _own_offers(session, cooperative_id, membership_id, [one.id for one in found])
    return [Seen(one, offers.get(one.id)) for one in found]


def for_member(
    session: Session, *, cooperative_id: int, membership_id: int, public_id: str
) -> Request:
    """Give a request that this member sees, with buyer and photos; NotFound for others, and once removed."""
    found = (
        session.scalars(
            select(Request)
            .where(
                Request.public_id == public_id,
                Request.state != RequestState.REMOVED,
                seen_by([membership_id], [cooperative_id]),
            )
            .options(joinedload(Request.buyer), joinedload(Request.photos))
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def own_offer(
    session: Session, *, cooperative_id: int, membership_id: int, request: Request
) -> Order | None:
    """Give this member's newest offer on a request with its lines, or None."""
    found = _own_offers(session, cooperative_id, membership_id, [request.id])
    return found.get(request.id)


def open_quotes(session: Session, *, cooperative_id: int, membership_id: int) -> int:
    """Count the questions for a quote that wait for this member; more than PAGE are not counted."""
    waiting = (
        select(Request.id)
        .where(
            Request.cooperative_id == cooperative_id,
            Request.membership_id == membership_id,
            Request.state == RequestState.OPEN,
        )
        .limit(PAGE)
    )
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def seen_by(membership_ids: Sequence[int], cooperative_ids: Sequence[int]) -> ColumnElement[bool]:
    """Give the condition of requests that members see: a quote asked of them, or wanted in their reach."""
    return or_(
        Request.membership_id.in_(membership_ids),
        and_(Request.kind == Kind.WANTED, reaches(cooperative_ids)),
    )


def reaches(cooperative_ids: Sequence[int]) -> ColumnElement[bool]:
    """Give the condition of requests in reach of cooperatives: what their coordinators see."""
    return Request.id.in_(
        select(RequestReach.request_id).where(RequestReach.cooperative_id.in_(cooperative_ids))
    )


def desk(session: Session, *, cooperative_id: int, before: str | None = None) -> Sequence[Request]:
    """Give the requests that still stand in a cooperative's reach, newest first, at most PAGE."""
    query = select(Request).where(reaches([cooperative_id]), Request.state.in_(LIVE))
    options = (joinedload(Request.buyer), joinedload(Request.membership))
    return session.scalars(_page(query, before).options(*options)).all()


def for_desk(session: Session, *, cooperative_id: int, public_id: str) -> Request:
    """Give one request in a cooperative's reach with buyer, member and photos; NotFound for others."""
    found = (
        session.scalars(
            select(Request)
            .where(Request.public_id == public_id, reaches([cooperative_id]))
            .options(
                joinedload(Request.buyer),
                joinedload(Request.membership),
                joinedload(Request.photos),
            )
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def _page(query: Select[Request], before: str | None) -> Select[Request]:
    if before:
        edge = select(Request.id).where(Request.public_id == before).scalar_subquery()
        query = query.where(Request.id < edge)
    return query.order_by(Request.id.desc()).limit(PAGE)


def _own_offers(
    session: Session, cooperative_id: int, membership_id: int, request_ids: Sequence[int]
) -> dict[int, Order]:
    """Give a member's newest offer on each of these requests, with its lines."""
    if not request_ids:
        return {}
    own = select(OrderLine.order_id).where(
        OrderLine.membership_id == membership_id, OrderLine.order_id == Order.id
    )
    orders = session.scalars(
        select(Order)
        .where(
            Order.request_id.in_(request_ids),
            Order.cooperative_id == cooperative_id,
            own.exists(),
        )
        .options(joinedload(Order.lines))
        .order_by(Order.id)
    )
    return {order.request_id: order for order in orders.unique() if order.request_id is not None}
