"""What an agreement must say before premium or experiment can be agreed, and when an experiment still holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from marketplace.domain.agreements import age_on
from marketplace.domain.calendar import Month
from marketplace.domain.earnings.case import Case, Override
from marketplace.domain.earnings.exemptions import choose
from marketplace.domain.earnings.reading import Reading
from marketplace.domain.earnings.rulebook import Rulebook
from marketplace.domain.errors import Refused


class PremiumShareNeeded(Refused):
    """Nobody said how high the premium is: neither the agreement nor the municipality for all."""

    code = "agreement_premium_share"


class ExperimentShareNeeded(Refused):
    """An agreement in an experiment says which share of the earnings is exempt."""

    code = "agreement_experiment_share"


class LegalBasisNeeded(Refused):
    """An experiment rests on a decision or a law, and the agreement names it."""

    code = "agreement_legal_basis"


class ExperimentEndNeeded(Refused):
    """An experiment ends on the last day of a month, in the agreement's first month or later."""

    code = "agreement_experiment_end"


class NoExemptionDecisionNeeded(Refused):
    """The exemptions of the law are mandatory; leaving them out takes a decision with its reference."""

    code = "agreement_no_exemption_decision"


@dataclass(frozen=True, slots=True)
class Promised:
    """What is agreed beside the regime; the premium's share is the agreement's or the municipality's."""

    regime: str
    valid_from: dt.date
    exemption_granted: bool = True
    no_exemption_reference: str | None = None
    premium_known: bool = False
    experiment_share: int | None = None
    legal_basis: str | None = None
    experiment_ends_on: dt.date | None = None


def check_whole(promised: Promised) -> None:
    """Refuse premium or experiment where something that a month's computation needs was not agreed."""
    if promised.regime not in {"premium", "experiment"}:
        return
    if not promised.exemption_granted and not promised.no_exemption_reference:
        raise NoExemptionDecisionNeeded
    if promised.regime == "premium":
        if not promised.premium_known:
            raise PremiumShareNeeded
        return
    if not promised.experiment_share:
        raise ExperimentShareNeeded
    if not promised.legal_basis:
        raise LegalBasisNeeded
    ends_on = promised.experiment_ends_on
    if ends_on is None or ends_on < promised.valid_from or ends_on != Month.of(ends_on).last:
        raise ExperimentEndNeeded


def experiment_holds(month: Month, ends_on: dt.date | None) -> bool:
    """Tell whether an experiment still runs in a month; after its last month the law alone holds."""
    return ends_on is not None and month.first <= ends_on


def after_the_law(case: Case, experiment: Override, rulebook: Rulebook) -> Override | None:
    """Give the experiment where the law's own exemptions are used up, None where one of these goes first."""
    reading = Reading(rulebook, case.month.first)
    own = choose(case.person, case.months_used, None, tolerate_u27=False, reading=reading)
    return None if own.exemption is not None else experiment


def youngest_age(born_in: Month | None, on: dt.date) -> int | None:
    """Give the age of a child of whom only the month of birth is known, as if born on its last day.

    So the whole month of a birthday is still the age before it.
    """
    return None if born_in is None else age_on(born_in.last, on)
