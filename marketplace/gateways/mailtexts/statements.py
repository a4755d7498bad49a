"""Mails about the monthly statement. No amounts: who reads along on a screen learns nothing."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "statement_ready": MailText(
        N_("Je opgave van %(month)s staat klaar"),
        N_(
            "Je opgave van %(month)s staat klaar. Alles is al voor je uitgerekend.\n\n"
            "Kijk of het klopt en bevestig. Dat kan tot en met %(due_on)s.\n\n%(path)s"
        ),
    ),
    "statement_corrected": MailText(
        N_("Je opgave van %(month)s is opnieuw berekend"),
        N_(
            "Er is later nog iets geboekt voor %(month)s. Daarom hebben we die maand opnieuw berekend.\n\n"
            "Wat je toen stuurde, blijft staan. Het verschil zie je in je volgende opgave. "
            "Je hoeft nu niets te doen.\n\n%(path)s"
        ),
    ),
}
