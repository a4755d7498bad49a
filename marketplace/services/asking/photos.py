"""Photos of a job that somebody asks for: added and taken away by the buyer, seen by who sees the request."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.access import Actor, Role
from marketplace.domain.asking import LIVE, MOST_PHOTOS, RequestOver, RequestState
from marketplace.domain.asking import TooManyRequestPhotos as TooMany
from marketplace.domain.errors import NotFound
from marketplace.gateways.pictures import prepare
from marketplace.gateways.storage import Storage
from marketplace.models.requests import Request, RequestPhoto
from marketplace.services.asking import reading, requests


def add(
    session: Session,
    *,
    storage: Storage,
    buyer_id: int,
    request: str,
    content: bytes,
    alt: str,
    now: dt.datetime,
) -> RequestPhoto:
    """Take in a photo for an own request; raises NotFound, RequestOver, NotAPicture or TooManyRequestPhotos."""
    prepared = prepare(content)  # before any row is locked: decoding takes a while
    own = _live(session, buyer_id, request)
    count = select(func.count(RequestPhoto.id)).where(RequestPhoto.request_id == own.id)
    if (session.scalar(count) or 0) >= MOST_PHOTOS:
        raise TooMany(most=MOST_PHOTOS)
    photo = RequestPhoto(
        request_id=own.id,
        file=storage.keep("requests", "webp", prepared.full),
        alt=alt,
        width=prepared.width,
        height=prepared.height,
        created_at=now,
    )
    session.add(photo)
    session.flush()
    return photo


def remove(session: Session, *, storage: Storage, buyer_id: int, request: str, photo: str) -> None:
    """Take an own photo away, its file first; raises NotFound for another's, RequestOver once it ended."""
    own = _live(session, buyer_id, request)
    found = session.scalars(
        select(RequestPhoto).where(
            RequestPhoto.public_id == photo, RequestPhoto.request_id == own.id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    storage.forget(found.file)
    session.execute(delete(RequestPhoto).where(RequestPhoto.id == found.id))


def file_of(session: Session, *, actor: Actor, request: str, photo: str) -> str:
    """Give the file's name in storage, for the buyer, members who see the request, and their coordinators."""
    members = [g for g in actor.grants if g.role == Role.MEMBER]
    led = [g.cooperative_id for g in actor.grants if g.role == Role.COORDINATOR]
    may_answer = reading.seen_by(
        [g.membership_id for g in members if g.membership_id],
        [g.cooperative_id for g in members if g.cooperative_id],
    )
    found = session.scalar(
        select(RequestPhoto.file)
        .join(Request, Request.id == RequestPhoto.request_id)
        .where(
            RequestPhoto.public_id == photo,
            Request.public_id == request,
            or_(
                Request.buyer_id == actor.person_id,
                (Request.state != RequestState.REMOVED) & may_answer,
                reading.reaches([one for one in led if one]),
            ),
        )
    )
    if found is None:
        raise NotFound
    return found


def _live(session: Session, buyer_id: int, public_id: str) -> Request:
    own = requests.own(session, buyer_id=buyer_id, public_id=public_id)
    if RequestState(own.state) not in LIVE:
        raise RequestOver
    return own
