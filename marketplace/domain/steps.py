"""The steps of one member's month, from what buyers paid to what stays, each with what backs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from marketplace.domain.calendar import Month

Backing = Literal["article", "agreement", "resolution", "municipality"]
Section = Literal["turnover", "division", "not_accepted"]
Param = str | int
# No law gives a right to deduct costs: the municipality decides which count.
COST_SOURCES = ("crvb_2024_1564", "divosa_pto")


class Job(NamedTuple):
    """One line that counts in the month; amounts in cents, the day in Amsterdam."""

    title: str
    on: dt.date
    gross_cents: int
    vat_cents: int


class CostMade(NamedTuple):
    """One approved cost: as paid, the VAT that comes back, and what the municipality accepts of it.

    `kind` is the one on the municipality's list, and `not_accepted` why not all of it counts
    (domain/municipal/accepting.py); None where the municipality has no list.
    """

    description: str
    on: dt.date
    gross_cents: int
    vat_cents: int
    accepted_cents: int
    kind: str | None = None
    not_accepted: str | None = None

    @property
    def left_out_cents(self) -> int:
        """What does not count as a cost, by the municipality's list."""
        left = self.gross_cents - self.vat_cents - self.accepted_cents
        return left if self.not_accepted else 0


class Division(NamedTuple):
    """What the books divided for the month, in cents."""

    training: int = 0
    reserve: int = 0
    municipality: int = 0
    member: int = 0


NOTHING_DIVIDED = Division()


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What one month of one member holds in the books."""

    month: Month
    jobs: tuple[Job, ...] = ()
    costs: tuple[CostMade, ...] = ()
    division: Division = NOTHING_DIVIDED

    @property
    def gross_cents(self) -> int:
        """What buyers paid."""
        return sum(job.gross_cents for job in self.jobs)

    @property
    def turnover_cents(self) -> int:
        """What buyers paid, less VAT."""
        return sum(job.gross_cents - job.vat_cents for job in self.jobs)

    @property
    def costs_cents(self) -> int:
        """Approved costs, less the VAT that comes back."""
        return sum(cost.gross_cents - cost.vat_cents for cost in self.costs)

    @property
    def accepted_cents(self) -> int:
        """What the municipality accepts of the costs."""
        return sum(cost.accepted_cents for cost in self.costs)

    @property
    def vat_cents(self) -> int:
        """What goes to the tax office: output less input."""
        return sum(job.vat_cents for job in self.jobs) - sum(cost.vat_cents for cost in self.costs)

    @property
    def attributable_cents(self) -> int:
        """The result after training pot and reserve: the numerator of the coverage of the norm."""
        return (
            self.turnover_cents - self.costs_cents - self.division.training - self.division.reserve
        )


class Agreed(NamedTuple):
    """What backs the steps: the agreement, and the resolution with the shares (hundredths of a percent)."""

    regime: str
    reference: str
    deductions_accepted: bool
    costs_accepted: bool
    resolution: str
    training_share: int
    reserve_share: int
    municipality_share: int
    threshold_cents: int
    threshold_by_agreement: bool
    period: str
    charges_vat: bool


@dataclass(frozen=True, slots=True)
class Law:
    """A provision as the rulebook gives it."""

    article: str
    source: tuple[str, ...]
    certainty: str


class Step(NamedTuple):
    """One line: signed cents as the member sees them, and what backs it. `params` fill its sentences."""

    section: Section
    code: str
    amount_cents: int
    backing: Backing
    reference: str
    certainty: str
    params: Mapping[str, Param]
    source: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "section": self.section,
            "code": self.code,
            "amount_cents": self.amount_cents,
            "backing": self.backing,
            "reference": self.reference,
            "certainty": self.certainty,
            "params": dict(self.params),
            "source": list(self.source),
        }


def counted_income(facts: MonthFacts, agreed: Agreed) -> int:
    """Give the member's income of the month in cents, below zero for a loss; in `pot` it is zero.

    Turnover less the costs that the municipality accepts, less training and reserve where it accepts these.
    """
    if agreed.regime == "pot":
        return 0
    income = facts.turnover_cents
    if agreed.costs_accepted:
        income -= facts.accepted_cents
    if agreed.deductions_accepted:
        income -= facts.division.training + facts.division.reserve
    return income


def steps_of(facts: MonthFacts, agreed: Agreed, vat: Law) -> list[Step]:
    """Give the steps in order; those of the division add up, from what buyers paid to the member's part."""
    return [
        *(_job(job, agreed) for job in facts.jobs),
        _vat(facts, agreed, vat),
        *(_cost(cost, agreed) for cost in facts.costs),
        *_pots(facts, agreed),
        *_municipality(facts, agreed),
        _member(facts, agreed),
        *(
            _left_out(cost, agreed, facts.month)
            for cost in facts.costs
            if cost.left_out_cents and agreed.regime != "pot"
        ),
    ]


