"""One computation of one month: facts in, the engine's answer out, kept as a version that is never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.assessment import Assessment as Outcome
from marketplace.domain.earnings.case import Case
from marketplace.domain.earnings.counters import MonthGiven
from marketplace.domain.earnings.rulebook import NoRuleValue, Rulebook
from marketplace.domain.earnings.surplus import CARRIED, left_over
from marketplace.domain.errors import Refused
from marketplace.domain.money import share_half_up
from marketplace.domain.steps import CostMade, Law, steps_of
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months.cases import case_of, kept_of
from marketplace.services.months.discretion import kept_form
from marketplace.services.months.monthfacts import MemberMonth
from marketplace.services.months.values import values_of

# Values of this certainty keep a statement provisional.
UNSURE = frozenset({"low", "uncertain"})
# Figures that stand in columns of their own, for reports to add up.
KEPT_BESIDE = (
    "turnover_cents",
    "result_cents",
    "income_cents",
    "norm_cents",
    "exempt_cents",
    "set_off_cents",
    "municipality_cents",
    "benefit_reduction_cents",
    "premium_cents",
)


@dataclass(frozen=True, slots=True)
class Computed:
    """An assessment before it is kept; `inputs` and `outcome` are plain JSON."""

    inputs: dict[str, Any]
    outcome: dict[str, Any]
    rules_hash: str
    provisional: bool
    surplus_cents: int = 0

    @property
    def figures(self) -> dict[str, int]:
        """The amounts that reports add up and corrections compare, in cents."""
        return cast("dict[str, int]", self.outcome["figures"])


def compute(month: MemberMonth, corrections: Sequence[Mapping[str, Any]] = ()) -> Computed:
    """Assess one month of one member; refuses as the rulebook and the norm do."""
    rulebook = month.rulebook
    case = case_of(month, rulebook)
    answer = assess(case, rulebook)
    left = left_over(answer, case, month.profile.surplus)
    vat = vat_law(rulebook, month)
    steps = [step.as_dict() for step in steps_of(month.facts, month.agreed, vat)]
    outcome: dict[str, Any] = {
        "label": answer.label,
        "steps": steps,
        "assessment": kept_form(answer),
        "figures": _figures(month, answer),
        "reserved": reserved(rulebook, month, answer.benefit_cents),
        "corrections": [dict(correction) for correction in corrections],
    }
    inputs = _inputs(month, case) | {"values": values_of(rulebook, month, answer)}
    if left:
        outcome["surplus_cents"] = left
    return Computed(inputs, outcome, answer.rules_hash, _provisional(answer), left)


def given_of(month: MemberMonth, answer: Outcome) -> MonthGiven:
    """Give what an outcome of a month leaves for the count of later ones."""
    left = surplus_of(month, answer)
    return MonthGiven(month.facts.month, answer.exemption, answer.premium_cents, left)


def surplus_of(month: MemberMonth, answer: Outcome) -> int:
    """Give what an outcome leaves above the norm for later months, in cents; zero where nothing is carried."""
    if month.profile.surplus != CARRIED:
        return 0
    return left_over(answer, case_of(month, month.rulebook), CARRIED)


def outcome_of(month: MemberMonth, *, explain: bool = False) -> Outcome:
    """Assess a month, real or supposed, with its lines only when asked."""
    rulebook = month.rulebook
    return assess(case_of(month, rulebook), rulebook, explain=explain)


def given_in(month: MemberMonth) -> list[MonthGiven]:
    """Give what a month without a statement has so far, for the count of later ones; nothing past the rules."""
    try:
        answer = outcome_of(month)
    except Refused:
        return []
    return [given_of(month, answer)]


def keep(
    session: Session,
    computed: Computed,
    *,
    statement: Statement,
    version: int,
    reason: str,
    now: dt.datetime,
) -> Assessment:
    """Add a version of a statement's month; what stands is never changed."""
    row = Assessment(
        **row_of(
            computed,
            cooperative_id=statement.cooperative_id,
            statement_id=statement.id,
            version=version,
            reason=reason,
            now=now,
        )
    )
    session.add(row)
    session.flush()
    return row


