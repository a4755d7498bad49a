"""What the rows of disputes say must stand in the books."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.faults import Fault
from marketplace.models.ledger import Entry, Posting
from marketplace.models.payments import Dispute
from marketplace.models.refunds import Refund
from marketplace.services.books import covercheck

KINDS = ("dispute_held", "dispute_fee", "dispute_fee_back", "dispute_won", "dispute_lost")


def check(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each dispute has its entries of their amounts, none is without one, and what was lost has its refund."""
    must: dict[str, int] = {}
    for row in _rows(session, cooperative_id):
        won = row.held_cents if row.state == "won" else 0
        amounts = (row.held_cents, row.fee_cents, row.fee_back_cents, won, row.lost_cents)
        for kind, cents in zip(KINDS, amounts, strict=True):
            if cents:
                must[f"dispute:{row.id}:{kind}"] = cents
        if row.state == "lost":
            back = _refunded(session, row) + covercheck.paid_cents(session, row)
            if back + row.lost_cents != row.held_cents:
                yield Fault(
                    "amount_differs",
                    f"dispute:{row.id}:lost",
                    f"held {row.held_cents}, given back {back}, lost {row.lost_cents}",
                )
    booked = _booked(session, cooperative_id)
    for source, cents in must.items():
        found = booked.pop(source, None)
        if found != cents:
            code = "happening_not_booked" if found is None else "amount_differs"
            yield Fault(code, source, f"must be {cents}, books say {found or 0}")
    for source in booked:
        yield Fault("entry_without_happening", source)


def _rows(session: Session, cooperative_id: int) -> list[Dispute]:
    query = select(Dispute).where(Dispute.cooperative_id == cooperative_id).order_by(Dispute.id)
    return list(session.scalars(query))


def _refunded(session: Session, row: Dispute) -> int:
    found = session.scalar(
        select(func.sum(Refund.amount_cents - Refund.covered_cents)).where(
            Refund.cooperative_id == row.cooperative_id,
            Refund.dispute_id == row.id,
            Refund.via == "dispute",
            Refund.state == "done",
        )
    )
    return int(found or 0)


def _booked(session: Session, cooperative_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Entry.source, func.sum(Posting.amount_cents))
        .join(Posting, Posting.entry_id == Entry.id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.kind.in_(KINDS),
            Posting.side == "debit",
        )
        .group_by(Entry.source)
    )
    return {source: int(cents) for source, cents in rows}


def taken_cents(session: Session, cooperative_id: int) -> int:
    """Give what disputes took out of the clearing account: money that did not come back, and fees."""
    return sum(
        (0 if row.state == "won" else row.held_cents) + row.fee_cents - row.fee_back_cents
        for row in _rows(session, cooperative_id)
    )


def held_cents(session: Session, cooperative_id: int) -> int:
    """Give what the provider holds in disputes that are open."""
    return sum(row.held_cents for row in _rows(session, cooperative_id) if row.closed_at is None)
