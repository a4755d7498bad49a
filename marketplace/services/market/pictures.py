"""Pictures of listings: taken in, taken away, and given to who may see them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.listings import MOST_PICTURES, OFFERING_STATUSES, TooManyPictures
from marketplace.gateways.pictures import prepare
from marketplace.gateways.storage import Storage
from marketplace.models.listings import Listing, Picture
from marketplace.models.memberships import Membership
from marketplace.services.market import listings

SMALL = "small"


def add(
    session: Session,
    *,
    storage: Storage,
    membership_id: int,
    listing: str,
    content: bytes,
    alt: str,
    now: dt.datetime,
) -> Picture:
    """Take in a picture for an own listing (its public id); refuses with NotAPicture or TooManyPictures."""
    prepared = prepare(content)  # before any row is locked: decoding takes a while
    own = listings.own(session, membership_id=membership_id, public_id=listing, locked=True)
    if len(own.pictures) >= MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    name = storage.keep("pictures", "webp", prepared.full)
    storage.keep_beside(name, SMALL, prepared.thumbnail)
    picture = Picture(
        cooperative_id=own.cooperative_id,
        listing_id=own.id,
        file=name,
        alt=alt,
        width=prepared.width,
        height=prepared.height,
        position=max((one.position for one in own.pictures), default=-1) + 1,
        created_at=now,
    )
    session.add(picture)
    session.flush()
    return picture


def remove(session: Session, *, membership_id: int, listing: str, picture: str) -> None:
    """Take an own picture (its public id) away; NotFound for anybody else's."""
    own = listings.own(session, membership_id=membership_id, public_id=listing, locked=True)
    found = next((one for one in own.pictures if one.public_id == picture), None)
    if found is None:
        raise NotFound
    session.execute(delete(Picture).where(Picture.id == found.id))
    session.flush()


def file_of(session: Session, *, picture: str, membership_ids: tuple[int, ...] = ()) -> str:
    """Give the file's name in storage: of a listing that everybody may see, or of an own one."""
    shown = (Listing.state == "published") & Membership.status.in_(OFFERING_STATUSES)
    found = session.scalar(
        select(Picture.file)
        .join(Listing, Listing.id == Picture.listing_id)
        .join(Membership, Membership.id == Listing.membership_id)
        .where(
            Picture.public_id == picture,
            or_(shown, Listing.membership_id.in_(membership_ids)) if membership_ids else shown,
        )
    )
    if found is None:
        raise NotFound
    return found
