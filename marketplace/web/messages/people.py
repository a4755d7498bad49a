"""Sentences of the refusals about people."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "password_refused": _l("Kies een ander wachtwoord."),
    "password_too_short": _l(
        "Dit wachtwoord is te kort. Neem minstens %(shortest)s tekens. Een korte zin werkt goed."
    ),
    "password_too_long": _l("Dit wachtwoord is te lang. Neem hoogstens %(longest)s tekens."),
    "password_common": _l(
        "Dit wachtwoord is makkelijk te raden. Neem een paar woorden die niet bij elkaar horen."
    ),
    "too_many_tries": _l("Dit is te vaak geprobeerd. Wacht even en probeer het later nog eens."),
    "link_over": _l("Deze link werkt niet meer. Vraag een nieuwe link aan."),
    "invitation_over": _l(
        "Deze uitnodiging is al gebruikt of is verlopen. Vraag om een nieuwe uitnodiging."
    ),
    "invited_somebody_else": _l(
        "Deze uitnodiging is voor %(email)s. Log in met dat adres om mee te doen."
    ),
    "already_holds": _l("Je doet hier al mee. Je hoeft niets meer te doen."),
    "has_account": _l("Er is al een account met dit adres. Log in om mee te doen."),
    "name_taken": _l("Deze naam bestaat al. Kies een andere naam."),
    "operator_exists": _l("Deze persoon is al beheerder."),
}