def row_of(
    computed: Computed,
    *,
    cooperative_id: int,
    statement_id: int,
    version: int,
    reason: str,
    now: dt.datetime,
) -> dict[str, Any]:
    """Give the columns of a version, all but its key."""
    figures = computed.figures
    return {
        "cooperative_id": cooperative_id,
        "statement_id": statement_id,
        "shown_in_id": None,
        "version": version,
        "reason": reason,
        "made_at": now,
        "rules_hash": computed.rules_hash,
        "provisional": computed.provisional,
        "inputs": computed.inputs,
        "outcome": computed.outcome,
        **{name: figures[name] for name in KEPT_BESIDE},
        "exemption": computed.outcome["assessment"]["exemption"],
        "surplus_cents": computed.surplus_cents,
    }


def says_the_same(kept: Assessment, computed: Computed) -> bool:
    """Tell whether a computation says what a kept version says; other wording of the rules is no change."""
    return kept.inputs == computed.inputs and _without_hash(kept.outcome) == _without_hash(
        computed.outcome
    )


def _without_hash(outcome: Mapping[str, Any]) -> dict[str, Any]:
    assessment = {key: v for key, v in outcome["assessment"].items() if key != "rules_hash"}
    return {**outcome, "assessment": assessment}


def _figures(month: MemberMonth, answer: Outcome) -> dict[str, int]:
    facts = month.facts
    return {
        "gross_cents": facts.gross_cents,
        "vat_cents": facts.vat_cents,
        "turnover_cents": facts.turnover_cents,
        "costs_cents": facts.costs_cents,
        "training_cents": facts.division.training,
        "reserve_cents": facts.division.reserve,
        "municipality_cents": facts.division.municipality,
        "member_cents": facts.division.member,
        "result_cents": facts.attributable_cents,
        "income_cents": answer.income_cents,
        "norm_cents": answer.norm_cents,
        "exempt_cents": answer.exempt_cents,
        "set_off_cents": answer.set_off_cents,
        "benefit_cents": answer.benefit_cents,
        "benefit_reduction_cents": answer.benefit_reduction_cents,
        "premium_cents": answer.premium_cents,
        "to_spend_cents": answer.to_spend_cents,
    }


def reserved(rulebook: Rulebook, month: MemberMonth, benefit: int) -> dict[str, Any] | None:
    """The holiday allowance inside the benefit, paid in June; None where no share is known."""
    try:
        share = rulebook.value("holiday_allowance.share", month.facts.month.first)
    except NoRuleValue:
        return None
    return {
        "amount_cents": share_half_up(benefit, share.number),
        "article": share.article,
        "certainty": share.certainty,
        "source": list(share.source),
    }


def vat_law(rulebook: Rulebook, month: MemberMonth) -> Law:
    """Give the provision by which VAT is charged, or by which it is not."""
    charges = month.agreed.charges_vat
    value = rulebook.value(
        "tax.vat.standard" if charges else "tax.kor.max_year", month.facts.month.first
    )
    return Law("Wet OB 9" if charges else value.article, value.source, value.certainty)


def _inputs(month: MemberMonth, case: Case) -> dict[str, Any]:
    agreement = month.agreement
    facts = month.facts
    running = {"months_34a_used": case.months_used.a34} if case.months_used.a34 else {}
    return {
        "month": str(facts.month),
        "agreement": {
            "id": agreement.public_id,
            "valid_from": agreement.valid_from.isoformat(),
            **month.agreed._asdict(),
            "exemption_n_granted": agreement.exemption_n_granted,
            "months_n_used_at_entry": agreement.months_n_used_at_entry,
        },
        "household": {
            "age": case.person.age,
            "kind": agreement.household_kind,
            "children": agreement.has_children,
            "cost_sharers": agreement.cost_sharers,
            "origin": agreement.household_origin,
        },
        "jobs": [job._asdict() | {"on": job.on.isoformat()} for job in facts.jobs],
        "costs": [_cost(cost) for cost in facts.costs],
        "division": facts.division._asdict(),
        "months_n_used": case.months_used.n,
        **running,
        "n_counting": month.profile.n_counting,
        "work_income_cents": case.work_income_cents,
        "other_income_cents": case.other_income_cents,
        **kept_of(month, case),
    }


def _cost(cost: CostMade) -> dict[str, Any]:
    """One cost; what the municipality's list says of it only where there is such a list."""
    plain = cost._asdict() | {"on": cost.on.isoformat()}
    return {name: value for name, value in plain.items() if value is not None}


def _provisional(answer: Outcome) -> bool:
    return answer.provisional or any(
        warned.code == "uncertain_value" and warned.params.get("certainty") in UNSURE
        for warned in answer.warnings
    )
