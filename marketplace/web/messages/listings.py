"""Sentences of the refusals about listings."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "unit_does_not_fit": _l("Kies een dienst per uur, klus of persoon, of een product per stuk."),
    "stock_does_not_fit": _l(
        "Een product heeft een voorraad van nul of meer. Een dienst heeft geen voorraad."
    ),
    "may_not_offer": _l(
        "Je kunt nu niets aanbieden, want je lidmaatschap staat stil. Vraag het aan je coördinator."
    ),
    "not_a_picture": _l(
        "Dit bestand is geen foto die we kunnen lezen. Kies een foto (JPG, PNG of WebP)."
    ),
    "too_many_pictures": _l("Er passen %(most)s foto's bij. Haal eerst een foto weg."),
}
