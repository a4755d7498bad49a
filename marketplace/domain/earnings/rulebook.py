"""The dated rulebook: which value of the law is in force on a day, with article, source and certainty."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, ClassVar

from marketplace.domain.errors import Refused

CERTAINTIES = ("high", "medium", "low", "uncertain")


class UnknownRule(Refused):
    """There is no parameter or rule of this id."""

    code: ClassVar[str] = "rule_unknown"


class BeforeFirstRule(Refused):
    """The day lies before the first day that the rulebook covers."""

    code: ClassVar[str] = "rule_before_first"


class NoRuleValue(Refused):
    """The parameter has no value on this day; `reason` says why when the gap is declared."""

    code: ClassVar[str] = "rule_no_value"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was read; no address is None."""

    title: str
    url: str | None
    kind: str
    read_via: str | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of a parameter; `value` is a decimal string or None, `valid_to` inclusive or None (open)."""

    id: str
    value: str | None
    unit: str
    article: str
    certainty: str
    source: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    note: str | None = None
    number: Fraction = field(default=Fraction(0), compare=False)
    cents: int = field(default=0, compare=False)

    def holds_on(self, on: dt.date) -> bool:
        """Whether this is the value on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a value, declared with its reason; both days inclusive."""

    since: dt.date
    until: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter through time, oldest value first."""

    id: str
    article: str
    unit: str
    description: str
    values: tuple[DatedValue, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A provision: what backs a step. `fraction` and `cap` are parameter ids, `max_months` None: no limit."""

    id: str
    status: str
    article: str
    certainty: str
    source: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    fraction: str | None = None
    cap: str | None = None
    max_months: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Law that is coming; applied only after an operator's confirmation. `cap_cents` None: no cap."""

    id: str
    article: str
    certainty: str
    source: tuple[str, ...]
    expected_from: dt.date
    fraction: Fraction | None = None
    cap_cents: int | None = None
    max_months: int | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An operator says that a pending law is in force from a day, with the reference that shows it."""

    pending_id: str
    since: dt.date
    reference: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A sum that must hold on every date: `left` is the sum of the terms, within `tolerance` (euros)."""

    id: str
    left: str
    terms: tuple[tuple[str, Fraction], ...]
    tolerance: Fraction


@dataclass(frozen=True)
class Rulebook:
    """All dated rules of one set of files; build it with `Rulebook.build`."""

    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Rule]
    pending: Mapping[str, Pending]
    sources: Mapping[str, Source]
    identities: Sequence[Identity]
    covers_from: dt.date
    covers_until: dt.date
    review_by: dt.date
    rules_hash: str
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    _found: dict[tuple[str, dt.date], DatedValue] = field(
        default_factory=dict, compare=False, repr=False
    )
    # What assess.py worked out for facts that many members share: no amount is part of it.
    # Never carried over: another rulebook begins with nothing.
    shared: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def build(cls, data: Mapping[str, Any], *, rules_hash: str) -> Rulebook:
        """Build from plain dicts as the rule files give them; a missing key is a KeyError."""
        meta = data["meta"]
        return cls(
            parameters={raw["id"]: _parameter(raw) for raw in data["parameters"]},
            rules={raw["id"]: _rule(raw) for raw in data["rules"]},
            pending={raw["id"]: _pending(raw) for raw in data["pending"]},
            sources={
                key: Source(raw["title"], raw.get("url"), raw["kind"], raw.get("read_via"))
                for key, raw in data["sources"].items()
            },
            identities=tuple(_identity(raw) for raw in data["identities"]),
            covers_from=meta["covers_from"],
            covers_until=meta["covers_until"],
            review_by=meta["review_by"],
            rules_hash=rules_hash,
        )

    def value(self, parameter_id: str, on: dt.date) -> DatedValue:
        """Give the value on a day.

        Raises UnknownRule, BeforeFirstRule (before the rulebook begins) or NoRuleValue (a gap, or past
        the last value).
        """
        found = self._found.get((parameter_id, on))
        if found is None:
            found = self._find(parameter_id, on)
            self._found[parameter_id, on] = found
        return found

    def rule(self, rule_id: str) -> Rule:
        """Give a provision; an unknown id is UnknownRule."""
        try:
            return self.rules[rule_id]
        except KeyError:
            raise UnknownRule(id=rule_id) from None

    def in_force(self, pending_id: str, on: dt.date) -> Pending | None:
        """Give a pending law when an operator confirmed it for that day, else None."""
        confirmed = self.confirmations.get(pending_id)
        return self.pending[pending_id] if confirmed is not None and confirmed.since <= on else None

    def with_confirmations(self, confirmations: Iterable[Confirmation]) -> Rulebook:
        """Give a rulebook in which these pending laws hold; an unknown one is UnknownRule.

        They go into `rules_hash`, so that an outcome tells under which law it was computed.
        """
        confirmed = {one.pending_id: one for one in confirmations}
        for pending_id in confirmed:
            if pending_id not in self.pending:
                raise UnknownRule(id=pending_id)
        if not confirmed:
            return self
        told = sorted(f"{one.pending_id} {one.since} {one.reference}" for one in confirmed.values())
        digest = hashlib.sha256("\n".join([self.rules_hash, *told]).encode()).hexdigest()
        return replace(self, confirmations=confirmed, rules_hash=digest)

    def _find(self, parameter_id: str, on: dt.date) -> DatedValue:
        parameter = self.parameters.get(parameter_id)
        if parameter is None:
            raise UnknownRule(id=parameter_id)
        if on < self.covers_from:
            raise BeforeFirstRule(id=parameter_id, on=on, first=self.covers_from)
        for value in parameter.values:
            if value.holds_on(on):
                return value
        reasons = [gap.reason for gap in parameter.gaps if gap.since <= on <= gap.until]
        raise NoRuleValue(id=parameter_id, on=on, reason="".join(reasons))


