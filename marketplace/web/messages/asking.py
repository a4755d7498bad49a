"""Sentences of the refusals about requests and offers."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "request_over": _l("Dit kan niet meer. De vraag staat niet meer open."),
    "offer_over": _l("Deze offerte geldt niet meer. Kijk op je aanvraag hoe het ervoor staat."),
    "offered_already": _l(
        "Je hebt hier al een offerte gegeven. Trek die eerst in als je iets wilt veranderen."
    ),
    "offer_turned_down": _l(
        "De koper zei nee op je offerte. Een nieuwe kun je hier niet meer geven."
    ),
    "enough_offers": _l("Er zijn al %(most)s offertes. Meer past er niet bij deze vraag."),
    "request_own": _l("Dit is je eigen vraag. Daar kun je zelf geen offerte op geven."),
    "too_many_requests": _l("Je kunt %(most)s dingen vragen op een dag. Probeer het morgen weer."),
    "nobody_near": _l(
        "We vinden geen coöperatie binnen %(km)s kilometer van %(place)s. Klopt de naam van de plaats?"
    ),
    "offer_too_high": _l("Een offerte mag samen hoogstens %(most)s euro zijn."),
    "no_offer_lines": _l("Vul ten minste één regel in. Er passen %(most)s regels op een offerte."),
    "too_many_request_photos": _l("Er passen %(most)s foto's bij een vraag."),
    "wrong_last_day": _l("Kies een dag die nog komt, hoogstens %(days)s dagen vooruit."),
}
