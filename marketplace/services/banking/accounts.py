"""Account numbers: the cooperative's own in plain sight, a member's encrypted by its column."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import iban as numbers
from stdnum.exceptions import ValidationError

from marketplace.domain.bank.paying import WrongIban
from marketplace.domain.errors import NotFound
from marketplace.models.cooperatives import Cooperative
from marketplace.models.memberships import Membership
from marketplace.services import audit


def plain(typed: str) -> str:
    """Give an account number as the bank writes it, or raise WrongIban."""
    try:
        return str(numbers.validate(typed))
    except ValidationError as fault:
        raise WrongIban from fault


def of_cooperative(session: Session, *, cooperative_id: int) -> tuple[str | None, str | None]:
    """Give the own account and the name in which it stands."""
    found = session.get_one(Cooperative, cooperative_id)
    return found.iban, found.account_name


def set_own(
    session: Session,
    *,
    cooperative_id: int,
    iban: str,
    account_name: str,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Set the cooperative's own account."""
    found = session.get_one(Cooperative, cooperative_id)
    found.iban, found.account_name = plain(iban), account_name
    _note(session, cooperative_id, f"cooperative:{found.public_id}", actor_id, now)


def set_of_member(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    iban: str,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Keep a member's account; NotFound for a member of another cooperative."""
    member = session.scalars(
        select(Membership).where(
            Membership.cooperative_id == cooperative_id, Membership.public_id == public_id
        )
    ).one_or_none()
    if member is None:
        raise NotFound
    member.iban = plain(iban)
    _note(session, cooperative_id, f"membership:{member.public_id}", actor_id, now)


def _note(
    session: Session, cooperative_id: int, thing: str, actor_id: int, now: dt.datetime
) -> None:
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="account_changed",
        thing=thing,
        at=now,
        cooperative_id=cooperative_id,
    )
