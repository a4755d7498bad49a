"""Sentences of the refusals about messages."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "empty_message": _l("Schrijf iets, of kies een foto."),
    "message_too_long": _l("Je bericht is te lang. Neem hoogstens %(most)s tekens."),
    "too_many_messages": _l(
        "Je hebt in een uur %(most)s berichten verstuurd. Wacht even en probeer het dan weer."
    ),
}
