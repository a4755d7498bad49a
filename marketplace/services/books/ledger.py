"""The books: post an entry, read balances, months and the journal. Nothing here changes what stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from marketplace.domain import ledger
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.ledger import AlreadyBooked, Side
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.services.books import posting

PAGE = 50
_Key = tuple[str, int | None]

# What a posting adds on the debit side, in cents.
debited: ColumnElement[int] = func.sum(
    case((Posting.side == "debit", Posting.amount_cents), else_=-Posting.amount_cents)
)


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What one month (`for_month`) holds for one member, in cents; the parts as allocated."""

    turnover_cents: int = 0
    costs_cents: int = 0
    training_cents: int = 0
    reserve_cents: int = 0
    municipality_cents: int = 0
    member_cents: int = 0

    @property
    def result_cents(self) -> int:
        """Turnover less costs."""
        return self.turnover_cents - self.costs_cents


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One posting as the journal shows it."""

    code: str
    number: int
    side: Side
    cents: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry as the journal shows it; `id` and `booked_on` are the cursor of the next page."""

    id: int
    public_id: str
    kind: str
    source: str
    membership_id: int | None
    booked_on: dt.date
    for_month: Month
    lines: tuple[JournalLine, ...]


class Together:
    """Entries of one happening in one cooperative: begun one by one, completed at once.

    One that is never completed is no entry: PostgreSQL refuses the commit, `ledger check` finds it.
    """

    def __init__(self, session: Session, *, cooperative_id: int, now: dt.datetime) -> None:
        self._session = session
        self._cooperative_id = cooperative_id
        self._now = now
        self._begun: list[tuple[int, ledger.Entry]] = []

    def begin(
        self,
        entry: ledger.Entry,
        *,
        source: str,
        kind: str,
        membership_id: int | None,
        booked_on: dt.date | None = None,
        for_month: Month | None = None,
    ) -> None:
        """Begin an entry as `post` does; AlreadyBooked, with what was begun before completed."""
        day = booked_on or day_in_amsterdam(self._now)
        self._session.flush()
        row = {
            "cooperative_id": self._cooperative_id,
            "kind": kind,
            "source": source,
            "membership_id": membership_id,
            "booked_on": day,
            "booked_at": self._now,
            "for_month": for_month or Month.of(day),
        }
        key = posting.begin(self._session, row)
        if key is None:
            self.complete()
            raise AlreadyBooked(source)
        self._begun.append((key, entry))

    def complete(self) -> None:
        """Write the postings of what was begun, and seal it."""
        if self._begun:
            posting.complete(self._session, self._cooperative_id, self._begun)
            self._begun = []


def post(
    session: Session,
    entry: ledger.Entry,
    *,
    cooperative_id: int,
    source: str,
    kind: str,
    membership_id: int | None,
    now: dt.datetime,
    booked_on: dt.date | None = None,
    for_month: Month | None = None,
) -> None:
    """Write a balanced entry and seal it; a source that stands already is AlreadyBooked.

    `booked_on` is the day in Amsterdam of `now` unless given, `for_month` the month of that day.
    Callers hold a lock on the happening (order, cost, member), so two at once meet here in turn.
    """
    alone = Together(session, cooperative_id=cooperative_id, now=now)
    alone.begin(
        entry,
        source=source,
        kind=kind,
        membership_id=membership_id,
        booked_on=booked_on,
        for_month=for_month,
    )
    alone.complete()


def is_booked(session: Session, *, cooperative_id: int, source: str) -> bool:
    """Tell whether a happening stands in the books."""
    named = {"cooperative_id": cooperative_id, "source": source}
    return session.scalar(_BOOKED, named) is not None


_BOOKED = select(Entry.id).where(
    Entry.cooperative_id == bindparam("cooperative_id"), Entry.source == bindparam("source")
)


def natural(code: str, debited_cents: int) -> int:
    """Turn an amount on the debit side into the account's natural direction."""
    return debited_cents if ledger.CHART[code].natural == "debit" else -debited_cents


