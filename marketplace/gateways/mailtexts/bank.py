"""Mails about payments that we send: what the bank brought back."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "refund_came_back": MailText(
        N_("Je geld terug: welke rekening?"),
        N_(
            "We wilden %(total_cents)s naar je overmaken. De bank zegt dat het naar die rekening niet kan.\n\n"
            "Vul hier een andere rekening in. Daarna maken we het geld opnieuw over:\n%(path)s"
        ),
    ),
}
