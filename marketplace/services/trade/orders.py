"""The buyer's side of an order: placing, looking, cancelling, confirming."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import (
    ENDED,
    WHOLE,
    Act,
    By,
    LineState,
    PaymentState,
    StockGone,
    before_appointment,
    check_quantity,
    due_at,
    first_state,
    line_price_half_up,
    payment_after,
)
from marketplace.gateways.bulk import add_unless_there
from marketplace.models.base import table_of
from marketplace.models.listings import Listing
from marketplace.models.orders import Order, OrderLine
from marketplace.services.booking import slots
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orderlog, steppingback
from marketplace.services.trade.forsale import for_sale

PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a buyer wants of one listing, by its public id; 150 hundredths is one and a half.

    `starts_at` is the appointment that was chosen, where there was something to choose.
    """

    listing: str
    quantity_hundredths: int
    starts_at: dt.datetime | None = None


def place(
    session: Session,
    *,
    buyer_id: int,
    lines: Sequence[Wanted],
    idempotency_key: str,
    note: str = "",
    address: str = "",
    wanted_on: dt.date | None = None,
    origin: str = "listing",
    now: dt.datetime,
) -> Order:
    """Place an order: price and VAT are copied, stock is taken; a service is asked for first.

    The same key of the same buyer gives the same order. Raises NotForSale, OwnListing, SeveralSellers,
    WrongQuantity, StockGone or SlotGone; then nothing may be kept.
    """
    if before := placed_before(session, buyer_id=buyer_id, idempotency_key=idempotency_key):
        return before
    wanted = {one.listing: one for one in lines}
    listings = for_sale(session, wanted=list(wanted), buyer_id=buyer_id, now=now)
    made = [_line_of(one, wanted[one.public_id].quantity_hundredths) for one in listings]
    row = {
        "cooperative_id": listings[0].cooperative_id,
        "buyer_id": buyer_id,
        "idempotency_key": _own_key(buyer_id, idempotency_key),
        "payment_state": _first_payment(made),
        "total_cents": sum(line.gross_cents for line in made),
        "note": note,
        "address": address,
        "wanted_on": wanted_on,
        "origin": origin,
        "requested_at": now,
        "due_at": _due(made, lines, now),
    }
    order, is_new = _insert(session, row)
    if is_new:
        _fill(session, order=order, lines=made, now=now)
        _book(session, lines=made, listings=listings, wanted=wanted, now=now)
    return order


def _first_payment(made: Sequence[OrderLine]) -> PaymentState:
    """Give how the payment of new lines stands: due at once where nobody has to say yes."""
    return payment_after((LineState(line.state) for line in made), PaymentState.NOT_DUE)


def _due(made: Sequence[OrderLine], lines: Sequence[Wanted], now: dt.datetime) -> dt.datetime:
    """Give until when an answer is waited for: at most till the first appointment."""
    longest = due_at((line.kind for line in made), now)
    return before_appointment(longest, (one.starts_at for one in lines))


def _fill(session: Session, *, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Take the stock, copy the VAT of today, write the lines and tell whom a service is asked of."""
    for line in lines:
        line.order_id = order.id
        _take_stock(session, line)
    order_lines.price(
        session, cooperative_id=order.cooperative_id, lines=lines, day=day_in_amsterdam(now)
    )
    session.add_all(lines)
    session.flush()
    orderlog.placed(session, order=order, lines=lines, now=now)
    asked = [line for line in lines if line.state == LineState.REQUESTED]
    kinds = {line.id: "order_requested" for line in asked}
    order_lines.tell_members(session, lines=asked, kinds=kinds, now=now)


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


def _line_of(listing: Listing, hundredths: int) -> OrderLine:
    """Copy what the listing says today; VAT follows once the document is whole."""
    check_quantity(listing.unit, hundredths)
    gross = line_price_half_up(listing.price_cents, hundredths)
    return OrderLine(
        cooperative_id=listing.cooperative_id,
        membership_id=listing.membership_id,
        listing_id=listing.id,
        kind=listing.kind,
        title=listing.title,
        unit=listing.unit,
        quantity_hundredths=hundredths,
        unit_price_cents=listing.price_cents,
        vat_category=listing.vat_category,
        gross_cents=gross,
        state=first_state(listing.kind),
    )


def placed_before(session: Session, *, buyer_id: int, idempotency_key: str) -> Order | None:
    """Give the order that this buyer's key made already, or None."""
    return _placed_before(session, buyer_id=buyer_id, key=_own_key(buyer_id, idempotency_key))


def _own_key(buyer_id: int, key: str) -> str:
    """Give the key as the table keeps it: one buyer's key never finds another one's order."""
    return hashlib.sha256(f"{buyer_id}:{key}".encode()).hexdigest()[:40]


def _insert(session: Session, row: dict[str, Any]) -> tuple[Order, bool]:
    """Insert the order first of all: the loser of a double click takes no stock and gets the winner's (False)."""
    key = add_unless_there(session, table_of(Order), ("cooperative_id", "idempotency_key"), row)
    if key is not None:
        return session.get_one(Order, key), True
    winner = _placed_before(session, buyer_id=row["buyer_id"], key=row["idempotency_key"])
    if winner is None:
        raise LookupError("the order that was in the way is there")
    return winner, False


def _placed_before(session: Session, *, buyer_id: int, key: str) -> Order | None:
    """Give the order that an earlier click with this key made."""
    return session.scalars(_PLACED, {"key": key, "buyer_id": buyer_id}).one_or_none()


_PLACED = select(Order).where(
    Order.idempotency_key == bindparam("key"), Order.buyer_id == bindparam("buyer_id")
)


def _take_stock(session: Session, line: OrderLine) -> None:
    """Take the pieces in one statement that also checks: the last one is sold once."""
    if line.kind != "product":
        return
    pieces = line.quantity_hundredths // WHOLE
    taken = session.execute(
        update(Listing)
        .where(Listing.id == line.listing_id, Listing.stock >= pieces)
        .values(stock=Listing.stock - pieces)
        .returning(Listing.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        left = session.scalar(select(Listing.stock).where(Listing.id == line.listing_id))
        raise StockGone(left=left or 0)


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
    for line in open_lines:
        order_lines.take(
            session, order=order, lines=lines, line=line, act=Act.CANCEL, by=By.BUYER, now=now
        )
    services = [line for line in open_lines if line.kind == "service"]
    kinds = {line.id: "order_cancelled_member" for line in services}
    order_lines.tell_members(session, lines=services, kinds=kinds, now=now)
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
        order_lines.tell_members(
            session, lines=[found], kinds={found.id: "order_confirmed"}, now=now
        )
    return order


def _own(session: Session, *, buyer_id: int, public_id: str) -> tuple[Order, list[OrderLine]]:
    """Give this buyer's order, locked."""
    return order_lines.lock_found(
        session, order_lines.OF_BUYER, public_id=public_id, buyer_id=buyer_id
    )
