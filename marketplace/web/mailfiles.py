"""What goes with a mail, made when it leaves: invoices as the pages give them, appointments, and links to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale

from marketplace import context
from marketplace.gateways.einvoice import AddressMissing
from marketplace.gateways.mail import Attachment
from marketplace.gateways.paylinks import PayLink
from marketplace.services.booking import appointments
from marketplace.services.invoices import reading
from marketplace.services.mailsending import Letter
from marketplace.services.trade import wishes
from marketplace.web import invoicepapers, paying
from marketplace.web.language import LANGUAGES


def files_of(letter: Letter) -> Sequence[Attachment]:
    """Give what goes with a mail, in its reader's language; no row is locked while a document is made."""
    return [*_papers(letter), *_appointments(letter)]


def links_of(letter: Letter) -> Mapping[str, str]:
    """Give the signed link to pay, for a mail that asks for money; it ends when the order no longer waits."""
    order = letter.facts.get("pay_order")
    if order is None or letter.person_id is None:
        return {}
    with context.transaction() as session:
        found = wishes.linkable(session, public_id=order, buyer_id=letter.person_id)
    buyer, until = found or ("", None)
    if until is None:
        return {}
    token = paying.links().make(PayLink(order, buyer, until))
    return {"pay_path": f"/betalen/{token}"}


def _papers(letter: Letter) -> list[Attachment]:
    """Give the PDF of an invoice, and its UBL where the buyer's address is whole."""
    public_id = letter.facts.get("invoice")
    if public_id is None or letter.person_id is None:
        return []
    with context.transaction() as session:
        found = reading.of_buyer(session, buyer_id=letter.person_id, public_id=public_id)
    name = found.invoice.label
    with force_locale(letter.locale if letter.locale in LANGUAGES else "nl"):
        files = [Attachment(f"{name}.pdf", "application/pdf", invoicepapers.pdf_of(found))]
        try:
            ubl = invoicepapers.ubl_of(found)
        except AddressMissing:
            return files
    return [*files, Attachment(f"{name}.xml", "application/xml", ubl)]


def _appointments(letter: Letter) -> list[Attachment]:
    facts = letter.facts.get("appointments")
    if not facts:
        return []
    with context.transaction() as session:
        return appointments.attached(session, facts, now=context.parts().clock())
