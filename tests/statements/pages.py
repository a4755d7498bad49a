"""A cooperative with people who sign in, for the tests of pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from marketplace import context
from marketplace.gateways.passwords import hasher
from marketplace.models.people import Grant
from tests.books.factories import (
    LONG_AGO,
    add,
    at,
    make_agreement,
    make_cooperative,
    make_membership,
    make_municipality,
    make_person,
    sell,
    spend,
)
from tests.statements.months import close
from tests.web.people_pages import PASSWORD, sign_in


@dataclass
class World:
    """Ids and addresses of one cooperative in one municipality, with a member called Nadia."""

    app: object
    cooperative_id: int
    municipality_id: int
    membership_id: int
    membership: str

    def client(self, who: str):
        """A browser in which somebody is signed in: member, coordinator, officer, or a stranger of that name."""
        browser = self.app.test_client()
        assert sign_in(browser, email=f"{who}@example.nl").status_code == 303
        return browser


def person(session, email: str, name: str = "Iemand"):
    return make_person(
        session, email=email, name=name, password_hash=hasher("cheap").hash(PASSWORD)
    )


def grant(session, someone, role: str, **scope) -> None:
    add(session, Grant(person_id=someone.id, role=role, created_at=LONG_AGO, **scope))


def make_world(app, *, regime: str = "set_off") -> World:
    """Nadia sold 726.00 of garden work in December 2025 to Karim, and December was closed."""
    with app.app_context(), context.transaction() as session:
        cooperative = make_cooperative(session, slug="wilgendam", name="De Ruime Ren")
        municipality = make_municipality(session, name="Wilgendam")
        nadia = person(session, "member@example.nl", "Nadia")
        member = make_membership(
            session,
            cooperative=cooperative,
            municipality=municipality,
            person_id=nadia.id,
            name="Nadia",
            reference="W-0001",
            started_on=dt.date(2025, 12, 1),
        )
        make_agreement(
            session,
            member,
            regime=regime,
            valid_from=dt.date(2025, 12, 1),
            exemption_n_granted=True,
            decision_reference="=PW-2026-1",
            cost_sharers=1,
        )
        grant(session, nadia, "member", cooperative_id=cooperative.id, membership_id=member.id)
        coordinator = person(session, "coordinator@example.nl", "Ilse")
        grant(session, coordinator, "coordinator", cooperative_id=cooperative.id)
        officer = person(session, "officer@example.nl", "Rob")
        grant(session, officer, "officer", municipality_id=municipality.id)
        _strangers(session)
        order = sell(session, member, gross_cents=72_600, now=at("2025-12-14"))
        order.note = "Bel bij Karim aan"
        spend(session, member, now=at("2025-12-20"), description="Potgrond bij Karim")
        close(session, "2025-12", at("2026-01-01"))
        return World(app, cooperative.id, municipality.id, member.id, member.public_id)


def _strangers(session) -> None:
    other = make_municipality(session, name="Oude Linde")
    officer = person(session, "strange-officer@example.nl")
    grant(session, officer, "officer", municipality_id=other.id)
    cooperative = make_cooperative(session, slug="oude-linde")
    coordinator = person(session, "strange-coordinator@example.nl")
    grant(session, coordinator, "coordinator", cooperative_id=cooperative.id)
    member = make_membership(session, cooperative=cooperative, municipality=other)
    stranger = person(session, "strange-member@example.nl")
    grant(session, stranger, "member", cooperative_id=cooperative.id, membership_id=member.id)
