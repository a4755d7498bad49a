"""What a buyer may buy now: published, of one cooperative, not her own, and goods only of who has an agreement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import NotForSale, OwnListing, SeveralSellers
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.services.books import terms

_FOR_SALE = (
    select(Listing, Membership.person_id)
    .join(Listing.membership)
    .where(
        Listing.public_id.in_(bindparam("wanted", expanding=True)),
        Listing.state == "published",
        Membership.status.in_(OFFERING_STATUSES),
    )
    .options(contains_eager(Listing.membership))
    .order_by(Listing.id)
)


def for_sale(
    session: Session, *, wanted: list[str], buyer_id: int, now: dt.datetime
) -> list[Listing]:
    """Give the listings with their makers, in one fixed order; refuses what this buyer may not buy now."""
    rows = session.execute(_FOR_SALE, {"wanted": wanted}).all()
    listings = [listing for listing, _owner in rows]
    if not listings or len(listings) != len(wanted):
        raise NotForSale
    if len({listing.cooperative_id for listing in listings}) > 1:
        raise SeveralSellers
    if any(owner == buyer_id for _listing, owner in rows):
        raise OwnListing
    if not _covered(session, listings, day_in_amsterdam(now)):
        # Goods have no moment of "yes", so it is asked here; the buyer hears nothing of the reason.
        raise NotForSale
    return listings


def _covered(session: Session, listings: Sequence[Listing], day: dt.date) -> bool:
    """Tell whether every maker of goods among them has an agreement in force on a day."""
    makers = sorted({listing.membership_id for listing in listings if listing.kind == "product"})
    if not makers:
        return True
    dated = terms.load(session, cooperative_id=listings[0].cooperative_id, membership_ids=makers)
    return all(
        dated.stretch(maker, day) is not None
        and any(
            row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
            for row in dated.agreements.get(maker, ())
        )
        for maker in makers
    )
