"""A buyer wants a service again and again: asked once, answered once, and paused or stopped by either side."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.availability import SlotGone
from marketplace.domain.calendar import AMSTERDAM, day_in_amsterdam
from marketplace.domain.doors.recurring import Every, PausedByOther, Rhythm, SeriesState, step
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import NotForSale, check_quantity
from marketplace.models.doors.recurrences import Recurrence, RecurrenceDate
from marketplace.models.listings import Listing
from marketplace.services.booking import slots
from marketplace.services.books import terms
from marketplace.services.doors import ahead
from marketplace.services.outbox import queue_mail
from marketplace.services.trade.forsale import for_sale

PAGE = 20
DATES = 12
Side = Literal["buyer", "member"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What comes back: how much, how often, from when till when. `starts_at` is the first appointment."""

    quantity_hundredths: int
    every: Every
    first_on: dt.date | None
    ends_on: dt.date | None = None
    starts_at: dt.datetime | None = None
    note: str = ""
    address: str = ""


def ask(
    session: Session,
    *,
    buyer_id: int,
    listing: str,
    wish: Wish,
    idempotency_key: str,
    now: dt.datetime,
) -> Recurrence:
    """Ask a member for a service again and again; nothing is ordered before her yes.

    The same key of the same buyer gives the same series. Raises NotForSale, OwnListing, WrongQuantity or
    SlotGone for a first time that is not free.
    """
    key = hashlib.sha256(idempotency_key.encode()).hexdigest()[:40]
    before = _asked_before(session, buyer_id, key)
    if before is not None:
        return before
    offer = for_sale(session, wanted=[listing], buyer_id=buyer_id, now=now)[0]
    if offer.kind != "service":
        raise NotForSale
    check_quantity(offer.unit, wish.quantity_hundredths)
    row = _row(buyer_id, key, offer, wish, now)
    row.first_on, row.at_minute = _first(session, offer, wish, now)
    row.next_on = row.first_on
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the other click of a double click was first
        winner = _asked_before(session, buyer_id, key)
        if winner is None:
            raise
        return winner
    _tell(session, row, "member", "series_asked", title=offer.title, now=now)
    return row


def _row(buyer_id: int, key: str, offer: Listing, wish: Wish, now: dt.datetime) -> Recurrence:
    """Give the row of a series that is asked, without its days."""
    return Recurrence(
        cooperative_id=offer.cooperative_id,
        buyer_id=buyer_id,
        membership_id=offer.membership_id,
        listing_id=offer.id,
        idempotency_key=key,
        quantity_hundredths=wish.quantity_hundredths,
        every=wish.every,
        ends_on=wish.ends_on,
        note=wish.note,
        address=wish.address,
        state=SeriesState.ASKED,
        next_number=0,
        created_at=now,
    )


def _asked_before(session: Session, buyer_id: int, key: str) -> Recurrence | None:
    return session.scalars(
        select(Recurrence).where(Recurrence.buyer_id == buyer_id, Recurrence.idempotency_key == key)
    ).one_or_none()


def _first(
    session: Session, offer: Listing, wish: Wish, now: dt.datetime
) -> tuple[dt.date, int | None]:
    """Give the first day, and the minute of the wall clock where a time was chosen."""
    if wish.starts_at is None:
        return wish.first_on or day_in_amsterdam(now), None
    free = slots.free_days(
        session,
        listing=offer,
        quantity_hundredths=wish.quantity_hundredths,
        since=day_in_amsterdam(wish.starts_at),
        now=now,
    )
    offered = {slot.starts_at for one in (free.days if free else ()) for slot in one.slots}
    if wish.starts_at not in offered:
        raise SlotGone
    local = wish.starts_at.astimezone(AMSTERDAM)
    return local.date(), local.hour * 60 + local.minute


def mine(
    session: Session, *, scope: Mapping[str, int], before: str | None = None
) -> list[Recurrence]:
    """Give the series of a buyer or a member, newest first, at most PAGE, with listing and both people."""
    query = _within(scope)
    if before:
        last = select(Recurrence.id).where(Recurrence.public_id == before).where(*_owned(scope))
        query = query.where(Recurrence.id < last.scalar_subquery())
    return list(session.scalars(query.order_by(Recurrence.id.desc()).limit(PAGE)))


