"""What is kept of an exemption by decision: that there is one, never the ground, which may be about health."""

from __future__ import annotations

from typing import Any

from marketplace.domain.earnings.assessment import DECISION, Assessment, Exemption, as_dict

GROUNDS = frozenset({"y", "z", "aa"})
_ARTICLES = ("31.2.y", "31.2.z", "31.2.aa", "34a.1.b")
_LINES = frozenset({"exempt_y", "exempt_z", "exempt_z_months", "exempt_aa", "exempt_34a"})
_TELLING = frozenset({"month_number", "max_months"})  # only one of the grounds counts months


def kept_exemption(exemption: Exemption | None) -> Exemption | None:
    """Give how an exemption is kept: one by decision is "decision"."""
    return "decision" if exemption in GROUNDS else exemption


def kept_form(answer: Assessment) -> dict[str, Any]:
    """Give an answer as it is kept: lines, backing and warnings say "by decision" where the ground would show."""
    kept = as_dict(answer)
    if not any(_shows(line["article"]) for line in kept["lines"]):
        return kept
    kept["exemption"] = _hidden(kept["exemption"])
    for person in kept["persons"]:
        person["exemption"] = _hidden(person["exemption"])
    for line in kept["lines"]:
        if _shows(line["article"]):
            _hide(line)
    for warning in kept["warnings"]:
        if str(warning["params"].get("id", "")) in {"vrijlating.y.max", "vrijlating.z.max", "p1b"}:
            warning["params"]["id"] = "vrijlating.decision"
    return kept


def _hide(line: dict[str, Any]) -> None:
    if line["code"] in _LINES:
        line["code"] = "exempt_decision"
        line["params"] = {key: one for key, one in line["params"].items() if key not in _TELLING}
    line["article"], line["source"] = DECISION, []


def _shows(article: str) -> bool:
    return any(one in article for one in _ARTICLES)


def _hidden(exemption: str | None) -> str | None:
    return None if exemption is None else "decision"
