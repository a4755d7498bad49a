"""Sentences of the refusals about orders by telephone, shared jobs and orders that come back."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "phone_buyer_unknown": _l(
        "Deze koper vinden we niet meer. Zoek opnieuw, of noteer een nieuwe koper."
    ),
    "phone_no_number": _l("Noteer een telefoonnummer. Dan kun je de koper terugbellen."),
    "team_wrong_members": _l(
        "Kies andere mensen. Een klus deel je met twee tot %(most)s leden, ieder één keer. "
        "De koper doet niet mee."
    ),
    "team_shares_do_not_add_up": _l("De delen zijn samen niet de prijs. Kijk de bedragen na."),
    "team_share_too_small": _l("Geef iedereen een deel dat meer is dan nul."),
    "team_being_paid": _l(
        "De koper is al bij de betaling. Delen kan nu niet meer. Vraag de coördinator om hulp."
    ),
    "team_not_to_be_shared": _l(
        "Deze klus kun je nu niet delen. Dat kan alleen zolang er niet betaald is, en één keer tegelijk."
    ),
    "team_appointment": _l(
        "Deze afspraak is van meer mensen. Overleg samen, en laat de coördinator de koper bellen."
    ),
    "series_step_not_allowed": _l(
        "Dit kan niet meer. Er is intussen iets veranderd. Kijk op de pagina hoe het er nu voor staat."
    ),
    "series_paused_by_other": _l(
        "De ander zette dit op pauze. Die kan het ook weer laten doorgaan."
    ),
}
