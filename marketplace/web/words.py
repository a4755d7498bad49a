"""The words for what the tables say in codes: units, categories, states, steps of the worker; and drawings."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CATEGORY_WORDS: Mapping[str, LazyString] = {
    "garden": _l("Tuin"),
    "sewing": _l("Naaien"),
    "bike": _l("Fiets"),
    "food": _l("Eten"),
    "music": _l("Muziek"),
    "web": _l("Website"),
    "furniture": _l("Meubels"),
    "photo": _l("Foto"),
    "other": _l("Overig"),
}
UNIT_WORDS: Mapping[str, LazyString] = {
    "hour": _l("per uur"),
    "job": _l("per klus"),
    "person": _l("per persoon"),
    "piece": _l("per stuk"),
}
HOW_MANY_WORDS: Mapping[str, LazyString] = {
    "hour": _l("Hoeveel uur?"),
    "job": _l("Hoe vaak?"),
    "person": _l("Hoeveel personen?"),
    "piece": _l("Hoeveel stuks?"),
}
STATE_WORDS: Mapping[str, LazyString] = {
    "draft": _l("Concept"),
    "published": _l("Op de markt"),
    "paused": _l("Pauze"),
}
STEP_WORDS: Mapping[str, LazyString] = {
    "bank_events": _l("Berichten van de testbank"),
    "reconciliation": _l("Betaaldienst naast de boeken"),
    "confirmed_lines": _l("Leveringen die vanzelf bevestigd zijn"),
    "refunds": _l("Geld terug naar kopers"),
    "waiting_pages": _l("Betaalpagina’s die wachten"),
    "provider_calls": _l("Opdrachten aan de betaaldienst"),
    "expired_orders": _l("Bestellingen die te lang wachten"),
    "forgotten_mails": _l("Oude mails die we vergeten"),
    "expired_offers": _l("Offertes die verlopen zijn"),
    "closed_requests": _l("Aanvragen die verlopen zijn"),
    "recurring_orders": _l("Bestellingen die steeds terugkomen"),
    "forgotten_reviews": _l("Oude beoordelingen die we vergeten"),
    "complaint_clocks": _l("Klachten waarvan de tijd om is"),
    "forgotten_complaints": _l("Oude klachten die we vergeten"),
    "forgotten_requests": _l("Oude aanvragen die we vergeten"),
    "mails": _l("Mails versturen"),
    "months": _l("Opgaven van maanden die voorbij zijn"),
    "reminders": _l("Herinneren aan opgaven"),
}
# Some kinds of work have several drawings, so that two offers side by side do not look alike.
_DRAWINGS: Mapping[str, tuple[str, ...]] = {
    "garden": ("garden2", "garden3", "garden"),
}


def drawing_of(category: str, kind: str = "service", title: str = "") -> str:
    """Give the drawing for a listing without a picture; the same title always has the same one."""
    if category == "furniture" and kind == "product":
        return "lamp"
    choice = _DRAWINGS.get(category, (category,))
    return choice[len(title) % len(choice)]


def drawings_of(category: str, kind: str, title: str) -> list[str]:
    """Give three drawings for the page of a listing where there are so many, else one; its own first."""
    first = drawing_of(category, kind, title)
    others = [name for name in _DRAWINGS.get(category, ()) if name != first]
    return [first, *others] if len(others) == 2 else [first]
