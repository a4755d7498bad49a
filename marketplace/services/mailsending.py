"""The outbox empties: mails are claimed, made with files and links, handed over, and what came of it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.gateways.database import Transaction
from marketplace.gateways.mail import Attachment, Mail, MailAway, MailGateway
from marketplace.gateways.mailhtml import page_of
from marketplace.gateways.mailtexts import render
from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import Person

log = structlog.get_logger()

BATCH = 20
# Longer than a whole batch may take, each mail with a server that answers at the last second.
LEASE = dt.timedelta(minutes=10)
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
MOST_ATTEMPTS = 40
TIRED_AFTER = 3
# What mail servers take: base64 makes a third more of it, and many stop at ten million bytes.
MOST_ATTACHED_BYTES = 6_000_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed mail with all that sending needs; `attempts` tells which claim it was."""

    id: int
    mail_id: str
    kind: str
    to: str
    locale: str
    facts: dict[str, Any]
    attempts: int
    person_id: int | None = None


# Makes the files that go with a mail when it leaves, with no transaction open.
Files = Callable[[Letter], Sequence[Attachment]]


# Gives facts that are known only when a mail leaves, such as a signed link, which the row never holds.
Links = Callable[[Letter], Mapping[str, str]]


def _no_files(_letter: Letter) -> Sequence[Attachment]:
    return ()


def _no_links(_letter: Letter) -> Mapping[str, str]:
    return {}


def claim(session: Session, *, now: dt.datetime, limit: int = BATCH) -> list[Letter]:
    """Take mails that wait under a lease, so that nobody else sends them; commit before sending.

    A process that dies while it holds a lease loses it after LEASE: the mail is sent again under
    the same id. Rows that another worker holds are skipped; a mail to somebody without an e-mail
    address is thrown away.
    """
    free = or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= now)
    rows = session.execute(
        select(OutboxMessage, Person.email, Person.name, Person.locale)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(OutboxMessage.state == "waiting", OutboxMessage.not_before <= now, free)
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    ).all()
    letters = []
    for message, email, name, locale in rows:
        if not (message.address or email):  # who ordered by telephone may have no address
            session.delete(message)
            continue
        message.lease_until = now + LEASE
        message.attempts += 1
        letters.append(_letter(message, email, name, locale))
    session.flush()
    return letters


def _letter(
    message: OutboxMessage, email: str | None, name: str | None, locale: str | None
) -> Letter:
    named = {"name": name.split()[0]} if name and name.strip() else {}
    return Letter(
        id=message.id,
        mail_id=message.public_id,
        kind=message.kind,
        to=message.address or email or "",
        locale=message.locale or locale or "nl",
        facts={**named, **message.facts},
        attempts=message.attempts,
        person_id=message.person_id,
    )


def sent(session: Session, *, letter: Letter, now: dt.datetime) -> None:
    """Remember that a mail left; its facts go, because a link to choose a password is a key."""
    _store(session, letter, state="sent", sent_at=now, last_error=None, facts={})


def put_back(session: Session, *, letter: Letter, fault: str, now: dt.datetime) -> None:
    """Let a mail wait longer each time; after MOST_ATTEMPTS (a day and a half) it counts as failed."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(letter.attempts - 1, 10))
    state = "failed" if letter.attempts >= MOST_ATTEMPTS else "waiting"
    _store(session, letter, state=state, not_before=now + pause, last_error=fault[:200])


def give_up(session: Session, *, letter: Letter, fault: str) -> None:
    """Remember that a mail cannot be made; trying again would not help."""
    _store(session, letter, state="failed", last_error=fault[:200])


def release(session: Session, *, letters: list[Letter]) -> None:
    """Give mails back that were claimed and not tried."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([letter.id for letter in letters]))
        .values(lease_until=None, attempts=OutboxMessage.attempts - 1)
    )


def _store(session: Session, letter: Letter, **values: Any) -> None:
    """Write the result, unless another worker took the mail over meanwhile."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == letter.id, OutboxMessage.attempts == letter.attempts)
        .values(lease_until=None, **values)
    )


def send_waiting(
    transaction: Transaction,
    mail: MailGateway,
    *,
    base_url: str,
    now: dt.datetime,
    files: Files = _no_files,
    links: Links = _no_links,
) -> int:
    """Send one batch: claim and commit, hand over with no row locked, store each result; gives how many.

    `files` and `links` make what goes with a mail; what cannot be made lets its mail wait and be tried again.
    When the mail server is away three times in a row the rest of the batch waits for the next round.
    """
    with transaction() as session:
        letters = claim(session, now=now)
    away = done = 0
    for place, letter in enumerate(letters):
        fault = _hand_over(transaction, mail, letter, (base_url, files, links), now)
        away = away + 1 if fault else 0
        done += not fault
        if away == TIRED_AFTER:
            with transaction() as session:
                release(session, letters=letters[place + 1 :])
            break
    return done


def _hand_over(
    transaction: Transaction,
    mail: MailGateway,
    letter: Letter,
    made_of: tuple[str, Files, Links],
    now: dt.datetime,
) -> bool:
    """Send one mail and store what came of it; tells whether the server was away."""
    base_url, files, links = made_of
    try:
        attached = _attached(letter, files)
        # Where no link to pay can be made, the order's own page is the way.
        facts = {"pay_path": letter.facts.get("path"), **letter.facts, **links(letter)}
    except Exception as fault:
        log.exception("mail_without_files", kind=letter.kind, mail=letter.mail_id)
        with transaction() as session:
            put_back(session, letter=letter, fault=f"files: {type(fault).__name__}", now=now)
        return False
    try:
        subject, text = render(letter.kind, letter.locale, facts, base_url)
    except (KeyError, TypeError, ValueError) as fault:
        log.exception("mail_without_text", kind=letter.kind, mail=letter.mail_id)
        with transaction() as session:
            give_up(session, letter=letter, fault=repr(fault))
        return False
    try:
        html = page_of(subject, text, locale=letter.locale)
        mail.send(Mail(letter.mail_id, letter.to, subject, text, html, attached))
    except (MailAway, OSError) as fault:
        log.warning("mail_away", mail=letter.mail_id, fault=str(fault), attempts=letter.attempts)
        with transaction() as session:
            put_back(session, letter=letter, fault=str(fault) or type(fault).__name__, now=now)
        return True
    with transaction() as session:
        sent(session, letter=letter, now=now)
    return False


def _attached(letter: Letter, files: Files) -> tuple[Attachment, ...]:
    """Give the files that go with a mail; together too large, they stay where the mail's link leads."""
    made = tuple(files(letter))
    if sum(len(one.content) for one in made) <= MOST_ATTACHED_BYTES:
        return made
    log.warning("mail_files_too_large", kind=letter.kind, mail=letter.mail_id)
    return ()