def _parameter(raw: Mapping[str, Any]) -> Parameter:
    return Parameter(
        id=raw["id"],
        article=raw["article"],
        unit=raw["unit"],
        description=raw["description"],
        values=tuple(_value(raw, value) for value in raw["values"]),
        gaps=tuple(Gap(gap["from"], gap["until"], gap["reason"]) for gap in raw.get("gaps", ())),
    )


def _value(parameter: Mapping[str, Any], raw: Mapping[str, Any]) -> DatedValue:
    text = None if raw.get("no_value") else str(raw["value"])
    number = Fraction(text or 0)
    return DatedValue(
        id=parameter["id"],
        value=text,
        unit=parameter["unit"],
        article=parameter["article"],
        certainty=raw["certainty"],
        source=tuple(raw["source"]),
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        note=raw.get("note"),
        number=number,
        cents=int(number * 100) if parameter["unit"].startswith("EUR") else 0,
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(
        id=raw["id"],
        status=raw["status"],
        article=raw["article"],
        certainty=raw["certainty"],
        source=tuple(raw["source"]),
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        fraction=raw.get("fraction"),
        cap=raw.get("cap"),
        max_months=raw.get("max_months"),
    )


def _pending(raw: Mapping[str, Any]) -> Pending:
    cap = raw.get("cap")
    fraction = raw.get("fraction")
    return Pending(
        id=raw["id"],
        article=raw["article"],
        certainty=raw["certainty"],
        source=tuple(raw["source"]),
        expected_from=raw["expected_from"],
        fraction=None if fraction is None else Fraction(fraction),
        cap_cents=None if cap is None else int(Fraction(cap) * 100),
        max_months=raw.get("max_months"),
    )


def _identity(raw: Mapping[str, Any]) -> Identity:
    terms = tuple((term["id"], Fraction(term["factor"])) for term in raw["terms"])
    return Identity(raw["id"], raw["left"], terms, Fraction(raw["tolerance"]))
