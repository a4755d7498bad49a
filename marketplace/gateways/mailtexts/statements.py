"""Mails about the monthly statement. No amounts: who reads along on a screen learns nothing."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "statement_ready": MailText(
        N_("Je opgave van %(month)s staat klaar"),
        N_(
            "Je opgave van %(month)s staat klaar. Alles is al voor je uitgerekend.\n\n"
            "Kijk of het klopt en bevestig. Dat kan tot en met %(due_on)s.\n\n"
            "Alles daarin is een INDICATIE. Alleen het college van je gemeente beslist over je uitkering. "
            "Bij wie je vragen stelt en hoe je bezwaar maakt, staat op de pagina.\n\n%(path)s"
        ),
    ),
    "statement_reminder": MailText(
        N_("Je opgave van %(month)s ligt nog klaar"),
        N_(
            "Je opgave van %(month)s ligt nog voor je klaar. Alles is al uitgerekend.\n\n"
            "Kijk of het klopt en bevestig. Dat kan tot en met %(due_on)s. "
            "Klopt er iets niet? Zeg het daar per regel, dan zoeken we het uit.\n\n"
            "Alles daarin is een INDICATIE. Alleen het college van je gemeente beslist over je uitkering. "
            "Bij wie je vragen stelt en hoe je bezwaar maakt, staat op de pagina.\n\n%(path)s"
        ),
    ),
    "statement_reminder_nil": MailText(
        N_("Je opgave van %(month)s ligt nog klaar"),
        N_(
            "In %(month)s heb je niets verdiend via de coöperatie. Klopt dat? "
            "Dan is één tik genoeg. Dat kan tot en met %(due_on)s.\n\n"
            "Alles daarin is een INDICATIE. Alleen het college van je gemeente beslist over je uitkering. "
            "Bij wie je vragen stelt en hoe je bezwaar maakt, staat op de pagina.\n\n%(path)s"
        ),
    ),
    "question_asked": MailText(
        N_("Een vraag over een opgave van %(month)s"),
        N_(
            "Een lid heeft een vraag over een regel in de opgave van %(month)s. "
            "Het lid weet dat er uiterlijk %(due_on)s een antwoord komt.\n\n%(path)s"
        ),
    ),
    "question_answered": MailText(
        N_("Er is antwoord op je vraag over %(month)s"),
        N_(
            "Je coördinator heeft je vraag over de opgave van %(month)s beantwoord. "
            "Je leest het antwoord bij je opgave.\n\n%(path)s"
        ),
    ),
    "statement_corrected": MailText(
        N_("Je opgave van %(month)s is opnieuw berekend"),
        N_(
            "Er is later nog iets geboekt voor %(month)s. Daarom hebben we die maand opnieuw berekend.\n\n"
            "Wat je toen stuurde, blijft staan. Het verschil zie je in je volgende opgave. "
            "Je hoeft nu niets te doen.\n\n"
            "Alles daarin is een INDICATIE. Alleen het college van je gemeente beslist over je uitkering. "
            "Bij wie je vragen stelt en hoe je bezwaar maakt, staat op de pagina.\n\n%(path)s"
        ),
    ),
}
