"""A buyer who sends the money by bank: the reference to send it under, the bill, and more days to do it."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.bank import references
from marketplace.domain.bank.banking import TRANSFER_WAIT, NoAccountYet
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import PaymentState, StepNotAllowed
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.services.invoices import billing
from marketplace.services.trade.lines import lock_order


def choose(session: Session, *, buyer_id: int, public_id: str, now: dt.datetime) -> Order:
    """Give the order its reference, fourteen days and its bill; choosing again changes nothing.

    Raises NotFound for a stranger, StepNotAllowed when the order does not wait for money (any more),
    NoAccountYet where the cooperative has told no account.
    """
    order_id = session.scalar(
        select(Order.id).where(Order.public_id == public_id, Order.buyer_id == buyer_id)
    )
    if order_id is None:
        raise NotFound
    order, lines = lock_order(session, order_id)
    too_late = order.due_at is not None and order.due_at <= now
    if order.payment_state != PaymentState.AWAITING or too_late:
        raise StepNotAllowed
    if session.get_one(Cooperative, order.cooperative_id).iban is None:
        raise NoAccountYet
    if order.bank_reference is None:
        order.bank_reference = _free_reference(session)
        longer = now + TRANSFER_WAIT
        order.due_at = longer if order.due_at is None else max(order.due_at, longer)
        session.flush()
        # Last of all: who issues holds the cooperative's number until the end.
        billing.bill(session, order=order, lines=lines, now=now)
    return order


def _free_reference(session: Session) -> str:
    """Give a random reference that no order has; it tells nobody how many orders there are."""
    while True:
        made = references.make(secrets.randbelow(10**references.DIGITS))
        taken = session.scalar(select(Order.id).where(Order.bank_reference == made))
        if taken is None:
            return made
