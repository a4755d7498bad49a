"""Invitations: a letter that lets one address take up one role in one cooperative or municipality.

The token stands in the mail only; its hash is kept. It lasts two weeks and works once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.domain.access import MAY_INVITE, Role
from marketplace.domain.errors import Forbidden, NotFound, Refused
from marketplace.domain.people import check_password, normal_email
from marketplace.gateways.passwords import NOT_CHOSEN, Passwords, common
from marketplace.models.cooperatives import Cooperative
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.people import Grant, Invitation, Person
from marketplace.services import audit
from marketplace.services.outbox import queue_mail
from marketplace.services.people import actors, registration, signin
from marketplace.services.people.registration import new_token, token_hash

LASTS = dt.timedelta(days=14)


class InvitationOver(Refused):
    """The invitation was used, withdrawn, or is too old."""

    code: ClassVar[str] = "invitation_over"


class InvitedSomebodyElse(Refused):
    """The invitation is for another address than the one that is signed in."""

    code: ClassVar[str] = "invited_somebody_else"


class AlreadyHolds(Refused):
    """This person has the role there already."""

    code: ClassVar[str] = "already_holds"


class HasAccount(Refused):
    """There is an account with this address by now: sign in to accept."""

    code: ClassVar[str] = "has_account"


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation. `token` is for the mail (and for a demo that accepts by itself); it is not kept."""

    id: int
    public_id: str
    token: str


@dataclass(frozen=True, slots=True)
class InvitationSeen:
    """What the page of an invitation shows: to whom, as what, where, and if there is an account."""

    email: str
    name: str
    role: Role
    scope: str
    has_account: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who came in, and with which grant."""

    person_id: int
    epoch: int
    grant: str


def invite(
    session: Session,
    *,
    role: Role,
    email: str,
    name: str,
    cooperative_id: int | None = None,
    municipality_id: int | None = None,
    membership_id: int | None = None,
    invited_by: int,
    now: dt.datetime,
) -> Invited:
    """Write the letter and its mail; an earlier open one for the same address and role is withdrawn.

    `invited_by` is a person's id. Forbidden unless one of their grants may hand out this role there.
    """
    _check_inviter(session, invited_by, role, cooperative_id)
    token, kept = new_token()
    row = Invitation(
        token_hash=kept,
        email=normal_email(email),
        name=name,
        role=role.value,
        cooperative_id=cooperative_id,
        municipality_id=municipality_id,
        membership_id=membership_id,
        invited_by_id=invited_by,
        created_at=now,
        expires_at=now + LASTS,
    )
    _withdraw_earlier(session, row)
    session.add(row)
    session.flush()
    _send(session, row, token)
    return Invited(row.id, row.public_id, token)


def look(session: Session, *, token: str, now: dt.datetime) -> InvitationSeen:
    """Show an invitation; NotFound for an unknown token, InvitationOver for one that works no more."""
    row = _open_letter(session, token, now)
    person = signin.find(session, email=row.email)
    known = person is not None and person.password_hash != NOT_CHOSEN
    return InvitationSeen(row.email, row.name, Role(row.role), _scope(session, row), known)


def accept(session: Session, *, token: str, person_id: int, now: dt.datetime) -> Accepted:
    """Give the role to somebody who signed in with the invited address; else InvitedSomebodyElse."""
    row = _open_letter(session, token, now, hold=True)
    person = session.get_one(Person, person_id)
    if person.email != row.email:
        raise InvitedSomebodyElse(email=row.email)
    return _give(session, row, person, now)


def accept_new(
    session: Session,
    *,
    token: str,
    name: str,
    password: str,
    passwords: Passwords,
    locale: str,
    now: dt.datetime,
) -> Accepted:
    """Make an account with the chosen name and password, and give it the role.

    HasAccount when the address chose a password before; PasswordRefused when this one is not good enough.
    """
    row = _open_letter(session, token, now, hold=True)
    check_password(password, common=common(), own=(row.email, name))
    person = signin.find(session, email=row.email) or registration.new_person(
        session, name=name, email=row.email, locale=locale, now=now
    )
    if person.password_hash != NOT_CHOSEN:
        raise HasAccount
    person.name = name
    person.locale = locale
    person.password_hash = passwords.hash(password)
    person.epoch += 1
    return _give(session, row, person, now)


def waiting(
    session: Session, *, roles: Sequence[Role], now: dt.datetime, most: int = 50
) -> Sequence[Invitation]:
    """Give the newest invitations for these roles that nobody took up yet, at most `most`."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.role.in_([role.value for role in roles]))
        .where(Invitation.accepted_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.id.desc())
        .limit(most)
    ).all()


