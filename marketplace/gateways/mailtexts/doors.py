"""Mails about orders by telephone, jobs that a team shares, and orders that come back."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "phone_entered_buyer": MailText(
        N_("We hebben je bestelling genoteerd: %(title)s"),
        N_(
            "Je hebt gebeld. Wij hebben voor je genoteerd: %(title)s, samen %(total_cents)s.\n\n"
            "Je krijgt een mail of het kan. Je betaalt nog niets. Heb je nog geen wachtwoord? "
            "Kies dan bij het inloggen voor 'Wachtwoord vergeten'.\n\n%(path)s"
        ),
    ),
    "phone_to_pay_buyer": MailText(
        N_("Je bestelling: %(title)s"),
        N_(
            "Je hebt gebeld. Wij hebben voor je besteld: %(title)s.\n\n"
            "Betaal %(total_cents)s voor %(due_on)s, dan is het geregeld. Heb je nog geen "
            "wachtwoord? Kies dan bij het inloggen voor 'Wachtwoord vergeten'.\n\n%(path)s"
        ),
    ),
    "phone_accepted_desk": MailText(
        N_("Bel de koper: %(title)s gaat door"),
        N_(
            "Er is ja gezegd op %(title)s, dat jij aan de telefoon noteerde.\n\n"
            "Bel de koper en spreek af hoe %(total_cents)s betaald wordt. "
            "Dat kan tot %(due_on)s.\n\n%(path)s"
        ),
    ),
    "phone_declined_desk": MailText(
        N_("Bel de koper: %(title)s lukt niet"),
        N_(
            "Er is nee gezegd op %(title)s, dat jij aan de telefoon noteerde. "
            "Bel de koper. Misschien is er iemand anders.\n\n%(path)s"
        ),
    ),
    "phone_unanswered_desk": MailText(
        N_("Bel de koper: geen antwoord op %(title)s"),
        N_(
            "Op %(title)s, dat jij aan de telefoon noteerde, kwam geen antwoord. Het is vervallen. "
            "Bel de koper.\n\n%(path)s"
        ),
    ),
    "phone_unpaid_desk": MailText(
        N_("Niet betaald: %(title)s"),
        N_(
            "Voor %(title)s, dat jij aan de telefoon noteerde, kwam geen geld. Het is vervallen. "
            "Bel de koper.\n\n%(path)s"
        ),
    ),
}
