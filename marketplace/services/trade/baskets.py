"""A buyer's baskets, one for each cooperative: lay in, change, take out, and order all at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.baskets import MOST_LINES, BasketEmpty, BasketFull
from marketplace.domain.delivery import Handover, choose
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import NotForSale, OwnListing, check_quantity, line_price_half_up
from marketplace.models.baskets import BasketLine
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.services.trade import delivering, orders


@dataclass(frozen=True, slots=True)
class Basket:
    """What lies ready to order at one cooperative."""

    cooperative: Cooperative
    lines: tuple[BasketLine, ...]

    @property
    def total_cents(self) -> int:
        """What it costs together today, VAT and bringing included."""
        return sum(price_of(line) for line in self.lines) + sum(cents for _who, cents in self.fees)

    @property
    def brought(self) -> list[BasketLine]:
        """What is to be brought."""
        return [line for line in self.lines if line.handover == Handover.DELIVERY]

    @property
    def fees(self) -> list[tuple[str, int]]:
        """What each member asks for bringing, once: (trade name, cents)."""
        listings = [line.listing for line in self.brought]
        names = {one.membership_id: one.membership.trade_name for one in listings}
        return [(names[key], cents) for key, cents in delivering.fees_of(listings).items()]

    @property
    def asks(self) -> bool:
        """Tell whether something in it needs a yes first."""
        return any(line.listing.kind == "service" for line in self.lines)


def price_of(line: BasketLine) -> int:
    """Give what a line costs today."""
    return line_price_half_up(line.listing.price_cents, line.quantity_hundredths)


def put(
    session: Session,
    *,
    person_id: int,
    listing: str,
    quantity_hundredths: int,
    starts_at: dt.datetime | None = None,
    handover: str | None = None,
    now: dt.datetime,
) -> BasketLine:
    """Lay a listing in, or change how much, when and how it is handed over.

    Raises NotForSale, OwnListing, BasketFull or HandoverNotChosen.
    """
    found = session.scalars(
        select(Listing)
        .join(Listing.membership)
        .where(
            Listing.public_id == listing,
            Listing.state == "published",
            Membership.status.in_(OFFERING_STATUSES),
        )
        .options(joinedload(Listing.membership))
    ).one_or_none()
    if found is None:
        raise NotForSale
    if found.membership.person_id == person_id:
        raise OwnListing
    check_quantity(found.unit, quantity_hundredths)
    line = _lying(session, person_id=person_id, listing_id=found.id) or _new(
        session, person_id=person_id, listing=found, quantity=quantity_hundredths, now=now
    )
    line.quantity_hundredths, line.starts_at = quantity_hundredths, starts_at
    line.handover = _way(found, handover)
    session.flush()
    return line


def _way(listing: Listing, wanted: str | None) -> str | None:
    """Give how goods change hands as it was chosen; None for a service."""
    ways = delivering.ways_of(listing)
    return choose(ways, wanted, title=listing.title) if ways else None


def _lying(session: Session, *, person_id: int, listing_id: int) -> BasketLine | None:
    return session.scalars(
        select(BasketLine).where(
            BasketLine.person_id == person_id, BasketLine.listing_id == listing_id
        )
    ).one_or_none()


def _new(
    session: Session, *, person_id: int, listing: Listing, quantity: int, now: dt.datetime
) -> BasketLine:
    if count(session, person_id=person_id) >= MOST_LINES:
        raise BasketFull(most=MOST_LINES)
    line = BasketLine(
        person_id=person_id,
        cooperative_id=listing.cooperative_id,
        listing_id=listing.id,
        quantity_hundredths=quantity,
        added_at=now,
    )
    try:
        with session.begin_nested():
            session.add(line)
    except IntegrityError:  # the other click of a double click was first
        before = _lying(session, person_id=person_id, listing_id=listing.id)
        if before is None:
            raise
        return before
    return line


def count(session: Session, *, person_id: int) -> int:
    """Count what lies in all baskets of a buyer."""
    query = select(func.count(BasketLine.id)).where(BasketLine.person_id == person_id)
    return session.scalar(query) or 0


def mine(session: Session, *, person_id: int) -> list[Basket]:
    """Give a buyer's baskets, one for each cooperative, in one query."""
    lines = session.scalars(
        select(BasketLine)
        .where(BasketLine.person_id == person_id)
        .order_by(BasketLine.cooperative_id, BasketLine.id)
        .options(
            joinedload(BasketLine.cooperative),
            joinedload(BasketLine.listing).joinedload(Listing.membership),
        )
    ).all()
    found: dict[int, list[BasketLine]] = {}
    for line in lines:
        found.setdefault(line.cooperative_id, []).append(line)
    return [Basket(group[0].cooperative, tuple(group)) for group in found.values()]


def change(
    session: Session,
    *,
    person_id: int,
    public_id: str,
    quantity_hundredths: int,
    handover: str | None = None,
) -> BasketLine:
    """Change how much of an own line, and how it is handed over where that is told.

    Raises NotFound, WrongQuantity or HandoverNotChosen.

    A time that was chosen stays; whether it still fits is seen when it is ordered.
    """
    line = session.scalars(
        select(BasketLine)
        .where(BasketLine.public_id == public_id, BasketLine.person_id == person_id)
        .options(joinedload(BasketLine.listing))
    ).one_or_none()
    if line is None:
        raise NotFound
    check_quantity(line.listing.unit, quantity_hundredths)
    line.quantity_hundredths = quantity_hundredths
    if handover is not None:
        line.handover = _way(line.listing, handover)
    session.flush()
    return line


def remove(session: Session, *, person_id: int, public_id: str) -> None:
    """Take a line out; a second click changes nothing, another's line is not touched."""
    session.execute(
        delete(BasketLine).where(
            BasketLine.public_id == public_id, BasketLine.person_id == person_id
        )
    )


def _basket_of(session: Session, *, person_id: int, cooperative: str) -> Basket:
    for one in mine(session, person_id=person_id):
        if one.cooperative.public_id == cooperative:
            return one
    raise BasketEmpty


def order(
    session: Session,
    *,
    person_id: int,
    cooperative: str,
    idempotency_key: str,
    note: str = "",
    address: str = "",
    deliver_to: str = "",
    wanted_on: dt.date | None = None,
    now: dt.datetime,
) -> Order:
    """Order all of one cooperative's basket at once and empty it; refuses as `orders.place` does.

    Goods wait for the yes to the services, so that there is one payment.
    """
    key = idempotency_key
    if before := orders.placed_before(session, buyer_id=person_id, idempotency_key=key):
        return before
    basket = _basket_of(session, person_id=person_id, cooperative=cooperative)
    wanted = [
        orders.Wanted(
            line.listing.public_id, line.quantity_hundredths, line.starts_at, line.handover
        )
        for line in basket.lines
    ]
    placed = orders.place(
        session,
        buyer_id=person_id,
        lines=wanted,
        idempotency_key=key,
        note=note,
        address=address,
        deliver_to=deliver_to,
        wanted_on=wanted_on,
        origin="basket",
        now=now,
    )
    session.execute(delete(BasketLine).where(BasketLine.id.in_([line.id for line in basket.lines])))
    return placed
