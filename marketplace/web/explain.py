"""An assessment in words: from the engine's codes to sentences in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from flask_babel import gettext as _

from marketplace.domain.earnings.assessment import AGREEMENT, DECISION, INPUT, Line, Warned
from marketplace.web.formats import day, euro, percent
from marketplace.web.messages import earnings as sentences

_MEDICAL = ("31.2.y", "34a.1.b")


def line_text(line: Line) -> str:
    """Give what a line is about; the medical ground is never named."""
    table = sentences.PARTNER_LINES if line.params.get("who") == "partner" else sentences.LINES
    return str(table[line.code]) % _shown(line.params)


def formula_text(line: Line) -> str:
    """Give how the amount of a line came about, in words."""
    return str(sentences.FORMULAS[line.formula]) % _shown(line.params)


def warning_text(warned: Warned) -> str:
    """Give what the reader must know before trusting the outcome."""
    return str(sentences.WARNINGS[warned.code]) % _shown(warned.params)


def certainty_text(certainty: str) -> str:
    """Give a certainty word: high, medium, low or uncertain."""
    return str(sentences.CERTAINTIES[certainty])


def basis_text(line: Line) -> str:
    """Give what backs a line: an article, the agreement, or what was filled in; no medical ground."""
    if line.article == AGREEMENT:
        return str(_("afspraak met de gemeente"))
    if line.article == INPUT:
        return str(_("zoals opgegeven"))
    if line.article == DECISION or is_medical(line.article):
        return str(_("besluit van de gemeente"))
    return line.article


def is_medical(article: str) -> bool:
    """Tell whether an article is about somebody's health: that is not for everybody's eyes."""
    return any(medical in article for medical in _MEDICAL)


def _shown(params: Mapping[str, object]) -> dict[str, str]:
    """Give the params as people read them: amounts in euros, shares in percent, days in words."""
    shown: dict[str, str] = {}
    for key, value in params.items():
        if key.endswith("_cents") and isinstance(value, int):
            shown[key.removesuffix("_cents")] = euro(value)
        elif key.endswith("_on"):
            shown[key.removesuffix("_on")] = day(dt.date.fromisoformat(str(value)))
        elif key == "fraction":
            shown[key] = percent_of(Fraction(str(value)))
        elif key == "certainty":
            shown[key] = certainty_text(str(value))
        elif key == "id":
            shown["name"] = _name(str(value))
        else:
            shown[key] = str(value)
    return shown


def percent_of(share: Fraction) -> str:
    """Give a share as a percentage: 12,5 %."""
    return percent(int(share * 10000))


def _name(rule_id: str) -> str:
    if rule_id.startswith("norm."):
        return str(_("de bijstandsnorm"))
    named = sentences.NAMES.get(rule_id)
    return str(named) % {} if named is not None else rule_id
