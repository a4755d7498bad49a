"""What a buyer may buy now: published, of one cooperative, not her own, and goods only of who has an agreement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, literal
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import NotForSale, OwnListing, SeveralSellers
from marketplace.gateways.rows.apart import Apart
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.services.books import terms


@lru_cache(maxsize=64)
def _published(many: int) -> Apart[Listing]:
    """Give the question for so many listings with their makers, made once for each number of them."""
    wanted: list[Any] = [bindparam(f"wanted{place}") for place in range(many)]
    return Apart(
        Listing,
        lambda both: (
            both.join(Membership, Membership.id == Listing.membership_id)
            .where(
                Listing.public_id.in_(wanted),
                Listing.state == "published",
                Membership.status.in_([literal(one) for one in OFFERING_STATUSES]),
            )
            .order_by(Listing.id)
        ),
        beside=Membership,
    )


def for_sale(
    session: Session, *, wanted: list[str], buyer_id: int, now: dt.datetime
) -> list[Listing]:
    """Give the listings with their makers, in one fixed order; refuses what this buyer may not buy now.

    They are apart from the session: nothing is changed of them.
    """
    if not wanted:
        raise NotForSale
    named = {f"wanted{place}": key for place, key in enumerate(wanted)}
    pairs = _published(len(wanted)).together(session, named)
    for listing, maker in pairs:
        set_committed_value(listing, "membership", maker)
    listings: list[Listing] = [listing for listing, _maker in pairs]
    if not listings or len(listings) != len(wanted):
        raise NotForSale
    if len({listing.cooperative_id for listing in listings}) > 1:
        raise SeveralSellers
    if any(maker.person_id == buyer_id for _listing, maker in pairs):
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
