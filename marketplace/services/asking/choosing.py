"""The buyer answers an offer: one yes makes the order and ends the other offers; or a no to one of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.asking import OfferOver, RequestState, check_pick
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import ENDED, Act, By, LineState
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request
from marketplace.services.asking import mails, standing
from marketplace.services.books import terms
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import telling


def agree(
    session: Session, *, buyer_id: int, public_id: str, address: str, now: dt.datetime
) -> Order:
    """Agree to an offer: it becomes the order, to be paid now; the other offers end with a mail.

    Of two at once one wins. Raises NotFound, RequestOver when another offer was chosen, OfferOver when this
    one does not stand any more; a second click changes nothing.
    """
    request, order, lines = _locked(session, buyer_id, public_id)
    if not any(line.state == LineState.OFFERED for line in lines):
        if all(LineState(line.state) in ENDED for line in lines):
            raise OfferOver
        return order
    today = day_in_amsterdam(now)
    check_pick(RequestState(request.state), order.valid_until or today, today)
    _check_member(session, lines[0], today)
    for line in lines:
        order_lines.take(
            session, order=order, lines=lines, line=line, act=Act.AGREE, by=By.BUYER, now=now
        )
        line.answered_at = now
    order.address = address
    request.state = RequestState.PICKED.value
    session.flush()
    mails.agreed_to_buyer(session, request=request, order=order, now=now)
    telling.tell_members(
        session, lines=lines[:1], kinds={lines[0].id: "offer_agreed_member"}, now=now
    )
    _end_the_others(session, request, now)
    return order


def _end_the_others(session: Session, request: Request, now: dt.datetime) -> None:
    """Tell those who were not chosen; what was agreed is due and no longer among the offers."""
    others = standing.offers(session, request)
    for other in others:
        standing.take(session, order=other, act=Act.CANCEL, by=By.BUYER, now=now)
    mails.offers_to_members(
        session,
        request=request,
        lines=standing.first_lines(others),
        kind="offer_not_chosen",
        now=now,
    )


def _check_member(session: Session, line: OrderLine, today: dt.date) -> None:
    """Refuse when the member may not sell any more; the buyer hears nothing of the reason."""
    status = session.scalar(select(Membership.status).where(Membership.id == line.membership_id))
    agreed = terms.agreement_on(
        session,
        cooperative_id=line.cooperative_id,
        membership_id=line.membership_id,
        day=today,
    )
    if status not in OFFERING_STATUSES or agreed is None:
        raise OfferOver


def turn_down(session: Session, *, buyer_id: int, public_id: str, now: dt.datetime) -> Order:
    """Say no to one offer, without a reason; a quote ends with it. Raises NotFound or OfferOver.

    A second click changes nothing.
    """
    request, order, lines = _locked(session, buyer_id, public_id)
    states = {line.state for line in lines}
    if states == {LineState.CANCELLED}:
        return order
    standing_offer = next(
        (one for one in standing.offers(session, request) if one.id == order.id), None
    )
    if standing_offer is None:
        raise OfferOver
    standing.end_offer(
        session, request=request, order=standing_offer, act=Act.CANCEL, by=By.BUYER, now=now
    )
    mails.offers_to_members(
        session, request=request, lines=lines[:1], kind="offer_turned_down", now=now
    )
    return order


def _locked(
    session: Session, buyer_id: int, public_id: str
) -> tuple[Request, Order, list[OrderLine]]:
    """Give an own offer with its lines and its request, the request locked first."""
    found = session.execute(
        select(Order.id, Order.request_id).where(
            Order.public_id == public_id, Order.buyer_id == buyer_id, Order.request_id.is_not(None)
        )
    ).one_or_none()
    if found is None or found.request_id is None:
        raise NotFound
    request = standing.lock(session, found.request_id)
    order, lines = order_lines.lock_order(session, found.id)
    return request, order, lines
