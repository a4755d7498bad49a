"""The premium that a municipality may pay later under article 31.2.j; decided by the municipality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.domain.earnings.assessment import Line, Param
from marketplace.domain.earnings.case import Case, Premium
from marketplace.domain.earnings.exemptions import ADULT_FOR_N_AND_R
from marketplace.domain.earnings.reading import Reading, worst
from marketplace.domain.money import share_half_up


@dataclass(frozen=True, slots=True)
class _Step:
    code: str
    formula: str
    amount: int
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class PremiumOutcome:
    """The premium in cents and its steps."""

    cents: int
    steps: tuple[_Step, ...] = ()
    certainty: str = "high"


def premium_of(case: Case, income: int, exempt: int, reading: Reading) -> PremiumOutcome:
    """Give the premium of the month; zero outside regime `premium`, and zero with a warning under 27."""
    if case.regime != "premium":
        return PremiumOutcome(0)
    terms = case.premium or case.profile.premium
    if terms is None:
        reading.warn("premium_no_terms")
        return PremiumOutcome(0, (_Step("premium_none_no_terms", "nothing", 0, {}),))
    if case.person.age < ADULT_FOR_N_AND_R:
        reading.warn("premium_under_27")
        return PremiumOutcome(0, (_Step("premium_none_under_27", "nothing", 0, {}),))
    return _counted(case, terms, income, exempt, reading)


def lines(outcome: PremiumOutcome, reading: Reading) -> list[Line]:
    """Give the lines of the premium, that add up to it."""
    rule = reading.rule("premium_j")
    certainty = worst((rule.certainty, outcome.certainty))
    backing = (rule.article, rule.source, certainty)
    return [
        Line("premium", step.code, step.amount, step.formula, *backing, step.params)
        for step in outcome.steps
    ]


def _counted(
    case: Case, terms: Premium, income: int, exempt: int, reading: Reading
) -> PremiumOutcome:
    amount = share_half_up(income, terms.fraction)
    params: dict[str, Param] = {"fraction": str(float(terms.fraction)), "income_cents": income}
    steps = [_Step("premium_share", "share_of_income", amount, params)]
    cap = terms.cap_month_cents
    if cap is not None and amount > cap:
        steps.append(_Step("premium_cap", "cap", cap - amount, {"cap_cents": cap}))
        amount = cap
    if terms.less_exemption and exempt:
        steps.append(_Step("premium_less_exemption", "less", -exempt, {}))
        amount -= exempt
    if amount < 0:
        steps.append(_Step("premium_floor", "not_below_zero", -amount, {}))
        amount = 0
    ceiling = reading.value("premie.j.max_year")
    max_year = min([ceiling.cents, *_own_limits(case, terms)])
    room = max(0, max_year - terms.used_year_cents)
    if amount > room:
        reading.warn("premium_year_reached", max_year_cents=max_year)
        limits: dict[str, Param] = {"cap_cents": room, "max_year_cents": max_year}
        steps.append(_Step("premium_year", "cap", room - amount, limits))
        amount = room
    return PremiumOutcome(amount, tuple(steps), ceiling.certainty)


def _own_limits(case: Case, terms: Premium) -> list[int]:
    """The municipality may set a lower maximum for the year."""
    chosen = (terms, case.profile.premium)
    return [one.max_year_cents for one in chosen if one and one.max_year_cents is not None]
