"""Sentences of the refusals of the rulebook, and what the law to come is called."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "rule_unknown": _l("De regel %(id)s kennen we niet."),
    "rule_before_first": _l(
        "Voor %(on)s hebben we geen bedragen. De regels beginnen op %(first)s."
    ),
    "rule_no_value": _l("De regel %(id)s heeft op %(on)s geen bedrag. %(reason)s"),
    "rule_needs_reference": _l("Schrijf op waar dit staat, of waarom je het doet."),
    "rule_before_expected": _l("Deze regel begint op zijn vroegst op %(expected)s."),
    "rule_inside_month": _l("Een regel begint op de eerste dag van een maand."),
    "rule_not_computed": _l("Met deze regel rekenen we hier niet. Bevestigen heeft geen zin."),
    "rule_confirmed_already": _l(
        "Deze regel is al bevestigd. Wil je een andere dag? Trek de bevestiging dan eerst in."
    ),
    "rule_not_confirmed": _l("Deze regel is niet bevestigd. Er valt niets in te trekken."),
    "norm_under_18": _l("Voor iemand onder de 18 jaar is er geen bijstandsnorm."),
}

PENDING: dict[str, LazyString] = {
    "p1": _l("Nieuwe vrijlating: 15 procent, twaalf maanden achter elkaar"),
    "p1b": _l("Nieuwe vrijlating: 15 procent voor wie door ziekte minder uren kan werken"),
    "p1c": _l("Nieuwe vrijlating: 25 procent vanaf de AOW-leeftijd"),
    "p2": _l("Bufferbudget: geld voor maanden waarin het inkomen te laag uitkomt"),
    "p3": _l("Inkomen telt mee in de maand waarin je het kunt gebruiken"),
    "p4": _l("Het bedrag voor giften in 2027"),
    "p5": _l("De belastingkorting in de norm gaat elk half jaar omlaag"),
}
