"""The values of the rules that an outcome rests on, as a version keeps them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from marketplace.domain.earnings.assessment import Assessment as Outcome
from marketplace.domain.earnings.rulebook import DatedValue, Pending, Rulebook
from marketplace.services.months.monthfacts import MemberMonth


def values_of(rulebook: Rulebook, month: MemberMonth, answer: Outcome) -> list[dict[str, Any]]:
    """Give the values of the rules that this outcome rests on, each with article, source and certainty."""
    day = month.facts.month.first
    ids = [str(line.params["id"]) for line in answer.lines if "id" in line.params]
    if answer.exemption in {"n", "r"}:
        rule = rulebook.rule(f"exempt_{answer.exemption}")
        ids += [str(rule.fraction), str(rule.cap)]
    if month.agreement.regime == "premium":
        ids.append("premie.j.max_year")
    found = [_value(rulebook.value(key, day)) for key in dict.fromkeys(ids)]
    if answer.exemption == "34a":
        articles = {line.article for line in answer.lines if line.code == "exempt_34a"}
        found += [
            _confirmed(one, rulebook)
            for one in rulebook.pending.values()
            if one.article in articles and rulebook.in_force(one.id, day)
        ]
    return found


def _confirmed(law: Pending, rulebook: Rulebook) -> dict[str, Any]:
    """The share of a law that an operator confirmed, with the reference that shows it is in force."""
    confirmation = rulebook.confirmations[law.id]
    return {
        "id": law.id,
        "value": None if law.fraction is None else str(float(law.fraction)),
        "unit": "share",
        "valid_from": confirmation.since.isoformat(),
        "article": law.article,
        "source": list(law.source),
        "certainty": law.certainty,
        "reference": confirmation.reference,
    }


@lru_cache(maxsize=512)
def _value(value: DatedValue) -> dict[str, Any]:
    """One value as plain JSON; the same for everybody, and never changed."""
    return {
        "id": value.id,
        "value": value.value,
        "unit": value.unit,
        "valid_from": value.valid_from.isoformat(),
        "article": value.article,
        "source": list(value.source),
        "certainty": value.certainty,
    }
