"""Mails about orders. A buyer's mail never says anything about the seller's income."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "order_requested": MailText(
        N_("Nieuwe aanvraag: %(title)s"),
        N_(
            "Iemand vraagt jou: %(title)s.\n\n"
            "Bekijk de aanvraag en zeg ja of nee. Nee zeggen mag altijd, zonder reden.\n\n%(path)s"
        ),
    ),
    "order_asked_buyer": MailText(
        N_("Je aanvraag is verstuurd: %(title)s"),
        N_(
            "We hebben je aanvraag voor %(title)s doorgegeven. Je betaalt nog niets.\n\n"
            "Je krijgt uiterlijk %(due_on)s antwoord. Hier zie je hoe het ermee staat:\n%(path)s"
        ),
    ),
    "order_placed_buyer": MailText(
        N_("Je bestelling: %(title)s"),
        N_(
            "Je hebt %(title)s besteld voor %(total_cents)s. We houden het voor je apart.\n\n"
            "Heb je nog niet betaald? Dat kan tot %(due_on)s, ook zonder in te loggen:\n%(pay_path)s\n\n"
            "Hier zie je je bestelling:\n%(path)s"
        ),
    ),
    "order_accepted_member": MailText(
        N_("In je agenda: %(title)s"),
        N_(
            "Je hebt ja gezegd op %(title)s. De afspraak zit bij deze mail, voor je agenda.\n\n"
            "Begin pas als er is betaald. Je krijgt daar een mail over.\n\n%(path)s"
        ),
    ),
    "order_accepted": MailText(
        N_("Ja! %(title)s gaat door"),
        N_(
            "Goed nieuws: er is ja gezegd op je aanvraag voor %(title)s.\n\n"
            "Betaal nu %(total_cents)s, dan is het geregeld. Dat kan tot %(due_on)s. "
            "Inloggen hoeft niet:\n%(pay_path)s\n\n"
            "Hier zie je je bestelling:\n%(path)s"
        ),
    ),
    "order_declined": MailText(
        N_("Het lukt niet: %(title)s"),
        N_(
            "Jammer: %(title)s kan deze keer niet. Je hoeft niets te betalen.\n\n"
            "Kijk gerust naar ander aanbod op de markt.\n\n%(path)s"
        ),
    ),
    "order_paid_buyer": MailText(
        N_("We hebben je betaling: %(title)s"),
        N_(
            "Bedankt! Je hebt %(total_cents)s betaald voor %(title)s.\n\n"
            "Hier zie je wat er nu gebeurt:\n%(path)s"
        ),
    ),
    "order_paid_member": MailText(
        N_("Betaald: %(title)s"),
        N_(
            "Er is betaald voor %(title)s. Je kunt aan de slag.\n\n"
            "Ben je klaar? Zet het hier op geleverd:\n%(path)s"
        ),
    ),
    "order_sold_member": MailText(
        N_("Verkocht: %(title)s"),
        N_(
            "Je hebt iets verkocht: %(title)s. Er is al betaald.\n\n"
            "Is het bij de koper? Zet het hier op geleverd:\n%(path)s"
        ),
    ),
    "order_delivered": MailText(
        N_("Klopt het? %(title)s is klaar"),
        N_("%(title)s is geleverd. Wil je even zeggen dat het klopt? Dat is één klik.\n\n%(path)s"),
    ),
    "order_confirmed": MailText(
        N_("De koper is tevreden: %(title)s"),
        N_("De koper zegt dat %(title)s klopt. Goed gedaan!\n\n%(path)s"),
    ),
    "order_confirmed_desk": MailText(
        N_("Klaar: %(title)s"),
        N_("De coöperatie zegt dat %(title)s klopt. Goed gedaan!\n\n%(path)s"),
    ),
    "order_ended_desk": MailText(
        N_("Het gaat niet door: %(title)s"),
        N_(
            "De coöperatie heeft je bestelling van %(title)s afgezegd. Je hoeft niets te betalen.\n\n"
            "Hier zie je je bestelling:\n%(path)s"
        ),
    ),
    "order_ended_desk_member": MailText(
        N_("Het gaat niet door: %(title)s"),
        N_("De coöperatie heeft %(title)s afgezegd. Je hoeft niets te doen.\n\n%(path)s"),
    ),
    "order_declined_desk": MailText(
        N_("Nee gezegd voor jou: %(title)s"),
        N_(
            "De coöperatie heeft voor jou nee gezegd op de aanvraag %(title)s. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "order_moved": MailText(
        N_("Andere tijd: %(title)s"),
        N_(
            "Je afspraak voor %(title)s is verzet. De nieuwe tijd is %(moved_on)s om %(at)s.\n\n"
            "Past dat niet? Zeg dan af.\n\n%(path)s"
        ),
    ),
    "order_moved_member": MailText(
        N_("Andere tijd: %(title)s"),
        N_(
            "Je hebt de afspraak voor %(title)s verzet. De nieuwe tijd is %(moved_on)s om %(at)s. "
            "De koper krijgt ook een mail.\n\n%(path)s"
        ),
    ),
    "order_confirmed_by_itself_buyer": MailText(
        N_("Alles goed? %(title)s"),
        N_(
            "%(title)s is een week geleden geleverd. Je hebt niet gezegd dat er iets mis was. "
            "Daarom telt het nu als goed.\n\n"
            "Klopt er toch iets niet? Meld het dan bij je bestelling:\n%(path)s"
        ),
    ),
    "order_confirmed_by_itself_member": MailText(
        N_("Helemaal klaar: %(title)s"),
        N_(
            "De koper heeft na een week niets gezegd over %(title)s. Daarom telt het nu als goed. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "order_cancelled_buyer": MailText(
        N_("Je hebt afgezegd: %(title)s"),
        N_("Je hebt %(title)s afgezegd. Je hoeft niets te betalen en niets te doen.\n\n%(path)s"),
    ),
    "order_cancelled_member": MailText(
        N_("Afgezegd: %(title)s"),
        N_("De koper heeft %(title)s afgezegd. Je hoeft niets te doen.\n\n%(path)s"),
    ),
    "order_called_off_buyer": MailText(
        N_("Afgezegd: %(title)s. Je krijgt je geld terug"),
        N_(
            "Je hebt %(title)s afgezegd. Je krijgt %(total_cents)s terug. "
            "Je hoeft daar niets voor te doen.\n\n"
            "Hier zie je hoe het ermee staat:\n%(path)s"
        ),
    ),
    "order_called_off_desk": MailText(
        N_("Afgezegd: %(title)s. Je krijgt je geld terug"),
        N_(
            "De coöperatie heeft %(title)s voor jou afgezegd. Je krijgt %(total_cents)s terug. "
            "Je hoeft daar niets voor te doen.\n\n"
            "Hier zie je hoe het ermee staat:\n%(path)s"
        ),
    ),
    "order_called_off_member": MailText(
        N_("Afgezegd: %(title)s"),
        N_(
            "De koper heeft %(title)s afgezegd en krijgt het geld terug. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "order_withdrawn_buyer": MailText(
        N_("Het lukt niet: %(title)s. Je krijgt je geld terug"),
        N_(
            "Jammer: %(title)s gaat toch niet door. Je krijgt %(total_cents)s terug. "
            "Je hoeft daar niets voor te doen.\n\n"
            "Hier zie je hoe het ermee staat:\n%(path)s"
        ),
    ),
    "order_withdrawn_member": MailText(
        N_("Het gaat niet door: %(title)s"),
        N_(
            "Je hebt gezegd dat %(title)s niet lukt. De koper krijgt een mail en het geld terug. "
            "Je hoeft niets meer te doen.\n\n%(path)s"
        ),
    ),
    "order_paid_twice_buyer": MailText(
        N_("Je betaalde twee keer: %(title)s"),
        N_(
            "Je betaalde twee keer voor %(title)s. Je krijgt %(total_cents)s terug. "
            "Je hoeft daar niets voor te doen.\n\n%(path)s"
        ),
    ),
    "order_paid_ended_buyer": MailText(
        N_("Je krijgt je geld terug: %(title)s"),
        N_(
            "Je betaalde voor een bestelling die niet doorging: %(title)s. "
            "Je krijgt %(total_cents)s terug. Je hoeft daar niets voor te doen.\n\n%(path)s"
        ),
    ),
    "order_refund_buyer": MailText(
        N_("Je krijgt geld terug: %(title)s"),
        N_(
            "Je krijgt %(total_cents)s terug voor %(title)s. "
            "Je hoeft daar niets voor te doen.\n\n"
            "Hier zie je hoe het ermee staat:\n%(path)s"
        ),
    ),
    "order_refund_member": MailText(
        N_("De koper krijgt geld terug: %(title)s"),
        N_(
            "De coöperatie geeft de koper van %(title)s geld terug. "
            "Op de pagina van je klus zie je hoe het er nu voor staat. "
            "Heb je een vraag? Stel hem aan je coördinator.\n\n%(path)s"
        ),
    ),
    "order_disputed_member": MailText(
        N_("Betaling betwist: %(title)s"),
        N_(
            "De bank van de koper vraagt de betaling voor %(title)s terug. Dat heet betwisten.\n\n"
            "De coöperatie zoekt het uit. Jij hoeft niets te doen. "
            "Is het werk nog niet af? Wacht dan even.\n\n%(path)s"
        ),
    ),
    "dispute_opened": MailText(
        N_("Antwoord op tijd, betaling betwist: %(title)s"),
        N_(
            "De bank van een koper vraagt %(total_cents)s terug voor %(title)s.\n\n"
            "Vertel jullie kant. Op de pagina staat tot wanneer dat kan, "
            "met alles wat er met de bestelling is gebeurd:\n%(path)s"
        ),
    ),
    "dispute_won": MailText(
        N_("Gewonnen: %(title)s"),
        N_(
            "De bank heeft besloten: de betaling van %(total_cents)s voor %(title)s blijft van jullie."
            "\n\n%(path)s"
        ),
    ),
    "dispute_lost": MailText(
        N_("Verloren: %(title)s"),
        N_(
            "De bank geeft %(total_cents)s voor %(title)s aan de koper. De coöperatie draagt dit. "
            "Het deel van het lid verandert niet.\n\n%(path)s"
        ),
    ),
    "dispute_warning_closed": MailText(
        N_("Vraag van de bank is gesloten: %(title)s"),
        N_(
            "De bank had een vraag over %(title)s. Die is nu gesloten. Er is geen geld weg."
            "\n\n%(path)s"
        ),
    ),
    "refund_returned": MailText(
        N_("Terugbetaling kwam terug: %(title)s"),
        N_(
            "De bank kon %(total_cents)s toch niet aan de koper geven. "
            "De koper heeft dit geld nog te goed.\n\n"
            "Probeer het opnieuw, of betaal het zelf terug:\n%(path)s"
        ),
    ),
    "order_expired_buyer": MailText(
        N_("Je bestelling is vervallen: %(title)s"),
        N_(
            "De tijd om te betalen voor %(title)s is voorbij. Daarom is de bestelling vervallen.\n\n"
            "Wil je het nog? Bestel het dan opnieuw.\n\n%(path)s"
        ),
    ),
    "order_expired_member": MailText(
        N_("Vervallen: %(title)s"),
        N_(
            "De koper heeft niet op tijd betaald voor %(title)s. Het gaat dus niet door. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "order_unanswered_buyer": MailText(
        N_("Geen antwoord op je aanvraag: %(title)s"),
        N_(
            "Op je aanvraag voor %(title)s kwam geen antwoord. Daarom is de aanvraag vervallen. "
            "Je hoeft niets te betalen.\n\n%(path)s"
        ),
    ),
    "order_unanswered_member": MailText(
        N_("Een aanvraag is vervallen: %(title)s"),
        N_(
            "De aanvraag voor %(title)s wachtte te lang op antwoord. Daarom is hij vervallen. "
            "Je hoeft niets te doen.\n\n%(path)s"
        ),
    ),
}
