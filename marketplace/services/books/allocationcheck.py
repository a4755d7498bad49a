"""Recomputes what each member's lines and costs must have booked, and compares it with the postings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.calendar import Month
from marketplace.domain.costs import as_booked
from marketplace.domain.faults import Fault
from marketplace.domain.vat import Scheme
from marketplace.domain.waterfall import Stretch, month_that_counts
from marketplace.models.cooperatives import VatScheme
from marketplace.models.costs import Cost, Payout
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.memberships import Membership
from marketplace.services.books import refundcheck, terms
from marketplace.services.books.payouts import ENTRY_KINDS
from marketplace.services.books.positions import Position

BATCH = 100
KINDS = (
    "delivered",
    "sale_reversed",
    "cost_approved",
    "allocated",
    "paid_out",
    "receipt_repaid",
)

_Moves = dict[str, int]  # what is credited, in cents, by account code


@dataclass(frozen=True, slots=True)
class Happening:
    """What a row outside the books says must be booked; `month` is its own, where it has one."""

    membership_id: int
    moves: _Moves
    month: Month | None


@dataclass
class Batch:
    """What some members' rows say, and what the books hold of them."""

    dated: terms.Dated
    happenings: dict[str, Happening]
    moves: dict[int, _Moves] = field(default_factory=dict)


