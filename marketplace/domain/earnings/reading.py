"""One reading of the rulebook for one month: which values were looked at, and what to warn about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from marketplace.domain.earnings.assessment import Param, Warned
from marketplace.domain.earnings.rulebook import (
    CERTAINTIES,
    DatedValue,
    NoRuleValue,
    Pending,
    Rule,
    Rulebook,
)


def worst(certainties: Iterable[str]) -> str:
    """Give the least certain of some certainty words; none is "high"."""
    return max(certainties, key=CERTAINTIES.index, default="high")


class Reading:
    """The rulebook on one day; keeps a warning for every value below high certainty that was read."""

    def __init__(self, rulebook: Rulebook, on: dt.date) -> None:
        self.rulebook = rulebook
        self.on = on
        self._warnings: dict[tuple[str, str], Warned] = {}
        if on > rulebook.review_by:
            self.warn("beyond_review", review_by_on=rulebook.review_by.isoformat())

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """The warnings so far, each once, in the order in which they arose."""
        return tuple(self._warnings.values())

    def value(self, parameter_id: str) -> DatedValue:
        """Give the value of the day; a declared "no value" is refused with its note as the reason."""
        found = self.rulebook.value(parameter_id, self.on)
        if found.value is None:
            raise NoRuleValue(id=parameter_id, on=self.on, reason=found.note or "")
        self._doubt(found.id, found.certainty)
        return found

    def rule(self, rule_id: str) -> Rule:
        """Give a provision."""
        return self.rulebook.rule(rule_id)

    def tolerated(self, rule_id: str) -> bool:
        """Whether a provision with an end date holds on this day."""
        rule = self.rulebook.rule(rule_id)
        return rule.valid_from <= self.on and (rule.valid_to is None or self.on <= rule.valid_to)

    def pending(self, pending_id: str) -> Pending | None:
        """Give a pending law when it was confirmed for this day."""
        found = self.rulebook.in_force(pending_id, self.on)
        if found is not None:
            self._doubt(found.id, found.certainty)
        return found

    def warn(self, code: str, **params: Param) -> None:
        """Keep a warning; the same code about the same id is kept once."""
        self._warnings.setdefault((code, str(params.get("id", ""))), Warned(code, params))

    def _doubt(self, rule_id: str, certainty: str) -> None:
        if certainty != "high":
            self.warn("uncertain_value", id=rule_id, certainty=certainty)
