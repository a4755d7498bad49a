"""From an agreement and a month's facts to what the engine is asked, by regime; and what it kept of that."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

from marketplace.domain.agreements import age_on
from marketplace.domain.earnings.case import (
    Case,
    Household,
    HouseholdKind,
    Override,
    Person,
    Premium,
    Regime,
)
from marketplace.domain.earnings.profile import MunicipalProfile
from marketplace.domain.earnings.rulebook import Rulebook
from marketplace.domain.regimes import after_the_law, experiment_holds, youngest_age
from marketplace.domain.steps import counted_income
from marketplace.domain.waterfall import WHOLE
from marketplace.services.months.holding import Terms
from marketplace.services.months.monthfacts import MemberMonth

NOTHING = Override(Fraction(0), 0, exemption="none")


def case_of(month: MemberMonth, rulebook: Rulebook) -> Case:
    """Give what the engine is asked about one month of one member."""
    agreement = month.agreement
    first = month.facts.month.first
    in_pot = agreement.regime == "pot"
    destined = month.facts.division.member if in_pot else 0
    ground = month.decided_ground
    case = Case(
        month=month.facts.month,
        person=Person(
            age=age_on(agreement.born_on, first),
            medically_limited=ground == "y",
            wage_subsidy=ground == "z",
            single_parent_youngest_child_age=_youngest(month),
        ),
        household=Household(
            cast("HouseholdKind", agreement.household_kind),
            agreement.has_children,
            agreement.cost_sharers if agreement.cost_sharers > 1 else None,
        ),
        regime=cast("Regime", agreement.regime),
        # In pot this is information: what was saved, never income.
        work_income_cents=destined if in_pot else counted_income(month.facts, month.agreed),
        months_used=month.used,
        profile=month.profile.month,
        premium=_premium(month),
        carried_cents=month.carried_cents,
        # Article 31.2.n is mandatory law; only a recorded decision leaves it out, in an experiment too.
        override=None if agreement.exemption_n_granted else NOTHING,
    )
    return _in_experiment(case, month, rulebook) if agreement.regime == "experiment" else case


def premium_of(agreement: Terms, profile: MunicipalProfile) -> Premium | None:
    """Give the premium that holds under an agreement: its own share and cap, else the municipality's for all."""
    usual = profile.premium
    own_share, own_cap = agreement.premium_share, agreement.premium_cap_month_cents
    if own_share is None and usual is None:
        return None
    fraction = usual.fraction if own_share is None and usual else Fraction(own_share or 0, WHOLE)
    usual_cap = usual.cap_month_cents if usual and own_share is None else None
    return Premium(
        fraction,
        usual_cap if own_cap is None else own_cap,
        less_exemption=agreement.premium_less_exemption,
        max_year_cents=usual.max_year_cents if usual else None,
    )


def kept_of(month: MemberMonth, case: Case) -> dict[str, Any]:
    """Give the facts of premium, experiment and exemption r that the case rests on, as plain JSON."""
    agreement = month.agreement
    kept = _chosen(month, case)
    if agreement.youngest_child_month is not None:
        kept["youngest_child_age"] = case.person.single_parent_youngest_child_age
        kept["months_r_used"] = case.months_used.r
        kept["months_r_used_at_entry"] = agreement.months_r_used_at_entry
    if month.decided_ground is not None:
        # The reference only: a statement says "by decision", whatever the ground.
        kept["decided_reference"] = agreement.decided_reference
        kept["decided_months_used_at_entry"] = agreement.decided_months_used
        kept["decided_months_used"] = case.months_used.z
    if agreement.no_exemption_reference is not None:
        kept["no_exemption_reference"] = agreement.no_exemption_reference
    if agreement.regime == "premium" and case.premium is not None:
        terms = case.premium
        kept["premium"] = {
            "share": int(terms.fraction * WHOLE),
            "by_agreement": agreement.premium_share is not None,
            "cap_month_cents": terms.cap_month_cents,
            "less_exemption": terms.less_exemption,
            "used_year_cents": terms.used_year_cents,
        }
    if agreement.regime == "experiment":
        ends_on = agreement.experiment_ends_on
        kept["experiment"] = {
            "share": agreement.experiment_share,
            "cap_cents": agreement.experiment_cap_cents,
            "legal_basis": agreement.experiment_legal_basis,
            "ends_on": ends_on.isoformat() if ends_on else None,
            "holds": experiment_holds(month.facts.month, ends_on),
        }
    return kept


def _chosen(month: MemberMonth, case: Case) -> dict[str, Any]:
    """What a choice of the municipality leaves in the month: a surplus taken over, months that began anew."""
    kept: dict[str, Any] = {}
    if case.carried_cents:
        kept["carried_cents"] = case.carried_cents
    if month.agreement.n_restart_reference is not None:
        reference = month.agreement.n_restart_reference
        kept["n_restart"] = {"ground": month.profile.n_restart, "reference": reference}
    return kept


def _youngest(month: MemberMonth) -> int | None:
    """The age that exemption r looks at; it is for single parents only."""
    agreement = month.agreement
    if agreement.household_kind != "single_parent":
        return None
    return youngest_age(agreement.youngest_child_month, month.facts.month.first)


def _premium(month: MemberMonth) -> Premium | None:
    if month.agreement.regime != "premium":
        return None
    terms = premium_of(month.agreement, month.profile)
    return None if terms is None else replace(terms, used_year_cents=month.premium_used_cents)


def _in_experiment(case: Case, month: MemberMonth, rulebook: Rulebook) -> Case:
    """Put in the experiment's own exemption while it holds; what the law gives first goes before it."""
    agreement = month.agreement
    if not experiment_holds(month.facts.month, agreement.experiment_ends_on):
        return case
    own = Override(Fraction(agreement.experiment_share or 0, WHOLE), agreement.experiment_cap_cents)
    if not agreement.exemption_n_granted:
        return replace(case, override=own)
    return replace(case, override=after_the_law(case, own, rulebook))
