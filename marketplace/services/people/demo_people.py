"""The sign-ins of the demo, for the sign-in page in demo mode and for the words that `make run` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.models.cooperatives import Cooperative
from marketplace.models.municipalities import Municipality
from marketplace.models.people import Grant, Person

DOMAIN = "@demo.example"
PASSWORD = "scharrel-2026"  # nosec B105 # noqa: S105 the demo's password is shown to everybody
OF_EACH = {"buyer": 2, "member": 2, "coordinator": 1, "treasurer": 1, "officer": 1, "operator": 1}
LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One person of the demo. `role` is a role or "buyer"; `place` the cooperative or municipality."""

    role: str
    place: str
    name: str
    email: str


def demo_signins(session: Session) -> list[DemoSignIn]:
    """Give one or two people of each role and place, buyers first; empty where there is no demo data."""
    place = func.coalesce(Cooperative.name, Municipality.name, "")
    rows = session.execute(
        select(Grant.role, place, Person.name, Person.email)
        .select_from(Person)
        .outerjoin(Grant, Grant.person_id == Person.id)
        .outerjoin(Cooperative, Cooperative.id == Grant.cooperative_id)
        .outerjoin(Municipality, Municipality.id == Grant.municipality_id)
        .where(Person.email.endswith(DOMAIN, autoescape=True))
        .order_by(Person.id)
        .limit(LOOKED_AT)
    ).all()
    taken: Counter[tuple[str, str]] = Counter()
    chosen = []
    for role, where, name, email in rows:
        role_name = role or "buyer"
        taken[role_name, where] += 1
        if taken[role_name, where] <= OF_EACH[role_name]:
            chosen.append(DemoSignIn(role_name, where, name, email or ""))
    return sorted(chosen, key=lambda one: list(OF_EACH).index(one.role))
