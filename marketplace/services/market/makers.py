"""Makers as everybody sees them: who may offer and has something on the market now; all else is not found."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.models.cooperatives import Cooperative
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership

MOST_PLACES = 3

_ONE = (
    select(
        Membership.id,
        Membership.public_id,
        Membership.cooperative_id,
        Membership.person_id,
        Membership.name,
        Membership.trade_name,
        Cooperative.name.label("cooperative"),
        Listing.place,
    )
    .join(Cooperative, Cooperative.id == Membership.cooperative_id)
    .join(Listing, Listing.membership_id == Membership.id)
    .where(
        Membership.public_id == bindparam("maker"),
        Membership.status.in_(OFFERING_STATUSES),
        Listing.state == "published",
    )
    .group_by(Membership.id, Cooperative.id, Listing.place)
    .order_by(func.count().desc(), func.max(Listing.id).desc())
    .limit(MOST_PLACES)
)


@dataclass(frozen=True, slots=True)
class Maker:
    """One maker; `places` are those of what she offers, the most frequent first."""

    id: int
    public_id: str
    cooperative_id: int
    person_id: int | None
    name: str
    trade_name: str
    cooperative: str
    places: tuple[str, ...]


def one(session: Session, *, public_id: str) -> Maker:
    """Give a maker by the public id of her membership, in one query.

    NotFound for who is paused, left, or has nothing on the market, without saying which.
    """
    rows = session.execute(_ONE, {"maker": public_id}).all()
    if not rows:
        raise NotFound
    first = rows[0]
    return Maker(
        id=first.id,
        public_id=first.public_id,
        cooperative_id=first.cooperative_id,
        person_id=first.person_id,
        name=first.name,
        trade_name=first.trade_name,
        cooperative=first.cooperative,
        places=tuple(row.place for row in rows),
    )
