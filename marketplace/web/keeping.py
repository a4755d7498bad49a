"""What a job leaves, as lines and rows to show: the steps of the job, and the months beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from marketplace.domain.earnings.assessment import Assessment
from marketplace.services.months.keeping import Column, Kept
from marketplace.web import explain, told
from marketplace.web.messages import keeping as own
from marketplace.web.messages import statements as words


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the months: what it is, what backs it, and an amount per month (None: not known)."""

    label: str
    note: str | None
    cents: tuple[int | None, ...]
    strong: bool = False


def steps_of(kept: Kept) -> list[told.Shown]:
    """Give the job taken apart, each step with its reason and what backs it."""
    return [_step(kept, step.as_dict()) for step in kept.steps]


def segments_of(kept: Kept) -> list[told.Segment]:
    """Give the parts of the price for the money bar."""
    sums: dict[str, int] = {}
    for step in kept.steps:
        swatch = told.SWATCHES.get(step.code)
        if swatch:
            sign = 1 if swatch in {"pot", "kept"} else -1
            sums[swatch] = sums.get(swatch, 0) + sign * step.amount_cents
    return told.segments_in(sums)


def columns_of(kept: Kept) -> list[Column]:
    """Give the months beside each other, the one that nobody can tell of left out."""
    return [column for column in (kept.before, kept.after, kept.again) if column is not None]


def rows_of(kept: Kept) -> list[Row]:
    """Give the rows of the months; a part that is zero in all of them is left out."""
    columns = columns_of(kept)
    in_pot = kept.regime == "pot"
    parts = [
        _row(_("Verkocht, zonder btw"), [one.facts.turnover_cents for one in columns]),
        _row(_("Kosten, zonder btw"), [-one.facts.costs_cents for one in columns]),
        _row(_("Opleidingspot"), [-one.facts.division.training for one in columns]),
        _row(_("Coöperatie"), [-one.facts.division.reserve for one in columns]),
        _row(_("Gaat naar de gemeente"), [-one.facts.division.municipality for one in columns]),
    ]
    member = _("In je thermometer") if in_pot else _("Krijg jij van de coöperatie")
    rows = [row for row in parts if any(row.cents)]
    rows.append(_row(member, [one.facts.division.member for one in columns], strong=in_pot))
    answers = [one.answer for one in columns]
    rows += rows_of_answers(answers, kept.after.answer, in_pot=in_pot)
    if not in_pot:
        extra = [one.extra_cents for one in columns]
        rows.append(_row(_("Wat je overhoudt aan werk"), extra, strong=True))
    return rows


def rows_of_answers(answers: list[Assessment], told_by: Assessment, *, in_pot: bool) -> list[Row]:
    """Give what counts at the municipality, beside each other; `told_by` tells what backs each row."""
    rows: list[Row] = []
    if not in_pot:
        rows += [
            _row(_("Telt als inkomen"), [one.income_cents for one in answers], told_by, "set_off"),
            _row(
                _("Dit telt niet mee"), [one.exempt_cents for one in answers], told_by, "exemption"
            ),
            _row(
                _("Dit gaat van je uitkering af"),
                [-one.benefit_reduction_cents for one in answers],
            ),
        ]
    rows += [
        _row(_("Uitkering"), [one.benefit_cents for one in answers], told_by, "benefit"),
        _row(_("Samen, voor de belasting"), [one.to_spend_cents for one in answers], strong=True),
    ]
    if any(one.premium_cents for one in answers):
        rows.append(
            _row(
                _("Premie, die komt later"),
                [one.premium_cents for one in answers],
                told_by,
                "premium",
            )
        )
    return rows


def is_honest_zero(kept: Kept) -> bool:
    """Tell whether this job adds nothing, or one more adds nothing a month later."""
    return kept.gain_cents <= 0 or (kept.next_gain_cents is not None and kept.next_gain_cents <= 0)


def _row(
    label: str,
    cents: list[int],
    answer: Assessment | None = None,
    group: Any = None,
    *,
    strong: bool = False,
) -> Row:
    lines = answer.group(group) if answer is not None else ()
    note = explain.basis_text(lines[0]) if lines else None
    return Row(label, note, tuple(cents), strong)


def _step(kept: Kept, step: dict[str, Any]) -> told.Shown:
    code, params = step["code"], dict(step["params"])
    if code == "municipality":
        code, params = _municipality(kept, params)
    written = told.written(params)
    reason = own.REASONS.get(code) or words.REASONS[code]
    label = own.STEPS.get(code) or words.STEPS[code]
    return told.Shown(
        label=str(label) % written,
        cents=step["amount_cents"],
        reason=str(reason) % written,
        chips=told.chips_of(step),
        swatch=told.SWATCHES.get(step["code"]),
        result=step["code"] in {"thermometer", "payable"},
    )


def _municipality(kept: Kept, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Say how the price falls around the threshold: below it, across it, or above it."""
    above = max(0, params["credit_cents"] - kept.room_cents)
    known = {**params, "room_cents": kept.room_cents, "above_cents": above}
    if not above:
        return "municipality_below", known
    return ("municipality_across" if kept.room_cents else "municipality_above"), known
