"""The buyer's side of an order: placing, looking, cancelling, confirming."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import (
    ENDED,
    Act,
    By,
    LineState,
    PaymentState,
)
from marketplace.gateways.rows.bulk import add_now
from marketplace.gateways.rows.prepared import Query
from marketplace.models.listings import Listing
from marketplace.models.orders import Order, OrderLine
from marketplace.services.booking import slots
from marketplace.services.outbox import gathering
from marketplace.services.trade import beginning, delivering, orderlog, steppingback, telling
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade.forsale import for_sale

PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a buyer wants of one listing, by its public id; 150 hundredths is one and a half.

    `starts_at` is the appointment that was chosen, where there was something to choose; `handover`
    is "pickup" or "delivery" for goods.
    """

    listing: str
    quantity_hundredths: int
    starts_at: dt.datetime | None = None
    handover: str | None = None


def place(
    session: Session,
    *,
    buyer_id: int,
    lines: Sequence[Wanted],
    idempotency_key: str,
    note: str = "",
    address: str = "",
    deliver_to: str = "",
    wanted_on: dt.date | None = None,
    origin: str = "listing",
    entered_by_id: int | None = None,
    now: dt.datetime,
) -> Order:
    """Place an order: price and VAT are copied, stock is taken; a service is asked for first.

    The same key of the same buyer (or of who enters it) gives the same order. Raises NotForSale, OwnListing,
    SeveralSellers, WrongQuantity, StockGone, SlotGone and as `delivering.hand_over` for `deliver_to`.
    """
    key = _own_key(entered_by_id or buyer_id, idempotency_key)
    if before := _placed_before(session, buyer_id=buyer_id, key=key):
        return before
    wanted = {one.listing: one for one in lines}
    listings = for_sale(session, wanted=list(wanted), buyer_id=buyer_id, now=now)
    made, whole = _lines_of(session, listings, wanted, (address, deliver_to))
    said = {"note": note, "address": whole, "wanted_on": wanted_on, "origin": origin}
    row = {
        "cooperative_id": listings[0].cooperative_id,
        "buyer_id": buyer_id,
        "idempotency_key": key,
        **said,
        "entered_by_id": entered_by_id,
        **beginning.sums(made, [one.starts_at for one in lines], now),
    }
    order, is_new = _insert(session, row)
    if is_new:
        _write(session, order=order, lines=made, now=now)
        _book(session, lines=made, listings=listings, wanted=wanted, now=now)
        _tell(session, order=order, lines=made, now=now)
    return order


