"""Reading invoices: of an order, of a buyer, of a cooperative page by page, and what waits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.invoices import Line, Seller
from marketplace.models.cooperatives import Cooperative
from marketplace.models.invoices import Invoice, InvoiceRequest
from marketplace.models.orders import Order

PAGE = 30
MOST_WAITING = 500


def seller_of(cooperative: Cooperative) -> Seller:
    """Give the cooperative as invoices name it; what was not filled in is empty."""
    return Seller(
        name=cooperative.legal_name or "",
        address=cooperative.address or "",
        postcode=cooperative.postcode or "",
        place=cooperative.place,
        kvk_number=cooperative.kvk_number or "",
        vat_number=cooperative.vat_number or "",
        iban=cooperative.iban or "",
        email=cooperative.email,
    )


def lines_of(invoice: Invoice) -> list[Line]:
    """Give the lines as they were issued."""
    return [Line(**line) for line in invoice.lines]


def credited(invoice: Invoice, standing: Sequence[Invoice]) -> list[Line]:
    """Give every line that credit notes took back of an invoice."""
    return [line for one in standing if one.credits_id == invoice.id for line in lines_of(one)]


def of_order(session: Session, *, cooperative_id: int, order_id: int) -> list[Invoice]:
    """Give the documents of an order, oldest first."""
    query = select(Invoice).where(
        Invoice.cooperative_id == cooperative_id, Invoice.order_id == order_id
    )
    return list(session.scalars(query.order_by(Invoice.id)))


def of_buyer(session: Session, *, buyer_id: int, public_id: str) -> Invoice:
    """Give one document of this buyer; NotFound for a stranger."""
    return _one(
        session.scalar(
            select(Invoice)
            .join(Order, Order.id == Invoice.order_id)
            .where(Invoice.public_id == public_id, Order.buyer_id == buyer_id)
        )
    )


def of_cooperative(session: Session, *, cooperative_id: int, public_id: str) -> Invoice:
    """Give one document of this cooperative; NotFound for a stranger."""
    return _one(
        session.scalar(
            select(Invoice).where(
                Invoice.public_id == public_id, Invoice.cooperative_id == cooperative_id
            )
        )
    )


def number_credited(session: Session, *, invoice: Invoice) -> Invoice | None:
    """Give the invoice that a credit note is about; None for an invoice."""
    if invoice.credits_id is None:
        return None
    return session.scalar(
        select(Invoice).where(
            Invoice.id == invoice.credits_id, Invoice.cooperative_id == invoice.cooperative_id
        )
    )


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


def _one(found: Invoice | None) -> Invoice:
    if found is None:
        raise NotFound
    return found
