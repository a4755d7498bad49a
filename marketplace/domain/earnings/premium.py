"""The premium that a municipality may pay later under article 31.2.j; decided by the municipality."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.domain.earnings.assessment import Line, Param
from marketplace.domain.earnings.case import Case, Premium
from marketplace.domain.earnings.exemptions import ADULT_FOR_N_AND_R
from marketplace.domain.earnings.reading import Reading, worst
from marketplace.domain.money import share_half_up


@dataclass(frozen=True, slots=True)
class PremiumOutcome:
    """The premium in cents and its steps, each the code, the formula, the amount and the params of a line."""

    cents: int
    steps: tuple[tuple[str, str, int, dict[str, Param]], ...] = ()
    certainty: str = "high"


def premium_of(case: Case, income: int, exempt: int, reading: Reading) -> PremiumOutcome:
    """Give the premium of the month; zero outside regime `premium`, and zero with a warning under 27."""
    if case.regime != "premium":
        return PremiumOutcome(0)
    terms = case.premium or case.profile.premium
    if terms is None:
        reading.warn("premium_no_terms")
        return PremiumOutcome(0, (("premium_none_no_terms", "nothing", 0, {}),))
    if case.person.age < ADULT_FOR_N_AND_R:
        reading.warn("premium_under_27")
        return PremiumOutcome(0, (("premium_none_under_27", "nothing", 0, {}),))
    return _counted(case, terms, income, exempt, reading)


def lines(outcome: PremiumOutcome, reading: Reading) -> list[Line]:
    """Give the lines of the premium, that add up to it."""
    rule = reading.rule("premium_j")
    certainty = worst((rule.certainty, outcome.certainty))
    return [
        Line("premium", code, amount, formula, rule.article, rule.source, certainty, params)
        for code, formula, amount, params in outcome.steps
    ]


def _counted(
    case: Case, terms: Premium, income: int, exempt: int, reading: Reading
) -> PremiumOutcome:
    ceiling = reading.value("premie.j.max_year")
    limits = [
        limit.max_year_cents
        for limit in (terms, case.profile.premium)
        if limit and limit.max_year_cents
    ]
    max_year = min([ceiling.cents, *limits])
    share = share_half_up(income, terms.fraction)
    fraction = str(float(terms.fraction))
    steps: list[tuple[str, str, int, dict[str, Param]]] = [
        ("premium_share", "share_of_income", share, {"fraction": fraction, "income_cents": income})
    ]
    amount = share
    if terms.cap_month_cents is not None and amount > terms.cap_month_cents:
        steps.append(
            (
                "premium_cap",
                "cap",
                terms.cap_month_cents - amount,
                {"cap_cents": terms.cap_month_cents},
            )
        )
        amount = terms.cap_month_cents
    if terms.less_exemption and exempt:
        steps.append(("premium_less_exemption", "less", -exempt, {}))
        amount -= exempt
    if amount < 0:
        steps.append(("premium_floor", "not_below_zero", -amount, {}))
        amount = 0
    room = max(0, max_year - terms.used_year_cents)
    if amount > room:
        reading.warn("premium_year_reached", max_year_cents=max_year)
        steps.append(
            ("premium_year", "cap", room - amount, {"cap_cents": room, "max_year_cents": max_year})
        )
        amount = room
    return PremiumOutcome(amount, tuple(steps), ceiling.certainty)
