"""Sentences of the house itself."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "mail_too_old": _l(
        "Deze mail is te oud om opnieuw te sturen. Wat erin stond, bewaren we niet zo lang."
    ),
    "refused": _l("Dat kan nu niet. Er is niets veranderd."),
    "not_found": _l("Deze pagina is er niet, of is niet voor jou."),
    "forbidden": _l("Dit mag jij niet doen. Vraag het aan iemand van jouw coöperatie."),
}
