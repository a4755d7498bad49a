"""The market as everybody sees it: browsing, one listing, and where its price goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, defer, joinedload

from marketplace.domain.errors import NotFound
from marketplace.domain.listings import (
    OFFERING_STATUSES,
    PriceSplit,
    may_be_shown,
    split_price,
)
from marketplace.models.cooperatives import Cooperative, CooperativeParameters
from marketplace.models.listings import Listing, Picture
from marketplace.models.memberships import Membership
from marketplace.services.books import vat
from marketplace.services.market.listingsearch import Cursor, Search, found_rows
from marketplace.services.market.places import Spot

PAGE = 24

# Made once and asked often: SQLAlchemy then knows at once what it compiled before.
_COVERS = (
    select(Picture.listing_id, Picture.public_id)
    .where(Picture.listing_id.in_(bindparam("listing_ids", expanding=True)))
    .order_by(Picture.position.desc(), Picture.id.desc())
)
_NAMED = select(Listing).where(Listing.public_id == bindparam("listing"))
_MAKER = joinedload(Listing.membership, innerjoin=True)
_SELLER = joinedload(Listing.cooperative, innerjoin=True)
_ONE = _NAMED.options(_MAKER, _SELLER, joinedload(Listing.pictures))
# What the page of a listing says, and no column more; another one would be read when it is asked for.
_PAGE = _NAMED.options(
    _MAKER.load_only(Membership.name, Membership.trade_name, Membership.status),
    _SELLER.load_only(Cooperative.name),
    joinedload(Listing.pictures),
    defer(Listing.search_terms),
)
_SHARES = (
    select(
        CooperativeParameters.training_share,
        CooperativeParameters.reserve_share,
        vat.SCHEME.scalar_subquery().label("scheme"),
    )
    .where(
        CooperativeParameters.cooperative_id == bindparam("cooperative"),
        CooperativeParameters.valid_from <= bindparam("day"),
    )
    .order_by(CooperativeParameters.valid_from.desc())
    .limit(1)
)


class Card(NamedTuple):
    """A listing in a list; `maker` is the public id of her page. `kilometres` where somebody asked for a place."""

    public_id: str
    title: str
    price_cents: int
    unit: str
    kind: str
    stock: int | None
    category: str
    place: str
    name: str
    trade_name: str
    maker: str
    picture: str | None
    kilometres: float | None
    pickup: bool = True
    delivery_km: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of cards, and where the next one begins (None at the end)."""

    cards: tuple[Card, ...]
    following: str | None


def browse(
    session: Session, *, search: Search, after: Cursor | None = None, size: int = PAGE
) -> Shelf:
    """Give a page of what is on the market: nearest first, best hit first, else newest first.

    Two queries, however many rows there are; a frequent word looks at its newest 2,000 hits.
    """
    rows = found_rows(session, search=search, after=after, size=size + 1)
    shown = rows[:size]
    covers = _covers(session, [row.id for row in shown])
    cards = tuple(
        Card(
            public_id=row.public_id,
            title=row.title,
            price_cents=row.price_cents,
            unit=row.unit,
            kind=row.kind,
            stock=row.stock,
            category=row.category,
            place=row.place,
            name=row.name,
            trade_name=row.trade_name,
            maker=row.maker,
            picture=covers.get(row.id),
            kilometres=_kilometres(search.near, row.lat, row.lon),
            pickup=row.pickup,
            delivery_km=row.delivery_km,
        )
        for row in shown
    )
    last = shown[-1] if len(rows) > size else None
    return Shelf(cards, Cursor(last.rank, last.id).text if last is not None else None)


def _kilometres(near: Spot | None, lat: float | None, lon: float | None) -> float | None:
    if near is None or lat is None or lon is None:
        return None
    return near.distance_km(lat, lon)


def _covers(session: Session, listing_ids: Sequence[int]) -> dict[int, str]:
    """Give the first picture of each listing that has one."""
    if not listing_ids:
        return {}
    found = session.execute(_COVERS, {"listing_ids": listing_ids})
    return {row.listing_id: row.public_id for row in found}


def one(
    session: Session,
    *,
    public_id: str,
    membership_ids: tuple[int, ...] = (),
    to_show: bool = False,
) -> Listing:
    """Give a listing with maker, cooperative and pictures: of the market, or an own one; else NotFound.

    `to_show`: of maker and cooperative only what the page says is read at once.
    """
    named = {"listing": public_id}
    found = session.scalars(_PAGE if to_show else _ONE, named).unique().one_or_none()
    if found is None:
        raise NotFound
    shown = may_be_shown(state=found.state, membership_status=found.membership.status)
    if not shown and found.membership_id not in membership_ids:
        raise NotFound
    return found


def split_of(session: Session, *, listing: Listing, day: dt.date) -> PriceSplit | None:
    """Give where one unit's price goes by the cooperative's own shares; None before any are decided."""
    return split_for(
        session,
        cooperative_id=listing.cooperative_id,
        price_cents=listing.price_cents,
        vat_category=listing.vat_category,
        day=day,
    )


def split_for(
    session: Session, *, cooperative_id: int, price_cents: int, vat_category: str, day: dt.date
) -> PriceSplit | None:
    """Give where a price goes in a cooperative on a day; None before any shares are decided."""
    # Past the session, as the next ones of a page: columns need none of what it does for objects.
    asked = {"cooperative": cooperative_id, "day": day}
    shares = session.connection().execute(_SHARES, asked).first()
    if shares is None:
        return None
    return split_price(
        price_cents,
        vat_rate=vat.rate(vat_category, day, vat.scheme_of(shares.scheme)),
        training_share=shares.training_share,
        reserve_share=shares.reserve_share,
    )


def makers_by_category(session: Session) -> dict[str, int]:
    """Count the makers with something on the market, per category; for a cache of a minute."""
    rows = session.execute(
        select(Listing.category, func.count(func.distinct(Listing.membership_id)).label("makers"))
        .join(Membership, Membership.id == Listing.membership_id)
        .where(Listing.state == "published", Membership.status.in_(OFFERING_STATUSES))
        .group_by(Listing.category)
    )
    return {row.category: row.makers for row in rows}


@dataclass(frozen=True, slots=True)
class SellerSplit:
    """Where a price goes in one cooperative."""

    name: str
    place: str
    split: PriceSplit


def splits(session: Session, *, price_cents: int, day: dt.date, most: int = 6) -> list[SellerSplit]:
    """Give the split of a price at the standard VAT rate, per cooperative; three queries for all."""
    sellers = session.scalars(select(Cooperative).order_by(Cooperative.id).limit(most)).all()
    keys = [seller.id for seller in sellers]
    shares = {
        row.cooperative_id: row
        for row in session.execute(
            select(
                CooperativeParameters.cooperative_id,
                CooperativeParameters.training_share,
                CooperativeParameters.reserve_share,
            )
            .where(
                CooperativeParameters.cooperative_id.in_(keys),
                CooperativeParameters.valid_from <= day,
            )
            .order_by(CooperativeParameters.valid_from)
        )
    }
    schemes = vat.schemes_on(session, cooperative_ids=keys, day=day)
    return [
        SellerSplit(
            seller.name,
            seller.place,
            split_price(
                price_cents,
                vat_rate=vat.rate("standard", day, schemes[seller.id]),
                training_share=shares[seller.id].training_share,
                reserve_share=shares[seller.id].reserve_share,
            ),
        )
        for seller in sellers
        if seller.id in shares
    ]
