"""The member's side of a complaint: what she proposes, when it is done again, and asking for help."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from marketplace.domain.talking.complaints import Act, By
from marketplace.models.talk.complaints import Complaint
from marketplace.services.complaints import steps
from marketplace.services.complaints.steps import Said, Who

# What a member can say, as the form names it.
ANSWERS = {
    "redo": Act.OFFER_REDO,
    "part": Act.OFFER_PART,
    "word": Act.EXPLAIN,
    "help": Act.ASK_HELP,
}


def about_own_work(cooperative_id: int, membership_id: int) -> ColumnElement[bool]:
    """Give the condition of complaints about a member's own work."""
    return (Complaint.cooperative_id == cooperative_id) & (Complaint.membership_id == membership_id)


def answer(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    person_id: int,
    public_id: str,
    how: str,
    said: Said,
    seen: int,
    now: dt.datetime,
) -> Complaint:
    """Answer in one of ANSWERS: `said` carries the day to do it again, or the amount that goes back.

    Raises ComplaintMoved, RedoDayRefused, RefundTooMuch, or EmptyMessage for an explanation without
    words. A second click changes nothing.
    """
    act = ANSWERS[how]
    found = steps.lock(session, public_id, about_own_work(cooperative_id, membership_id))
    who, said = Who(By.MEMBER, person_id), _only_what_belongs(act, said)
    steps.take(session, found, act, who, said, seen=seen, now=now)
    return found.complaint


def _only_what_belongs(act: Act, said: Said) -> Said:
    """Leave out the day or amount of an answer that was not chosen."""
    return Said(
        said.text,
        cents=said.cents if act is Act.OFFER_PART else None,
        on_day=said.on_day if act is Act.OFFER_REDO else None,
    )


def redone(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    person_id: int,
    public_id: str,
    text: str,
    seen: int,
    now: dt.datetime,
) -> Complaint:
    """Say that it is done again: the buyer looks; raises ComplaintMoved. A second click changes nothing."""
    found = steps.lock(session, public_id, about_own_work(cooperative_id, membership_id))
    who = Who(By.MEMBER, person_id)
    steps.take(session, found, Act.REDONE, who, Said(text), seen=seen, now=now)
    return found.complaint
