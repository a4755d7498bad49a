"""Sentences about members, agreements and statements: refusals, and each step of a month."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "agreement_inside_month": _l(
        "Een afspraak begint op de eerste dag van een maand. Kies een hele maand."
    ),
    "agreement_overlaps": _l(
        "Er is al een afspraak die in deze maand begint, of later. Kies een latere maand."
    ),
    "agreement_month_booked": _l(
        "In deze maand is al iets geboekt onder de afspraak van nu. Kies een latere maand."
    ),
    "agreement_month_stated": _l(
        "Over deze maand is al een opgave gemaakt. Kies een latere maand."
    ),
    "agreement_regime": _l(
        "Deze manier van afspreken kan hier niet. Kies een van de vier manieren."
    ),
    "agreement_premium_share": _l(
        "Vul in welk deel van de verdiensten de premie is. De gemeente heeft geen deel dat voor iedereen geldt."
    ),
    "agreement_experiment_share": _l("Vul in welk deel van de verdiensten het lid mag houden."),
    "agreement_legal_basis": _l("Vul in waarop het experiment rust: het besluit en het artikel."),
    "agreement_experiment_end": _l(
        "Vul in tot en met welke maand het experiment loopt, vanaf de eerste maand van de afspraak of later."
    ),
    "agreement_no_exemption_decision": _l(
        "Zonder besluit gaat de vrijlating uit de wet altijd voor. Vul het kenmerk van het besluit in, "
        "of kruis de vrijlating aan."
    ),
    "agreement_months_fewer": _l(
        "Er zijn al %(counted)s maanden met vrijlating geteld. In deze gemeente beginnen ze niet opnieuw. "
        "Vul %(counted)s in, of meer."
    ),
    "agreement_restart_decision": _l(
        "Er zijn al %(counted)s maanden met vrijlating geteld. Beginnen ze opnieuw? "
        "Vul dan het kenmerk in van het besluit van de gemeente."
    ),
    "statement_period_runs": _l(
        "Deze maand stuur je samen met de andere maanden van het kwartaal of jaar. "
        "Dat kan als die voorbij zijn."
    ),
    "agreement_exit_rule": _l("Kies wat er met de thermometer gebeurt als het lid stopt."),
    "member_status_step": _l("Deze stap kan niet vanaf hier. Vernieuw de pagina en kijk opnieuw."),
    "member_already": _l(
        "Iemand met dit e-mailadres is al lid van jullie coöperatie, of is al uitgenodigd."
    ),
    "statement_already_confirmed": _l("Je hebt deze opgave al bevestigd. Die staat vast."),
    "statement_changed": _l(
        "Er is net nog iets bijgekomen in deze maand. Bekijk de opgave opnieuw en bevestig dan."
    ),
    "statement_not_confirmed": _l("Het lid heeft deze opgave nog niet bevestigd."),
    "statement_already_signed_off": _l("Deze opgave is al afgetekend."),
    "question_open": _l("Over deze regel heb je al een vraag gesteld. Het antwoord komt nog."),
    "question_answered": _l("Deze vraag heeft al een antwoord."),
    "settlement_year_not_over": _l(
        "Dit jaar is nog niet voorbij. De afrekening kan als de aanslag van de Belastingdienst er is."
    ),
    "settlement_nothing": _l(
        "In dit jaar telde niets mee als inkomen. Er is dus niets om opnieuw te berekenen."
    ),
    "settlement_month_open": _l(
        "Een opgave van dit jaar is nog niet bevestigd. Bevestig die eerst."
    ),
    "month_not_over": _l("Deze maand is nog niet voorbij."),
}

REGIMES: dict[str, LazyString] = {
    "pot": _l("Thermometer"),
    "set_off": _l("Verrekenen"),
    "premium": _l("Premie"),
    "experiment": _l("Experiment"),
}

STATUSES: dict[str, LazyString] = {
    "invited": _l("Uitgenodigd"),
    "trial": _l("Proeftijd"),
    "member": _l("Lid"),
    "paused": _l("Pauze"),
    "left": _l("Gestopt"),
}

STATES: dict[str, LazyString] = {
    "ready": _l("Ligt klaar"),
    "confirmed": _l("Bevestigd"),
    "signed_off": _l("Afgetekend"),
}

EXIT_RULES: dict[str, LazyString] = {
    "start_investment": _l("Het gaat mee als start van een eigen bedrijf"),
    "to_reserve": _l("Het gaat naar de reserve van de coöperatie"),
    "to_municipality": _l("Het gaat naar de gemeente"),
    "premium": _l("De gemeente betaalt het uit als premie"),
}

HOUSEHOLDS: dict[str, LazyString] = {
    "single": _l("Alleen"),
    "single_parent": _l("Alleen met kinderen"),
    "couple": _l("Samen met een partner"),
    "institution_single": _l("In een instelling, alleen"),
    "institution_couple": _l("In een instelling, samen met een partner"),
}

LEFT_OUT: dict[str, LazyString] = {
    "left_out_agreement": _l("In jouw afspraak staat niet dat kosten meetellen."),
    "left_out_not_listed": _l(
        "%(cost)s staat niet op de lijst van jouw gemeente. Daarom telt het niet mee als kosten."
    ),
    "left_out_no_prior_approval": _l(
        "Voor %(kind)s wil jouw gemeente vooraf toestemming. Die is er niet, daarom telt het niet mee."
    ),
    "left_out_business_share": _l(
        "Van %(kind)s telt alleen het deel voor je werk. Van %(cost)s is dat %(accepted)s."
    ),
    "left_out_cap_month": _l(
        "Voor %(kind)s is er een hoogste bedrag per maand. Van %(cost)s past daar nog %(accepted)s in."
    ),
    "left_out_cap_year": _l(
        "Voor %(kind)s is er een hoogste bedrag per jaar. Van %(cost)s past daar in %(year)s nog %(accepted)s in."
    ),
}

STEPS: dict[str, LazyString] = {
    "job": _l("%(title)s"),
    "jobs": _l("Verkocht deze maand"),
    "vat": _l("Btw"),
    "vat_kor": _l("Geen btw"),
    "cost": _l("%(description)s"),
    "cost_set_off": _l("%(description)s"),
    "costs": _l("Kosten"),
    "training": _l("Opleidingspot"),
    "reserve": _l("Coöperatie"),
    "municipality": _l("Gaat naar de gemeente"),
    "thermometer": _l("In jouw thermometer"),
    "payable": _l("Krijg jij van de coöperatie"),
    **dict.fromkeys(LEFT_OUT, _l("%(description)s")),
    "left_out": _l("Kosten die niet meetellen"),
}

REASONS: dict[str, LazyString] = {
    **LEFT_OUT,
    "job": _l(
        "Geleverd op %(delivered)s en betaald. In de prijs zit %(vat)s btw. "
        "Volgens jouw afspraak telt dit mee in deze maand."
    ),
    "jobs": _l("Alles wat in deze maand geleverd en betaald is, met btw."),
    "vat": _l(
        "Dit betaalt de coöperatie aan de Belastingdienst: de btw die kopers betaalden, "
        "min de btw op de bonnen. De omzet zonder btw is %(turnover)s."
    ),
    "vat_kor": _l(
        "De coöperatie doet mee aan de regeling voor kleine ondernemers. "
        "Daarom rekent zij geen btw en krijgt zij ook geen btw terug."
    ),
    "cost": _l("Gekocht op %(spent)s en goedgekeurd. Het bedrag is zoals het op de bon staat."),
    "cost_set_off": _l(
        "Gekocht op %(spent)s en goedgekeurd. De gemeente telt %(accepted)s mee als kosten."
    ),
    "costs": _l("Goedgekeurde bonnen, zoals ze betaald zijn."),
    "training": _l("%(share)s van het resultaat van %(result)s. Voor lessen van alle leden."),
    "reserve": _l(
        "%(share)s van het resultaat van %(result)s. Voor wat de coöperatie nodig heeft."
    ),
    "municipality": _l(
        "Deze maand kwam er %(credit)s bij. Van alles boven de grens van %(threshold)s "
        "gaat %(share)s naar de gemeente."
    ),
    "thermometer": _l(
        "Dit is voor jou bestemd en staat bij de coöperatie. Het is geen inkomen zolang het daar blijft."
    ),
    "payable": _l(
        "Dit betaalt de penningmeester aan jou uit. Het telt als jouw inkomen, "
        "daarom rekent de gemeente het mee."
    ),
}

GROUPS: dict[str, LazyString] = {
    "exemption": _l("Wat niet meetelt"),
    "set_off": _l("Wat van je uitkering afgaat"),
    "benefit": _l("Je uitkering"),
    "to_spend": _l("Samen"),
    "premium": _l("Premie"),
}

BACKINGS: dict[str, LazyString] = {
    "agreement": _l("Jouw afspraak %(reference)s"),
    "resolution": _l("Besluit van de leden %(reference)s"),
    "municipality": _l("De lijst van jouw gemeente"),
}

CHANGES: dict[str, LazyString] = {
    "late_booking": _l("Er is later nog iets geboekt voor deze maand."),
    "counter_changed": _l("De telling van je maanden met vrijlating is veranderd."),
    "surplus_changed": _l(
        "Wat in een eerdere maand boven de norm uitkwam, is veranderd. Dat telt in deze maand mee."
    ),
}

COMPARED: dict[str, LazyString] = {
    "turnover_cents": _l("Verkocht, zonder btw"),
    "income_cents": _l("Inkomen"),
    "exempt_cents": _l("Telt niet mee"),
    "set_off_cents": _l("Gaat van de uitkering af"),
    "benefit_cents": _l("Uitkering"),
    "premium_cents": _l("Premie, komt later van de gemeente"),
    "municipality_cents": _l("Naar de gemeente"),
    "member_cents": _l("Voor het lid"),
}
