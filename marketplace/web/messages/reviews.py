"""Sentences of the refusals about reviews."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "review_too_early": _l("Je kunt dit schrijven als je hebt gezegd dat het klopt."),
    "reviewed_already": _l("Je hebt hier al over geschreven. Dat kan één keer."),
}
