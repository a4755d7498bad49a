"""What the rows of covers (money that a lost dispute paid of what we owed) say must stand in the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.faults import Fault
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.payments import Dispute, PaymentIntent
from marketplace.models.refunds import DisputeCover, Refund

KINDS = ("refund_covered", "stray_covered")


def check(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each cover has its entry and no entry is without one; each row says what its covers say."""
    rows = session.scalars(
        select(DisputeCover)
        .where(DisputeCover.cooperative_id == cooperative_id)
        .order_by(DisputeCover.id)
    )
    must: dict[str, tuple[int, str]] = {}
    sums: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        thing, kind = f"intent:{row.intent_id}", "stray_covered"
        if row.refund_id is not None:
            thing, kind = f"refund:{row.refund_id}", "refund_covered"
        must[f"{thing}:{row.id}:{kind}"] = (row.cents, row.out_of)
        sums[thing] += row.cents
        if row.out_of == "losses":
            sums[f"dispute:{row.dispute_id}"] += row.cents
    yield from _entries(session, cooperative_id, must)
    for thing, cents in _kept(session, cooperative_id):
        if sums.pop(thing, 0) != cents:
            yield Fault("amount_differs", f"{thing}:covered")
    for thing in sums:
        yield Fault("amount_differs", f"{thing}:covered")


def _entries(
    session: Session, cooperative_id: int, must: dict[str, tuple[int, str]]
) -> Iterator[Fault]:
    booked = session.execute(
        select(Entry.source, Posting.amount_cents, Account.code)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.kind.in_(KINDS),
            Posting.side == "credit",
        )
    )
    found = {source: (cents, code) for source, cents, code in booked}
    for source, wanted in must.items():
        there = found.pop(source, None)
        if there != wanted:
            code = "happening_not_booked" if there is None else "amount_differs"
            yield Fault(code, source, f"must be {wanted}, books say {there}")
    for source in found:
        yield Fault("entry_without_happening", source)


def _kept(session: Session, cooperative_id: int) -> Iterator[tuple[str, int]]:
    """Give what the rows themselves keep."""
    for name, table in (("refund", Refund), ("intent", PaymentIntent), ("dispute", Dispute)):
        rows = select(table.id, table.covered_cents).where(
            table.cooperative_id == cooperative_id, table.covered_cents > 0
        )
        for key, cents in session.execute(rows):
            yield f"{name}:{key}", cents


def paid_cents(session: Session, dispute: Dispute) -> int:
    """Give what of a dispute paid what we owed, while it was decided."""
    found = session.scalar(
        select(func.sum(DisputeCover.cents)).where(
            DisputeCover.dispute_id == dispute.id, DisputeCover.out_of == "dispute_held"
        )
    )
    return int(found or 0)


def by_time(session: Session, cooperative_id: int) -> Callable[[int, int], int]:
    """Give what a refund had covered when it was sent for the n-th time, from 0."""
    covers: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)
    rows = select(DisputeCover.refund_id, DisputeCover.times_returned, DisputeCover.cents).where(
        DisputeCover.cooperative_id == cooperative_id, DisputeCover.refund_id.is_not(None)
    )
    for key, time, cents in session.execute(rows):
        covers[key].append((time, cents))
    return lambda key, time: sum(cents for at, cents in covers[key] if at <= time)
