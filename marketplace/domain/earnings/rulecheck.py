"""Is the rulebook sound? Every fault that a policy officer must mend before it may be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from marketplace.domain.earnings.rulebook import (
    CERTAINTIES,
    DatedValue,
    NoRuleValue,
    Parameter,
    Pending,
    Rule,
    Rulebook,
    UnknownRule,
)
from marketplace.domain.money import round_half_up

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RuleFault:
    """One fault: what (`code`), in which parameter or rule, and the detail (a day, a source, a sum)."""

    code: str
    id: str
    detail: str


def rule_faults(rulebook: Rulebook) -> list[RuleFault]:
    """Give every fault: sources, certainty words, overlaps, undeclared gaps, broken identities."""
    return [
        *_backing(rulebook),
        *(fault for one in rulebook.parameters.values() for fault in _through_time(one, rulebook)),
        *_references(rulebook),
        *_identities(rulebook),
    ]


def _backing(rulebook: Rulebook) -> Iterator[RuleFault]:
    values = [value for one in rulebook.parameters.values() for value in one.values]
    backings: list[DatedValue | Rule | Pending] = [
        *values,
        *rulebook.rules.values(),
        *rulebook.pending.values(),
    ]
    for backed in backings:
        if not backed.source:
            yield RuleFault("no_source", backed.id, "")
        for source in backed.source:
            if source not in rulebook.sources:
                yield RuleFault("unknown_source", backed.id, source)
        if backed.certainty not in CERTAINTIES:
            yield RuleFault("unknown_certainty", backed.id, backed.certainty)
    for value in values:
        if value.value is None and not value.note:
            yield RuleFault("no_reason", value.id, value.valid_from.isoformat())


def _through_time(parameter: Parameter, rulebook: Rulebook) -> Iterator[RuleFault]:
    for earlier, later in pairwise(parameter.values):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            yield RuleFault("overlap", parameter.id, later.valid_from.isoformat())
    covered = [(one.valid_from, one.valid_to or dt.date.max) for one in parameter.values]
    covered += [(gap.since, gap.until) for gap in parameter.gaps]
    expected = rulebook.covers_from
    for since, until in sorted(covered):
        if since > expected:
            yield RuleFault("gap", parameter.id, expected.isoformat())
        if until >= rulebook.covers_until:
            return
        expected = max(expected, until + _DAY)
    yield RuleFault("gap", parameter.id, expected.isoformat())


def _references(rulebook: Rulebook) -> Iterator[RuleFault]:
    for rule in rulebook.rules.values():
        for parameter in (rule.fraction, rule.cap):
            if parameter is not None and parameter not in rulebook.parameters:
                yield RuleFault("unknown_parameter", rule.id, parameter)


def _identities(rulebook: Rulebook) -> Iterator[RuleFault]:
    starts = {
        one.valid_from for parameter in rulebook.parameters.values() for one in parameter.values
    }
    for identity in rulebook.identities:
        for on in sorted(starts):
            try:
                left = rulebook.value(identity.left, on).number
                terms = sum(
                    factor * rulebook.value(term, on).number for term, factor in identity.terms
                )
            except NoRuleValue:
                continue
            except UnknownRule as unknown:
                yield RuleFault("unknown_parameter", identity.id, str(unknown.facts["id"]))
                break
            if abs(left - Fraction(round_half_up(Fraction(terms) * 100), 100)) > identity.tolerance:
                yield RuleFault("identity", identity.id, on.isoformat())
