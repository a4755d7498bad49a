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
            "Betaal %(total_cents)s voor %(due_on)s, dan is het geregeld. Inloggen hoeft niet:\n"
            "%(pay_path)s\n\n"
            "Hier zie je je bestelling. Heb je nog geen wachtwoord? Kies dan bij het inloggen voor "
            "'Wachtwoord vergeten'.\n%(path)s"
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
    "series_asked": MailText(
        N_("Steeds weer? %(title)s"),
        N_(
            "Iemand vraagt jou vaker: %(title)s.\n\n"
            "Bekijk hoe vaak en wanneer, en zeg ja of nee. Nee zeggen mag altijd, zonder reden.\n\n%(path)s"
        ),
    ),
    "series_accepted": MailText(
        N_("Ja! %(title)s komt steeds terug"),
        N_(
            "Goed nieuws: er is ja gezegd op %(title)s.\n\n"
            "De bestellingen komen twee weken van tevoren, elk met een eigen betaling.\n\n%(path)s"
        ),
    ),
    "series_declined": MailText(
        N_("Het lukt niet steeds: %(title)s"),
        N_(
            "Jammer: %(title)s kan niet steeds terugkomen. Je hoeft niets te betalen. "
            "Je kunt het wel een keer vragen.\n\n%(path)s"
        ),
    ),
    "series_unanswered": MailText(
        N_("Geen antwoord: %(title)s"),
        N_(
            "Op je vraag om %(title)s steeds terug te laten komen kwam geen antwoord. "
            "Daarom is de vraag vervallen.\n\n%(path)s"
        ),
    ),
    "series_order": MailText(
        N_("Je bestelling voor %(wanted_on)s: %(title)s"),
        N_(
            "Je volgende %(title)s is op %(wanted_on)s.\n\n"
            "Betaal %(total_cents)s voor %(due_on)s, dan is het geregeld. Inloggen hoeft niet:\n"
            "%(pay_path)s\n\n"
            "Komt het een keer niet uit? Zeg deze ene dan af bij je bestelling:\n%(path)s"
        ),
    ),
    "series_slot_gone_buyer": MailText(
        N_("Een keer niet: %(title)s op %(wanted_on)s"),
        N_(
            "Op %(wanted_on)s is de tijd voor %(title)s niet vrij. Die keer slaan we over. "
            "Wil je een andere tijd? Vraag het dan los aan.\n\n%(path)s"
        ),
    ),
    "series_slot_gone_member": MailText(
        N_("Een keer niet: %(title)s op %(wanted_on)s"),
        N_(
            "Op %(wanted_on)s ben je niet vrij voor %(title)s. Die keer slaan we over. "
            "De koper weet het. Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "series_not_sold_buyer": MailText(
        N_("Een keer niet: %(title)s op %(wanted_on)s"),
        N_("%(title)s staat nu niet op de markt. Daarom slaan we %(wanted_on)s over.\n\n%(path)s"),
    ),
    "series_not_sold_member": MailText(
        N_("Een keer niet: %(title)s op %(wanted_on)s"),
        N_(
            "%(title)s staat nu niet op de markt. Daarom slaan we %(wanted_on)s over. "
            "Zet je het weer op de markt, dan gaan de volgende keren door.\n\n%(path)s"
        ),
    ),
    "series_paused": MailText(
        N_("Even pauze: %(title)s"),
        N_(
            "%(title)s staat op pauze. Er komen even geen nieuwe bestellingen. "
            "Wat er al is, gaat door.\n\n%(path)s"
        ),
    ),
    "series_resumed": MailText(
        N_("Gaat weer door: %(title)s"),
        N_("De pauze van %(title)s is voorbij. De bestellingen komen weer.\n\n%(path)s"),
    ),
    "series_stopped": MailText(
        N_("Gestopt: %(title)s"),
        N_(
            "%(title)s komt niet meer steeds terug. Er komen geen nieuwe bestellingen. "
            "Wat er al is, gaat door.\n\n%(path)s"
        ),
    ),
}
