"""Bills: an invoice before the payment, for a buyer who sends the money; taken back where it lapses unpaid.

A bill books nothing (decisions/0032): what it says is due becomes money, VAT and work only when the bank tells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.domain import invoices as rules
from marketplace.domain.orders import ENDED, LineState
from marketplace.models.invoices import Invoice, InvoiceRequest
from marketplace.models.orders import Order, OrderLine
from marketplace.services.invoices import issuing, reading

LAPSED = "Bestelling gaat niet door"


def bill(
    session: Session, *, order: Order, lines: Sequence[OrderLine], now: dt.datetime
) -> Invoice | None:
    """Issue the open bill of a locked order under its payment reference; None when it waits for facts."""
    return issuing.issue(
        session,
        order=order,
        lines=[line for line in lines if LineState(line.state) not in ENDED],
        now=now,
        payable=True,
        reference=order.bank_reference or "",
    )


def lapse(session: Session, *, order: Order, now: dt.datetime) -> Invoice | None:
    """Take back what an order that ended unpaid was billed; nothing where it was not. The order is locked.

    A bill that still waited for its number gets none.
    """
    session.execute(
        delete(InvoiceRequest).where(
            InvoiceRequest.cooperative_id == order.cooperative_id,
            InvoiceRequest.order_id == order.id,
            InvoiceRequest.kind == "invoice",
        )
    )
    standing = reading.of_order(session, cooperative_id=order.cooperative_id, order_id=order.id)
    current = next((one for one in reversed(standing) if one.kind == "invoice"), None)
    if current is None:
        return None
    rest = rules.left(reading.lines_of(current), reading.credited(current, standing))
    cents = {key: gross for key, (gross, _vat) in rest.items() if gross}
    if not cents:
        return None
    return issuing.credit(
        session,
        order_id=order.id,
        cents=cents,
        reason=LAPSED,
        source=f"invoice:{current.id}:lapsed",
        now=now,
    )
