"""One month of one household: exempt, set off, benefit, together; explained line by line.

The outcome is an indication, never a decision. The order of the steps is that of docs/earnings.md.
"""

from __future__ import annotations

from typing import NamedTuple

from marketplace.domain.earnings import explanation
from marketplace.domain.earnings.assessment import (
    AGREEMENT,
    Assessment,
    PersonOutcome,
    Warned,
)
from marketplace.domain.earnings.case import Case, MonthsUsed, Person
from marketplace.domain.earnings.exemptions import Choice, choose, none
from marketplace.domain.earnings.household import Norm, norm_of
from marketplace.domain.earnings.premium import premium_of
from marketplace.domain.earnings.reading import Reading
from marketplace.domain.earnings.rulebook import Rulebook
from marketplace.domain.earnings.share import PersonShare, share_of

MOST_SHARED = 20_000


def assess(case: Case, rulebook: Rulebook, *, explain: bool = True) -> Assessment:
    """Give the outcome of one month; without `explain` the lines stay empty and the amounts are the same.

    Raises the refusals of the rulebook (before its first day, a gap) and NoNormForChildren.
    """
    if case.partner is None and case.regime != "premium" and not case.carried_cents:
        found = _by_shared_terms(case, rulebook, explain=explain)
        if found is not None:
            return found
    return step_by_step(case, rulebook, explain=explain)


def step_by_step(case: Case, rulebook: Rulebook, *, explain: bool = True) -> Assessment:
    """Give the outcome of one month with every value read anew; `assess` says the same, sooner."""
    reading = Reading(rulebook, case.month.first)
    norm = norm_of(case, reading)
    shares = _after_choice_above_norm(case, norm.cents, _shares(case, reading), reading)
    return _outcome(case, norm, shares, reading, explain=explain)


def _outcome(
    case: Case, norm: Norm, shares: tuple[PersonShare, ...], reading: Reading, *, explain: bool
) -> Assessment:
    income = sum(share.income for share in shares)
    exempt = sum(share.exempt for share in shares)
    set_off = income - exempt
    room = max(0, norm.cents - case.other_income_cents)
    counted = set_off + case.carried_cents
    benefit = max(0, norm.cents - case.other_income_cents - counted)
    premium = premium_of(case, income, exempt, reading)
    return Assessment(
        income_cents=income,
        norm_cents=norm.cents,
        exemption=next(
            (share.choice.exemption for share in shares if share.choice.exemption), None
        ),
        exempt_cents=exempt,
        set_off_cents=set_off,
        benefit_cents=benefit,
        benefit_reduction_cents=min(counted, room),
        premium_cents=premium.cents,
        to_spend_cents=benefit + income + case.other_income_cents,
        persons=tuple(
            PersonOutcome(share.choice.exemption, share.income, share.exempt, share.set_off)
            for share in shares
        ),
        lines=explanation.lines(case, norm, shares, benefit, premium, reading=reading)
        if explain
        else (),
        warnings=reading.warnings,
        rules_hash=reading.rulebook.rules_hash,
    )


class _Terms(NamedTuple):
    """What holds for everybody with the same facts in a month: norm, exemption, and what to warn about.

    The share is `twice` / (2 x `whole`), so that half a cent goes up by whole numbers alone.
    """

    norm: Norm
    choice: Choice
    reading: Reading
    warnings: tuple[Warned, ...]
    norm_cents: int
    twice: int
    whole: int
    cap_cents: int | None


