"""Who somebody is: a person with all grants, in one query."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.access import Actor, Role
from marketplace.domain.access import Grant as Granted
from marketplace.models.cooperatives import Cooperative
from marketplace.models.municipalities import Municipality
from marketplace.models.people import Grant, Person

_WITH_SCOPES = select(Grant, Cooperative.name, Municipality.name)


def load(session: Session, *, person_id: int, epoch: int, active: str | None) -> Actor | None:
    """Give the actor, or None when the person is unknown or ended all sessions since.

    `active` is the public id of the grant chosen last; without one, the first grant is active.
    """
    rows = session.execute(
        _WITH_SCOPES.select_from(Person)
        .add_columns(Person.name, Person.locale)
        .outerjoin(Grant, Grant.person_id == Person.id)
        .outerjoin(Cooperative, Cooperative.id == Grant.cooperative_id)
        .outerjoin(Municipality, Municipality.id == Grant.municipality_id)
        .where(Person.id == person_id, Person.epoch == epoch)
        .order_by(Grant.id)
    ).all()
    if not rows:
        return None
    grants = tuple(_granted(row[0], row[1], row[2]) for row in rows if row[0] is not None)
    chosen = next((grant for grant in grants if grant.id == active), grants[0] if grants else None)
    if active == "buyer":
        chosen = None
    return Actor(person_id, rows[0][3], rows[0][4], grants, chosen)


def grants_of(session: Session, *, person_id: int) -> tuple[Granted, ...]:
    """Give the grants of a person, oldest first, each with the name of its cooperative or municipality."""
    rows = session.execute(
        _WITH_SCOPES.outerjoin(Cooperative, Cooperative.id == Grant.cooperative_id)
        .outerjoin(Municipality, Municipality.id == Grant.municipality_id)
        .where(Grant.person_id == person_id)
        .order_by(Grant.id)
    )
    return tuple(_granted(*row) for row in rows)


def _granted(grant: Grant, cooperative: str | None, municipality: str | None) -> Granted:
    return Granted(
        id=grant.public_id,
        role=Role(grant.role),
        label=cooperative or municipality or "Scharrelmarkt",
        cooperative_id=grant.cooperative_id,
        municipality_id=grant.municipality_id,
        membership_id=grant.membership_id,
    )


def set_locale(session: Session, *, person_id: int, locale: str) -> None:
    """Remember the language of a person, for mails too."""
    person = session.get(Person, person_id)
    if person is not None:
        person.locale = locale
        session.flush()
