"""The part of each municipality: what was accrued for it, less what was sent, and where it is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session

from marketplace.domain.bank.paying import ACTIVE
from marketplace.domain.errors import NotFound
from marketplace.models.banking import MunicipalityAccount, PayoutItem
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.services import audit
from marketplace.services.banking.accounts import plain
from marketplace.services.books.ledger import debited

CODE = "payable_to_municipality"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a municipality gets, in cents, less what is on its way; an empty account is not known yet."""

    id: int
    public_id: str
    name: str
    cents: int
    iban: str


def owed(session: Session, *, cooperative_id: int) -> list[Owed]:
    """Give each municipality of which agreements accrued something, by name.

    All together never more than the account in the books holds: what was paid without a name (by
    hand at the bank) is taken off there.
    """
    accrued = _accrued(cooperative_id)
    rows = session.execute(
        select(
            Municipality.id,
            Municipality.public_id,
            Municipality.name,
            accrued.c.cents - _items(cooperative_id, "paid"),
            _items(cooperative_id, *ACTIVE),
            MunicipalityAccount.iban,
            _balance(cooperative_id),
        )
        .join(accrued, accrued.c.municipality_id == Municipality.id)
        .outerjoin(
            MunicipalityAccount,
            and_(
                MunicipalityAccount.municipality_id == Municipality.id,
                MunicipalityAccount.cooperative_id == cooperative_id,
            ),
        )
        .order_by(Municipality.name)
    ).all()
    room = int(rows[0][-1]) if rows else 0
    found = []
    for key, public_id, name, due, under_way, iban, _balance_of_all in rows:
        share = min(int(due), room)
        room -= max(0, share)
        found.append(Owed(key, public_id, name, share - int(under_way), iban or ""))
    return found


def _accrued(cooperative_id: int) -> Subquery:
    """What was divided for each municipality: that of the member's agreement on the day of booking."""
    town = (
        select(Agreement.municipality_id)
        .where(
            Agreement.membership_id == Entry.membership_id,
            Agreement.valid_from <= Entry.booked_on,
        )
        .order_by(Agreement.valid_from.desc())
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    each = (
        select(town.label("municipality_id"), (-debited).label("cents"))
        .select_from(Entry)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.kind == "allocated",
            Account.code == CODE,
        )
        .group_by(Entry.id, Entry.membership_id, Entry.booked_on)
        .subquery()
    )
    return (
        select(each.c.municipality_id, func.sum(each.c.cents).label("cents"))
        .group_by(each.c.municipality_id)
        .subquery()
    )


def _items(cooperative_id: int, *states: str) -> ColumnElement[Any]:
    return func.coalesce(
        select(func.sum(PayoutItem.cents))
        .where(
            PayoutItem.cooperative_id == cooperative_id,
            PayoutItem.municipality_id == Municipality.id,
            PayoutItem.state.in_(states),
        )
        .correlate(Municipality)
        .scalar_subquery(),
        0,
    )


def _balance(cooperative_id: int) -> ColumnElement[Any]:
    return func.coalesce(
        select(-debited)
        .join(Account, Account.id == Posting.account_id)
        .where(Account.cooperative_id == cooperative_id, Account.code == CODE)
        .scalar_subquery(),
        0,
    )


def name_of(session: Session, *, cooperative_id: int, public_id: str) -> Municipality:
    """Give a municipality in which this cooperative has members; NotFound for any other."""
    found = session.scalars(
        select(Municipality).where(
            Municipality.public_id == public_id,
            Municipality.id.in_(
                select(Membership.municipality_id).where(
                    Membership.cooperative_id == cooperative_id
                )
            )
            | Municipality.id.in_(
                select(Agreement.municipality_id).where(Agreement.cooperative_id == cooperative_id)
            ),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def set_account(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    iban: str,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Keep the account of a municipality, encrypted; raises NotFound and WrongIban."""
    town = name_of(session, cooperative_id=cooperative_id, public_id=public_id)
    number = plain(iban)
    row = session.scalars(
        select(MunicipalityAccount)
        .where(
            MunicipalityAccount.cooperative_id == cooperative_id,
            MunicipalityAccount.municipality_id == town.id,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = MunicipalityAccount(cooperative_id=cooperative_id, municipality_id=town.id)
        session.add(row)
    row.iban, row.changed_at = number, now
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        act="account_changed",
        thing=f"municipality:{town.public_id}",
        at=now,
        cooperative_id=cooperative_id,
    )
