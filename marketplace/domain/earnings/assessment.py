"""What the engine answers: amounts, and a line with its backing for every step. Codes, never sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Group = Literal["exemption", "set_off", "benefit", "to_spend", "premium"]
# "decision" stands in what is kept for y, z and aa: whose health it is about stays out of it.
Exemption = Literal["n", "r", "y", "z", "aa", "34a", "experiment", "decision"]
Param = str | int

GROUPS: tuple[Group, ...] = ("exemption", "set_off", "benefit", "to_spend", "premium")
LABEL = "INDICATIE"

AGREEMENT = "agreement"  # stands in `article` when an agreement, not an article, backs the line
DECISION = "decision"  # stands in `article` when a decision about one person backs the line
INPUT = "input"  # stands in `article` when the amount was given by the caller


class Line(NamedTuple):
    """One step; the amounts of a group add up to the field of that name.

    `params` fill the sentence of `code`: keys that end in `_cents` are amounts, `fraction` is a decimal
    string, keys that end in `_on` are days ("2026-12-31"); `who` is "member" or "partner" where it matters.
    `article` is an article ("PW 31.2.n"), "agreement" or "input"; `certainty` is high, medium, low or uncertain.
    """

    group: Group
    code: str
    amount_cents: int
    formula: str
    article: str
    source: tuple[str, ...]
    certainty: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the reader must know before trusting the outcome."""

    code: str
    params: Mapping[str, Param]


class PersonOutcome(NamedTuple):
    """The part of one person."""

    exemption: Exemption | None
    income_cents: int
    exempt_cents: int
    set_off_cents: int


class Assessment(NamedTuple):
    """The outcome of one month: an indication, never a decision."""

    income_cents: int
    norm_cents: int
    exemption: Exemption | None
    exempt_cents: int
    set_off_cents: int
    benefit_cents: int
    benefit_reduction_cents: int
    premium_cents: int
    to_spend_cents: int
    persons: tuple[PersonOutcome, ...]
    lines: tuple[Line, ...]
    warnings: tuple[Warned, ...]
    rules_hash: str
    label: str = LABEL

    def group(self, group: Group) -> tuple[Line, ...]:
        """Give the lines of one group, in order."""
        return tuple(line for line in self.lines if line.group == group)

    @property
    def provisional(self) -> bool:
        """Whether the rules were not reviewed for this month, so that no statement may be final."""
        return any(warning.code == "beyond_review" for warning in self.warnings)


_AMOUNTS = (
    "income_cents",
    "norm_cents",
    "exemption",
    "exempt_cents",
    "set_off_cents",
    "benefit_cents",
    "benefit_reduction_cents",
    "premium_cents",
    "to_spend_cents",
)


def as_dict(assessment: Assessment) -> dict[str, Any]:
    """Give the assessment as plain JSON values, with codes and params instead of sentences."""
    answer: dict[str, Any] = {name: getattr(assessment, name) for name in _AMOUNTS}
    answer["persons"] = [
        {
            "exemption": person.exemption,
            "income_cents": person.income_cents,
            "exempt_cents": person.exempt_cents,
            "set_off_cents": person.set_off_cents,
        }
        for person in assessment.persons
    ]
    answer["lines"] = [line_as_dict(line) for line in assessment.lines]
    answer["warnings"] = [
        {"code": warning.code, "params": dict(warning.params)} for warning in assessment.warnings
    ]
    answer["rules_hash"] = assessment.rules_hash
    answer["label"] = assessment.label
    return answer


def line_as_dict(line: Line) -> dict[str, Any]:
    """Give one line as plain JSON values."""
    return {
        "group": line.group,
        "code": line.code,
        "amount_cents": line.amount_cents,
        "formula": line.formula,
        "article": line.article,
        "source": list(line.source),
        "certainty": line.certainty,
        "params": dict(line.params),
    }


def from_dict(stored: Mapping[str, Any]) -> Assessment:
    """Give back an assessment from what `as_dict` gave; a missing key is a KeyError."""
    return Assessment(
        **{name: stored[name] for name in _AMOUNTS},
        persons=tuple(PersonOutcome(**person) for person in stored["persons"]),
        lines=tuple(Line(**{**line, "source": tuple(line["source"])}) for line in stored["lines"]),
        warnings=tuple(Warned(**warning) for warning in stored["warnings"]),
        rules_hash=stored["rules_hash"],
        label=stored["label"],
    )
