"""Sentences of the refusals about the bank and about payments that we send."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "bank_file_too_large": _l("Dit bestand is te groot. Haal bij je bank een kortere periode op."),
    "bank_file_unreadable": _l(
        "Dit bestand kunnen we niet lezen. Haal het bij je bank op als camt.053, MT940 of CSV,"
        " en verander er niets aan."
    ),
    "bank_file_forbidden": _l(
        "In dit bestand staan opdrachten die een bank nooit stuurt. Daarom lezen we het niet."
    ),
    "bank_file_line_wrong": _l("Regel %(line)s van dit bestand klopt niet. Er is niets bewaard."),
    "bank_file_currency": _l("Dit bestand is niet in euro's. Er is niets bewaard."),
    "bank_file_sums": _l(
        "De regels en de saldo's van dit bestand passen niet bij elkaar. Er is niets bewaard."
        " Haal het opnieuw op bij je bank."
    ),
    "bank_file_of_another": _l(
        "Dit bestand is van een andere rekening dan die van de coöperatie. Er is niets bewaard."
    ),
    "bank_no_account": _l(
        "De coöperatie heeft nog geen rekening ingevuld. Betaal op een andere manier."
    ),
    "bank_line_used": _l("Deze regel van de bank heeft al een plek."),
    "bank_amounts_differ": _l("De bedragen zijn niet gelijk. Kijk ze na."),
    "bank_order_takes_none": _l(
        "Deze bestelling wacht niet op geld. Je kunt het bedrag terugsturen."
    ),
    "bank_no_settlement": _l("De betaaldienst heeft geen bedrag gemeld waar dit bij past."),
    "bank_wrong_direction": _l("Dit geld ging eruit. Een bestelling krijgt geld dat binnenkomt."),
    "batch_nothing": _l("Kies wat je wilt betalen. Misschien is er intussen iets veranderd."),
    "batch_account_missing": _l("Van iemand is nog geen rekeningnummer bekend. Vul dat eerst in."),
    "batch_share_pending": _l(
        "Een lid zou geld krijgen dat nog niet vrij is: een betaling van een koper wordt betwist. "
        "Trek het voorstel in en maak het opnieuw."
    ),
    "batch_second_person": _l("Jij hebt dit voorgesteld. Iemand anders moet het vrijgeven."),
    "batch_step_not_allowed": _l(
        "Dit kan nu niet meer met deze betaalopdracht. Kijk hoe het ervoor staat."
    ),
    "batch_wrong_iban": _l("Dit rekeningnummer bestaat niet. Kijk het na."),
    "refund_under_way": _l("Dit geld is al onderweg. Er verandert niets meer aan."),
    "cash_not_enough": _l(
        "Zoveel geld zit er volgens de boeken niet in de kas. Betaal het met de bank."
    ),
    "batch_answer_of_another": _l("Dit antwoord van de bank hoort bij een andere betaalopdracht."),
}
