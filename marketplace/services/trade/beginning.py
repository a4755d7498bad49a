"""What a new order is made of: lines that copy the listing of today, the sum, and stock that is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.domain.orders import (
    WHOLE,
    LineState,
    PaymentState,
    StockGone,
    before_appointment,
    check_quantity,
    due_at,
    first_state,
    line_price_half_up,
    payment_after,
)
from marketplace.models.listings import Listing
from marketplace.models.orders import OrderLine


def sums(
    made: Sequence[OrderLine], starts: Sequence[dt.datetime | None], now: dt.datetime
) -> dict[str, object]:
    """Say when an order began, what it costs, whether it is due, and until when it waits: till the first start."""
    states = (LineState(line.state) for line in made)
    longest = due_at((line.kind for line in made), now)
    return {
        "requested_at": now,
        "payment_state": payment_after(states, PaymentState.NOT_DUE),
        "total_cents": sum(line.gross_cents for line in made),
        "due_at": before_appointment(longest, starts),
    }


def line_of(listing: Listing, hundredths: int) -> OrderLine:
    """Copy what the listing says today, with its maker beside it; VAT follows once the document is whole."""
    check_quantity(listing.unit, hundredths)
    gross = line_price_half_up(listing.price_cents, hundredths)
    line = OrderLine(
        cooperative_id=listing.cooperative_id,
        membership_id=listing.membership_id,
        listing_id=listing.id,
        kind=listing.kind,
        title=listing.title,
        unit=listing.unit,
        quantity_hundredths=hundredths,
        unit_price_cents=listing.price_cents,
        vat_category=listing.vat_category,
        gross_cents=gross,
        state=first_state(listing.kind),
    )
    set_committed_value(line, "membership", listing.membership)
    return line


def take_stock(session: Session, line: OrderLine) -> None:
    """Take the pieces in one statement that also checks: the last one is sold once."""
    if line.kind != "product":
        return
    pieces = line.quantity_hundredths // WHOLE
    taken = session.execute(
        update(Listing)
        .where(Listing.id == line.listing_id, Listing.stock >= pieces)
        .values(stock=Listing.stock - pieces)
        .returning(Listing.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        left = session.scalar(select(Listing.stock).where(Listing.id == line.listing_id))
        raise StockGone(left=left or 0)
