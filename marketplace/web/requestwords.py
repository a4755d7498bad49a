"""Where a request stands, in words for the buyer and for the member, and why one was taken away."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KIND_WORDS: dict[str, LazyString] = {"quote": _l("Offerte"), "wanted": _l("Gezocht")}
STATE_WORDS: dict[str, LazyString] = {
    "open": _l("Staat open"),
    "answered": _l("Jij bent aan zet"),
    "picked": _l("Gekozen"),
    "declined": _l("Kan niet"),
    "withdrawn": _l("Gestopt"),
    "expired": _l("Verlopen"),
    "removed": _l("Weggehaald"),
}
MEMBER_STATE_WORDS: dict[str, LazyString] = {
    **STATE_WORDS,
    "answered": _l("Wacht op de koper"),
    "picked": _l("De koper koos"),
}
REASON_WORDS: dict[str, LazyString] = {
    "insult": _l("Het kwetst iemand"),
    "personal": _l("Er staan gegevens van een persoon in"),
    "forbidden": _l("Dit mag niet op de markt"),
    "spam": _l("Het is reclame, of het staat er vaker"),
    "not_work": _l("Het is geen klus voor leden"),
}
