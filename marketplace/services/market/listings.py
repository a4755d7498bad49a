"""The member's side of the market: making, changing, showing and pausing what one offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.domain.delivery import Ways, check_ways
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import check_may_offer, check_offer
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.services.market import places
from marketplace.services.market.searchterms import terms_of

PAGE = 20
# What is said of goods as long as nobody says otherwise.
FETCHED = Ways(pickup=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a member says about a listing. The price is what a consumer pays, in cents, VAT included."""

    kind: str
    unit: str
    category: str
    title: str
    description: str
    price_cents: int
    vat_category: str
    place: str
    stock: int | None = None
    duration_minutes: int | None = None
    ways: Ways = FETCHED


def create(
    session: Session, *, cooperative_id: int, membership_id: int, offer: Offer, now: dt.datetime
) -> Listing:
    """Make a draft; UnitDoesNotFit, StockDoesNotFit, MayNotOffer, NoHandover or DeliveryNeedsPlace refuse it."""
    membership = _membership(session, cooperative_id=cooperative_id, membership_id=membership_id)
    check_may_offer(membership.status)
    listing = Listing(
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        state="draft",
        created_at=now,
    )
    _fill(session, listing, membership, offer, now)
    session.add(listing)
    session.flush()
    return listing


def change(
    session: Session,
    *,
    membership_id: int,
    public_id: str,
    offer: Offer,
    stock_seen: int | None = None,
    now: dt.datetime,
) -> Listing:
    """Change an own listing; sales of before keep their price. Refuses as `create` does.

    `stock_seen` is the stock that the member saw when typing: what was sold since then stays sold.
    """
    listing = own(session, membership_id=membership_id, public_id=public_id, locked=True)
    if None not in {offer.stock, listing.stock, stock_seen}:
        left = (listing.stock or 0) + (offer.stock or 0) - (stock_seen or 0)
        offer = replace(offer, stock=max(0, left))
    _fill(session, listing, listing.membership, offer, now)
    session.flush()
    return listing


def publish(session: Session, *, membership_id: int, public_id: str, now: dt.datetime) -> Listing:
    """Show an own listing to everybody; MayNotOffer for who is not on trial or a member."""
    listing = own(session, membership_id=membership_id, public_id=public_id, locked=True)
    check_may_offer(listing.membership.status)
    return _set_state(session, listing, "published", now)


def pause(session: Session, *, membership_id: int, public_id: str, now: dt.datetime) -> Listing:
    """Take an own listing off the market; what was ordered stays ordered."""
    listing = own(session, membership_id=membership_id, public_id=public_id, locked=True)
    return _set_state(session, listing, "paused", now)


def own(session: Session, *, membership_id: int, public_id: str, locked: bool = False) -> Listing:
    """Give an own listing with its membership and pictures; NotFound for anybody else's."""
    query = (
        select(Listing)
        .where(Listing.public_id == public_id, Listing.membership_id == membership_id)
        .options(joinedload(Listing.membership, innerjoin=True), selectinload(Listing.pictures))
    )
    if locked:
        query = query.with_for_update(of=Listing)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def of_membership(
    session: Session, *, membership_id: int, before: str | None = None
) -> tuple[Sequence[Listing], str | None]:
    """Give a page of own listings, the newest first, with pictures; and where the next page begins."""
    query = (
        select(Listing)
        .where(Listing.membership_id == membership_id)
        .options(selectinload(Listing.pictures))
        .order_by(Listing.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        start = select(Listing.id).where(Listing.public_id == before).scalar_subquery()
        query = query.where(Listing.id < start)
    found = session.scalars(query).all()
    more = len(found) > PAGE
    return found[:PAGE], found[PAGE - 1].public_id if more else None


def usual_place(session: Session, *, cooperative_id: int, membership_id: int) -> str:
    """Give the place of the member's newest listing, else of the cooperative: a first guess in the form."""
    newest = session.scalar(
        select(Listing.place)
        .where(Listing.membership_id == membership_id)
        .order_by(Listing.id.desc())
        .limit(1)
    )
    own_place = select(Cooperative.place).where(Cooperative.id == cooperative_id)
    return newest or session.scalar(own_place) or ""


def _membership(session: Session, *, cooperative_id: int, membership_id: int) -> Membership:
    found = session.scalar(
        select(Membership).where(
            Membership.id == membership_id, Membership.cooperative_id == cooperative_id
        )
    )
    if found is None:
        raise NotFound
    return found


def _fill(
    session: Session, listing: Listing, membership: Membership, offer: Offer, now: dt.datetime
) -> None:
    check_offer(kind=offer.kind, unit=offer.unit, stock=offer.stock)
    spot = places.find(session, offer.place)
    ways = offer.ways if offer.kind == "product" else FETCHED
    check_ways(ways, place_known=spot is not None)
    listing.pickup, listing.delivery_km = ways.pickup, ways.km
    listing.delivery_fee_cents = ways.fee_cents
    listing.kind, listing.unit, listing.stock = offer.kind, offer.unit, offer.stock
    listing.duration_minutes = offer.duration_minutes
    listing.category, listing.vat_category = offer.category, offer.vat_category
    listing.title, listing.description = offer.title, offer.description
    listing.price_cents = offer.price_cents
    listing.place = spot.name if spot else offer.place
    # A place that nobody knows is shown, but not found by distance.
    listing.lat, listing.lon = (spot.lat, spot.lon) if spot else (None, None)
    listing.search_terms = terms_of(
        offer.title, membership.trade_name, membership.name, listing.place, offer.description
    )
    listing.updated_at = now


def _set_state(session: Session, listing: Listing, state: str, now: dt.datetime) -> Listing:
    if listing.state != state:
        listing.state, listing.updated_at = state, now
        session.flush()
    return listing
