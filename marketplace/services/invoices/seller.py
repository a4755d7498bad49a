"""The facts of a cooperative that its invoices name; once they are whole, what waited is issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.models.cooperatives import Cooperative
from marketplace.services import audit
from marketplace.services.invoices import issuing


@dataclass(frozen=True, slots=True)
class Facts:
    """What a treasurer fills in."""

    legal_name: str
    address: str
    postcode: str
    place: str
    kvk_number: str
    vat_number: str
    iban: str


def of(session: Session, *, cooperative_id: int) -> Cooperative:
    """Give the cooperative."""
    return session.get_one(Cooperative, cooperative_id)


def keep(
    session: Session, *, cooperative_id: int, facts: Facts, actor_id: int | None, now: dt.datetime
) -> int:
    """Store the facts and issue what waited for them; gives how many. Issued documents stay as they are."""
    row = session.scalars(
        select(Cooperative).where(Cooperative.id == cooperative_id).with_for_update(key_share=True)
    ).one()
    for name in Facts.__slots__:
        setattr(row, name, getattr(facts, name) or None)
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="keep_invoice_facts",
        thing=f"cooperative:{cooperative_id}",
        at=now,
        cooperative_id=cooperative_id,
    )
    return issuing.retry(session, cooperative_id=cooperative_id, now=now)