def check(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Give the faults of one cooperative, members in batches: memory does not grow with their number."""
    last = 0
    while True:
        members = list(
            session.scalars(
                select(Membership.id)
                .where(Membership.cooperative_id == cooperative_id, Membership.id > last)
                .order_by(Membership.id)
                .limit(BATCH)
            )
        )
        if not members:
            return
        yield from _check_batch(session, cooperative_id, members)
        last = members[-1]


def _check_batch(session: Session, cooperative_id: int, members: Sequence[int]) -> Iterator[Fault]:
    entries = list(
        session.execute(
            select(
                Entry.id,
                Entry.kind,
                Entry.source,
                Entry.membership_id,
                Entry.booked_on,
                Entry.booked_at,
                Entry.for_month,
            )
            .where(Entry.membership_id.in_(members), Entry.kind.in_(KINDS))
            .order_by(Entry.membership_id, Entry.id)
        )
    )
    batch = Batch(
        terms.load(session, cooperative_id=cooperative_id, membership_ids=members),
        _happenings(session, cooperative_id, members),
        _moves(session, members),
    )
    replays = {member: Replay(member, batch) for member in members}
    booked: set[str] = set()
    for row in entries:
        booked.add(row[2])
        if row[3] is not None:
            yield from replays[row[3]].take(Booked(*row))
    for replay in replays.values():
        yield from replay.finish()
    for source in batch.happenings.keys() - booked:
        yield Fault("happening_not_booked", source)


@dataclass(frozen=True, slots=True)
class Booked:
    """One entry of a member."""

    id: int
    kind: str
    source: str
    membership_id: int | None
    booked_on: dt.date
    booked_at: dt.datetime
    for_month: Month


class Replay:
    """Goes through one member's entries in their order, with the terms that were known at each."""

    def __init__(self, member: int, batch: Batch) -> None:
        self.member, self.batch = member, batch
        self.past: list[tuple[dt.date, _Moves]] = []
        self.position: Position | None = None
        self.months: dict[str, Month] = {}

    def take(self, entry: Booked) -> Iterator[Fault]:
        """Compare one entry with what its happening, or the waterfall, asks."""
        if entry.kind == "allocated":
            yield from self._allocated(entry)
            return
        must = self.batch.happenings.get(entry.source)
        if must is None or must.membership_id != self.member:
            yield Fault("entry_without_happening", entry.source)
            return
        moves = self.batch.moves.get(entry.id, {})
        if {code: moves.get(code, 0) for code in must.moves} != must.moves:
            yield Fault("amount_differs", entry.source, f"must be {must.moves}, books say {moves}")
        if must.month is not None:
            yield from self._counted(entry, must)

    def _counted(self, entry: Booked, must: Happening) -> Iterator[Fault]:
        stretch = self.batch.dated.stretch(self.member, entry.booked_on, entry.booked_at)
        if stretch is None or must.month is None:
            yield Fault("agreement_missing", entry.source)
            return
        month = month_that_counts(stretch.terms.regime, entry.booked_on, must.month)
        self.months[entry.source.rpartition(":")[0]] = month
        if month != entry.for_month:
            yield Fault("month_differs", entry.source, f"must be {month}, is {entry.for_month}")
        self._remember(entry.booked_on, must.moves)

    def _allocated(self, entry: Booked) -> Iterator[Fault]:
        stretch = self.batch.dated.stretch(self.member, entry.booked_on, entry.booked_at)
        if stretch is None:
            yield Fault("agreement_missing", entry.source)
            return
        must = self._open(self._at(stretch))
        moves = {
            code: cents
            for code, cents in self.batch.moves.get(entry.id, {}).items()
            if code in rules.PART_CODES
        }
        if moves != must:
            yield Fault("allocation_differs", entry.source, f"must be {must}, books say {moves}")
        month = self.months.get(entry.source.rpartition(":")[0], entry.for_month)
        if month != entry.for_month:
            yield Fault("month_differs", entry.source, f"must be {month}, is {entry.for_month}")
        # Go on from what should stand, so that one wrong entry is one fault.
        self._remember(entry.booked_on, must)

    def finish(self) -> Iterator[Fault]:
        """Compare what stands at the end of each stretch with what must stand."""
        for stretch in {
            found
            for day in {day for day, _ in self.past}
            if (found := self.batch.dated.stretch(self.member, day)) is not None
        }:
            must = self._open(self._at(stretch))
            if must:
                yield Fault(
                    "allocation_missing", f"member:{self.member}", f"from {stretch.first}: {must}"
                )

    def _open(self, position: Position) -> _Moves:
        wanted = rules.parts_by_code(position.parts(), position.stretch.terms.regime)
        left = {code: wanted.get(code, 0) - done for code, done in position.posted.items()}
        return {code: cents for code, cents in left.items() if cents}

    def _at(self, stretch: Stretch) -> Position:
        if self.position is None or self.position.stretch != stretch:
            self.position = Position(stretch)
            for day, moves in self.past:
                self._add(self.position, day, moves)
        return self.position

    def _remember(self, day: dt.date, moves: _Moves) -> None:
        self.past.append((day, moves))
        if self.position is not None:
            self._add(self.position, day, moves)

    @staticmethod
    def _add(position: Position, day: dt.date, moves: _Moves) -> None:
        stretch = position.stretch
        if stretch.period_first <= day <= stretch.last:
            for code, cents in moves.items():
                position.add(code, cents, before=day < stretch.first)


def _happenings(
    session: Session, cooperative_id: int, members: Sequence[int]
) -> dict[str, Happening]:
    found = {
        source: Happening(member, {"turnover": net}, Month.of(day))
        for source, member, net, day in refundcheck.turnovers(session, members)
    }
    schemes = _Schemes(session, cooperative_id)
    costs = session.scalars(
        select(Cost).where(Cost.membership_id.in_(members), Cost.state == "approved")
    )
    for cost in costs:
        found[f"cost:{cost.id}:cost_approved"] = Happening(
            cost.membership_id, _cost_moves(cost, schemes), cost.for_month
        )
    for payout in session.scalars(select(Payout).where(Payout.membership_id.in_(members))):
        kind = ENTRY_KINDS[payout.kind]
        found[f"payout:{payout.id}:{kind}"] = Happening(
            payout.membership_id, {"bank": payout.amount_cents}, None
        )
    return found


class _Schemes:
    """The dated place of a cooperative in the VAT, as it was known at a moment."""

    def __init__(self, session: Session, cooperative_id: int) -> None:
        self.rows = list(
            session.scalars(
                select(VatScheme)
                .where(VatScheme.cooperative_id == cooperative_id)
                .order_by(VatScheme.valid_from)
            )
        )

    def on(self, day: dt.date, known_at: dt.datetime | None) -> Scheme:
        known = [
            row.scheme
            for row in self.rows
            if row.valid_from <= day and (known_at is None or row.created_at <= known_at)
        ]
        return "kor" if known and known[-1] == "kor" else "charges"


def _cost_moves(cost: Cost, schemes: _Schemes) -> _Moves:
    booked = as_booked(cost.gross_cents, cost.vat_cents, schemes.on(cost.spent_on, cost.decided_at))
    return {
        f"costs_{cost.category}": -booked.cost_cents,
        "input_vat": -booked.vat_cents,
        "bank": 0,
        "receipts_payable": 0,
        "payable_to_supplier": 0,
        rules.COST_OWED_TO.get(cost.paid_by, "bank"): cost.gross_cents,
    }


def _moves(session: Session, members: Sequence[int]) -> dict[int, _Moves]:
    rows = session.execute(
        select(Posting.entry_id, Account.code, Posting.side, Posting.amount_cents)
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(Entry.membership_id.in_(members), Entry.kind.in_(KINDS))
    )
    found: dict[int, _Moves] = {}
    for entry_id, code, side, cents in rows:
        moves = found.setdefault(entry_id, {})
        moves[code] = moves.get(code, 0) + (cents if side == "credit" else -cents)
    return found
