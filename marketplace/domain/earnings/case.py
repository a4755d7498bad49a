"""What the engine is told about one month of one member: facts only, already checked for shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from marketplace.domain.calendar import Month

Regime = Literal["pot", "set_off", "premium", "experiment"]
HouseholdKind = Literal[
    "single", "couple", "single_parent", "institution_single", "institution_couple"
]
OverrideExemption = Literal["n", "r", "y", "z", "experiment", "none"]
AboveNorm = Literal["offer_choice_to_keep_supplement", "benefit_stops"]

REGIMES: tuple[Regime, ...] = ("pot", "set_off", "premium", "experiment")
HOUSEHOLD_KINDS: tuple[HouseholdKind, ...] = (
    "single",
    "couple",
    "single_parent",
    "institution_single",
    "institution_couple",
)
OVERRIDE_EXEMPTIONS: tuple[OverrideExemption, ...] = ("n", "r", "y", "z", "experiment", "none")
COUPLES: frozenset[HouseholdKind] = frozenset({"couple", "institution_couple"})


class MonthsUsed(NamedTuple):
    """Months of each exemption that count before this month; `a34` is for article 34a, when it is in force."""

    n: int = 0
    r: int = 0
    z: int = 0
    a34: int = 0


NOTHING_USED = MonthsUsed()


class Person(NamedTuple):
    """One person; `age` in whole years on the first of the month, `aow_age` None: by age and month."""

    age: int
    aow_age: bool | None = None
    medically_limited: bool = False
    single_parent_youngest_child_age: int | None = None
    wage_subsidy: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """The other one of a couple, with income from work and months of its own."""

    person: Person
    work_income_cents: int = 0
    months_used: MonthsUsed = NOTHING_USED


class Household(NamedTuple):
    """Who live together; `cost_sharers` None: one, or two for a couple (the norm of the table)."""

    kind: HouseholdKind
    children: bool = False
    cost_sharers: int | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A recorded decision that replaces the choice of exemption and its month limit; no cap is None."""

    fraction: Fraction
    cap_cents: int | None = None
    exemption: OverrideExemption = "experiment"


@dataclass(frozen=True, slots=True)
class Premium:
    """The municipality's premium under article 31.2.j; `cap_month_cents` None: no cap per month."""

    fraction: Fraction
    cap_month_cents: int | None = None
    used_year_cents: int = 0
    less_exemption: bool = True
    max_year_cents: int | None = None


@dataclass(frozen=True, slots=True)
class MonthProfile:
    """The municipal choices that act within one month; the other keys act on counting and settling."""

    above_norm: AboveNorm = "offer_choice_to_keep_supplement"
    tolerate_u27: bool = False
    premium: Premium | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One month of one member (and partner), all amounts in cents.

    In `pot` only `paid_out_cents` is the member's income and `work_income_cents` is information.
    `norm_cents` None: from the rulebook. Regime `experiment` needs an `override`. `carried_cents` is what an
    earlier month of the year had above the norm, where the municipality carries that over.
    """

    month: Month
    person: Person
    household: Household
    regime: Regime
    work_income_cents: int = 0
    paid_out_cents: int = 0
    other_income_cents: int = 0
    norm_cents: int | None = None
    months_used: MonthsUsed = NOTHING_USED
    partner: Partner | None = None
    profile: MonthProfile = field(default_factory=MonthProfile)
    override: Override | None = None
    premium: Premium | None = None
    carried_cents: int = 0
