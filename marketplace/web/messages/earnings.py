"""Sentences of an assessment: what each step is, in words that everyone can read."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LINES: dict[str, LazyString] = {
    "exempt_n": _l("Je mag %(fraction)s van wat je verdient houden"),
    "exempt_n_months": _l(
        "Je mag %(fraction)s van wat je verdient houden. "
        "Dit is maand %(month_number)s van de %(max_months)s"
    ),
    "exempt_n_aow": _l("Je hebt de AOW-leeftijd. Je mag %(fraction)s van wat je verdient houden"),
    "exempt_r": _l("Je zorgt alleen voor een kind. Je mag %(fraction)s houden"),
    "exempt_r_months": _l(
        "Je zorgt alleen voor een kind. Je mag %(fraction)s van wat je verdient houden. "
        "Dit is maand %(month_number)s van de %(max_months)s"
    ),
    "exempt_y": _l("Vrijlating volgens besluit: je mag %(fraction)s van wat je verdient houden"),
    "exempt_z": _l("Je werkt met loonkostensubsidie. Je mag %(fraction)s houden"),
    "exempt_z_months": _l(
        "Je werkt met loonkostensubsidie. Je mag %(fraction)s van wat je verdient houden. "
        "Dit is maand %(month_number)s van de %(max_months)s"
    ),
    "exempt_aa": _l(
        "Je werkt met loonkostensubsidie en meer uren lukt niet. "
        "Je mag %(fraction)s van wat je verdient houden"
    ),
    "exempt_decision": _l(
        "Vrijlating volgens besluit: je mag %(fraction)s van wat je verdient houden"
    ),
    "exempt_34a": _l("Volgens de nieuwe regel mag je %(fraction)s van wat je verdient houden"),
    "exempt_experiment": _l("In het experiment mag je %(fraction)s van wat je verdient houden"),
    "exempt_override": _l("De gemeente besloot dat je %(fraction)s van wat je verdient mag houden"),
    "exempt_cap": _l("Het bedrag dat je mag houden is nooit meer dan %(cap)s per maand"),
    "exempt_none_no_income": _l("Je had deze maand geen inkomen uit werk"),
    "exempt_none_under_27": _l("Ben je jonger dan 27? Dan geldt de vrijlating nog niet voor jou"),
    "exempt_none_months_used": _l("Je maanden met vrijlating zijn op"),
    "exempt_none_override": _l("De gemeente besloot dat er deze maand geen vrijlating is"),
    "exempt_none_above_norm": _l(
        "Je inkomen is zo hoog als de norm of hoger. In jouw gemeente is er dan geen vrijlating"
    ),
    "income_work": _l("Je inkomen uit werk in deze maand"),
    "income_paid_out": _l("Aan jou uitbetaald uit je thermometer"),
    "pot_kept": _l(
        "In je thermometer kwam %(work_income)s. Dat is geen inkomen zolang het daar blijft"
    ),
    "less_exempt": _l("Dit deel mag je houden"),
    "norm_table": _l("De norm: dit krijg je als je geen inkomen hebt"),
    "norm_cost_sharers": _l("De norm als je met %(sharers)s volwassenen de kosten deelt"),
    "norm_given": _l("De norm, zoals die is opgegeven"),
    "less_other": _l("Ander inkomen gaat van je uitkering af"),
    "less_set_off": _l("Dit deel van je inkomen gaat van je uitkering af"),
    "less_carried": _l(
        "Wat in een eerdere maand van dit jaar boven de norm uitkwam. Jouw gemeente telt dat in deze maand mee"
    ),
    "benefit_floor": _l("Je uitkering wordt nooit lager dan nul"),
    "spend_benefit": _l("Je uitkering, met de vakantietoeslag die je in juni krijgt"),
    "spend_work": _l("Wat je verdient met werk, voor de belasting"),
    "spend_paid_out": _l("Wat aan jou is uitbetaald, voor de belasting"),
    "spend_other": _l("Je andere inkomen"),
    "premium_share": _l("De gemeente geeft later een premie van %(fraction)s van wat je verdient"),
    "premium_cap": _l("De premie is nooit meer dan %(cap)s per maand"),
    "premium_less_exemption": _l("Wat je al mocht houden, gaat van de premie af"),
    "premium_floor": _l("De premie wordt nooit lager dan nul"),
    "premium_year": _l("In een jaar mag de premie samen %(max_year)s zijn. Er is nog %(cap)s over"),
    "premium_none_no_terms": _l("De gemeente heeft nog niet gezegd hoe hoog de premie is"),
    "premium_none_under_27": _l("Ben je jonger dan 27? Dan is er geen premie"),
}

PARTNER_LINES: dict[str, LazyString] = {
    "exempt_n": _l("Je partner mag %(fraction)s van het eigen inkomen houden"),
    "exempt_n_months": _l(
        "Je partner mag %(fraction)s van het eigen inkomen houden. "
        "Dit is maand %(month_number)s van de %(max_months)s"
    ),
    "exempt_n_aow": _l(
        "Je partner heeft de AOW-leeftijd en mag %(fraction)s van het eigen inkomen houden"
    ),
    "exempt_r": _l("Je partner zorgt alleen voor een kind en mag %(fraction)s houden"),
    "exempt_r_months": _l(
        "Je partner zorgt alleen voor een kind en mag %(fraction)s van het eigen inkomen houden. "
        "Dit is maand %(month_number)s van de %(max_months)s"
    ),
    "exempt_y": _l("Vrijlating volgens besluit: je partner mag %(fraction)s houden"),
    "exempt_z": _l("Je partner werkt met loonkostensubsidie en mag %(fraction)s houden"),
    "exempt_z_months": _l(
        "Je partner werkt met loonkostensubsidie en mag %(fraction)s van het eigen inkomen houden. "
        "Dit is maand %(month_number)s van de %(max_months)s"
    ),
    "exempt_aa": _l(
        "Je partner werkt met loonkostensubsidie en kan niet meer uren werken. "
        "Je partner mag %(fraction)s houden"
    ),
    "exempt_decision": _l("Vrijlating volgens besluit: je partner mag %(fraction)s houden"),
    "exempt_34a": _l("Volgens de nieuwe regel mag je partner %(fraction)s houden"),
    "exempt_experiment": _l("In het experiment mag je partner %(fraction)s houden"),
    "exempt_override": _l("De gemeente besloot dat je partner %(fraction)s mag houden"),
    "exempt_cap": _l("Het bedrag dat je partner mag houden is nooit meer dan %(cap)s per maand"),
    "exempt_none_no_income": _l("Je partner had deze maand geen inkomen uit werk"),
    "exempt_none_under_27": _l(
        "Is je partner jonger dan 27? Dan geldt de vrijlating nog niet voor je partner"
    ),
    "exempt_none_months_used": _l("De maanden met vrijlating van je partner zijn op"),
    "exempt_none_override": _l("De gemeente besloot dat er voor je partner geen vrijlating is"),
    "exempt_none_above_norm": _l(
        "Jullie inkomen is zo hoog als de norm of hoger. "
        "In jullie gemeente is er dan geen vrijlating voor je partner"
    ),
    "income_work": _l("Het inkomen uit werk van je partner in deze maand"),
    "less_exempt": _l("Dit deel mag je partner houden"),
    "spend_work": _l("Wat je partner verdient met werk, voor de belasting"),
}

FORMULAS: dict[str, LazyString] = {
    "share_of_income": _l("%(fraction)s van %(income)s, afgerond op hele centen"),
    "cap": _l("wat boven %(cap)s komt, telt niet"),
    "nothing": _l("nul"),
    "as_given": _l("zoals opgegeven"),
    "less": _l("gaat eraf"),
    "information": _l("telt niet mee"),
    "table": _l("bedrag uit de tabel voor deze maand"),
    "cost_sharers": _l("(40%% + %(sharers)s × 30%%) ÷ %(sharers)s × %(couple)s"),
    "cost_sharers_couple": _l("2 × (40%% + %(sharers)s × 30%%) ÷ %(sharers)s × %(couple)s"),
    "not_below_zero": _l("aangevuld tot nul"),
    "carried": _l("komt van hierboven"),
    "above_before": _l("over van een eerdere maand, tot en met december"),
}

WARNINGS: dict[str, LazyString] = {
    "uncertain_value": _l(
        "Dit bedrag is nog niet zeker: %(name)s (%(certainty)s). De uitkomst kan nog veranderen."
    ),
    "beyond_review": _l(
        "Onze regels zijn gecontroleerd tot en met %(review_by)s. Dit is daarom een voorlopige uitkomst."
    ),
    "above_norm_choice": _l(
        "Je inkomen is zo hoog als de norm of hoger. Door de vrijlating is er nog %(supplement)s aanvulling. "
        "Je mag kiezen of je die houdt. Bespreek het met de gemeente."
    ),
    "above_norm_stops": _l(
        "Je inkomen is zo hoog als de norm of hoger. In jouw gemeente stopt de uitkering dan voor deze maand."
    ),
    "cost_sharers_ignored": _l(
        "Voor dit huishouden telt het delen van kosten niet. We gebruikten de gewone norm."
    ),
    "partner_assumed": _l(
        "Over de partner is niets ingevuld. We rekenden met een partner van dezelfde leeftijd zonder inkomen."
    ),
    "aow_age_assumed": _l(
        "De AOW-leeftijd is %(years)s jaar en %(months)s maanden. We rekenden alsof die nog niet is bereikt. "
        "Vul in of dat klopt."
    ),
    "negative_income": _l("Het resultaat is lager dan nul. Voor de uitkering rekenden we met nul."),
    "override_not_tolerated": _l(
        "Deze vrijlating geldt niet voor wie jonger is dan 27. We lieten haar weg."
    ),
    "tolerated_under_27": _l(
        "De gemeente staat deze vrijlating in 2026 al toe voor wie jonger is dan 27."
    ),
    "premium_no_terms": _l("Er is geen afspraak over de hoogte van de premie. De premie is nul."),
    "premium_under_27": _l("Voor wie jonger is dan 27 is er geen premie."),
    "premium_year_reached": _l("De premie is op het hoogste bedrag van dit jaar: %(max_year)s."),
}

CERTAINTIES: dict[str, LazyString] = {
    "high": _l("zeker: gelezen in de wet"),
    "medium": _l("redelijk zeker"),
    "low": _l("twijfelachtig"),
    "uncertain": _l("onzeker"),
}

NAMES: dict[str, LazyString] = {
    "vrijlating.n.max": _l("het hoogste bedrag van de vrijlating van 25%%"),
    "vrijlating.r.max": _l("het hoogste bedrag van de vrijlating voor alleenstaande ouders"),
    "vrijlating.y.max": _l("het hoogste bedrag van de vrijlating volgens besluit"),
    "vrijlating.decision": _l("het hoogste bedrag van de vrijlating volgens besluit"),
    "vrijlating.z.max": _l("het hoogste bedrag van de vrijlating bij loonkostensubsidie"),
    "premie.j.max_year": _l("de hoogste premie in een jaar"),
    "aow.age_months": _l("de AOW-leeftijd"),
    "p1": _l("de nieuwe vrijlating van 15%%"),
    "p1b": _l("de nieuwe vrijlating van 15%% volgens besluit"),
    "p1c": _l("de nieuwe vrijlating vanaf de AOW-leeftijd"),
}
