"""Sentences about what a municipality chose where the law leaves room."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KEYS: dict[str, LazyString] = {
    "n_counting": _l("Maanden met vrijlating"),
    "n_restart": _l("Opnieuw zes maanden vrijlating"),
    "above_norm": _l("Inkomen zo hoog als de norm"),
    "surplus": _l("Meer verdiend dan de norm"),
    "tax_basis": _l("Voor of na de belasting"),
    "frequency": _l("Hoe vaak je een opgave stuurt"),
    "definitive_settlement": _l("De jaarafrekening"),
    "costs": _l("Kosten"),
    "hours_limit": _l("Uren"),
    "four_weekly_pay": _l("Loon per vier weken"),
    "tolerate_u27": _l("Jonger dan 27"),
}

CHOICES: dict[tuple[str, str], LazyString] = {
    ("n_counting", "total_months_with_exemption"): _l(
        "Alleen maanden waarin je echt vrijlating kreeg, tellen mee voor de zes."
    ),
    ("n_counting", "consecutive_calendar_months"): _l(
        "De zes maanden lopen door vanaf de eerste, ook als je een maand niets verdient."
    ),
    ("n_restart", "none"): _l("De zes maanden beginnen niet opnieuw."),
    ("n_restart", "after_new_benefit_period"): _l(
        "Ging je uitkering stoppen en kreeg je later een nieuwe? "
        "Dan beginnen de zes maanden opnieuw, als de gemeente dat besluit."
    ),
    ("n_restart", "structural_5_more_hours_per_week"): _l(
        "Ga je blijvend vijf uur per week of meer extra werken? "
        "Dan beginnen de zes maanden opnieuw, als de gemeente dat besluit."
    ),
    ("above_norm", "offer_choice_to_keep_supplement"): _l(
        "Is er door de vrijlating nog een aanvulling, dan mag je die houden."
    ),
    ("above_norm", "benefit_stops"): _l("Dan is er die maand geen vrijlating en geen uitkering."),
    ("surplus", "none"): _l("Dat blijft van jou en telt niet mee in een andere maand."),
    ("surplus", "carry_to_remaining_months_of_calendar_year"): _l(
        "Wat boven de norm uitkomt, telt mee in de maanden die dat jaar nog komen."
    ),
    ("tax_basis", "gross_profit_then_correct"): _l(
        "De gemeente rekent met de winst voor de belasting. "
        "Na de aanslag van de Belastingdienst wordt het verschil verrekend."
    ),
    ("frequency", "monthly"): _l("Elke maand."),
    ("frequency", "quarterly"): _l("Elk kwartaal, drie maanden samen."),
    ("frequency", "yearly"): _l("Elk jaar, twaalf maanden samen."),
    ("definitive_settlement", "after_IB_assessment"): _l(
        "Die komt na de aanslag van de Belastingdienst, op zijn vroegst in mei van het jaar erna."
    ),
    ("costs", "only_costs_listed_in_agreement"): _l(
        "De gemeente heeft geen eigen lijst. Alleen wat in de afspraak staat, telt mee."
    ),
    ("costs", "listed"): _l("Alleen dit telt mee: %(costs)s."),
    ("hours_limit", "none"): _l("De gemeente houdt geen grens voor uren aan."),
    ("four_weekly_pay", "times_13_divided_by_12"): _l(
        "Loon van ander werk staat niet in deze berekening. Geef het zelf door. "
        "De gemeente rekent vier weken om naar een maand: keer 13, gedeeld door 12."
    ),
    ("tolerate_u27", "no"): _l("De vrijlating begint vanaf 27 jaar."),
    ("tolerate_u27", "yes"): _l(
        "In 2026 kan de gemeente ook aan wie jonger is dan 27 vrijlating geven, met een besluit."
    ),
}

# Values that are no closed list.
FREE: dict[str, LazyString] = {
    "hours_limit": _l(
        "De gemeente houdt %(value)s aan. Wie meer werkt, bespreekt dat. Er wordt niets ingehouden."
    ),
}

UNITS: dict[str, LazyString] = {
    " per week": _l(" uur per week"),
    " per month": _l(" uur per maand"),
    " per year": _l(" uur per jaar"),
}

LIMITS: dict[str, LazyString] = {
    "week": _l("%(hours)s uur per week"),
    "month": _l("%(hours)s uur per maand"),
    "year": _l("%(hours)s uur per jaar"),
}

RESTARTS: dict[str, LazyString] = {
    "none": _l("De gemeente besloot dat de zes maanden opnieuw beginnen."),
    "after_new_benefit_period": _l("Er begon een nieuwe uitkering."),
    "structural_5_more_hours_per_week": _l(
        "Er wordt blijvend vijf uur per week of meer extra gewerkt."
    ),
}

# By who reads it, and whether the ceiling is one of the year.
HOURS: dict[tuple[bool, bool], LazyString] = {
    (False, False): _l(
        "Jouw gemeente houdt %(limit)s aan: in %(month)s %(ceiling)s uur. Jij schreef %(worked)s uur op, "
        "dat is %(over)s meer. Dit verandert niets aan de bedragen. Bespreek het met je coördinator."
    ),
    (False, True): _l(
        "Jouw gemeente houdt %(limit)s aan. In %(year)s schreef je tot nu toe %(worked)s uur op, "
        "dat is %(over)s meer. Dit verandert niets aan de bedragen. Bespreek het met je coördinator."
    ),
    (True, False): _l(
        "De gemeente houdt %(limit)s aan: in %(month)s %(ceiling)s uur. De deelnemer schreef %(worked)s uur op, "
        "dat is %(over)s meer. Er is niets ingehouden."
    ),
    (True, True): _l(
        "De gemeente houdt %(limit)s aan. In %(year)s schreef de deelnemer tot en met deze maand %(worked)s uur "
        "op, dat is %(over)s meer. Er is niets ingehouden."
    ),
}