def balance(
    session: Session, *, cooperative_id: int, code: str, membership_id: int | None = None
) -> int:
    """Give the balance of an account in cents, in its natural direction; of all members without one."""
    found = balances(
        session, cooperative_id=cooperative_id, codes=[code], membership_id=membership_id
    )
    return sum(found.values())


def balances(
    session: Session,
    *,
    cooperative_id: int,
    codes: Sequence[str] | None = None,
    membership_id: int | None = None,
) -> dict[_Key, int]:
    """Give balances in cents by (code, membership id or None), each in its natural direction."""
    query = (
        select(Account.code, Account.membership_id, debited)
        .join(Posting, Posting.account_id == Account.id)
        .where(Account.cooperative_id == cooperative_id)
        .group_by(Account.code, Account.membership_id)
    )
    if codes is not None:
        query = query.where(Account.code.in_(codes))
    if membership_id is not None:
        query = query.where(Account.membership_id == membership_id)
    return {
        (code, member): natural(code, int(cents)) for code, member, cents in session.execute(query)
    }


def month_sums(
    session: Session, *, membership_ids: Sequence[int], first: Month, last: Month
) -> dict[tuple[int, Month], MonthSums]:
    """Give what each month holds for each member, by `for_month`; months without bookings are absent."""
    named = {"members": membership_ids, "first": first, "last": last}
    rows = session.execute(_MONTH_SUMS, named)
    return {
        (member, month): MonthSums(*sums) for member, month, *sums in rows if member is not None
    }


def _summed(side: Side, codes: Iterable[str]) -> ColumnElement[int]:
    """Add up what accounts hold in their natural direction."""
    adds = case((Posting.side == side, Posting.amount_cents), else_=-Posting.amount_cents)
    total = func.sum(case((Account.code.in_(codes), adds), else_=0))
    # PostgreSQL adds big integers up to a decimal, which no amount of cents needs.
    return cast(total, BigInteger)


# One row for each member and month, its sums in the order of the fields of MonthSums.
_MONTH_SUMS = (
    select(
        Entry.membership_id,
        Entry.for_month,
        _summed("credit", ("turnover",)),
        _summed("debit", ledger.COST_CODES),
        _summed("credit", ("training_pot",)),
        _summed("credit", ("reserve",)),
        _summed("credit", ("payable_to_municipality",)),
        _summed("credit", ("destined_for_member", "payable_to_member")),
    )
    .join(Posting, Posting.entry_id == Entry.id)
    .join(Account, Account.id == Posting.account_id)
    .where(
        Entry.membership_id.in_(bindparam("members", expanding=True)),
        Entry.for_month.between(bindparam("first"), bindparam("last")),
        or_(Account.code.in_(ledger.RESULT_CODES), Entry.kind == "allocated"),
    )
    .group_by(Entry.membership_id, Entry.for_month)
)


def journal(
    session: Session,
    *,
    cooperative_id: int,
    before: tuple[dt.date, int] | None = None,
    limit: int = PAGE,
) -> list[JournalEntry]:
    """Give entries, newest first; `before` is (booked_on, id) of the last entry of the page before."""
    query = (
        select(Entry)
        .where(Entry.cooperative_id == cooperative_id)
        .order_by(Entry.booked_on.desc(), Entry.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(tuple_(Entry.booked_on, Entry.id) < before)
    entries = list(session.scalars(query))
    lines = _lines_of(session, [entry.id for entry in entries])
    return [
        JournalEntry(
            entry.id,
            entry.public_id,
            entry.kind,
            entry.source,
            entry.membership_id,
            entry.booked_on,
            entry.for_month,
            tuple(lines[entry.id]),
        )
        for entry in entries
    ]


def _lines_of(session: Session, entry_ids: Sequence[int]) -> dict[int, list[JournalLine]]:
    lines: dict[int, list[JournalLine]] = {key: [] for key in entry_ids}
    postings = session.execute(
        select(Posting.entry_id, Account.code, Posting.side, Posting.amount_cents)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.entry_id.in_(entry_ids))
        .order_by(Posting.id)
    )
    for entry_id, code, side, cents in postings:
        number = ledger.CHART[code].number
        lines[entry_id].append(
            JournalLine(code, number, "debit" if side == "debit" else "credit", cents)
        )
    return lines
