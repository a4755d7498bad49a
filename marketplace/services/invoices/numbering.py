"""Numbers without gaps: one row per cooperative and year, held until the transaction ends."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.models.invoices import InvoiceCounter


def take(session: Session, *, cooperative_id: int, year: int) -> int:
    """Give the next number. A transaction that is rolled back gives it back."""
    counter = _locked(session, cooperative_id, year)
    if counter is None:
        try:
            with session.begin_nested():
                session.add(InvoiceCounter(cooperative_id=cooperative_id, year=year, last_number=0))
        except IntegrityError:
            # Somebody else took the first number of the year at the same moment.
            pass
        counter = _locked(session, cooperative_id, year)
    if counter is None:
        raise LookupError("a counter that was made is there")
    counter.last_number += 1
    session.flush()
    return counter.last_number


def _locked(session: Session, cooperative_id: int, year: int) -> InvoiceCounter | None:
    return session.scalars(
        select(InvoiceCounter)
        .where(InvoiceCounter.cooperative_id == cooperative_id, InvoiceCounter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
