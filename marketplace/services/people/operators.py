"""What the operator starts: operators, cooperatives with their first parameters, municipalities.

And what the operator must see: events of the provider that were refused, mails that do not leave.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound, Refused
from marketplace.domain.people import check_password, normal_email
from marketplace.domain.waterfall import Parameters
from marketplace.gateways.passwords import NOT_CHOSEN, Passwords, common
from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.municipalities import Municipality
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentEvent
from marketplace.models.people import Grant
from marketplace.services import audit
from marketplace.services.people import registration, signin

PAGE = 30
SHOWN = 100


class NameTaken(Refused):
    """There is a cooperative or municipality with this name already."""

    code: ClassVar[str] = "name_taken"


class OperatorExists(Refused):
    """This person is operator already."""

    code: ClassVar[str] = "operator_exists"


@dataclass(frozen=True, slots=True)
class NewCooperative:
    """A cooperative to start. `scheme` is "charges" or "kor"; `resolution` the general meeting's decision.

    `valid_from` is the day in Amsterdam from which parameters and scheme hold.
    """

    name: str
    place: str
    email: str
    kvk_number: str | None
    vat_number: str | None
    parameters: Parameters
    scheme: str
    valid_from: dt.date
    resolution: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, newest first, and the key at which the next page begins (None: this was all)."""

    rows: Sequence[PaymentEvent]
    next_before: int | None


def create_operator(
    session: Session,
    *,
    email: str,
    name: str,
    password: str | None,
    passwords: Passwords,
    now: dt.datetime,
) -> int:
    """Make somebody operator and give the person's id; an existing account keeps its own password.

    PasswordRefused when a new account's password is not good enough; OperatorExists the second time.
    """
    person = signin.find(session, email=email)
    if person is None or person.password_hash == NOT_CHOSEN:
        check_password(password or "", common=common(), own=(normal_email(email), name))
        person = person or registration.new_person(
            session, name=name, email=email, locale="nl", now=now
        )
        person.password_hash = passwords.hash(password or "")
    is_operator = select(Grant.id).where(Grant.person_id == person.id, Grant.role == "operator")
    if session.scalars(is_operator).first() is not None:
        raise OperatorExists
    session.add(Grant(person_id=person.id, role="operator", created_at=now))
    session.flush()
    audit.record(session, actor_id=None, act="create_operator", thing=f"person:{person.id}", at=now)
    return person.id


def create_cooperative(
    session: Session, *, wanted: NewCooperative, created_by: int, now: dt.datetime
) -> Cooperative:
    """Start a cooperative with its first dated parameters and its place in the VAT.

    NameTaken when another cooperative has the name.
    """
    row = Cooperative(
        slug=_slug(wanted.name),
        name=wanted.name,
        place=wanted.place,
        email=normal_email(wanted.email),
        kvk_number=wanted.kvk_number or None,
        vat_number=wanted.vat_number or None,
        created_at=now,
    )
    _add_new(session, row)
    _add_first_terms(session, row, wanted, now)
    audit.record(
        session,
        actor_id=created_by,
        act="create_cooperative",
        thing=f"cooperative:{row.id}",
        at=now,
        cooperative_id=row.id,
        reason=wanted.resolution,
        after=asdict(wanted.parameters)
        | {"scheme": wanted.scheme, "valid_from": wanted.valid_from.isoformat()},
    )
    return row


def _add_first_terms(
    session: Session, row: Cooperative, wanted: NewCooperative, now: dt.datetime
) -> None:
    first = CooperativeParameters(
        cooperative_id=row.id,
        valid_from=wanted.valid_from,
        resolution=wanted.resolution,
        created_at=now,
        **asdict(wanted.parameters),
    )
    vat = VatScheme(
        cooperative_id=row.id,
        valid_from=wanted.valid_from,
        scheme=wanted.scheme,
        reason=wanted.resolution,
        created_at=now,
    )
    session.add_all([first, vat])
    session.flush()


def create_municipality(
    session: Session,
    *,
    name: str,
    profile_code: str | None,
    contact_email: str,
    contact_phone: str | None,
    created_by: int,
    now: dt.datetime,
) -> Municipality:
    """Start a municipality; `profile_code` names its file of rules. NameTaken when it is there already."""
    row = Municipality(
        name=name,
        profile_code=profile_code or None,
        contact_email=normal_email(contact_email),
        contact_phone=contact_phone or None,
        created_at=now,
    )
    _add_new(session, row)
    audit.record(
        session,
        actor_id=created_by,
        act="create_municipality",
        thing=f"municipality:{row.id}",
        at=now,
        municipality_id=row.id,
    )
    return row


def cooperatives(session: Session) -> Sequence[Cooperative]:
    """Give the first hundred cooperatives by name."""
    return session.scalars(select(Cooperative).order_by(Cooperative.name).limit(SHOWN)).all()


def municipalities(session: Session) -> Sequence[Municipality]:
    """Give the first hundred municipalities by name."""
    return session.scalars(select(Municipality).order_by(Municipality.name).limit(SHOWN)).all()


def cooperative(session: Session, *, public_id: str) -> Cooperative:
    """Give one cooperative, or NotFound."""
    row = session.scalars(
        select(Cooperative).where(Cooperative.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def municipality(session: Session, *, public_id: str) -> Municipality:
    """Give one municipality, or NotFound."""
    row = session.scalars(
        select(Municipality).where(Municipality.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def refused_events(session: Session, *, before: int | None = None) -> Page:
    """Give the provider's refused events, newest first, from below the key `before`."""
    query = select(PaymentEvent).where(PaymentEvent.outcome == "refused")
    if before is not None:
        query = query.where(PaymentEvent.id < before)
    rows = session.scalars(query.order_by(PaymentEvent.id.desc()).limit(PAGE + 1)).all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def stuck_mails(session: Session, *, now: dt.datetime) -> Sequence[OutboxMessage]:
    """Give mails that failed, and those that wait for more than ten minutes; at most thirty of each."""
    failed = select(OutboxMessage).where(OutboxMessage.state == "failed")
    late = select(OutboxMessage).where(
        OutboxMessage.state == "waiting",
        OutboxMessage.created_at < now - dt.timedelta(minutes=10),
    )
    found: list[OutboxMessage] = []
    for query in (failed, late):
        found += session.scalars(query.order_by(OutboxMessage.id.desc()).limit(PAGE)).all()
    return found


def _add_new(session: Session, row: Cooperative | Municipality) -> None:
    """Add a row whose name must be new."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise NameTaken from None


def _slug(name: str) -> str:
    """Give a name as it stands in addresses: small letters and dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "cooperatie"
