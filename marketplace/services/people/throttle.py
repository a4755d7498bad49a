"""How often a door may be tried: per account and per address, counted in a table that outlives a refusal.

Write it through `context.apart()`, before a password is hashed. No address stands in clear: keys
are hashed with the installation's secret.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.domain.errors import Refused
from marketplace.models.people import Attempt

KEPT_FOR = dt.timedelta(hours=24)
SWEPT_AT_ONCE = 20


class TooManyTries(Refused):
    """This account or this address tried too often; later it may try again."""

    code: ClassVar[str] = "too_many_tries"


@dataclass(frozen=True, slots=True)
class Door:
    """How many tries within a time, for one account and for one address of the network."""

    name: str
    within: dt.timedelta
    per_account: int
    per_address: int


SIGN_IN = Door("sign_in", dt.timedelta(minutes=15), per_account=10, per_address=60)
RESET = Door("reset", dt.timedelta(hours=1), per_account=5, per_address=30)
REGISTER = Door("register", dt.timedelta(hours=1), per_account=5, per_address=30)
# Its account is the order: a link to pay may be pressed again, but not all day.
PAY_LINK = Door("pay_link", dt.timedelta(minutes=15), per_account=20, per_address=60)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One counted try, and what `passed` takes back. None in its place: too many."""

    door: str
    account_key: str
    address_attempt_id: int


def knock(
    session: Session, *, door: Door, account: str, address: str, secret: str, now: dt.datetime
) -> Ticket | None:
    """Count one try at a door; None when there were too many, and then it is not counted again.

    `account` is the normal address of an e-mail account (known here or not), `address` the one of
    the network. Limits are tries within the door's time. The caller raises TooManyTries after the
    transaction has ended, so that it survives.
    """
    most = {
        _key(secret, f"account:{account}"): door.per_account,
        _key(secret, f"address:{_network(address)}"): door.per_address,
    }
    _wait_in_line(session, most)
    _sweep(session, now)
    rows = session.execute(
        select(Attempt.key, func.count())
        .where(Attempt.door == door.name, Attempt.key.in_(most), Attempt.at > now - door.within)
        .group_by(Attempt.key)
    )
    counts = {row.key: row[1] for row in rows}
    if any(counts.get(key, 0) >= limit for key, limit in most.items()):
        return None
    by_account, by_address = (Attempt(door=door.name, key=key, at=now) for key in most)
    session.add_all([by_account, by_address])
    session.flush()
    return Ticket(door.name, by_account.key, by_address.id)


def passed(session: Session, *, ticket: Ticket) -> None:
    """Forget the account's tries, and this one of the address: somebody who got in was no guesser."""
    session.execute(
        delete(Attempt).where(Attempt.door == ticket.door, Attempt.key == ticket.account_key)
    )
    session.execute(delete(Attempt).where(Attempt.id == ticket.address_attempt_id))


def _key(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """Give whom an address stands for: in IPv6 one household has a whole /64."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((read, 64), strict=False)) if read.version == 6 else address


def _wait_in_line(session: Session, keys: Mapping[str, int]) -> None:
    """Let two tries of one key count one after the other; SQLite's writers wait anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for number in sorted(int(key[:15], 16) for key in keys):
            session.execute(select(func.pg_advisory_xact_lock(number)))


def _sweep(session: Session, now: dt.datetime) -> None:
    """Take some of the oldest away each time, so that the table needs no job of its own."""
    oldest = session.scalars(
        select(Attempt.id)
        .where(Attempt.at < now - KEPT_FOR)
        .where(Attempt.id.in_(select(Attempt.id).order_by(Attempt.id).limit(SWEPT_AT_ONCE)))
    ).all()
    if oldest:
        session.execute(delete(Attempt).where(Attempt.id.in_(oldest)))
