"""An exemption by decision of the municipality: entered, ended and seen by its own officers, never by others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain import exemptions as rules
from marketplace.domain.calendar import Month
from marketplace.domain.errors import NotFound
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.statements import Statement
from marketplace.services import audit


@dataclass(frozen=True, slots=True)
class Decided:
    """What a municipality decided: the ground ("y", "z"), its reference, the first month, months used before."""

    ground: str
    reference: str
    since: Month
    months_used: int


@dataclass(frozen=True, slots=True)
class Participant:
    """A member with the agreement that holds on a day."""

    member: Membership
    agreement: Agreement


def of_participant(
    session: Session, *, municipality_id: int, reference: str, on: dt.date
) -> Participant:
    """Give the municipality's own participant; NotFound for another's, or without an agreement that day."""
    row = session.execute(
        select(Membership, Agreement)
        .join(Agreement, Agreement.membership_id == Membership.id)
        .where(
            Membership.reference == reference,
            Agreement.municipality_id == municipality_id,
            Agreement.valid_from <= on,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= on),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Participant(*row)


def decide(
    session: Session,
    *,
    participant: Participant,
    decided: Decided,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Write a decision on the agreement; it holds from a month that has no statement yet.

    Refuses a ground that the law does not know, a month before the agreement, and one that was stated.
    """
    agreement = _locked(session, participant)
    rules.check_decided(
        decided.ground,
        decided.since,
        agreement_from=agreement.valid_from,
        last_stated=_last_stated(session, agreement),
    )
    agreement.decided_ground = decided.ground
    agreement.decided_reference = decided.reference
    agreement.decided_from = decided.since.first
    agreement.decided_until = None
    agreement.decided_months_used = decided.months_used
    session.flush()
    _record(session, agreement, "exemption_decided", actor_id, now)


def end(
    session: Session, *, participant: Participant, last: Month, actor_id: int, now: dt.datetime
) -> None:
    """Let a decision end with a month; refuses where a later month was stated already."""
    agreement = _locked(session, participant)
    if agreement.decided_from is None:
        raise NotFound
    rules.check_end(
        last,
        since=Month.of(agreement.decided_from),
        last_stated=_last_stated(session, agreement),
    )
    agreement.decided_until = last.last
    session.flush()
    _record(session, agreement, "exemption_ended", actor_id, now)


def carry_over(previous: Agreement | None, made: Agreement) -> None:
    """Let a decision of the same municipality go on under a member's next agreement."""
    if previous is None or previous.municipality_id != made.municipality_id:
        return
    until = previous.decided_until
    if previous.decided_from is None or (until is not None and until < made.valid_from):
        return
    made.decided_ground = previous.decided_ground
    made.decided_reference = previous.decided_reference
    made.decided_from = previous.decided_from
    made.decided_until = until
    made.decided_months_used = previous.decided_months_used


def _locked(session: Session, participant: Participant) -> Agreement:
    """Hold the member, as the close of a month does, and read the agreement anew."""
    session.execute(
        select(Membership.id).where(Membership.id == participant.member.id).with_for_update()
    )
    session.refresh(participant.agreement)
    return participant.agreement


def _last_stated(session: Session, agreement: Agreement) -> Month | None:
    query = select(func.max(Statement.month)).where(
        Statement.membership_id == agreement.membership_id
    )
    return session.scalar(query)


def _record(
    session: Session, agreement: Agreement, act: str, actor_id: int, now: dt.datetime
) -> None:
    """Keep who did what, without the ground."""
    audit.record(
        session,
        actor_id=actor_id,
        act=act,
        thing=f"agreement:{agreement.id}",
        at=now,
        cooperative_id=agreement.cooperative_id,
        municipality_id=agreement.municipality_id,
        after={
            "reference": agreement.decided_reference,
            "from": _day(agreement.decided_from),
            "until": _day(agreement.decided_until),
        },
    )


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