def _left_out(cost: CostMade, agreed: Agreed, month: Month) -> Step:
    """What the municipality does not accept of a cost, and why: no part of the division."""
    params: dict[str, Param] = {
        "description": cost.description,
        "kind": cost.kind or "",
        "cost_cents": cost.gross_cents - cost.vat_cents,
        "accepted_cents": cost.accepted_cents,
        "year": str(month.year),
    }
    code = f"left_out_{cost.not_accepted}"
    backing: Backing = "agreement" if cost.not_accepted == "agreement" else "municipality"
    return Step(
        "not_accepted",
        code,
        cost.left_out_cents,
        backing,
        agreed.reference,
        "medium",
        params,
        COST_SOURCES,
    )


def _job(job: Job, agreed: Agreed) -> Step:
    params: dict[str, Param] = {
        "title": job.title,
        "delivered_on": job.on.isoformat(),
        "vat_cents": job.vat_cents,
    }
    return _agreed("turnover", "job", job.gross_cents, agreed, params)


def _vat(facts: MonthFacts, agreed: Agreed, vat: Law) -> Step:
    code = "vat" if agreed.charges_vat else "vat_kor"
    cents = -facts.vat_cents
    params: dict[str, Param] = {"turnover_cents": facts.turnover_cents}
    return Step("division", code, cents, "article", vat.article, vat.certainty, params, vat.source)


def _cost(cost: CostMade, agreed: Agreed) -> Step:
    accepted = cost.accepted_cents if agreed.costs_accepted else 0
    params: dict[str, Param] = {
        "description": cost.description,
        "spent_on": cost.on.isoformat(),
        "accepted_cents": accepted,
    }
    # The VAT that comes back stands in the VAT step, so the cost stands here as it was paid.
    code = "cost" if agreed.regime == "pot" else "cost_set_off"
    return _agreed("division", code, -cost.gross_cents, agreed, params)


def _pots(facts: MonthFacts, agreed: Agreed) -> list[Step]:
    result = facts.turnover_cents - facts.costs_cents
    if agreed.regime != "pot" and not agreed.deductions_accepted:
        return []
    return [
        _resolved(code, -cents, agreed, {"share": share, "result_cents": result})
        for code, cents, share in (
            ("training", facts.division.training, agreed.training_share),
            ("reserve", facts.division.reserve, agreed.reserve_share),
        )
    ]


def _municipality(facts: MonthFacts, agreed: Agreed) -> list[Step]:
    if agreed.regime != "pot":
        return []
    params: dict[str, Param] = {
        "threshold_cents": agreed.threshold_cents,
        "share": agreed.municipality_share,
        "credit_cents": facts.division.municipality + facts.division.member,
        "period": agreed.period,
    }
    cents = -facts.division.municipality
    if agreed.threshold_by_agreement:
        return [_agreed("division", "municipality", cents, agreed, params)]
    return [_resolved("municipality", cents, agreed, params)]


def _member(facts: MonthFacts, agreed: Agreed) -> Step:
    code = "thermometer" if agreed.regime == "pot" else "payable"
    return _agreed("division", code, facts.division.member, agreed, {})


def _agreed(
    section: Section, code: str, cents: int, agreed: Agreed, params: Mapping[str, Param]
) -> Step:
    return Step(section, code, cents, "agreement", agreed.reference, "high", params)


def _resolved(code: str, cents: int, agreed: Agreed, params: Mapping[str, Param]) -> Step:
    return Step("division", code, cents, "resolution", agreed.resolution, "high", params)
