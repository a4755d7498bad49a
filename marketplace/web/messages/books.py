"""Sentences of the refusals about books."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "no_agreement": _l(
        "Voor dit lid is er nog geen afspraak. Vraag de coördinator om eerst een afspraak te maken."
    ),
    "no_parameters": _l("De coöperatie heeft voor deze dag nog geen verdeling afgesproken."),
    "cost_already_decided": _l("Over deze kosten is al een besluit genomen."),
    "cost_unknown_kind": _l(
        "Dit staat niet op de lijst van jouw gemeente in de maand van de bon. Kies iets anders."
    ),
    "cost_not_your_line": _l("Deze opdracht hoort niet bij dit lid. Kies een andere opdracht."),
    "cost_spent_in_future": _l("De datum op de bon is nog niet geweest. Kijk de datum na."),
    "cost_vat_too_high": _l("De btw moet lager zijn dan het bedrag op de bon."),
    "cost_unknown_category": _l("Deze soort kosten kennen we niet. Kies een soort uit de lijst."),
    "cost_reason_needed": _l("Schrijf erbij waarom je deze kosten afwijst."),
    "payout_more_than_payable": _l(
        "Dit bedrag is hoger dan wat er voor dit lid klaarstaat. Kijk het bedrag na."
    ),
    "payout_nothing": _l("Vul een bedrag in dat hoger is dan nul."),
    "invoice_credit_too_large": _l("Dit is meer dan er van de factuur over is."),
}
