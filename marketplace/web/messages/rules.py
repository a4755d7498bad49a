"""Sentences of the refusals of the rulebook."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "rule_unknown": _l("De regel %(id)s kennen we niet."),
    "rule_before_first": _l(
        "Voor %(on)s hebben we geen bedragen. De regels beginnen op %(first)s."
    ),
    "rule_no_value": _l("De regel %(id)s heeft op %(on)s geen bedrag. %(reason)s"),
    "norm_under_18": _l("Voor iemand onder de 18 jaar is er geen bijstandsnorm."),
}
