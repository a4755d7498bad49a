"""Mails about invoices: the number, the amount, and where the document is."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "invoice_issued": MailText(
        N_("Je factuur %(number)s"),
        N_(
            "Je factuur %(number)s van %(total_cents)s zit bij deze mail. Je kunt hem ook hier "
            "bekijken en bewaren:\n%(path)s"
        ),
    ),
    "credit_note_issued": MailText(
        N_("Je creditfactuur %(number)s"),
        N_(
            "Je creditfactuur %(number)s van %(total_cents)s zit bij deze mail. Je kunt hem ook "
            "hier bekijken en bewaren:\n%(path)s"
        ),
    ),
}
