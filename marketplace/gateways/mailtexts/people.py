"""Mails about coming in: links to choose a password, and invitations. None tells a buyer about income."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "welcome": MailText(
        N_("Welkom! Kies je wachtwoord"),
        N_(
            "Leuk dat je meedoet. Kies een wachtwoord, dan ben je klaar.\n\n%(path)s\n\n"
            "De link werkt een uur en één keer. Heb je je niet aangemeld? Dan hoef je niets te doen."
        ),
    ),
    "account_exists": MailText(
        N_("Je hebt al een account"),
        N_(
            "Iemand wilde zich aanmelden met jouw e-mailadres. Je hebt al een account.\n\n"
            "Inloggen:\n%(path)s\n\nWachtwoord vergeten:\n%(forgot_path)s\n\n"
            "Was jij dit niet? Dan hoef je niets te doen."
        ),
    ),
    "reset": MailText(
        N_("Kies een nieuw wachtwoord"),
        N_(
            "Je vroeg om een nieuw wachtwoord. Kies het hier:\n\n%(path)s\n\n"
            "De link werkt een uur en één keer. Was jij dit niet? Dan hoef je niets te doen. "
            "Je wachtwoord blijft hetzelfde."
        ),
    ),
    "reset_unknown": MailText(
        N_("Er is geen account met dit adres"),
        N_(
            "Iemand vroeg om een nieuw wachtwoord voor dit e-mailadres. Er is hier geen account met dit adres.\n\n"
            "Misschien heb je een ander adres gebruikt. Je kunt ook een account maken:\n%(path)s\n\n"
            "Was jij dit niet? Dan hoef je niets te doen."
        ),
    ),
    "password_changed": MailText(
        N_("Je wachtwoord is veranderd"),
        N_(
            "Je hebt een nieuw wachtwoord. Je bent overal uitgelogd.\n\n"
            "Was jij dit niet? Kies dan meteen zelf een nieuw wachtwoord:\n%(path)s"
        ),
    ),
    "invited_member": MailText(
        N_("Je bent uitgenodigd door %(where)s"),
        N_(
            "%(where)s nodigt je uit om lid te worden. Als lid bied je jouw werk aan op de markt.\n\n"
            "Bekijk de uitnodiging. Je beslist zelf:\n%(path)s\n\nDe uitnodiging blijft twee weken geldig."
        ),
    ),
    "invited_coordinator": MailText(
        N_("Word coördinator van %(where)s"),
        N_(
            "Je bent gevraagd als coördinator van %(where)s.\n\n"
            "Bekijk de uitnodiging:\n%(path)s\n\nDe uitnodiging blijft twee weken geldig."
        ),
    ),
    "invited_treasurer": MailText(
        N_("Word penningmeester van %(where)s"),
        N_(
            "Je bent gevraagd als penningmeester van %(where)s.\n\n"
            "Bekijk de uitnodiging:\n%(path)s\n\nDe uitnodiging blijft twee weken geldig."
        ),
    ),
    "invited_officer": MailText(
        N_("Kijk mee voor gemeente %(where)s"),
        N_(
            "Je bent gevraagd om mee te kijken namens gemeente %(where)s.\n\n"
            "Bekijk de uitnodiging:\n%(path)s\n\nDe uitnodiging blijft twee weken geldig."
        ),
    ),
}
