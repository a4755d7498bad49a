"""What the rows of payments that no order takes say must stand in the books."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from marketplace.domain.faults import Fault
from marketplace.models.ledger import Entry, Posting
from marketplace.models.payments import PaymentIntent

STATES = ("stray", "returned")
KINDS = ("stray_received", "stray_came_back", "stray_repaid", "stray_covered")
_LEFT = ("stray_repaid", "stray_covered")


def open_cents(session: Session, cooperative_id: int) -> int:
    """Give what came in and was not given back yet."""
    found = session.scalar(
        select(func.sum(PaymentIntent.amount_cents - PaymentIntent.covered_cents)).where(
            PaymentIntent.cooperative_id == cooperative_id, PaymentIntent.state == "stray"
        )
    )
    return int(found or 0)


def fee_sources(cooperative_id: int) -> Select[str]:
    """Give the sources that the fees of such payments can have."""
    source = literal("intent:") + cast(PaymentIntent.id, String) + literal(":provider_fee")
    return select(source).where(
        PaymentIntent.cooperative_id == cooperative_id, PaymentIntent.state.in_(STATES)
    )


def check(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each such payment came in once, was given back or not as its state says, and no entry is without one."""
    rows = session.scalars(
        select(PaymentIntent)
        .where(
            PaymentIntent.cooperative_id == cooperative_id,
            PaymentIntent.state.in_(STATES),
        )
        .order_by(PaymentIntent.id)
    )
    booked = _booked(session, cooperative_id)
    for row in rows:
        thing = f"intent:{row.id}"
        came, left = booked.pop(thing, (None, 0))
        must = row.to_send_cents if row.state == "stray" else 0
        if came != row.amount_cents:
            code = "happening_not_booked" if came is None else "amount_differs"
            yield Fault(
                code,
                f"{thing}:stray_received",
                f"must be {row.amount_cents}, books say {came or 0}",
            )
        elif left != must:
            yield Fault(
                "amount_differs", f"{thing}:{row.state}", f"must be {must}, books say {left}"
            )
    for thing in booked:
        yield Fault("entry_without_happening", f"{thing}:stray_received")


def _booked(session: Session, cooperative_id: int) -> dict[str, tuple[int | None, int]]:
    """From intent:N to what came in at first, and what is left of it."""
    cents = case((Entry.kind.in_(_LEFT), -Posting.amount_cents), else_=Posting.amount_cents)
    rows = session.execute(
        select(Entry.source, Entry.kind, cents)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(
            Entry.cooperative_id == cooperative_id, Entry.kind.in_(KINDS), Posting.side == "debit"
        )
    )
    found: dict[str, tuple[int | None, int]] = {}
    for source, kind, moved in rows:
        thing = ":".join(source.split(":")[:2])
        came, left = found.get(thing, (None, 0))
        found[thing] = (moved if kind == "stray_received" else came, left + moved)
    return found
