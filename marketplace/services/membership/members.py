"""Members of a cooperative: the list, one member, inviting, and a change of status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain import members as rules
from marketplace.domain.access import Role
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.people import normal_email
from marketplace.models.cooperatives import Cooperative
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.orders import OrderLine
from marketplace.models.people import Invitation, Person
from marketplace.services import audit
from marketplace.services.membership import agreements
from marketplace.services.people import invitations

JOBS = 10


@dataclass(frozen=True, slots=True)
class InvitedMember:
    """A new membership with its invitation; the token is for the mail and for a demo, it is not kept."""

    membership: Membership
    invited: invitations.Invited


def named(
    session: Session, *, cooperative_id: int, ids: Iterable[int]
) -> dict[int, tuple[str, str]]:
    """Give the public id and the name of members of the cooperative, by id."""
    rows = session.execute(
        select(Membership.id, Membership.public_id, Membership.name).where(
            Membership.cooperative_id == cooperative_id, Membership.id.in_(set(ids))
        )
    )
    return {key: (public_id, name) for key, public_id, name in rows}


def get(
    session: Session, *, cooperative_id: int, public_id: str
) -> tuple[Membership, Municipality]:
    """Give a member of the cooperative with the municipality; NotFound outside it."""
    row = session.execute(
        select(Membership, Municipality)
        .join(Municipality, Municipality.id == Membership.municipality_id)
        .where(Membership.cooperative_id == cooperative_id, Membership.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def latest_jobs(session: Session, *, membership_id: int) -> Sequence[OrderLine]:
    """Give the newest lines of a member."""
    return session.scalars(
        select(OrderLine)
        .where(OrderLine.membership_id == membership_id)
        .order_by(OrderLine.id.desc())
        .limit(JOBS)
    ).all()


def municipalities(session: Session) -> Sequence[Municipality]:
    """Give the municipalities that take part, by name."""
    return session.scalars(select(Municipality).order_by(Municipality.name)).all()


def invite(
    session: Session,
    *,
    cooperative_id: int,
    municipality_id: int,
    name: str,
    trade_name: str,
    email: str,
    invited_by_id: int,
    now: dt.datetime,
) -> InvitedMember:
    """Make a membership with a reference of its own, and send the invitation.

    Refuses an address that is a member here already (AlreadyMember); Forbidden when the inviter may not;
    NotFound for an unknown municipality.
    """
    if session.get(Municipality, municipality_id) is None:
        raise NotFound
    _refuse_double(session, cooperative_id, email)
    membership = _new(
        session,
        cooperative_id=cooperative_id,
        municipality_id=municipality_id,
        name=name,
        trade_name=trade_name,
        now=now,
    )
    invited = invitations.invite(
        session,
        role=Role.MEMBER,
        email=email,
        name=name,
        cooperative_id=cooperative_id,
        membership_id=membership.id,
        invited_by=invited_by_id,
        now=now,
    )
    return InvitedMember(membership, invited)


def _refuse_double(session: Session, cooperative_id: int, email: str) -> None:
    address = normal_email(email)
    here = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.cooperative_id == cooperative_id, Person.email == address)
    )
    asked = (
        select(Invitation.id)
        .where(Invitation.cooperative_id == cooperative_id, Invitation.email == address)
        .where(Invitation.membership_id.is_not(None), Invitation.accepted_at.is_(None))
    )
    if session.scalar(here) is not None or session.scalar(asked) is not None:
        raise rules.AlreadyMember


def _new(
    session: Session,
    *,
    cooperative_id: int,
    municipality_id: int,
    name: str,
    trade_name: str,
    now: dt.datetime,
) -> Membership:
    """Add the row; two invitations at once take turns at the reference."""
    slug = session.scalar(
        select(Cooperative.slug).where(Cooperative.id == cooperative_id).with_for_update()
    )
    prefix = (slug or "l")[0].upper()
    for _ in range(3):
        last = session.scalar(
            select(Membership.reference)
            .where(Membership.reference.like(f"{prefix}-%"))
            .order_by(func.length(Membership.reference).desc(), Membership.reference.desc())
            .limit(1)
        )
        membership = Membership(
            cooperative_id=cooperative_id,
            person_id=None,
            municipality_id=municipality_id,
            name=name,
            trade_name=trade_name,
            reference=rules.next_reference(prefix, last),
            status="invited",
            started_on=day_in_amsterdam(now),
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(membership)
        except IntegrityError:
            continue
        return membership
    raise RuntimeError("three invitations in a row took the same reference")


def set_status(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    status: str,
    reason: str | None,
    actor_id: int,
    now: dt.datetime,
) -> Membership:
    """Change the status of a member; who leaves has the agreement until the end of the month.

    Refuses a step that is not in the table; NotFound outside the cooperative.
    """
    member = session.scalar(
        select(Membership)
        .where(Membership.cooperative_id == cooperative_id, Membership.public_id == public_id)
        .with_for_update()
    )
    if member is None:
        raise NotFound
    rules.check_step(member.status, status)
    before, member.status = member.status, status
    today = day_in_amsterdam(now)
    member.ended_on = today if status == "left" else None
    if status == "left":
        agreements.end(session, membership_id=member.id, last_day=Month.of(today).last)
    audit.record(
        session,
        actor_id=actor_id,
        act="member_status",
        thing=f"membership:{member.id}",
        at=now,
        cooperative_id=cooperative_id,
        reason=reason or None,
        before={"status": before},
        after={"status": status},
    )
    return member