def _check_inviter(
    session: Session, person_id: int, role: Role, cooperative_id: int | None
) -> None:
    """Let the operator invite anywhere, others in their own cooperative only."""
    for grant in actors.grants_of(session, person_id=person_id):
        if role in MAY_INVITE.get(grant.role, frozenset()) and (
            grant.role is Role.OPERATOR or grant.cooperative_id == cooperative_id
        ):
            return
    raise Forbidden


def _withdraw_earlier(session: Session, letter: Invitation) -> None:
    """End open letters for the same address, role and place, so that one link works at a time."""
    session.execute(
        update(Invitation)
        .where(Invitation.email == letter.email, Invitation.role == letter.role)
        .where(Invitation.cooperative_id.is_not_distinct_from(letter.cooperative_id))
        .where(Invitation.municipality_id.is_not_distinct_from(letter.municipality_id))
        .where(Invitation.accepted_at.is_(None), Invitation.expires_at > letter.created_at)
        .values(expires_at=letter.created_at)
    )


def _send(session: Session, row: Invitation, token: str) -> None:
    """Queue the letter's mail, and write down who invited."""
    queue_mail(
        session,
        kind=f"invited_{row.role}",
        address=row.email,
        facts={"path": f"/uitnodiging/{token}", "where": _scope(session, row)},
        dedupe_key=f"invited:{row.public_id}",
        now=row.created_at,
    )
    audit.record(
        session,
        actor_id=row.invited_by_id,
        act="invite",
        thing=f"invitation:{row.id}",
        at=row.created_at,
        cooperative_id=row.cooperative_id,
        municipality_id=row.municipality_id,
        after={"role": row.role},
    )


def _open_letter(
    session: Session, token: str, now: dt.datetime, *, hold: bool = False
) -> Invitation:
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    row = session.scalars(query.with_for_update() if hold else query).one_or_none()
    if row is None:
        raise NotFound
    if row.accepted_at is not None or row.expires_at <= now:
        raise InvitationOver
    return row


def _scope(session: Session, row: Invitation) -> str:
    """Give the name of the cooperative or municipality of an invitation."""
    if row.cooperative_id is not None:
        return session.get_one(Cooperative, row.cooperative_id).name
    if row.municipality_id is not None:
        return session.get_one(Municipality, row.municipality_id).name
    return "Scharrelmarkt"


def _give(session: Session, row: Invitation, person: Person, now: dt.datetime) -> Accepted:
    """Turn the letter into a grant; a member's also ties the membership to the person."""
    if _holds(session, row, person):
        raise AlreadyHolds
    if row.membership_id is not None:
        membership = session.get_one(Membership, row.membership_id)
        membership.person_id = person.id
        membership.status = "trial" if membership.status == "invited" else membership.status
    grant = Grant(
        person_id=person.id,
        role=row.role,
        cooperative_id=row.cooperative_id,
        municipality_id=row.municipality_id,
        membership_id=row.membership_id,
        created_at=now,
    )
    row.accepted_at = now
    session.add(grant)
    session.flush()
    audit.record(
        session,
        actor_id=person.id,
        act="accept_invitation",
        thing=f"grant:{grant.id}",
        at=now,
        cooperative_id=row.cooperative_id,
        municipality_id=row.municipality_id,
        after={"role": row.role, "person": person.id},
    )
    return Accepted(person.id, person.epoch, grant.public_id)


def _holds(session: Session, row: Invitation, person: Person) -> bool:
    held = session.scalars(
        select(Grant.id)
        .where(Grant.person_id == person.id, Grant.role == row.role)
        .where(Grant.cooperative_id.is_not_distinct_from(row.cooperative_id))
        .where(Grant.municipality_id.is_not_distinct_from(row.municipality_id))
    )
    return held.first() is not None
