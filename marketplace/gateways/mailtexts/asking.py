"""Mails about quotes and about what is wanted. A buyer's mail never says anything about the member's income."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "quote_asked": MailText(
        N_("Iemand vraagt een offerte: %(title)s"),
        N_(
            "Iemand beschrijft een klus en vraagt jou om een offerte. Het gaat om: %(title)s.\n\n"
            "Je ziet wat je overhoudt voordat je antwoordt. Nee zeggen mag altijd, zonder reden. "
            "Antwoorden kan tot en met %(closes_on)s.\n\n%(path)s"
        ),
    ),
    "quote_declined": MailText(
        N_("Het lukt niet: %(title)s"),
        N_(
            "Jammer: op je vraag om een offerte voor %(title)s is nee gezegd. Je hoeft niets te betalen.\n\n"
            "Kijk gerust naar ander aanbod, of zet op de markt wat je zoekt.\n\n%(path)s"
        ),
    ),
    "quote_withdrawn": MailText(
        N_("De vraag is ingetrokken: %(title)s"),
        N_("De koper vraagt geen offerte meer voor %(title)s. Je hoeft niets te doen.\n\n%(path)s"),
    ),
    "quote_expired": MailText(
        N_("Een vraag is verlopen: %(title)s"),
        N_(
            "De vraag om een offerte voor %(title)s wachtte te lang op antwoord. Daarom is hij verlopen. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "request_expired": MailText(
        N_("Er kwam geen antwoord: %(title)s"),
        N_(
            "Op je vraag %(title)s kwam geen aanbod. Daarom is hij verlopen. Je hoeft niets te betalen.\n\n"
            "Je kunt het nog een keer vragen.\n\n%(path)s"
        ),
    ),
    "request_removed": MailText(
        N_("Je vraag is weggehaald: %(title)s"),
        N_(
            "Een coördinator heeft je vraag %(title)s van de markt gehaald. "
            "Hier lees je waarom:\n\n%(path)s"
        ),
    ),
    "request_withdrawn": MailText(
        N_("De vraag is weg: %(title)s"),
        N_(
            "De vraag %(title)s is niet meer op de markt. Je aanbod vervalt dus. "
            "Dat ligt niet aan jou. Je hoeft niets te doen.\n\n"
            "Hier zie je wat er nog meer wordt gezocht:\n%(wanted_path)s"
        ),
    ),
    "offer_made": MailText(
        N_("Er is een offerte voor je: %(title)s"),
        N_(
            "Je hebt een offerte voor %(title)s: %(total_cents)s, met btw. "
            "Die geldt tot en met %(valid_on)s.\n\n"
            "Bekijk hem rustig. Je betaalt pas als je ja zegt.\n\n%(path)s"
        ),
    ),
    "offer_taken_back": MailText(
        N_("De offerte is ingetrokken: %(title)s"),
        N_(
            "De offerte voor %(title)s geldt niet meer: de maker heeft hem ingetrokken. "
            "Misschien komt er een nieuwe.\n\n%(path)s"
        ),
    ),
    "offer_agreed_buyer": MailText(
        N_("Je hebt ja gezegd: %(title)s"),
        N_(
            "Je hebt ja gezegd op de offerte voor %(title)s.\n\n"
            "Betaal nu %(total_cents)s, dan is het geregeld. Inloggen hoeft niet:\n%(pay_path)s\n\n"
            "Hier zie je je bestelling:\n%(path)s"
        ),
    ),
    "offer_agreed_member": MailText(
        N_("De koper zegt ja: %(title)s"),
        N_(
            "De koper zegt ja op je offerte: %(title)s. Begin nog niet. "
            "Je krijgt een mail zodra er is betaald.\n\n%(path)s"
        ),
    ),
    "offer_not_chosen": MailText(
        N_("Het werd iemand anders: %(title)s"),
        N_(
            "Dank je wel voor je aanbod voor %(title)s. De koper koos deze keer iemand anders. "
            "Dat zegt niets over jouw werk.\n\n"
            "Hier zie je wat er nog meer wordt gezocht:\n%(wanted_path)s"
        ),
    ),
    "offer_turned_down": MailText(
        N_("De koper zegt nee: %(title)s"),
        N_(
            "De koper zegt nee op je offerte voor %(title)s. Dat mag altijd, zonder reden. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "offer_expired_buyer": MailText(
        N_("De offerte is verlopen: %(title)s"),
        N_(
            "De offerte voor %(title)s gold tot en met %(valid_on)s en is nu verlopen. "
            "Je hoeft niets te betalen.\n\n"
            "Wil je het nog? Vraag het dan opnieuw.\n\n%(path)s"
        ),
    ),
    "offer_expired_member": MailText(
        N_("Je offerte is verlopen: %(title)s"),
        N_(
            "De koper heeft niet op tijd geantwoord op je offerte voor %(title)s. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
}
