"""What was sent and what was not: the operator's list, an order's own list, trying again, and forgetting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Text, cast, delete, select, update
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound, Refused
from marketplace.domain.people import masked_email
from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import Person
from marketplace.services import audit

PAGE = 30
MOST_OF_ORDER = 100
STATES = ("waiting", "sent", "failed")
# How long the row of a mail stays, and how long what a mail still needs: docs/privacy.md tells it too.
KEEP_ROWS = dt.timedelta(days=365)
KEEP_FACTS = dt.timedelta(days=30)
BATCH = 500


class MailTooOld(Refused):
    """What the mail would have said is not kept so long."""

    code: ClassVar[str] = "mail_too_old"


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail as the operator sees it: the address is masked, and what it said is not here."""

    id: int
    public_id: str
    kind: str
    state: str
    to: str
    attempts: int
    created_at: dt.datetime
    not_before: dt.datetime
    sent_at: dt.datetime | None
    last_error: str | None
    may_try_again: bool


@dataclass(frozen=True, slots=True)
class MailPage:
    """A page of mails, newest first, and below which key the next one begins (None at the end)."""

    rows: list[Sent]
    next_before: int | None


def page(session: Session, *, state: str = "", before: int | None = None) -> MailPage:
    """Give mails of a state (one of STATES, or all), newest first, from below the key `before`."""
    query = select(OutboxMessage, Person.email).outerjoin(
        Person, Person.id == OutboxMessage.person_id
    )
    if state in STATES:
        query = query.where(OutboxMessage.state == state)
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    rows = session.execute(query.order_by(OutboxMessage.id.desc()).limit(PAGE + 1)).all()
    shown = [_seen(mail, email) for mail, email in rows[:PAGE]]
    return MailPage(shown, shown[-1].id if len(rows) > PAGE else None)


def _seen(mail: OutboxMessage, email: str | None) -> Sent:
    return Sent(
        id=mail.id,
        public_id=mail.public_id,
        kind=mail.kind,
        state=mail.state,
        to=masked_email(mail.address or email or ""),
        attempts=mail.attempts,
        created_at=mail.created_at,
        not_before=mail.not_before,
        sent_at=mail.sent_at,
        last_error=mail.last_error,
        may_try_again=mail.state == "failed" and bool(mail.facts),
    )


def of_order(session: Session, *, order_id: int) -> list[OutboxMessage]:
    """Give the mails about an order, oldest first, at most MOST_OF_ORDER; the caller may see the order."""
    query = select(OutboxMessage).where(OutboxMessage.order_id == order_id)
    return list(session.scalars(query.order_by(OutboxMessage.id).limit(MOST_OF_ORDER)))


def try_again(session: Session, *, public_id: str, by_id: int, now: dt.datetime) -> bool:
    """Let a failed mail wait for the worker again; False when it waits or left already (a second click).

    Raises NotFound, and MailTooOld where what it would say is forgotten.
    """
    mail = session.scalars(
        select(OutboxMessage).where(OutboxMessage.public_id == public_id).with_for_update()
    ).one_or_none()
    if mail is None:
        raise NotFound
    if mail.state != "failed":
        return False
    if not mail.facts:
        raise MailTooOld
    mail.state, mail.attempts, mail.not_before = "waiting", 0, now
    session.flush()
    audit.record(
        session,
        actor_id=by_id,
        act="mail.again",
        thing=f"mail:{mail.id}",
        at=now,
        after={"kind": mail.kind},
    )
    return True


def forget(session: Session, *, now: dt.datetime) -> int:
    """Forget what is not needed any more, at most BATCH of each; gives how many rows it touched.

    After KEEP_FACTS an address that is nobody's account, and what a failed mail would have said; after
    KEEP_ROWS the row. What still waits stays.
    """
    done = OutboxMessage.state.in_(("sent", "failed"))
    old = session.scalars(
        select(OutboxMessage.id)
        .where(done, OutboxMessage.not_before < now - KEEP_ROWS)
        .limit(BATCH)
    ).all()
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(old)))
    says = cast(OutboxMessage.facts, Text) != "{}"
    full = session.scalars(
        select(OutboxMessage.id)
        .where(
            done,
            OutboxMessage.not_before < now - KEEP_FACTS,
            OutboxMessage.address.is_not(None) | says,
        )
        .limit(BATCH)
    ).all()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(full))
        .values(facts={}, address=None)
        .execution_options(synchronize_session=False)
    )
    return len(old) + len(full)
