"""Making the orders of a series ahead: each date once, at the price and with the free time of that moment.

The row of the series is held meanwhile, and the key of (series, day) stands behind it: two workers, or a
worker and a click, never make one date twice.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.availability import SlotGone, instant
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.doors.recurring import (
    LONGEST_WAIT,
    Every,
    Rhythm,
    SeriesState,
    made_until,
    step,
)
from marketplace.domain.errors import Refused
from marketplace.domain.orders import Act, By
from marketplace.domain.waterfall import NoAgreement
from marketplace.models.doors.recurrences import Recurrence, RecurrenceDate
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.services.books import terms
from marketplace.services.outbox import queue_mail
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orders, telling

BATCH = 20


def make_due(session: Session, *, now: dt.datetime) -> int:
    """Make the orders of at most BATCH series whose next date is near; gives how many series.

    A series that somebody is busy with is left for the next round (SKIP LOCKED on PostgreSQL).
    """
    rows = session.scalars(
        select(Recurrence)
        .where(
            Recurrence.state == SeriesState.ACTIVE,
            Recurrence.next_on <= made_until(day_in_amsterdam(now)),
        )
        .order_by(Recurrence.next_on, Recurrence.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Recurrence),
        execution_options={"populate_existing": True},
    ).all()
    for row in rows:
        make(session, row, now)
    return len(rows)


def end_unanswered(session: Session, *, now: dt.datetime) -> int:
    """End at most BATCH series that nobody answered, and tell the buyers; gives how many."""
    rows = session.execute(
        select(Recurrence, Listing.title)
        .join(Listing, Listing.id == Recurrence.listing_id)
        .where(Recurrence.state == SeriesState.ASKED, Recurrence.created_at <= now - LONGEST_WAIT)
        .order_by(Recurrence.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Recurrence)
    ).all()
    for row, title in rows:
        row.state, row.next_on = step("expire", row.state), None
        queue_mail(
            session,
            kind="series_unanswered",
            person_id=row.buyer_id,
            facts={"title": title, "path": path_of(row, "buyer")},
            dedupe_key=f"series_unanswered:{row.id}",
            now=now,
        )
    session.flush()
    return len(rows)


def make(session: Session, row: Recurrence, now: dt.datetime) -> None:
    """Make what is due of a series that is held; dates that are over are left out."""
    rhythm, today = rhythm_of(row), day_in_amsterdam(now)
    number = max(row.next_number, rhythm.number_from(today))
    offer = session.scalars(select(Listing).where(Listing.id == row.listing_id)).one()
    for at, day in rhythm.days(number, until=made_until(today)):
        _make_one(session, row, offer, day, now)
        number = at + 1
    row.next_number, row.next_on = number, rhythm.open_day(number)
    session.flush()


def rhythm_of(row: Recurrence) -> Rhythm:
    """Give when a series comes back."""
    return Rhythm(row.first_on, Every(row.every), row.ends_on)


def path_of(row: Recurrence, side: Literal["buyer", "member"]) -> str:
    """Give the page of a series for one side."""
    return f"{'/bestellingen' if side == 'buyer' else '/werk'}/vaker/{row.public_id}"


def person_of(session: Session, row: Recurrence, side: Literal["buyer", "member"]) -> int | None:
    """Give who is on one side of a series."""
    if side == "buyer":
        return row.buyer_id
    return session.scalar(select(Membership.person_id).where(Membership.id == row.membership_id))


def _make_one(
    session: Session, row: Recurrence, offer: Listing, day: dt.date, now: dt.datetime
) -> None:
    """Make the order of one date, or note why there is none and tell both sides."""
    order, outcome = None, "slot_gone"
    try:
        with session.begin_nested():
            order = _place(session, row, offer, day, now)
            outcome = _accept(session, row, order, day, now)
    except SlotGone:
        order, outcome = None, "slot_gone"
    except Refused:  # not on the market any more, or not so much of it
        order, outcome = None, "not_sold"
    session.add(
        RecurrenceDate(
            cooperative_id=row.cooperative_id,
            recurrence_id=row.id,
            day=day,
            outcome=outcome,
            order_id=order.id if order else None,
            at=now,
        )
    )
    session.flush()
    if order is None:
        _tell_of_none(session, row, title=offer.title, day=day, outcome=outcome, now=now)


def _place(
    session: Session, row: Recurrence, offer: Listing, day: dt.date, now: dt.datetime
) -> Order:
    """Place the order of one day; raises as `orders.place`, and SlotGone for an hour that the clock skips."""
    starts_at = instant(day, row.at_minute) if row.at_minute is not None else None
    if starts_at is None and row.at_minute is not None:
        raise SlotGone
    return orders.place(
        session,
        buyer_id=row.buyer_id,
        lines=[orders.Wanted(offer.public_id, row.quantity_hundredths, starts_at)],
        idempotency_key=f"series:{row.id}:{day.isoformat()}",
        note=row.note,
        address=row.address,
        wanted_on=day,
        origin="recurring",
        now=now,
    )


def _accept(session: Session, row: Recurrence, order: Order, day: dt.date, now: dt.datetime) -> str:
    """Say the yes that the member gave to the series; without an agreement on the day she is asked anew."""
    order, lines = order_lines.lock_order(session, order.id)
    try:
        terms.require_agreement(
            session,
            cooperative_id=row.cooperative_id,
            membership_id=row.membership_id,
            day=day_in_amsterdam(now),
        )
    except NoAgreement:
        asked = {line.id: "order_requested" for line in lines}
        telling.tell_members(session, lines=lines, kinds=asked, now=now)
        return "asked"
    for line in lines:
        order_lines.take(
            session, order=order, lines=lines, line=line, act=Act.ACCEPT, by=By.MEMBER, now=now
        )
        line.answered_at = now
    _tell_of_order(session, order, lines, day, now)
    return "made"


def _tell_of_order(
    session: Session, order: Order, lines: list[OrderLine], day: dt.date, now: dt.datetime
) -> None:
    due = day_in_amsterdam(order.due_at) if order.due_at else day
    queue_mail(
        session,
        kind="series_order",
        person_id=order.buyer_id,
        facts={
            "title": telling.titles_of(lines),
            "wanted_on": day.isoformat(),
            "total_cents": order.total_cents,
            "due_on": due.isoformat(),
            "path": f"/bestellingen/{order.public_id}",
            **telling.to_pay(order),
        },
        dedupe_key=f"series_order:{order.id}",
        order_id=order.id,
        now=now,
    )


def _tell_of_none(
    session: Session, row: Recurrence, *, title: str, day: dt.date, outcome: str, now: dt.datetime
) -> None:
    """Tell both sides that a date is left out."""
    for side in ("buyer", "member"):
        person_id = person_of(session, row, side)
        if person_id is not None:
            queue_mail(
                session,
                kind=f"series_{outcome}_{side}",
                person_id=person_id,
                facts={
                    "title": title,
                    "wanted_on": day.isoformat(),
                    "path": path_of(row, side),
                },
                dedupe_key=f"series_{outcome}_{side}:{row.id}:{day.isoformat()}",
                now=now,
            )
