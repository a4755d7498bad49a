"""Sentences of the refusals about complaints."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "complaint_moved": _l(
        "Dit kan niet meer. Er is intussen iets veranderd. Kijk op de pagina hoe het er nu voor staat."
    ),
    "complaint_too_early": _l(
        "De afgesproken tijd is nog niet voorbij. Vanaf %(day)s kun je dit melden."
    ),
    "complaint_too_late": _l(
        "Je kunt dit hier melden tot %(days)s dagen na de levering. Die tijd is om. "
        "Je rechten volgens de wet blijven. Mail de coöperatie."
    ),
    "complaint_about_nothing": _l(
        "Hier kun je niets over melden. Er is niet betaald, of het geld ging al terug."
    ),
    "complained_before": _l(
        "Je hebt hier al iets over gemeld. Kijk op de pagina van je bestelling hoe het ermee staat."
    ),
    "complaint_redo_day": _l("Kies een dag die nog komt, hoogstens %(days)s dagen van nu."),
    "complaint_own": _l("Je bent hier zelf koper of maker. Laat een andere coördinator beslissen."),
}
