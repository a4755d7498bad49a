"""Reviews: written by the buyer, answered by the member, hidden by the coordinator, forgotten by the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, delete, func, select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import LineState
from marketplace.domain.talking.reviews import (
    HIDE_REASONS,
    ReviewedAlready,
    ReviewTooEarly,
    forgotten_before,
    published_at,
)
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.reviews import Review
from marketplace.services import audit, outbox
from marketplace.services.trade import lines as order_lines

PAGE = 20
SHOWN = 10
BATCH = 200


class Shown(NamedTuple):
    """What everybody may see of one review."""

    score: int
    text: str
    reply: str | None
    written_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What buyers said about a listing: the newest, with how many there are and their average in tenths."""

    newest: Sequence[Shown]
    count: int
    tenths: int


def of_line(session: Session, *, buyer_id: int, line: str) -> tuple[OrderLine, Review | None]:
    """Give a line of an own order (its public id) with its review; NotFound for another's."""
    row = session.execute(
        select(OrderLine, Review)
        .join(OrderLine.order)
        .outerjoin(Review, Review.line_id == OrderLine.id)
        .where(OrderLine.public_id == line, Order.buyer_id == buyer_id)
        .options(joinedload(OrderLine.order), joinedload(OrderLine.membership))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def write(
    session: Session, *, buyer_id: int, line: str, score: int, text: str, now: dt.datetime
) -> Review:
    """Review a confirmed line of an own order, once; raises ReviewTooEarly or ReviewedAlready."""
    found, _before = of_line(session, buyer_id=buyer_id, line=line)
    _order, lines = order_lines.lock_order(session, found.order_id)
    fresh = next(one for one in lines if one.id == found.id)
    if fresh.state != LineState.CONFIRMED:
        raise ReviewTooEarly
    if session.scalar(select(Review.id).where(Review.line_id == fresh.id)) is not None:
        raise ReviewedAlready
    review = Review(
        cooperative_id=fresh.cooperative_id,
        line_id=fresh.id,
        membership_id=fresh.membership_id,
        score=score,
        text=text.strip(),
        written_at=now,
        published_at=published_at(now),
    )
    session.add(review)
    session.flush()
    _tell_member(session, review, fresh, now)
    return review


def _tell_member(session: Session, review: Review, line: OrderLine, now: dt.datetime) -> None:
    person_id = session.scalar(
        select(Membership.person_id).where(Membership.id == review.membership_id)
    )
    if person_id is not None:
        outbox.queue_mail(
            session,
            kind="review_written",
            person_id=person_id,
            facts={"title": line.title, "path": f"/beoordelingen/{review.public_id}"},
            dedupe_key=f"review:{review.public_id}",
            order_id=line.order_id,
            now=now,
        )


def about_listing(session: Session, *, listing_id: int, now: dt.datetime) -> Said:
    """Give what everybody may see about a listing, in the order of time."""
    asked = {"listing": listing_id, "now": now, "since": forgotten_before(now)}
    rows = session.connection().execute(_SAID, asked).all()
    if not rows:
        return Said((), 0, 0)
    count, total = int(rows[0][-2]), int(rows[0][-1])
    return Said([Shown(*row[:-2]) for row in rows], count, (20 * total + count) // (2 * count))


Moment = dt.datetime | BindParameter[dt.datetime]


def _public(now: Moment, since: Moment) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of what everybody may see: published by now, written after `since`."""
    return (Review.published_at <= now, Review.written_at > since, Review.hidden_at.is_(None))


# Made once: every page of a listing asks it.
_SAID = (
    select(
        *(getattr(Review, name) for name in Shown._fields),
        func.count().over(),
        func.sum(Review.score).over(),
    )
    .join(Review.line)
    .where(
        OrderLine.listing_id == bindparam("listing"),
        *_public(bindparam("now"), bindparam("since")),
    )
    .order_by(Review.id.desc())
    .limit(SHOWN)
)


def about_maker(
    session: Session,
    *,
    membership_id: int,
    now: dt.datetime,
    most: int,
    before: str | None = None,
) -> Sequence[Review]:
    """Give what everybody may see about one maker's work, the newest first, each with its line.

    No count and no average: only a listing has those, never a person (decisions/0027).
    """
    query = _page(before).where(
        Review.membership_id == membership_id, *_public(now, forgotten_before(now))
    )
    return session.scalars(query.limit(most)).all()


def of_membership(
    session: Session, *, membership_id: int, before: str | None = None
) -> Sequence[Review]:
    """Give what was said about a member's work, the newest first, also what nobody else sees yet."""
    return session.scalars(_page(before).where(Review.membership_id == membership_id)).all()


def of_cooperative(
    session: Session, *, cooperative_id: int, before: str | None = None
) -> Sequence[Review]:
    """Give what was said in a cooperative, the newest first."""
    return session.scalars(_page(before).where(Review.cooperative_id == cooperative_id)).all()


def _page(before: str | None) -> Select[Review]:
    query = select(Review).options(joinedload(Review.line)).order_by(Review.id.desc()).limit(PAGE)
    if before:
        edge = select(Review.id).where(Review.public_id == before).scalar_subquery()
        query = query.where(Review.id < edge)
    return query


def own(session: Session, *, membership_id: int, review: str) -> Review:
    """Give one review of a member's work (its public id); NotFound for another's."""
    return _found(session, _one(review).where(Review.membership_id == membership_id))


def led(session: Session, *, cooperative_id: int, review: str) -> Review:
    """Give one review in a cooperative; NotFound for another's."""
    return _found(session, _one(review).where(Review.cooperative_id == cooperative_id))


def _one(public_id: str) -> Select[Review]:
    return select(Review).where(Review.public_id == public_id).options(joinedload(Review.line))


def _found(session: Session, query: Select[Review]) -> Review:
    found = session.scalars(query.with_for_update(of=Review)).one_or_none()
    if found is None:
        raise NotFound
    return found


def reply(
    session: Session, *, membership_id: int, review: str, text: str, now: dt.datetime
) -> Review:
    """Answer a review, before or after everybody sees it; a later answer takes the place of the first."""
    found = own(session, membership_id=membership_id, review=review)
    found.reply, found.replied_at = text.strip(), now
    session.flush()
    return found


def hide(
    session: Session,
    *,
    cooperative_id: int,
    review: str,
    reason: str,
    actor_id: int,
    now: dt.datetime,
) -> Review:
    """Take a review out of sight, with one of HIDE_REASONS; a second time changes nothing."""
    if reason not in HIDE_REASONS:
        raise ValueError(f"not a reason to hide a review: {reason!r}")
    found = led(session, cooperative_id=cooperative_id, review=review)
    if found.hidden_at is not None:
        return found
    found.hidden_at, found.hidden_reason, found.hidden_by_id = now, reason, actor_id
    audit.record(
        session,
        actor_id=actor_id,
        act="review_hidden",
        thing=f"review:{found.public_id}",
        at=now,
        cooperative_id=cooperative_id,
        reason=reason,
    )
    return found


def forget(session: Session, *, now: dt.datetime) -> int:
    """Delete at most BATCH reviews that are too old; gives how many."""
    old = session.scalars(
        select(Review.id)
        .where(Review.written_at <= forgotten_before(now))
        .order_by(Review.written_at)
        .limit(BATCH)
    ).all()
    session.execute(delete(Review).where(Review.id.in_(old)))
    return len(old)
