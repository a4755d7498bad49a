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
    "team_asked": MailText(
        N_("Doe je mee? %(title)s"),
        N_(
            "Er is een klus voor meer mensen: %(title)s. Jouw deel is %(share_cents)s, met btw.\n\n"
            "Bekijk wat jij overhoudt en zeg ja of nee. Nee zeggen mag altijd, zonder reden.\n\n%(path)s"
        ),
    ),
    "team_agreed": MailText(
        N_("Iedereen doet mee: %(title)s"),
        N_(
            "Iedereen heeft ja gezegd op %(title)s. Jouw deel is %(share_cents)s, met btw.\n\n"
            "De koper kan nu betalen. Je krijgt een mail als dat gedaan is.\n\n%(path)s"
        ),
    ),
    "team_refused": MailText(
        N_("Samen lukt het niet: %(title)s"),
        N_(
            "Niet iedereen doet mee met %(title)s. De hele klus staat weer bij jou.\n\n"
            "Je kunt het alleen doen, andere mensen vragen, of nee zeggen.\n\n%(path)s"
        ),
    ),
    "team_off": MailText(
        N_("Gaat niet samen door: %(title)s"),
        N_("Samen %(title)s doen gaat niet door. Je hoeft niets te doen.\n\n%(path)s"),
    ),
}
