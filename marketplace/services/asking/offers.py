"""The member answers a request: with an offer, with a no, or by taking her offer back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.domain.asking import (
    LONGEST_VALID,
    MOST_OFFERS,
    EnoughOffers,
    Kind,
    OfferedAlready,
    OfferOver,
    OwnRequest,
    RequestOver,
    RequestState,
    TurnedDown,
    after_offer,
    check_last_day,
    check_open,
    total_of,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES, MayNotOffer
from marketplace.domain.orders import Act, By, LineState, PaymentState, line_price_half_up
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.requests import Request
from marketplace.services.asking import mails, reading, standing
from marketplace.services.books import terms
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orderlog


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One line of an offer: hours, a fixed price or pieces; the price is what the buyer pays, VAT included."""

    title: str
    unit: str
    quantity_hundredths: int
    unit_price_cents: int
    vat_category: str

    @property
    def gross_cents(self) -> int:
        """What the line costs."""
        return line_price_half_up(self.unit_price_cents, self.quantity_hundredths)


def make(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    request: str,
    lines: Sequence[OfferLine],
    valid_until: dt.date,
    text: str,
    idempotency_key: str,
    now: dt.datetime,
) -> Order:
    """Make an offer on a request (its public id); the buyer hears of it. The same key gives the same offer.

    Raises NotFound for what this member does not see, RequestOver, OfferedAlready, TurnedDown, EnoughOffers,
    OwnRequest, MayNotOffer, NoAgreement, WrongLastDay, and what `total_of` refuses.
    """
    today = day_in_amsterdam(now)
    found = _locked(session, cooperative_id, membership_id, request)
    own_key = f"offer:{found.id}:{membership_id}:{idempotency_key}"
    key = hashlib.sha256(own_key.encode()).hexdigest()[:40]
    before = _offers_so_far(session, found)
    for order in before:
        if order.idempotency_key == key:
            return order
    total = total_of([(one.unit, one.quantity_hundredths, one.unit_price_cents) for one in lines])
    check_last_day(valid_until, today, LONGEST_VALID)
    _check_own_offers([one for one in before if one.lines[0].membership_id == membership_id])
    check_open(RequestState(found.state), found.closes_on, today)
    if len(before) >= MOST_OFFERS:
        raise EnoughOffers(most=MOST_OFFERS)
    _check_member(session, found, cooperative_id, membership_id, today)
    order = _order(found, cooperative_id, key, total, now)
    order.valid_until, order.offer_text = valid_until, text or None
    made = [_line(found, cooperative_id, membership_id, one) for one in lines]
    _keep(session, order, made, now)
    found.state = after_offer(Kind(found.kind)).value
    session.flush()
    mails.offer_to_buyer(session, request=found, order=order, kind="offer_made", now=now)
    return order


def _keep(session: Session, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Write the offer, with the VAT of today; it is looked at again when the buyer agrees and pays."""
    session.add(order)
    session.flush()
    for line in lines:
        line.order_id = order.id
    day = day_in_amsterdam(now)
    order_lines.price(session, cooperative_id=order.cooperative_id, lines=lines, day=day)
    session.add_all(lines)
    session.flush()
    orderlog.placed(session, order=order, lines=lines, now=now, by=By.MEMBER)


def _order(
    request: Request, cooperative_id: int, key: str, total_cents: int, now: dt.datetime
) -> Order:
    """Give the order that the offer becomes. It waits by its last day, so `due_at` is empty until the yes."""
    return Order(
        cooperative_id=cooperative_id,
        buyer_id=request.buyer_id,
        idempotency_key=key,
        payment_state=PaymentState.NOT_DUE.value,
        total_cents=total_cents,
        note=request.body,
        address="",
        wanted_on=request.wanted_on,
        origin=request.kind,
        requested_at=now,
        request_id=request.id,
    )


def _line(
    request: Request, cooperative_id: int, membership_id: int, offered: OfferLine
) -> OrderLine:
    return OrderLine(
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        listing_id=request.listing_id,
        kind="service",
        title=offered.title,
        unit=offered.unit,
        quantity_hundredths=offered.quantity_hundredths,
        unit_price_cents=offered.unit_price_cents,
        vat_category=offered.vat_category,
        gross_cents=offered.gross_cents,
        state=LineState.OFFERED.value,
    )


def _offers_so_far(session: Session, request: Request) -> list[Order]:
    """Give all offers of a locked request, those that ended too, with their lines."""
    query = select(Order).where(Order.request_id == request.id).options(selectinload(Order.lines))
    return list(session.scalars(query.order_by(Order.id)))


def _check_own_offers(own: Sequence[Order]) -> None:
    """Refuse a second offer beside one that stands, and one more after the buyer's no."""
    states = {order.lines[0].state for order in own}
    if LineState.OFFERED in states:
        raise OfferedAlready
    if LineState.CANCELLED in states:
        raise TurnedDown


def _check_member(
    session: Session, request: Request, cooperative_id: int, membership_id: int, today: dt.date
) -> None:
    """Refuse who may not sell today, and who would sell to herself."""
    member = session.scalars(
        select(Membership).where(
            Membership.id == membership_id, Membership.cooperative_id == cooperative_id
        )
    ).one()
    if member.status not in OFFERING_STATUSES:
        raise MayNotOffer
    if member.person_id == request.buyer_id:
        raise OwnRequest
    terms.require_agreement(
        session, cooperative_id=cooperative_id, membership_id=membership_id, day=today
    )


def decline(
    session: Session, *, cooperative_id: int, membership_id: int, request: str, now: dt.datetime
) -> Request:
    """Say no to a question for a quote; no reason is asked. Raises NotFound or RequestOver.

    A second click changes nothing.
    """
    found = _locked(session, cooperative_id, membership_id, request)
    if found.kind != Kind.QUOTE:
        raise NotFound
    if found.state == RequestState.DECLINED:
        return found
    if found.state != RequestState.OPEN:
        raise RequestOver
    found.state = RequestState.DECLINED.value
    session.flush()
    mails.to_buyer(session, request=found, kind="quote_declined", now=now)
    return found


def take_back(
    session: Session, *, cooperative_id: int, membership_id: int, request: str, now: dt.datetime
) -> Request:
    """Take the own offer back, to make another one or none. Raises NotFound, or OfferOver where none stands."""
    found = _locked(session, cooperative_id, membership_id, request)
    for order in standing.offers(session, found):
        if order.lines[0].membership_id == membership_id:
            standing.end_offer(
                session, request=found, order=order, act=Act.DECLINE, by=By.MEMBER, now=now
            )
            mails.offer_to_buyer(
                session, request=found, order=order, kind="offer_taken_back", now=now
            )
            return found
    raise OfferOver


def _locked(session: Session, cooperative_id: int, membership_id: int, public_id: str) -> Request:
    seen = reading.for_member(
        session, cooperative_id=cooperative_id, membership_id=membership_id, public_id=public_id
    )
    return standing.lock(session, seen.id)
