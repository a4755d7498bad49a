"""Sentences of the house itself."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "refused": _l("Dat kan nu niet. Er is niets veranderd."),
    "not_found": _l("Deze pagina is er niet, of is niet voor jou."),
    "forbidden": _l("Dit mag jij niet doen. Vraag het aan iemand van jouw coöperatie."),
}
