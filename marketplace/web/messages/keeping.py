"""Sentences of "Wat houd ik over?": the steps of a job that is thought of, and what a price cannot be."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

STEPS: dict[str, LazyString] = {
    "job": _l("De koper betaalt"),
    "cost": _l("Kosten"),
    "cost_set_off": _l("Kosten"),
    "municipality_below": _l("Gaat naar de gemeente"),
    "municipality_across": _l("Gaat naar de gemeente"),
    "municipality_above": _l("Gaat naar de gemeente"),
}

REASONS: dict[str, LazyString] = {
    "job": _l(
        "In deze prijs zit %(vat)s btw. Volgens jouw afspraak telt de klus mee in de maand "
        "waarin hij klaar en betaald is."
    ),
    "cost": _l("Wat je voor deze klus betaalt, met btw. De coördinator keurt de bon nog goed."),
    "cost_set_off": _l(
        "Wat je voor deze klus betaalt, met btw. De coördinator keurt de bon nog goed. "
        "De gemeente telt dan %(accepted)s mee als kosten."
    ),
    "municipality_below": _l(
        "Er komt %(credit)s bij. Tot de grens van %(threshold)s was nog %(room)s ruimte. "
        "Je blijft eronder, dus er gaat niets naar de gemeente."
    ),
    "municipality_across": _l(
        "Er komt %(credit)s bij. Tot de grens van %(threshold)s is nog %(room)s ruimte: "
        "die is helemaal voor je thermometer. Van de %(above)s daarboven gaat %(share)s naar de gemeente."
    ),
    "municipality_above": _l(
        "Je zit al op of boven de grens van %(threshold)s. Van de %(credit)s die erbij komt, "
        "gaat %(share)s naar de gemeente."
    ),
}