def one(session: Session, *, scope: Mapping[str, int], public_id: str) -> Recurrence:
    """Give one series of a buyer (`buyer_id`) or a member; NotFound for anybody else."""
    found = session.scalars(_within(scope).where(Recurrence.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def dates(session: Session, *, series: Recurrence) -> list[RecurrenceDate]:
    """Give what became of the last dates, newest first, each with its order and the order's lines."""
    query = (
        select(RecurrenceDate)
        .where(RecurrenceDate.recurrence_id == series.id)
        .options(joinedload(RecurrenceDate.order))
        .order_by(RecurrenceDate.day.desc())
        .limit(DATES)
    )
    return list(session.scalars(query))


def _owned(scope: Mapping[str, int]) -> list[ColumnElement[bool]]:
    return [getattr(Recurrence, name) == key for name, key in scope.items()]


def _within(scope: Mapping[str, int]) -> Select[Recurrence]:
    return (
        select(Recurrence)
        .where(*_owned(scope))
        .options(
            joinedload(Recurrence.listing),
            joinedload(Recurrence.membership),
            joinedload(Recurrence.buyer),
        )
    )


def answer(
    session: Session, *, scope: Mapping[str, int], public_id: str, yes: bool, now: dt.datetime
) -> Recurrence:
    """Let the member say yes (the first orders are made at once) or no to a series; a second click is none.

    Raises SeriesStepNotAllowed, and NoAgreement for a yes without one.
    """
    row, title = _locked(session, scope, public_id)
    if row.state == (SeriesState.ACTIVE if yes else SeriesState.DECLINED):
        return row
    state = step("accept" if yes else "decline", row.state)
    if yes:
        day = day_in_amsterdam(now)
        terms.require_agreement(
            session, cooperative_id=row.cooperative_id, membership_id=row.membership_id, day=day
        )
    row.state, row.answered_at = state, now
    _tell(
        session, row, "buyer", "series_accepted" if yes else "series_declined", title=title, now=now
    )
    if yes:
        ahead.make(session, row, now)
    session.flush()
    return row


def pause(
    session: Session, *, scope: Mapping[str, int], public_id: str, side: Side, now: dt.datetime
) -> Recurrence:
    """Make no more orders for now; what was made stays. A second click changes nothing."""
    row, title = _locked(session, scope, public_id)
    if row.state != SeriesState.PAUSED:
        row.state, row.changed_by = step("pause", row.state), side
        _tell(session, row, _other(side), "series_paused", title=title, now=now)
        session.flush()
    return row


def resume(
    session: Session, *, scope: Mapping[str, int], public_id: str, side: Side, now: dt.datetime
) -> Recurrence:
    """Go on from the next date after today; only who paused may (PausedByOther)."""
    row, title = _locked(session, scope, public_id)
    if row.state == SeriesState.ACTIVE:
        return row
    state = step("resume", row.state)
    if row.changed_by != side:
        raise PausedByOther
    row.state, row.changed_by = state, None
    _tell(session, row, _other(side), "series_resumed", title=title, now=now)
    ahead.make(session, row, now)
    session.flush()
    return row


def stop(
    session: Session, *, scope: Mapping[str, int], public_id: str, side: Side, now: dt.datetime
) -> Recurrence:
    """End a series; orders that were made stay, and go the way of any order. A second click is none."""
    row, title = _locked(session, scope, public_id)
    if row.state != SeriesState.STOPPED:
        row.state, row.changed_by, row.next_on = step("stop", row.state), side, None
        _tell(session, row, _other(side), "series_stopped", title=title, now=now)
        session.flush()
    return row


def rhythm_of(row: Recurrence) -> Rhythm:
    """Give when a series comes back."""
    return ahead.rhythm_of(row)


def _locked(session: Session, scope: Mapping[str, int], public_id: str) -> tuple[Recurrence, str]:
    """Give a series of this side, held until the transaction ends, with the title of its listing."""
    found = session.execute(
        select(Recurrence, Listing.title)
        .join(Listing, Listing.id == Recurrence.listing_id)
        .where(Recurrence.public_id == public_id)
        .where(*_owned(scope))
        .with_for_update(of=Recurrence),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _other(side: Side) -> Side:
    return "member" if side == "buyer" else "buyer"


def _tell(
    session: Session, row: Recurrence, to: Side, kind: str, *, title: str, now: dt.datetime
) -> None:
    """Mail one side about a series."""
    person_id = ahead.person_of(session, row, to)
    if person_id is None:
        return
    facts: dict[str, Any] = {"title": title, "path": ahead.path_of(row, to)}
    queue_mail(
        session,
        kind=kind,
        person_id=person_id,
        facts=facts,
        dedupe_key=f"{kind}:{row.id}:{now.isoformat()}"[:120],
        now=now,
    )
