"""The query behind the market's lists: words, category, distance and keyset, on both databases.

Distance is compared on a flat piece of map (exact enough for a country of 300 km); the figure that
is shown comes from haversine. Paging is by (rank, id): no counting, no offset.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.services.market.places import Spot
from marketplace.services.market.searchterms import Word, words_of

Query = Select[*tuple[Any, ...]]

MOST_HITS = 2000
KM_PER_DEGREE = 111.195
NOWHERE = 100_000  # the rank of a word that stands nowhere in front


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for. `near` and `within_km` belong together; `maker` (a membership) stands alone."""

    text: str = ""
    category: str | None = None
    near: Spot | None = None
    within_km: int | None = None
    maker: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page, as it travels in an address."""

    rank: float
    id: int

    @property
    def text(self) -> str:
        """Give it as letters for an address."""
        return base64.urlsafe_b64encode(struct.pack(">dq", self.rank, self.id)).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Read one from an address; None for anything that is none."""
        try:
            rank, key = struct.unpack(">dq", base64.urlsafe_b64decode(text + "=="))
        except (binascii.Error, struct.error, ValueError):
            return None
        return cls(rank, key) if math.isfinite(rank) and key > 0 else None


def found_rows(
    session: Session, *, search: Search, after: Cursor | None, size: int
) -> Sequence[Row[Any]]:
    """Give rows of a listing with its maker's names and its `rank`, lowest rank first, newest first."""
    words = words_of(search.text)
    if search.text.strip() and not words:
        return []
    if not words and search.near is None:
        return _newest_rows(session, search, after, size)
    rank = _rank(session, words, search.near)
    query = _shown(rank).order_by(rank, Listing.id.desc()).limit(size)
    if words:
        query = query.where(Listing.id.in_(_hits(session, words, search.category)))
    if search.category is not None:
        query = query.where(Listing.category == search.category)
    if search.near is not None:
        query = query.where(*_within(search.near, search.within_km))
    if after is not None:
        query = query.where(or_(rank > after.rank, and_(rank == after.rank, Listing.id < after.id)))
    return session.execute(query).all()


def _shown(rank: ColumnElement[float]) -> Query:
    """Select what a card shows of the listings that everybody may see."""
    return (
        select(
            Listing.id,
            Listing.public_id,
            Listing.title,
            Listing.price_cents,
            Listing.unit,
            Listing.kind,
            Listing.stock,
            Listing.category,
            Listing.place,
            Listing.pickup,
            Listing.delivery_km,
            Listing.lat,
            Listing.lon,
            Membership.name,
            Membership.trade_name,
            Membership.public_id.label("maker"),
            rank.label("rank"),
        )
        .join(Membership, Membership.id == Listing.membership_id)
        .where(Listing.state == "published", Membership.status.in_(OFFERING_STATUSES))
    )


@cache
def _newest(*, in_category: bool, of_maker: bool, further: bool) -> Query:
    """Give the query of the newest, straight from the index; made once, for it is asked most."""
    query = _shown(literal(0.0)).order_by(Listing.id.desc()).limit(bindparam("size"))
    if in_category:
        query = query.where(Listing.category == bindparam("category"))
    if of_maker:
        query = query.where(Listing.membership_id == bindparam("maker"))
    return query.where(Listing.id < bindparam("last")) if further else query


def _newest_rows(
    session: Session, search: Search, after: Cursor | None, size: int
) -> Sequence[Row[Any]]:
    category, maker = search.category, search.maker
    query = _newest(
        in_category=category is not None, of_maker=maker is not None, further=after is not None
    )
    last = after.id if after else None
    asked = {"size": size, "category": category, "maker": maker, "last": last}
    return session.execute(query, asked).all()


def _rank(session: Session, words: list[Word], near: Spot | None) -> ColumnElement[float]:
    if words:
        # The title's words stand in front of the terms: the earlier a word stands, the better the hit.
        finder = func.instr if _is_sqlite(session) else func.strpos
        return cast(sum((_position(finder, word) for word in words), start=literal(0)), Float)
    if near is not None:
        return _square(near)
    return literal(0.0)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _position(finder: Any, word: Word) -> ColumnElement[int]:
    terms = literal(" ") + Listing.search_terms + literal(" ")
    needle = f" {word.typed}" if word.unfinished else f" {word.stem} "
    typed = func.nullif(finder(terms, needle), 0)
    stemmed = func.nullif(finder(terms, f" {word.stem} "), 0)
    return func.coalesce(typed, stemmed, NOWHERE)


def _square(near: Spot) -> ColumnElement[float]:
    """Give the square of the distance in kilometres, in plain sums that every database does alike."""
    shrink = math.cos(math.radians(near.lat)) * KM_PER_DEGREE
    north = (Listing.lat - near.lat) * KM_PER_DEGREE
    east = (Listing.lon - near.lon) * shrink
    return cast(north * north + east * east, Float)


def _within(near: Spot, kilometres: int | None) -> list[ColumnElement[bool]]:
    if kilometres is None:
        return [Listing.lat.is_not(None)]
    tall = kilometres / KM_PER_DEGREE
    wide = tall / max(0.01, math.cos(math.radians(near.lat)))
    return [
        Listing.lat.between(near.lat - tall, near.lat + tall),
        Listing.lon.between(near.lon - wide, near.lon + wide),
        _square(near) <= float(kilometres * kilometres),
    ]


def _hits(session: Session, words: list[Word], category: str | None) -> Select[Any]:
    """Select the ids of the newest hits that everybody may see, at most MOST_HITS."""
    shown = [Listing.state == "published"]
    if category is not None:
        shown.append(Listing.category == category)
    if _is_sqlite(session):
        # The words come first and each hit is looked up: joined, SQLite would take each listing and
        # ask the index about it (9,500 times in a market of 10,000).
        index = table("listing_search", column("rowid"), column("listing_search"))
        is_shown = select(literal(1)).where(Listing.id == index.c.rowid, *shown)
        return (
            select(index.c.rowid)
            .where(index.c.listing_search.op("MATCH")(_fts5(words)), is_shown.exists())
            .order_by(index.c.rowid.desc())
            .limit(MOST_HITS)
        )
    # Written out, not as a parameter, or the index does not match.
    simple: ColumnElement[str] = literal_column("'simple'")
    vector = func.to_tsvector(simple, Listing.search_terms)
    found = vector.op("@@")(func.to_tsquery(simple, _tsquery(words)))
    return select(Listing.id).where(found, *shown).order_by(Listing.id.desc()).limit(MOST_HITS)


# Words hold only a-z and 0-9 (searchterms), so they cannot carry an operator of either language.


def _fts5(words: list[Word]) -> str:
    return " AND ".join(
        f'("{word.stem}" OR "{word.typed}"*)' if word.unfinished else f'"{word.stem}"'
        for word in words
    )


def _tsquery(words: list[Word]) -> str:
    return " & ".join(
        f"({word.stem} | {word.typed}:*)" if word.unfinished else word.stem for word in words
    )
