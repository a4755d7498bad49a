"""The mails of quotes and of what is wanted. A buyer's mail says nothing about the member's income."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request
from marketplace.services.outbox import queue_mail
from marketplace.services.trade import telling


def to_buyer(session: Session, *, request: Request, kind: str, now: dt.datetime) -> None:
    """Tell the buyer something about her request."""
    facts = _of_request(request, "/aanvragen")
    _queue(session, request.buyer_id, (kind, request.id), facts, now=now)


def to_asked(session: Session, *, request: Request, kind: str, now: dt.datetime) -> None:
    """Tell the member of whom a quote is asked; nobody where the request went to all in reach."""
    if request.membership_id is not None:
        facts = _of_request(request, "/werk/aanvragen")
        for person_id in _people(session, {request.id: request.membership_id}).values():
            _queue(session, person_id, (kind, request.id), facts, now=now)


def offer_to_buyer(
    session: Session, *, request: Request, order: Order, kind: str, now: dt.datetime
) -> None:
    """Tell the buyer something about one offer."""
    facts = _of_offer(request, order, "/offertes")
    _queue(session, order.buyer_id, (kind, order.id), facts, now=now, order_id=order.id)


def agreed_to_buyer(session: Session, *, request: Request, order: Order, now: dt.datetime) -> None:
    """Tell the buyer what she agreed to and how to pay."""
    facts = _of_offer(request, order, "/bestellingen") | telling.to_pay(order)
    _queue(
        session, order.buyer_id, ("offer_agreed_buyer", order.id), facts, now=now, order_id=order.id
    )


def offers_to_members(
    session: Session, *, request: Request, lines: Iterable[OrderLine], kind: str, now: dt.datetime
) -> None:
    """Tell each member something about her offer; `lines` has one line of each offer."""
    facts = _of_request(request, "/werk/aanvragen")
    owners = {line.order_id: line.membership_id for line in lines}
    for order_id, person_id in _people(session, owners).items():
        _queue(session, person_id, (kind, order_id), facts, now=now, order_id=order_id)


def _people(session: Session, owners: dict[int, int]) -> dict[int, int]:
    """Give the person of each membership by the same key; who was invited and never came is left out."""
    people = {
        row.id: row.person_id
        for row in session.execute(
            select(Membership.id, Membership.person_id).where(Membership.id.in_(owners.values()))
        )
    }
    return {
        about: people[membership_id]
        for about, membership_id in owners.items()
        if people.get(membership_id) is not None
    }


def _of_request(request: Request, path: str) -> dict[str, Any]:
    return {
        "title": request.title,
        "closes_on": request.closes_on.isoformat(),
        "path": f"{path}/{request.public_id}",
        "wanted_path": "/werk/aanvragen?lijst=wanted",
    }


def _of_offer(request: Request, order: Order, path: str) -> dict[str, Any]:
    return {
        "title": request.title,
        "total_cents": order.total_cents,
        "valid_on": order.valid_until.isoformat() if order.valid_until else None,
        "path": f"{path}/{order.public_id}",
    }


def _queue(
    session: Session,
    person_id: int,
    mail: tuple[str, int],
    facts: dict[str, Any],
    *,
    now: dt.datetime,
    order_id: int | None = None,
) -> None:
    """Queue a mail; `mail` is its kind and the key of the row that it is about."""
    kind, about = mail
    # A member may take an offer back and make another one on the same request: the moment tells them apart.
    key = f"{kind}:{about}:{now.isoformat()}"
    queue_mail(
        session,
        kind=kind,
        person_id=person_id,
        facts=facts,
        dedupe_key=key,
        order_id=order_id,
        now=now,
    )
