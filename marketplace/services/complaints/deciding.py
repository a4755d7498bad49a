"""The coordinator's side of a complaint: stepping in, and deciding: no, once more, or money back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.domain.talking.complaints import REFUND_REASONS, Act, By, OwnComplaint
from marketplace.models.memberships import Membership
from marketplace.models.talk.complaints import Complaint
from marketplace.services import audit
from marketplace.services.complaints import steps
from marketplace.services.complaints.steps import Locked, Said, Who
from marketplace.services.trade import refunds

# What a coordinator can decide, as the form names it.
DECISIONS = {"no": Act.DECIDE_NO, "redo": Act.DECIDE_REDO, "refund": Act.DECIDE_REFUND}


def of_cooperative(cooperative_id: int) -> ColumnElement[bool]:
    """Give the condition of a cooperative's complaints."""
    return Complaint.cooperative_id == cooperative_id


def step_in(
    session: Session,
    *,
    cooperative_id: int,
    actor_id: int,
    public_id: str,
    seen: int,
    now: dt.datetime,
) -> Complaint:
    """Take a complaint over from buyer or member; raises ComplaintMoved, OwnComplaint."""
    found = _led(session, cooperative_id, actor_id, public_id)
    steps.take(session, found, Act.STEP_IN, Who(By.COORDINATOR, actor_id), seen=seen, now=now)
    return found.complaint


def decide(
    session: Session,
    *,
    cooperative_id: int,
    actor_id: int,
    public_id: str,
    how: str,
    said: Said,
    seen: int,
    now: dt.datetime,
) -> Complaint:
    """Decide one of DECISIONS, with a reason that both read; a second click changes nothing.

    "redo" takes the day of `said`; "refund" its gross cents and who bears them (cooperative or member)
    and books the money with the decision: where the member bears it her pot may fall below zero, and
    nothing is claimed from her. Raises ComplaintMoved, OwnComplaint, RedoDayRefused, RefundTooMuch,
    EmptyMessage.
    """
    act = DECISIONS[how]
    found = _led(session, cooperative_id, actor_id, public_id)
    who, said = Who(By.COORDINATOR, actor_id), _only_what_belongs(act, said)
    if not steps.take(session, found, act, who, said, seen=seen, now=now):
        return found.complaint
    _note(session, found.complaint, act, actor_id, said, now=now)
    if act is Act.DECIDE_REFUND:
        _refund(session, found, actor_id, said, now)
    return found.complaint


def _only_what_belongs(act: Act, said: Said) -> Said:
    """Leave out the day or amount of a decision that was not taken."""
    if act is Act.DECIDE_REFUND:
        return Said(said.text, cents=said.cents, liable=said.liable or "cooperative")
    return Said(said.text, on_day=said.on_day if act is Act.DECIDE_REDO else None)


def _refund(session: Session, found: Locked, actor_id: int, said: Said, now: dt.datetime) -> None:
    refunds.refund(
        session,
        order_id=found.order.id,
        lines={found.line.id: said.cents or 0},
        reason=REFUND_REASONS[found.complaint.problem],
        liable="member" if said.liable == "member" else "cooperative",
        by_id=actor_id,
        now=now,
    )


def _led(session: Session, cooperative_id: int, actor_id: int, public_id: str) -> Locked:
    """Give a complaint of this cooperative, locked; who bought it or did the work does not lead it."""
    found = steps.lock(session, public_id, of_cooperative(cooperative_id))
    member = session.scalar(
        select(Membership.person_id).where(Membership.id == found.complaint.membership_id)
    )
    if actor_id in {found.complaint.buyer_id, member}:
        raise OwnComplaint
    return found


def _note(
    session: Session,
    complaint: Complaint,
    act: Act,
    actor_id: int,
    said: Said,
    *,
    now: dt.datetime,
) -> None:
    """Write the audit line: what was decided and who bears it, never what was written."""
    audit.record(
        session,
        actor_id=actor_id,
        act="complaint.decided",
        thing=f"complaint:{complaint.public_id}",
        at=now,
        cooperative_id=complaint.cooperative_id,
        reason=act,
        after={"cents": said.cents, "liable": said.liable},
    )
