"""Members with months behind them, made by selling, delivering and closing."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months import monthend, statements
from tests.books.factories import (
    make_agreement,
    make_cooperative,
    make_membership,
    make_municipality,
    make_person,
)


def member_in_set_off(
    session: Session, *, profile_code: str | None = None, **agreement
) -> Membership:
    """A single person of 40 from January 2026 on, in set_off with exemption n; deductions and costs accepted."""
    person = make_person(session)
    membership = make_membership(
        session,
        cooperative=make_cooperative(session),
        municipality=make_municipality(session, profile_code=profile_code),
        person_id=person.id,
        started_on=dt.date(2026, 1, 1),
    )
    defaults = {
        "regime": "set_off",
        "valid_from": dt.date(2026, 1, 1),
        "exemption_n_granted": True,
        "cost_sharers": 1,
        "decision_reference": "BES-2026-17",
    }
    make_agreement(session, membership, **defaults | agreement)
    return membership


def close(session: Session, month: str, now: dt.datetime) -> int:
    """Close one month; gives how many statements were made."""
    cursor, made = None, 0
    while True:
        done = monthend.close(session, month=Month.parse(month), now=now, cursor=cursor)
        made, cursor = made + done.made, done.cursor
        if cursor is None:
            return made


def statement_of(session: Session, member: Membership, month: str) -> Statement:
    return session.scalars(
        select(Statement).where(
            Statement.membership_id == member.id, Statement.month == Month.parse(month)
        )
    ).one()


def versions(session: Session, member: Membership, month: str) -> list[Assessment]:
    return list(
        statements.versions_of(session, statement_id=statement_of(session, member, month).id)
    )


def confirm(session: Session, member: Membership, month: str, now: dt.datetime) -> Statement:
    found = statement_of(session, member, month)
    return statements.confirm(
        session,
        membership_id=member.id,
        public_id=found.public_id,
        version=versions(session, member, month)[-1].version,
        actor_id=member.person_id or make_person(session).id,
        now=now,
    )


def municipality_of(session: Session, member: Membership) -> Municipality:
    return session.get_one(Municipality, member.municipality_id)
