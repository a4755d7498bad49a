"""The files that go with a mail, made when it leaves: invoices as the pages give them, and appointments."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale

from marketplace import context
from marketplace.gateways.einvoice import AddressMissing
from marketplace.gateways.mail import Attachment
from marketplace.services.booking import appointments
from marketplace.services.invoices import reading
from marketplace.services.outbox import Letter
from marketplace.web import invoicepapers
from marketplace.web.language import LANGUAGES


def files_of(letter: Letter) -> Sequence[Attachment]:
    """Give what goes with a mail, in its reader's language; no row is locked while a document is made."""
    return [*_papers(letter), *_appointments(letter)]


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
