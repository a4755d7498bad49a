"""Reading invoices: of an order, of a buyer, of a cooperative page by page, and what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.domain.errors import NotFound
from marketplace.domain.invoices import Buyer, Line, Seller
from marketplace.gateways.rows.prepared import Query
from marketplace.models.cooperatives import Cooperative
from marketplace.models.invoices import Invoice, InvoiceRequest
from marketplace.models.orders import Order, OrderLine
from marketplace.models.people import Person

PAGE = 30
MOST_WAITING = 500


@dataclass(frozen=True, slots=True)
class Issued:
    """A document with the invoice that it credits and the public id of its order."""

    invoice: Invoice
    credits: Invoice | None
    order: str

    @property
    def lines(self) -> list[Line]:
        """The lines as they were issued."""
        return lines_of(self.invoice)


def lines_of(invoice: Invoice) -> list[Line]:
    """Give the lines as they were issued."""
    return [Line(**line) for line in invoice.lines]


def credited(invoice: Invoice, standing: Sequence[Invoice]) -> list[Line]:
    """Give every line that credit notes took back of an invoice."""
    return [line for one in standing if one.credits_id == invoice.id for line in lines_of(one)]


def of_order(session: Session, *, cooperative_id: int, order_id: int) -> list[Invoice]:
    """Give the documents of an order, oldest first."""
    session.flush()
    named = {"cooperative_id": cooperative_id, "order_id": order_id}
    if _HAS_ONE.first(session, named) is None:  # as every order that is paid for
        return []
    return list(session.scalars(select(Invoice).where(*_OF_ORDER).order_by(Invoice.id), named))


_OF_ORDER = (
    Invoice.cooperative_id == bindparam("cooperative_id"),
    Invoice.order_id == bindparam("order_id"),
)
_HAS_ONE = Query(select(Invoice.id).where(*_OF_ORDER).limit(1))
_PARTIES = Query(
    select(
        Person.name,
        Cooperative.legal_name,
        Cooperative.address,
        Cooperative.postcode,
        Cooperative.place,
        Cooperative.kvk_number,
        Cooperative.vat_number,
        Cooperative.iban,
        Cooperative.email,
        Cooperative.account_name,
    )
    .select_from(Order)
    .join(Cooperative, Cooperative.id == Order.cooperative_id)
    .join(Person, Person.id == Order.buyer_id)
    .where(Order.id == bindparam("order_id"))
)


def parties(session: Session, *, order_id: int) -> tuple[Seller, str]:
    """Give the cooperative of an order as invoices name it (what was not filled in is empty), and who buys."""
    found = _PARTIES.first(session, {"order_id": order_id})
    if found is None:
        raise LookupError("an order has a seller and a buyer")
    buyer, *said = found
    return Seller(*(value or "" for value in said)), buyer


def supplied_on(
    session: Session, lines: Sequence[Line], days: Sequence[dt.date | None] | None
) -> dt.date | None:
    """Give the last day of supply, when all lines were supplied; `days` where they were just read."""
    if days is None:
        ids = [line.order_line_id for line in lines]
        days = session.scalars(select(OrderLine.delivered_on).where(OrderLine.id.in_(ids))).all()
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def for_order(session: Session, *, buyer_id: int, order: str) -> list[tuple[Invoice, bool]]:
    """Give a buyer's documents of an order, oldest first, and whether each can be electronic."""
    rows = session.scalars(
        select(Invoice)
        .join(Order, Order.id == Invoice.order_id)
        .where(Order.public_id == order, Order.buyer_id == buyer_id)
        .order_by(Invoice.id)
    )
    return [(row, Buyer(**row.buyer).has_full_address) for row in rows]


def open_bill(session: Session, *, order_id: int, cooperative_id: int) -> Invoice | None:
    """Give the invoice that an order that waits for money was billed with, or None."""
    query = select(Invoice).where(
        Invoice.cooperative_id == cooperative_id,
        Invoice.order_id == order_id,
        Invoice.kind == "invoice",
        Invoice.due_on.is_not(None),
    )
    return session.scalars(query.order_by(Invoice.id.desc()).limit(1)).one_or_none()


def of_buyer(session: Session, *, buyer_id: int, public_id: str) -> Issued:
    """Give one document of this buyer; NotFound for a stranger."""
    return _one(session, public_id, Order.buyer_id == buyer_id)


def of_cooperative(session: Session, *, cooperative_id: int, public_id: str) -> Issued:
    """Give one document of this cooperative; NotFound for a stranger."""
    return _one(session, public_id, Invoice.cooperative_id == cooperative_id)


def page(
    session: Session, *, cooperative_id: int, number: str = "", before: int | None = None
) -> list[Invoice]:
    """Give documents, newest first, at most PAGE from below the key `before`; `number` is a part."""
    query = select(Invoice).where(Invoice.cooperative_id == cooperative_id)
    if number:
        query = query.where(Invoice.label.contains(number, autoescape=True))
    if before is not None:
        query = query.where(Invoice.id < before)
    return list(session.scalars(query.order_by(Invoice.id.desc()).limit(PAGE)))


def waiting(session: Session, *, cooperative_id: int) -> int:
    """Count what waits for the cooperative's facts."""
    query = select(func.count()).select_from(InvoiceRequest)
    return session.scalar(query.where(InvoiceRequest.cooperative_id == cooperative_id)) or 0


def _one(session: Session, public_id: str, mine: ColumnElement[bool]) -> Issued:
    earlier = aliased(Invoice)
    found = session.execute(
        select(Invoice, earlier, Order.public_id)
        .join(Order, Order.id == Invoice.order_id)
        .outerjoin(
            earlier,
            (earlier.id == Invoice.credits_id) & (earlier.cooperative_id == Invoice.cooperative_id),
        )
        .where(Invoice.public_id == public_id, mine)
    ).one_or_none()
    if found is None:
        raise NotFound
    return Issued(*found)


def same_vat(invoice: Invoice, lines: Sequence[Line]) -> bool:
    """Tell whether an invoice says the same rate and price for every line."""
    said = {one.order_line_id: (one.vat_rate, one.gross_cents) for one in lines_of(invoice)}
    return said == {one.order_line_id: (one.vat_rate, one.gross_cents) for one in lines}
