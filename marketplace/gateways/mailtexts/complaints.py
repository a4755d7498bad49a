"""Mails about complaints: that there is something and until when, never what it says. No blame, no threats."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "complaint_received": MailText(
        N_("We hebben je melding: %(title)s"),
        N_(
            "Je hebt gemeld dat er iets niet klopt met %(title)s. Wie het deed, antwoordt uiterlijk "
            "op %(due_on)s. Komt er geen antwoord, dan kijkt de coördinator ernaar. "
            "Je hoeft nu niets te doen.\n\n%(path)s"
        ),
    ),
    "complaint_new": MailText(
        N_("De koper wil iets zeggen over %(title)s"),
        N_(
            "De koper is nog niet helemaal tevreden over %(title)s. Dat kan gebeuren.\n\n"
            "Lees wat er is en zeg wat je kunt doen. Dat kan tot en met %(due_on)s. "
            "Kom je er niet uit? Geef het door aan de coördinator, die helpt je.\n\n%(path)s"
        ),
    ),
    "complaint_answered": MailText(
        N_("Er is een voorstel voor je: %(title)s"),
        N_(
            "Er is geantwoord op je melding over %(title)s. Wil je zeggen of het zo goed is? "
            "Dat kan tot en met %(due_on)s. Horen we dan niets, dan sluiten we de melding.\n\n%(path)s"
        ),
    ),
    "complaint_redone": MailText(
        N_("Het is opnieuw gedaan: %(title)s"),
        N_(
            "%(title)s is opnieuw gedaan. Wil je kijken of het nu goed is? "
            "Dat kan tot en met %(due_on)s. Horen we dan niets, dan sluiten we de melding.\n\n%(path)s"
        ),
    ),
    "complaint_passed_on": MailText(
        N_("De coördinator kijkt mee: %(title)s"),
        N_(
            "De melding over %(title)s ligt nu bij de coördinator. Die hoort beide kanten en beslist "
            "uiterlijk op %(due_on)s. Wil je nog iets vertellen? Dat kan hier:\n%(path)s"
        ),
    ),
    "complaint_yours": MailText(
        N_("Een klacht wacht op jou: %(title)s"),
        N_(
            "De koper en het lid komen er samen niet uit, of ze vragen om jouw besluit over "
            "%(title)s. Beslis uiterlijk op %(due_on)s.\n\n%(path)s"
        ),
    ),
    "complaint_late": MailText(
        N_("Een klacht wacht nog steeds: %(title)s"),
        N_(
            "De klacht over %(title)s wacht op een besluit. De laatste dag was %(due_on)s. "
            "De koper en het lid wachten allebei.\n\n%(path)s"
        ),
    ),
    "complaint_redo_agreed": MailText(
        N_("Je doet het opnieuw: %(title)s"),
        N_(
            "Er is afgesproken dat je %(title)s opnieuw doet. Op welke dag, lees je hier. "
            "Zeg daar ook dat het klaar is, uiterlijk op %(due_on)s.\n\n%(path)s"
        ),
    ),
    "complaint_part_agreed": MailText(
        N_("De koper gaat akkoord: %(title)s"),
        N_(
            "De koper vindt jouw voorstel voor %(title)s goed. De coördinator regelt het geld "
            "uiterlijk op %(due_on)s. Jij hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "complaint_solved": MailText(
        N_("Opgelost: %(title)s"),
        N_("De koper is tevreden met je antwoord over %(title)s. Goed gedaan!\n\n%(path)s"),
    ),
    "complaint_withdrawn": MailText(
        N_("De koper heeft het teruggenomen: %(title)s"),
        N_("De koper neemt de melding over %(title)s terug. Jij hoeft niets te doen.\n\n%(path)s"),
    ),
    "complaint_decided": MailText(
        N_("Er is een besluit: %(title)s"),
        N_(
            "De coördinator heeft besloten over %(title)s. Wat het besluit is en waarom, "
            "lees je hier:\n%(path)s"
        ),
    ),
    "complaint_refunded": MailText(
        N_("Je krijgt geld terug: %(title)s"),
        N_(
            "De coördinator heeft besloten: je krijgt %(total_cents)s terug voor %(title)s. "
            "Je hoeft daar niets voor te doen. Waarom dit het besluit is, lees je hier:\n%(path)s"
        ),
    ),
    "complaint_silent": MailText(
        N_("Je melding is gesloten: %(title)s"),
        N_(
            "We hoorden niets meer van je over %(title)s. Daarom is je melding gesloten. "
            "Is het toch niet goed? Mail dan de coöperatie.\n\n%(path)s"
        ),
    ),
    "complaint_ended": MailText(
        N_("Gesloten: %(title)s"),
        N_(
            "De koper reageerde niet meer over %(title)s. Daarom is de melding gesloten. "
            "Jij hoeft niets te doen.\n\n%(path)s"
        ),
    ),
    "complaint_words": MailText(
        N_("Er is iets toegevoegd: %(title)s"),
        N_("Bij de melding over %(title)s is iets geschreven. Lees het hier:\n%(path)s"),
    ),
}
