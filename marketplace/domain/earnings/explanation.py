"""The lines of an assessment: every step with its amount and backing, each group adding up to its field."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.domain.earnings import premium as premiums
from marketplace.domain.earnings.assessment import AGREEMENT, INPUT, Group, Line, Param
from marketplace.domain.earnings.case import Case
from marketplace.domain.earnings.household import Norm
from marketplace.domain.earnings.premium import PremiumOutcome
from marketplace.domain.earnings.reading import Reading
from marketplace.domain.earnings.rulebook import Rule
from marketplace.domain.earnings.share import PersonShare


def lines(
    case: Case,
    norm: Norm,
    shares: Sequence[PersonShare],
    benefit: int,
    premium: PremiumOutcome,
    *,
    reading: Reading,
) -> tuple[Line, ...]:
    """Give all lines: exemption, set-off, benefit, together to spend, premium."""
    found: list[Line] = []
    for share, who in zip(shares, ("member", "partner"), strict=False):
        found += _exemption(share, who)
    for share, who in zip(shares, ("member", "partner"), strict=False):
        found += _set_off(case, share, who, reading)
    if case.regime == "pot":
        params: dict[str, Param] = {"work_income_cents": case.work_income_cents}
        found.append(Line("set_off", "pot_kept", 0, "information", AGREEMENT, (), "high", params))
    set_off = sum(share.set_off for share in shares)
    found += _benefit(case, norm, set_off, reading)
    found += _to_spend(case, shares, benefit, reading)
    found += premiums.lines(premium, reading)
    return tuple(found)


def _exemption(share: PersonShare, who: str) -> list[Line]:
    choice = share.choice
    params: dict[str, Param] = {**choice.params, "who": who}
    if choice.exemption is None:
        return [
            Line(
                "exemption",
                choice.code,
                0,
                "nothing",
                choice.article,
                choice.source,
                choice.certainty,
                params,
            )
        ]
    params |= {"fraction": str(float(choice.fraction)), "income_cents": share.income}
    backing = (choice.article, choice.source, choice.certainty)
    found = [Line("exemption", choice.code, share.before_cap, "share_of_income", *backing, params)]
    if choice.cap_cents is not None and share.exempt < share.before_cap:
        capped: dict[str, Param] = {"cap_cents": choice.cap_cents, "who": who}
        found.append(
            Line(
                "exemption", "exempt_cap", share.exempt - share.before_cap, "cap", *backing, capped
            )
        )
    return found


def _set_off(case: Case, share: PersonShare, who: str, reading: Reading) -> list[Line]:
    rule = reading.rule("income_attribution")
    found = [_line("set_off", _income_code(case, who), share.income, "as_given", rule, who=who)]
    if share.exempt:
        choice = share.choice
        backing = (choice.article, choice.source, choice.certainty)
        found.append(Line("set_off", "less_exempt", -share.exempt, "less", *backing, {"who": who}))
    return found


def _benefit(case: Case, norm: Norm, set_off: int, reading: Reading) -> list[Line]:
    rule = reading.rule("benefit")
    found = [
        Line(
            "benefit",
            norm.code,
            norm.cents,
            norm.formula,
            norm.article,
            norm.source,
            norm.certainty,
            norm.params,
        )
    ]
    if case.other_income_cents:
        found.append(_line("benefit", "less_other", -case.other_income_cents, "less", rule))
    found.append(_line("benefit", "less_set_off", -set_off, "less", rule))
    if case.carried_cents:
        carry = reading.rule("surplus_carry")
        found.append(_line("benefit", "less_carried", -case.carried_cents, "above_before", carry))
    missing = set_off + case.carried_cents + case.other_income_cents - norm.cents
    if missing > 0:
        found.append(_line("benefit", "benefit_floor", missing, "not_below_zero", rule))
    return found


def _to_spend(
    case: Case, shares: Sequence[PersonShare], benefit: int, reading: Reading
) -> list[Line]:
    found = [_line("to_spend", "spend_benefit", benefit, "carried", reading.rule("benefit"))]
    for share, who in zip(shares, ("member", "partner"), strict=False):
        code = _income_code(case, who).replace("income_", "spend_")
        found.append(
            Line("to_spend", code, share.income, "carried", INPUT, (), "high", {"who": who})
        )
    if case.other_income_cents:
        found.append(
            Line(
                "to_spend",
                "spend_other",
                case.other_income_cents,
                "as_given",
                INPUT,
                (),
                "high",
                {},
            )
        )
    return found


def _income_code(case: Case, who: str) -> str:
    return "income_paid_out" if case.regime == "pot" and who == "member" else "income_work"


def _line(group: Group, code: str, amount: int, formula: str, rule: Rule, *, who: str = "") -> Line:
    params: dict[str, Param] = {"who": who} if who else {}
    return Line(group, code, amount, formula, rule.article, rule.source, rule.certainty, params)
