"""Issuing invoices and credit notes, in the transaction of what they tell about; never in the way of money.

Where the cooperative's own facts are missing the document waits in a queue and takes its number
once they are there: a payment is never held up, and numbers stay without gaps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain import invoices as rules
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.vat import Scheme
from marketplace.gateways.rows.bulk import add_now
from marketplace.models.invoices import Invoice, InvoiceRequest
from marketplace.models.orders import Order, OrderLine
from marketplace.services.books import vat
from marketplace.services.invoices import copying, numbering, reading
from marketplace.services.outbox import queue_mail

PAYMENT_DAYS = 14


@dataclass(frozen=True, slots=True)
class _Wish:
    """A document that is asked for: `source` makes it one, `facts` is JSON.

    `delivered` are the days of the lines, where they were just read.
    """

    order: Order
    kind: str
    source: str
    facts: dict[str, Any]
    now: dt.datetime
    delivered: tuple[dt.date | None, ...] | None = None


def issue(
    session: Session,
    *,
    order: Order,
    lines: Sequence[OrderLine],
    now: dt.datetime,
    payable: bool = False,
    reference: str = "",
    scheme: Scheme | None = None,
) -> Invoice | None:
    """Issue the invoice of an order whose lines have their VAT; None when it waits for the cooperative's facts.

    `scheme` is that of today where the caller knows it. `payable` is a bill that is open (bank
    transfer), with its payment reference. An order whose invoice says the same already keeps it;
    where the VAT became another one since, the old invoice is credited and a new one says what is
    due. Call it with the order locked.
    """
    wanted = copying.lines_of(session, lines)
    standing = reading.of_order(session, cooperative_id=order.cooperative_id, order_id=order.id)
    current = next((one for one in reversed(standing) if one.kind == "invoice"), None)
    if current is not None and reading.same_vat(current, wanted):
        return current
    if current is not None:
        _credit_rest(session, current, standing, now)
    count = sum(one.kind == "invoice" for one in standing) + 1
    facts = {
        "lines": [asdict(line) for line in wanted],
        "payable": payable,
        "reference": reference,
        "scheme": scheme
        or vat.scheme_on(session, cooperative_id=order.cooperative_id, day=day_in_amsterdam(now)),
    }
    days = tuple(line.delivered_on for line in lines)
    wish = _Wish(order, "invoice", f"order:{order.id}:{count}", facts, now, days)
    # It does not stand yet: all that the order has was just read.
    made = _try(session, wish)
    if made is None:
        _wait(session, wish)
    return made


def credit(
    session: Session,
    *,
    order_id: int,
    cents: Mapping[int, int],
    reason: str,
    source: str,
    now: dt.datetime,
    patient: bool = False,
) -> Invoice | None:
    """Issue a credit note for gross cents by order line; the same `source` twice gives the first one.

    None when it waits with the invoice that it credits. Raises CreditTooLarge for more than is left;
    a patient one waits then too, so that money never waits for paper.
    """
    order = session.get_one(Order, order_id)
    facts = {"cents": {str(key): amount for key, amount in cents.items()}, "reason": reason[:200]}
    wish = _Wish(order, "credit", source, facts, now)
    try:
        return _ask(session, wish)
    except rules.CreditTooLarge:
        if not patient:
            raise
        _wait(session, wish)
        return None


def retry(session: Session, *, cooperative_id: int, now: dt.datetime) -> int:
    """Issue what waited, in the order in which it was asked; gives how many.

    A credit note that takes more than is left stays waiting, for somebody to look at.
    """
    waiting = session.scalars(
        select(InvoiceRequest)
        .where(InvoiceRequest.cooperative_id == cooperative_id)
        .order_by(InvoiceRequest.id)
        .limit(reading.MOST_WAITING)
        .with_for_update()
    ).all()
    done = 0
    for request in waiting:
        order = session.get_one(Order, request.order_id)
        wish = _Wish(order, request.kind, request.source, request.facts, now)
        with suppress(rules.CreditTooLarge):
            if _try(session, wish) is not None:
                session.delete(request)
                done += 1
    session.flush()
    return done


def _ask(session: Session, wish: _Wish) -> Invoice | None:
    """Issue now, or let it wait; a repeat finds the document or the one that waits."""
    tenant = wish.order.cooperative_id
    found = session.scalar(
        select(Invoice).where(Invoice.cooperative_id == tenant, Invoice.source == wish.source)
    )
    found = found or _try(session, wish)
    if found is None:
        _wait(session, wish)
    return found


def _wait(session: Session, wish: _Wish) -> None:
    """Put a document in the queue, once; an invoice that waits already says what is known now."""
    tenant = wish.order.cooperative_id
    waits = session.scalars(
        select(InvoiceRequest).where(
            InvoiceRequest.cooperative_id == tenant, InvoiceRequest.source == wish.source
        )
    ).one_or_none()
    if waits is not None and wish.kind == "invoice":
        waits.facts = wish.facts
    if waits is None:
        session.add(
            InvoiceRequest(
                cooperative_id=tenant,
                order_id=wish.order.id,
                kind=wish.kind,
                source=wish.source,
                facts=wish.facts,
                asked_at=wish.now,
            )
        )
        session.flush()


def _try(session: Session, wish: _Wish) -> Invoice | None:
    """Write the document; None when something that it needs is not there."""
    seller, buyer = reading.parties(session, order_id=wish.order.id)
    if rules.missing(seller, payable=bool(wish.facts.get("payable"))):
        return None
    if wish.kind == "invoice":
        return _write_invoice(session, wish, seller, buyer)
    return _write_credit(session, wish, seller)


def _write_invoice(session: Session, wish: _Wish, seller: rules.Seller, buyer: str) -> Invoice:
    order, facts = wish.order, wish.facts
    day = day_in_amsterdam(wish.now)
    lines = [rules.Line(**line) for line in facts["lines"]]
    open_bill = bool(facts["payable"]) and order.paid_at is None
    row = Invoice(
        kind="invoice",
        supplied_on=reading.supplied_on(session, lines, wish.delivered),
        paid_on=day_in_amsterdam(order.paid_at) if order.paid_at else None,
        due_on=_due_on(order, day) if open_bill else None,
        reason="",
        scheme=facts["scheme"],
        reference=facts["reference"],
        seller=asdict(seller),
        buyer=asdict(rules.buyer_of(buyer, order.address)),
        exemption=rules.exemption(facts["scheme"]),
    )
    return _number(session, row, wish, lines)


def _due_on(order: Order, day: dt.date) -> dt.date:
    """Give until when an open bill is waited for: as long as the order waits, else two weeks."""
    if order.due_at is not None and day_in_amsterdam(order.due_at) >= day:
        return day_in_amsterdam(order.due_at)
    return day + dt.timedelta(days=PAYMENT_DAYS)


def _write_credit(session: Session, wish: _Wish, seller: rules.Seller) -> Invoice | None:
    order = wish.order
    standing = reading.of_order(session, cooperative_id=order.cooperative_id, order_id=order.id)
    invoice = next((one for one in reversed(standing) if one.kind == "invoice"), None)
    if invoice is None:
        return None
    cents = {int(key): amount for key, amount in wish.facts["cents"].items()}
    lines = rules.credit_lines(
        reading.lines_of(invoice), reading.credited(invoice, standing), cents
    )
    row = Invoice(
        kind="credit",
        supplied_on=invoice.supplied_on,
        credits_id=invoice.id,
        reason=wish.facts["reason"],
        scheme=invoice.scheme,
        reference="",
        seller=asdict(seller),
        buyer=dict(invoice.buyer),
        exemption=invoice.exemption,
    )
    return _number(session, row, wish, lines)


def _credit_rest(
    session: Session, invoice: Invoice, standing: Sequence[Invoice], now: dt.datetime
) -> None:
    """Take back what is left of an invoice, so that a new one can say what is due."""
    rest = rules.left(reading.lines_of(invoice), reading.credited(invoice, standing))
    cents = {key: gross for key, (gross, _vat) in rest.items() if gross}
    if cents:
        credit(
            session,
            order_id=invoice.order_id,
            cents=cents,
            reason="Btw aangepast",
            source=f"invoice:{invoice.id}:replaced",
            now=now,
        )


def _number(session: Session, row: Invoice, wish: _Wish, lines: Sequence[rules.Line]) -> Invoice:
    """Give the document its number, as the last thing that happens to it, and queue its mail."""
    order = wish.order
    row.issued_on, row.issued_at = day_in_amsterdam(wish.now), wish.now
    row.cooperative_id, row.order_id, row.source = order.cooperative_id, order.id, wish.source
    row.lines = [asdict(line) for line in lines]
    row.gross_cents = sum(line.gross_cents for line in lines)
    row.vat_cents = sum(line.vat_cents for line in lines)
    row.net_cents = row.gross_cents - row.vat_cents
    row.year = row.issued_on.year
    row.number = numbering.take(session, cooperative_id=order.cooperative_id, year=row.year)
    row.label = rules.label(row.year, row.number)
    add_now(session, row)
    queue_mail(
        session,
        kind="invoice_issued" if row.kind == "invoice" else "credit_note_issued",
        person_id=order.buyer_id,
        facts={
            "number": row.label,
            "total_cents": row.gross_cents,
            "path": f"/bestellingen/{order.public_id}",
            "invoice": row.public_id,
        },
        dedupe_key=f"invoice:{row.id}",
        order_id=order.id,
        now=wish.now,
    )
    return row
