"""Coming in as a buyer, and getting in again: both by a link in a mail that leads to a new password.

The page says the same whoever has an account; only the mailbox learns more. A link is kept as a hash,
lasts an hour and works once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.errors import Refused
from marketplace.domain.people import check_password, normal_email
from marketplace.gateways.passwords import NOT_CHOSEN, Passwords, common
from marketplace.models.people import PasswordReset, Person
from marketplace.services.outbox import queue_mail
from marketplace.services.people import signin
from marketplace.services.people.signin import SignedIn

LASTS = dt.timedelta(hours=1)


class LinkOver(Refused):
    """The link in the mail was used, is too old, or was never ours."""

    code: ClassVar[str] = "link_over"


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """Whose password a link lets choose, and whether it is their first."""

    email: str
    name: str
    is_first: bool


def new_token() -> tuple[str, str]:
    """Give a token for a link, and the hash that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """Give the hash under which a token is kept; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def register(
    session: Session, *, name: str, email: str, locale: str, back: str | None, now: dt.datetime
) -> None:
    """Mail a link to choose a password; to somebody with an account, that there is one already.

    `back` is a path of this site to go to once the password is chosen.
    """
    person = signin.find(session, email=email)
    if person is not None and person.password_hash != NOT_CHOSEN:
        queue_mail(
            session,
            kind="account_exists",
            person_id=person.id,
            facts={"path": "/inloggen", "forgot_path": "/wachtwoord"},
            dedupe_key=f"account_exists:{secrets.token_hex(8)}",
            now=now,
        )
        return
    if person is None:
        person = new_person(session, name=name, email=email, locale=locale, now=now)
    elif person.name != name:
        person.name = name
    _mail_link(session, kind="welcome", person=person, back=back, now=now)


def ask_reset(
    session: Session, *, email: str, locale: str, back: str | None, now: dt.datetime
) -> None:
    """Mail a link to choose a new password; to an unknown address, that there is no account.

    Both write a mail, so that the answer takes as long.
    """
    person = signin.find(session, email=email)
    if person is not None:
        _mail_link(session, kind="reset", person=person, back=back, now=now)
        return
    queue_mail(
        session,
        kind="reset_unknown",
        address=normal_email(email),
        locale=locale,
        facts={"path": "/aanmelden"},
        dedupe_key=f"reset_unknown:{secrets.token_hex(8)}",
        now=now,
    )


def look(session: Session, *, token: str, now: dt.datetime) -> LinkSeen:
    """Say whose link this is; LinkOver when it works no more."""
    person = _valid(session, token=token, now=now)
    return LinkSeen(person.email or "", person.name, is_first=person.password_hash == NOT_CHOSEN)


def choose_password(
    session: Session, *, token: str, password: str, passwords: Passwords, now: dt.datetime
) -> SignedIn:
    """Keep the new password and end all sessions; the link and its siblings work no more.

    Refuses a password that is not good enough (PasswordRefused) and a link that is over (LinkOver).
    """
    person = _valid(session, token=token, now=now, hold=True)
    check_password(password, common=common(), own=(person.email or "", person.name))
    was_first = person.password_hash == NOT_CHOSEN
    person.password_hash = passwords.hash(password)
    person.epoch += 1
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    if not was_first:
        queue_mail(
            session,
            kind="password_changed",
            person_id=person.id,
            facts={"path": "/wachtwoord"},
            dedupe_key=f"password_changed:{person.id}:{person.epoch}",
            now=now,
        )
    session.flush()
    return SignedIn(person.id, person.epoch)


def new_person(
    session: Session,
    *,
    name: str,
    email: str,
    locale: str,
    now: dt.datetime,
    password_hash: str = NOT_CHOSEN,
) -> Person:
    """Make a person, or give the one that somebody else made with this address a moment ago."""
    person = Person(
        email=normal_email(email),
        name=name,
        locale=locale,
        password_hash=password_hash,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        found = signin.find(session, email=email)
        if found is None:
            raise
        return found
    return person


def _mail_link(
    session: Session, *, kind: str, person: Person, back: str | None, now: dt.datetime
) -> None:
    token, kept = new_token()
    link = PasswordReset(
        token_hash=kept, person_id=person.id, created_at=now, expires_at=now + LASTS
    )
    session.add(link)
    session.flush()
    path = f"/wachtwoord/{token}"
    queue_mail(
        session,
        kind=kind,
        person_id=person.id,
        facts={"path": f"{path}?next={quote(back)}" if back else path},
        dedupe_key=f"{kind}:{link.id}",
        now=now,
    )


def _valid(session: Session, *, token: str, now: dt.datetime, hold: bool = False) -> Person:
    """Give the person of a link; `hold` keeps others waiting, so that it is used once only."""
    query = (
        select(PasswordReset, Person)
        .join(Person, Person.id == PasswordReset.person_id)
        .where(PasswordReset.token_hash == token_hash(token))
    )
    row = session.execute(query.with_for_update() if hold else query).one_or_none()
    if row is None or row[0].used_at is not None or row[0].expires_at <= now:
        raise LinkOver
    person: Person = row[1]
    return person