def _by_shared_terms(case: Case, rulebook: Rulebook, *, explain: bool) -> Assessment | None:
    """Give the outcome of one person with income, by terms that were worked out before.

    None where the amounts themselves decide what holds or what is told: no income, or income at or above
    the norm with a supplement left.
    """
    income = case.paid_out_cents if case.regime == "pot" else case.work_income_cents
    if income <= 0:
        return None
    table, choice, reading, warnings, norm, twice, whole, cap = _terms(case, rulebook)
    other = case.other_income_cents
    exempt = (income * twice + whole) // (2 * whole)
    if cap is not None and exempt > cap:
        exempt = cap
    set_off = income - exempt
    reduced, benefit = set_off, norm - other - set_off
    if income + other >= norm:
        if benefit > 0 and (explain or case.profile.above_norm == "benefit_stops"):
            return None
        reduced, benefit, warnings = _above_norm(norm - other, set_off, warnings)
    if explain:
        return _outcome(case, table, (share_of(income, choice),), reading, explain=True)
    exemption = choice.exemption
    return Assessment(
        income,
        norm,
        exemption,
        exempt,
        set_off,
        benefit,
        reduced,
        0,
        benefit + income + other,
        (PersonOutcome(exemption, income, exempt, set_off),),
        (),
        warnings,
        rulebook.rules_hash,
    )


def _above_norm(
    room: int, set_off: int, warnings: tuple[Warned, ...]
) -> tuple[int, int, tuple[Warned, ...]]:
    """Give what the benefit is lowered by and what is left of it, with the choice told where there is one."""
    left = room - set_off
    if left <= 0:
        return min(set_off, max(0, room)), 0, warnings
    choice = Warned("above_norm_choice", {"supplement_cents": left})
    return set_off, left, (*warnings, choice)


def _terms(case: Case, rulebook: Rulebook) -> _Terms:
    """Give the terms of these facts, worked out once; every fact that a rule looks at is in the key."""
    month = case.month
    key = (
        month.year,
        month.number,
        case.person,
        case.household,
        case.months_used,
        case.norm_cents,
        case.override,
        case.profile.tolerate_u27,
    )
    found: _Terms | None = rulebook.shared.get(key)
    if found is None:
        if len(rulebook.shared) >= MOST_SHARED:
            rulebook.shared.clear()
        found = rulebook.shared[key] = _work_out(case, rulebook)
    return found


def _work_out(case: Case, rulebook: Rulebook) -> _Terms:
    reading = Reading(rulebook, case.month.first)
    norm = norm_of(case, reading)
    choice = choose(
        case.person,
        case.months_used,
        case.override,
        tolerate_u27=case.profile.tolerate_u27,
        reading=reading,
    )
    part, whole = choice.fraction.as_integer_ratio() if choice.exemption else (0, 1)
    return _Terms(
        norm, choice, reading, reading.warnings, norm.cents, 2 * part, whole, choice.cap_cents
    )


def _shares(case: Case, reading: Reading) -> tuple[PersonShare, ...]:
    """The shares of the member and the partner; in `pot` the member's income is only what was paid out."""
    counted = case.paid_out_cents if case.regime == "pot" else case.work_income_cents
    mine = _share(case, case.person, case.months_used, counted, reading)
    if case.partner is None:
        return (mine,)
    partner = case.partner
    return (
        mine,
        _share(case, partner.person, partner.months_used, partner.work_income_cents, reading),
    )


def _share(
    case: Case, person: Person, used: MonthsUsed, income: int, reading: Reading
) -> PersonShare:
    if income <= 0:
        if income < 0:
            reading.warn("negative_income")
        return share_of(0, none("exempt_none_no_income", reading))
    choice = choose(
        person, used, case.override, tolerate_u27=case.profile.tolerate_u27, reading=reading
    )
    return share_of(income, choice)


def _after_choice_above_norm(
    case: Case, norm: int, shares: tuple[PersonShare, ...], reading: Reading
) -> tuple[PersonShare, ...]:
    """Income at or above the norm, but below it after the exemption: the municipality's choice decides."""
    income = sum(share.income for share in shares)
    left = norm - case.other_income_cents - case.carried_cents
    left -= sum(share.set_off for share in shares)
    if income + case.other_income_cents < norm or left <= 0:
        return shares
    if case.profile.above_norm == "offer_choice_to_keep_supplement":
        reading.warn("above_norm_choice", supplement_cents=left)
        return shares
    reading.warn("above_norm_stops")
    stopped: Choice = none("exempt_none_above_norm", reading, article=AGREEMENT)
    return tuple(share_of(share.income, stopped) for share in shares)
