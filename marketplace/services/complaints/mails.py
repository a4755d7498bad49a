"""Who hears of which step of a complaint. A mail says that there is something and where, never what."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.access import Role
from marketplace.domain.talking.complaints import Act, By
from marketplace.models.memberships import Membership
from marketplace.models.people import Grant
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services import outbox

PATHS: Mapping[By, str] = {
    By.BUYER: "/klachten",
    By.MEMBER: "/werk/klachten",
    By.COORDINATOR: "/balie/klachten",
}
_BOTH = (By.BUYER, By.MEMBER)
# From a step to the kind of mail for each side that did not make it.
TOLD: Mapping[Act, Mapping[By, str]] = {
    Act.OPEN: {By.BUYER: "complaint_received", By.MEMBER: "complaint_new"},
    Act.OFFER_REDO: {By.BUYER: "complaint_answered"},
    Act.OFFER_PART: {By.BUYER: "complaint_answered"},
    Act.EXPLAIN: {By.BUYER: "complaint_answered"},
    Act.REDONE: {By.BUYER: "complaint_redone"},
    Act.ASK_HELP: {By.BUYER: "complaint_passed_on", By.COORDINATOR: "complaint_yours"},
    Act.AGREE_REDO: {By.MEMBER: "complaint_redo_agreed"},
    Act.AGREE_PART: {By.MEMBER: "complaint_part_agreed", By.COORDINATOR: "complaint_yours"},
    Act.AGREE_WORD: {By.MEMBER: "complaint_solved"},
    Act.DISAGREE: {By.MEMBER: "complaint_passed_on", By.COORDINATOR: "complaint_yours"},
    Act.WITHDRAW: {By.MEMBER: "complaint_withdrawn"},
    Act.STEP_IN: dict.fromkeys(_BOTH, "complaint_passed_on"),
    Act.DECIDE_REDO: {By.BUYER: "complaint_decided", By.MEMBER: "complaint_redo_agreed"},
    Act.DECIDE_REFUND: {By.BUYER: "complaint_refunded", By.MEMBER: "complaint_decided"},
    Act.DECIDE_NO: dict.fromkeys(_BOTH, "complaint_decided"),
    Act.MEMBER_LATE: {
        **dict.fromkeys(_BOTH, "complaint_passed_on"),
        By.COORDINATOR: "complaint_yours",
    },
    Act.BUYER_LATE: {By.BUYER: "complaint_silent", By.MEMBER: "complaint_ended"},
    Act.COORDINATOR_LATE: {By.COORDINATOR: "complaint_late"},
    Act.WRITE: dict.fromkeys(_BOTH, "complaint_words"),
}


def tell(session: Session, complaint: Complaint, title: str, event: ComplaintEvent) -> None:
    """Queue the mails of a step; who wrote words hears nothing of them."""
    for side, kind in TOLD[Act(event.act)].items():
        if event.act == Act.WRITE and side == event.side:
            continue
        facts = {
            "title": title,
            "due_on": complaint.due_on.isoformat() if complaint.due_on else None,
            "total_cents": event.cents or 0,
            "path": f"{PATHS[side]}/{complaint.public_id}",
        }
        for person_id in _people(session, complaint, side):
            outbox.queue_mail(
                session,
                kind=kind,
                person_id=person_id,
                facts=facts,
                dedupe_key=f"complaint:{event.public_id}:{side}:{person_id}",
                order_id=complaint.order_id,
                now=event.at,
            )


def _people(session: Session, complaint: Complaint, side: By) -> list[int]:
    """Give whom a side is; a member who was invited and never came is nobody."""
    if side is By.BUYER:
        return [complaint.buyer_id]
    if side is By.MEMBER:
        found = session.scalar(
            select(Membership.person_id).where(Membership.id == complaint.membership_id)
        )
        return [] if found is None else [found]
    return list(
        session.scalars(
            select(Grant.person_id)
            .where(Grant.cooperative_id == complaint.cooperative_id, Grant.role == Role.COORDINATOR)
            .order_by(Grant.id)
        )
    )