def _write(session: Session, *, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Take the stock, copy the VAT of today, write the lines and log them."""
    for line in lines:
        line.order_id = order.id
        beginning.take_stock(session, line)
    order_lines.price(
        session, cooperative_id=order.cooperative_id, lines=lines, day=day_in_amsterdam(now)
    )
    for line in lines:
        add_now(session, line)
    by = By.CLOCK if order.origin == "recurring" else By.BUYER
    if order.entered_by_id is not None:
        by = By.COORDINATOR
    orderlog.placed(
        session, order=order, lines=lines, now=now, by=by, person_id=order.entered_by_id
    )


def _tell(session: Session, *, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Tell the buyer, and whom a service is asked of."""
    if order.origin == "recurring":  # she said yes to all of them at once
        return
    asked = [line for line in lines if line.state == LineState.REQUESTED]
    told = "order_asked_buyer" if asked else "order_placed_buyer"
    kinds = {line.id: "order_requested" for line in asked}
    with gathering(session):
        telling.tell_buyer(session, order=order, lines=lines, kind=told, now=now)
        telling.tell_members(session, lines=asked, kinds=kinds, now=now)


def _book(
    session: Session,
    *,
    lines: list[OrderLine],
    listings: list[Listing],
    wanted: dict[str, Wanted],
    now: dt.datetime,
) -> None:
    """Hold the appointments that were chosen, members in the order of their keys."""
    pairs = sorted(zip(lines, listings, strict=True), key=lambda pair: pair[0].membership_id)
    for line, listing in pairs:
        starts_at = wanted[listing.public_id].starts_at
        if starts_at is not None:
            slots.hold(session, line=line, listing=listing, starts_at=starts_at, now=now)


def _lines_of(
    session: Session, listings: Sequence[Listing], wanted: dict[str, Wanted], where: tuple[str, str]
) -> tuple[list[OrderLine], str]:
    """Give the lines, with how goods get to the buyer, and the whole address; `where` is street and place."""
    made = [beginning.line_of(one, wanted[one.public_id].quantity_hundredths) for one in listings]
    ways = {key: one.handover for key, one in wanted.items()}
    whole = delivering.hand_over(
        session, lines=made, listings=listings, wanted=ways, street=where[0], place=where[1]
    )
    return made, whole


def placed_before(session: Session, *, buyer_id: int, idempotency_key: str) -> Order | None:
    """Give the order that this buyer's key made already, or None."""
    return _placed_before(session, buyer_id=buyer_id, key=_own_key(buyer_id, idempotency_key))


def entered_before(session: Session, *, by_id: int, idempotency_key: str) -> Order | None:
    """Give the order that this coordinator's key made already, whoever the buyer is, or None."""
    key = _own_key(by_id, idempotency_key)
    return session.scalars(
        select(Order).where(Order.idempotency_key == key, Order.entered_by_id == by_id)
    ).one_or_none()


def _own_key(person_id: int, key: str) -> str:
    """Give the key as the table keeps it: one person's key never finds another one's order."""
    return hashlib.sha256(f"{person_id}:{key}".encode()).hexdigest()[:40]


def _insert(session: Session, row: dict[str, Any]) -> tuple[Order, bool]:
    """Insert the order first of all: the loser of a double click takes no stock and gets the winner's (False)."""
    unique = ("cooperative_id", "idempotency_key")
    order = Order(**row)
    if add_now(session, order, unless=unique):
        return order, True
    winner = _placed_before(session, buyer_id=row["buyer_id"], key=row["idempotency_key"])
    if winner is None:
        raise LookupError("the order that was in the way is there")
    return winner, False


def _placed_before(session: Session, *, buyer_id: int, key: str) -> Order | None:
    """Give the order that an earlier click with this key made."""
    found = _PLACED.scalar(session, {"key": key, "buyer_id": buyer_id})
    return None if found is None else session.get_one(Order, found)


_PLACED = Query(
    select(Order.id).where(
        Order.idempotency_key == bindparam("key"), Order.buyer_id == bindparam("buyer_id")
    )
)


def mine(session: Session, *, buyer_id: int, before: str | None = None) -> list[Order]:
    """Give a buyer's orders with their lines, newest first, at most PAGE; `before` is the last one seen."""
    query = select(Order).where(Order.buyer_id == buyer_id)
    if before:
        last = select(Order.id).where(Order.public_id == before, Order.buyer_id == buyer_id)
        query = query.where(Order.id < last.scalar_subquery())
    query = query.options(selectinload(Order.lines)).order_by(Order.id.desc()).limit(PAGE)
    return list(session.scalars(query))


def one(session: Session, *, buyer_id: int, public_id: str) -> Order:
    """Give one order of this buyer with lines, sellers and cooperative; NotFound for a stranger."""
    order = session.scalars(
        select(Order)
        .where(Order.public_id == public_id, Order.buyer_id == buyer_id)
        .options(
            selectinload(Order.lines).joinedload(OrderLine.membership),
            joinedload(Order.cooperative),
        )
    ).one_or_none()
    if order is None:
        raise NotFound
    return order


def cancel(session: Session, *, buyer_id: int, public_id: str, now: dt.datetime) -> Order:
    """Cancel a whole order; stock goes back, and after the payment the money of what can be called off.

    Raises StepNotAllowed, TooLateToCallOff. A second click changes nothing.
    """
    order, lines = _own(session, buyer_id=buyer_id, public_id=public_id)
    if order.payment_state == PaymentState.PAID:
        steppingback.call_off(session, order=order, lines=lines, now=now)
        return order
    open_lines = [line for line in lines if LineState(line.state) not in ENDED]
    if not open_lines:
        return order
    order_lines.refuse_offer(open_lines)
    for line in open_lines:
        order_lines.take(
            session, order=order, lines=lines, line=line, act=Act.CANCEL, by=By.BUYER, now=now
        )
    services = [line for line in open_lines if line.kind == "service"]
    kinds = {line.id: "order_cancelled_member" for line in services}
    telling.tell_members(session, lines=services, kinds=kinds, now=now)
    telling.tell_buyer(
        session, order=order, lines=open_lines, kind="order_cancelled_buyer", now=now
    )
    return order


def confirm(
    session: Session, *, buyer_id: int, public_id: str, line: str, now: dt.datetime
) -> Order:
    """Say that a delivered line is right; a second click changes nothing."""
    order, lines = _own(session, buyer_id=buyer_id, public_id=public_id)
    found = next((one for one in lines if one.public_id == line), None)
    if found is None:
        raise NotFound
    if found.state != LineState.CONFIRMED:
        order_lines.take(
            session, order=order, lines=lines, line=found, act=Act.CONFIRM, by=By.BUYER, now=now
        )
        found.confirmed_at = now
        telling.tell_members(session, lines=[found], kinds={found.id: "order_confirmed"}, now=now)
    return order


def _own(session: Session, *, buyer_id: int, public_id: str) -> tuple[Order, list[OrderLine]]:
    """Give this buyer's order, locked."""
    return order_lines.lock_found(
        session, order_lines.OF_BUYER, public_id=public_id, buyer_id=buyer_id
    )
