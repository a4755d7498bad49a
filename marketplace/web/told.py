"""What a statement says, as lines to show: label, amount, reason, and the backing of each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assessment import GROUPS, Assessment, Line, from_dict
from marketplace.domain.questions import line_code, step_code
from marketplace.services.months.profiles import titles_of
from marketplace.services.months.statements import Told
from marketplace.web import explain, municipal, regimes
from marketplace.web.formats import day, euro, percent
from marketplace.web.messages import statements as words

# Which swatch of the money bar belongs to a step.
SWATCHES = {
    "vat": "vat",
    "cost": "costs",
    "cost_set_off": "costs",
    "costs": "costs",
    "training": "training",
    "reserve": "coop",
    "municipality": "municipality",
    "thermometer": "pot",
    "payable": "kept",
}
_RESULTS = frozenset({"thermometer", "payable"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a statement on a page; `chips` are what backs it, the certainty last."""

    label: str
    cents: int
    reason: str
    chips: tuple[str, ...]
    swatch: str | None = None
    result: bool = False
    code: str = ""  # of domain/questions.py, where a member can say that it is not right


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the assessment that add up to one amount."""

    code: str
    title: str
    cents: int
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One correction: the month, why, and the figures that changed as (label, cents)."""

    month: Month
    reason: str
    figures: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the money bar."""

    code: str
    label: str
    cents: int
    note: str | None = None


def steps_in(told: Told, section: str) -> list[Shown]:
    """Give the steps of a section: "turnover" (jobs) or "division" (where the money goes)."""
    return [
        _step(step, step_code(place))
        for place, step in enumerate(told.outcome["steps"])
        if step["section"] == section
    ]


def steps_without_customers(told: Told) -> list[Shown]:
    """Give the steps for the municipality: jobs and receipts as sums only, without their titles."""
    steps = told.outcome["steps"]
    division = [one for one in steps if one["section"] == "division"]
    sold = sum(one["amount_cents"] for one in steps if one["section"] == "turnover")
    spent = sum(one["amount_cents"] for one in division if one["code"].startswith("cost"))
    backing = {**division[-1], "params": {}}
    shown = [_step({**backing, "code": "jobs", "amount_cents": sold})]
    if spent:
        shown.append(_step({**backing, "code": "costs", "amount_cents": spent}))
    shown += [_step(one) for one in division if not one["code"].startswith("cost")]
    return [*shown, *left_out(told, named=False)]


def left_out(told: Told, *, named: bool = True) -> list[Shown]:
    """Give what the municipality did not accept of the costs, by receipt or, without names, by reason."""
    steps = [
        (place, one)
        for place, one in enumerate(told.outcome["steps"])
        if one["section"] == "not_accepted"
    ]
    if named:
        return [_step(one, step_code(place)) for place, one in steps]
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for _place, one in steps:
        params = {**one["params"], "description": str(words.STEPS["left_out"])}
        held = sums.setdefault(
            (one["code"], params["kind"]),
            {**one, "amount_cents": 0, "params": {**params, "cost_cents": 0, "accepted_cents": 0}},
        )
        held["amount_cents"] += one["amount_cents"]
        for name in ("cost_cents", "accepted_cents"):
            held["params"][name] += params[name]
    return [_step(one) for one in sums.values()]


def groups_of(told: Told) -> list[Group]:
    """Give the groups of the assessment that say something, each with its lines."""
    held = told.inputs.get("experiment") or {}
    return groups_in(assessment_of(told), ground=held.get("legal_basis"))


def groups_in(answer: Assessment, *, ground: str | None = None) -> list[Group]:
    """Give the groups of an answer of the engine that say something, each with its lines.

    `ground` is what an experiment rests on; it stands among what backs the experiment's own line.
    """
    found: list[Group] = []
    for code in GROUPS:
        lines = [(at, line) for at, line in enumerate(answer.lines) if line.group == code]
        if lines and (code != "premium" or answer.premium_cents):
            total = sum(line.amount_cents for _at, line in lines)
            shown = tuple(_engine_line(line, line_code(at), ground) for at, line in lines)
            found.append(Group(code, str(words.GROUPS[code]), total, shown))
    return found


def line_named(told: Told, code: str) -> Shown | None:
    """Give the line that a question is about; None when it is about something that is missing."""
    for place, step in enumerate(told.outcome["steps"]):
        if step_code(place) == code:
            return _step(step, code)
    for place, line in enumerate(assessment_of(told).lines):
        if line_code(place) == code:
            return _engine_line(line, code)
    return None


def notes_of(told: Told, *, officer: bool = False) -> list[regimes.Note]:
    """Give what is said about a premium, an experiment or a choice of the municipality, above the lines."""
    return [*regimes.notes_of(told, officer=officer), *municipal.notes_of(told)]


def warnings_of(told: Told) -> list[str]:
    """Give what the reader must know before trusting the figures."""
    return warnings_in(assessment_of(told))


def warnings_in(answer: Assessment) -> list[str]:
    """Give what the reader must know before trusting an answer of the engine."""
    return [explain.warning_text(warned) for warned in answer.warnings]


def changes_of(told: Told) -> list[Change]:
    """Give the corrections that a statement carries, oldest month first."""
    return [
        Change(
            Month.parse(one["month"]),
            str(words.CHANGES[one["reason"]]),
            tuple((str(words.COMPARED[name]), cents) for name, cents in one["differences"].items()),
        )
        for one in told.outcome["corrections"]
    ]


def assessment_of(told: Told) -> Assessment:
    """Give the engine's answer back."""
    return from_dict(told.outcome["assessment"])


