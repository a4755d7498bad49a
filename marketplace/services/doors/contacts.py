"""Buyers who call: found by their exact e-mail address or telephone number, at the own cooperative only.

There is no list of them and no search by a part. Who never ordered here is not found, whatever account
she may have elsewhere; each look-up leaves an audit line without what was typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.doors.telephone import BuyerUnknown, normal_phone
from marketplace.domain.people import normal_email
from marketplace.models.doors.contacts import Contact
from marketplace.models.orders import Order
from marketplace.models.people import Person
from marketplace.services import audit

FEW = 5


@dataclass(frozen=True, slots=True)
class Known:
    """A buyer of this cooperative: `key` is the person's public id."""

    key: str
    name: str
    email: str | None
    phone: str
    address: str


def look_up(
    session: Session, *, cooperative_id: int, typed: str, by_id: int, now: dt.datetime
) -> list[Known]:
    """Give who has exactly this e-mail address or telephone number: nobody, one, or one household."""
    found = _with(session, cooperative_id, _exactly(cooperative_id, typed))
    audit.record(
        session,
        actor_id=by_id,
        act="buyer.looked_up",
        thing=", ".join(f"person:{person.id}" for person, _contact in found) or "nobody",
        at=now,
        cooperative_id=cooperative_id,
    )
    return [known(person, contact) for person, contact in found]


def one(session: Session, *, cooperative_id: int, key: str) -> tuple[Person, Contact | None]:
    """Give a buyer of this cooperative; raises BuyerUnknown."""
    found = _with(session, cooperative_id, Person.public_id == key)
    if not found:
        raise BuyerUnknown
    return found[0]


def of_order(session: Session, *, order: Order) -> Contact | None:
    """Give how the buyer of an order can be reached, where somebody noted it."""
    return session.scalars(
        select(Contact).where(
            Contact.cooperative_id == order.cooperative_id, Contact.person_id == order.buyer_id
        )
    ).one_or_none()


def keep(
    session: Session,
    *,
    cooperative_id: int,
    person_id: int,
    phone: str,
    address: str,
    by_id: int,
    now: dt.datetime,
) -> Contact:
    """Note a buyer's number (normal) and address at this cooperative, or change them."""
    found = session.scalars(
        select(Contact).where(
            Contact.cooperative_id == cooperative_id, Contact.person_id == person_id
        )
    ).one_or_none()
    if found is None:
        found = Contact(cooperative_id=cooperative_id, person_id=person_id)
        session.add(found)
    found.phone = found.phone_mark = phone
    found.address, found.entered_by_id, found.updated_at = address, by_id, now
    session.flush()
    return found


def _exactly(cooperative_id: int, typed: str) -> ColumnElement[bool] | None:
    """Give the condition of an exact match; None for what is neither an address nor a number."""
    if "@" in typed:
        return Person.email == normal_email(typed)
    number = normal_phone(typed)
    if number is None:
        return None
    return (Contact.cooperative_id == cooperative_id) & (Contact.phone_mark == number)


def _with(
    session: Session, cooperative_id: int, condition: ColumnElement[bool] | None
) -> list[tuple[Person, Contact | None]]:
    """Give the buyers of this cooperative under a condition, each with what was noted."""
    if condition is None:
        return []
    ordered = exists().where(Order.buyer_id == Person.id, Order.cooperative_id == cooperative_id)
    rows = session.execute(
        select(Person, Contact)
        .outerjoin(
            Contact,
            (Contact.person_id == Person.id) & (Contact.cooperative_id == cooperative_id),
        )
        .where(condition, or_(Contact.id.is_not(None), ordered))
        .order_by(Person.id)
        .limit(FEW)
    )
    return [(person, contact) for person, contact in rows]


def known(person: Person, contact: Contact | None) -> Known:
    """Give what the desk sees of a buyer."""
    return Known(
        person.public_id,
        person.name,
        person.email,
        contact.phone if contact else "",
        contact.address if contact else "",
    )
