"""The words for what the tables say in codes: units, categories, states of a listing; and their drawings."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.domain.listings import CATEGORIES

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
_OTHER_NAMES = {"other": "lamp"}


def drawing_of(category: str) -> str:
    """Give the drawing for a listing without a picture."""
    return _OTHER_NAMES.get(category, category if category in CATEGORIES else "lamp")
