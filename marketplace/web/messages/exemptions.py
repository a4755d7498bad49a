"""Words about an exemption by decision, and the sentences of its refusals."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

GROUNDS: dict[str, LazyString] = {
    "y": _l("De deelnemer kan door een medische beperking niet alle uren werken"),
    "z": _l("De deelnemer werkt met loonkostensubsidie"),
}
OWN_GROUNDS: dict[str, LazyString] = {
    "y": _l("omdat je door een medische beperking niet alle uren kunt werken"),
    "z": _l("omdat je werkt met loonkostensubsidie"),
}

SENTENCES: dict[str, LazyString] = {
    "exemption_ground": _l("Kies een van de twee redenen."),
    "exemption_before_agreement": _l(
        "De afspraak begint later. Kies een maand waarin de afspraak al geldt."
    ),
    "exemption_month_stated": _l(
        "Van deze maand of een latere is er al een opgave. Kies een maand daarna."
    ),
    "exemption_ends_before": _l("De laatste maand ligt vóór de eerste. Kies een latere maand."),
}