def gain_of(told: Told) -> int:
    """Give what the member has more than without this work, in cents and before tax."""
    figures = told.figures
    if told.regime == "pot":
        return figures["member_cents"]
    return figures["to_spend_cents"] - figures["norm_cents"]


def segments_of(told: Told) -> list[Segment]:
    """Give the parts of what buyers paid, for the money bar; without jobs there is none."""
    if not told.inputs["jobs"]:
        return []
    sums: dict[str, int] = {}
    for step in told.outcome["steps"]:
        if step["section"] == "division":
            code = SWATCHES.get(step["code"])
            cents = step["amount_cents"]
            if code:
                sums[code] = sums.get(code, 0) + (cents if step["code"] in _RESULTS else -cents)
    return segments_in(sums)


def segments_in(sums: Mapping[str, int]) -> list[Segment]:
    """Give the parts of the money bar for cents by swatch."""
    names = {
        "vat": _("Btw"),
        "costs": _("Kosten"),
        "training": _("Opleidingspot"),
        "coop": _("Coöperatie"),
        "municipality": _("Gemeente"),
        "pot": _("Thermometer"),
        "kept": _("Voor jou"),
    }
    # A bar of parts has no place for a part below zero: a loss is told in the lines.
    return [Segment(code, names[code], cents) for code, cents in sums.items() if cents > 0]


def _step(step: Mapping[str, Any], place: str = "") -> Shown:
    shown = written(step["params"])
    code = step["code"]
    return Shown(
        label=str(words.STEPS[code]) % shown,
        cents=step["amount_cents"],
        reason=str(words.REASONS[code]) % shown,
        chips=chips_of(step),
        swatch=SWATCHES.get(code),
        result=code in _RESULTS,
        code=place,
    )


def chips_of(step: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what backs a step: an article with its sources and certainty, an agreement or a resolution."""
    if step["backing"] == "article":
        return (step["reference"], *_sources(step["source"], step["certainty"]))
    own = str(words.BACKINGS[step["backing"]]) % {"reference": step["reference"]}
    if not step["source"]:
        return (own,)
    return (own, *_sources(step["source"], step["certainty"]))


def _engine_line(line: Line, code: str, ground: str | None = None) -> Shown:
    own = (ground,) if ground and line.code == "exempt_experiment" else ()
    chips = (*own, explain.basis_text(line), *_sources(line.source, line.certainty))
    label, reason = explain.line_text(line), explain.formula_text(line)
    return Shown(label, line.amount_cents, reason, chips, code=code)


def _sources(keys: Sequence[str], certainty: str) -> Iterable[str]:
    titles = titles_of(keys)
    return (*titles, _("zekerheid: %(word)s", word=explain.certainty_text(certainty)))


def written(params: Mapping[str, Any]) -> dict[str, str]:
    """Give the params of a step as people read them."""
    written: dict[str, str] = {}
    for key, value in params.items():
        if key.endswith("_cents"):
            written[key.removesuffix("_cents")] = euro(value)
        elif key.endswith("_on"):
            written[key.removesuffix("_on")] = day(dt.date.fromisoformat(value))
        elif key == "share":
            written[key] = percent(value)
        else:
            written[key] = str(value)
    return written
