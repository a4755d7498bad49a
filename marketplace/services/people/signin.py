"""Signing in: who has this address, does the password fit, and what changes when somebody gets in.

Three steps, so that the slow check of a password runs while no row and no database is locked.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.people import normal_email
from marketplace.gateways.passwords import Passwords
from marketplace.models.people import Person
from marketplace.services.people import throttle


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session may begin, and in which epoch of that person."""

    person_id: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody at the door: the address's account, with the hash to compare with."""

    person_id: int
    epoch: int
    password_hash: str


def candidate(session: Session, *, email: str) -> Candidate | None:
    """Give the account of an address, or None."""
    person = find(session, email=email)
    return Candidate(person.id, person.epoch, person.password_hash) if person else None


def fits(who: Candidate | None, *, passwords: Passwords, password: str) -> bool:
    """Whether the password is this account's; takes as long for nobody as for somebody."""
    return passwords.matches(who.password_hash if who else None, password)


def enter(
    session: Session,
    *,
    who: Candidate,
    password: str,
    passwords: Passwords,
    ticket: throttle.Ticket,
) -> SignedIn | None:
    """Let somebody in whose password fits: tries are forgotten, a hash of older costs is made anew.

    None when the password was changed in between.
    """
    person = session.get_one(Person, who.person_id)
    if person.password_hash != who.password_hash:
        return None
    throttle.passed(session, ticket=ticket)
    if passwords.is_old(person.password_hash):
        person.password_hash = passwords.hash(password)
    session.flush()
    return SignedIn(person.id, person.epoch)


def find(session: Session, *, email: str) -> Person | None:
    """Give the person with this address, or None."""
    return session.scalars(select(Person).where(Person.email == normal_email(email))).one_or_none()


def profile(session: Session, *, person_id: int) -> Person:
    """Give the own row, for the account page."""
    return session.get_one(Person, person_id)


def rename(session: Session, *, person_id: int, name: str, locale: str) -> None:
    """Keep how somebody wants to be called, and the language of pages and mails."""
    person = session.get_one(Person, person_id)
    person.name = name
    person.locale = locale
    session.flush()
