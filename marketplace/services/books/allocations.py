"""The waterfall in the books: each happening posts f(result now) less what was posted so far."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.waterfall import Stretch, month_that_counts
from marketplace.gateways.rows.prepared import Query
from marketplace.models.memberships import Membership
from marketplace.services.books import ledger, terms
from marketplace.services.books.positions import Position, positions


def book(
    session: Session,
    entry: rules.Entry,
    *,
    cooperative_id: int,
    membership_id: int,
    thing: str,
    kind: str,
    own_month: Month,
    now: dt.datetime,
) -> Month:
    """Post a member's turnover or cost and divide what changes; gives the month in which it counts.

    `thing` names the happening ("line:12"), `own_month` is its month outside `pot`. Refuses with
    NoAgreement or NoParameters; a repeat is AlreadyBooked.
    """
    stretch, month = _open(session, cooperative_id, membership_id, own_month, now)
    together = ledger.Together(session, cooperative_id=cooperative_id, now=now)
    whose = membership_id
    together.begin(entry, source=f"{thing}:{kind}", kind=kind, membership_id=whose, for_month=month)
    position = _position(session, cooperative_id, membership_id, stretch)
    position.take_in(entry)  # it has no postings yet, so the books do not tell of it
    divided = _difference(position, membership_id)
    if divided is not None:
        source = f"{thing}:allocated"
        together.begin(
            divided, source=source, kind="allocated", membership_id=whose, for_month=month
        )
    together.complete()
    return month


def allocate(
    session: Session,
    *,
    membership_id: int,
    cooperative_id: int,
    source: str,
    for_month: Month,
    now: dt.datetime,
) -> bool:
    """Bring the allocation of the current stretch up to date; tells whether anything moved.

    In `pot` the month is that of the booking day, elsewhere the caller's. Also to be called when an
    agreement or parameter of the running month was changed after something was booked.
    """
    stretch, month = _open(session, cooperative_id, membership_id, for_month, now)
    position = _position(session, cooperative_id, membership_id, stretch)
    divided = _difference(position, membership_id)
    if divided is None:
        return False
    ledger.post(
        session,
        divided,
        cooperative_id=cooperative_id,
        source=source,
        kind="allocated",
        membership_id=membership_id,
        now=now,
        for_month=month,
    )
    return True


def _open(
    session: Session, cooperative_id: int, membership_id: int, own_month: Month, now: dt.datetime
) -> tuple[Stretch, Month]:
    """Hold the member, and give the stretch of today with the month that counts."""
    lock(session, membership_id=membership_id)
    day = day_in_amsterdam(now)
    stretch = terms.stretch_of(
        session, cooperative_id=cooperative_id, membership_id=membership_id, day=day
    )
    return stretch, month_that_counts(stretch.terms.regime, day, own_month)


def _position(
    session: Session, cooperative_id: int, membership_id: int, stretch: Stretch
) -> Position:
    """Give where a member stands in a stretch."""
    stretches = {membership_id: stretch}
    return positions(session, cooperative_id=cooperative_id, stretches=stretches)[membership_id]


def _difference(position: Position, membership_id: int) -> rules.Entry | None:
    """Give the entry that brings the parts to where they belong; None where they are there."""
    wanted = rules.parts_by_code(position.parts(), position.stretch.terms.regime)
    moves = {code: wanted.get(code, 0) - so_far for code, so_far in position.posted.items()}
    return rules.allocated(moves, membership_id)


def lock(session: Session, *, membership_id: int) -> None:
    """Hold the member's row, so that two happenings divide one after the other.

    Rows that only point to the member may be added meanwhile (key_share).
    """
    session.flush()
    _LOCK.first(session, {"member": membership_id})


_LOCK = Query(
    select(Membership.id)
    .where(Membership.id == bindparam("member"))
    .with_for_update(key_share=True)
)
