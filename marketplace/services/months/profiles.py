"""What a municipality chose, as its file says it of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.profile import AcceptedCost, MunicipalProfile
from marketplace.gateways.rulefiles import (
    default_profile,
    load_municipalities,
    load_profile_keys,
    load_rulebook,
)

# The choices that people are told, in this order; the premium has lines of its own.
TOLD = (
    "n_counting",
    "n_restart",
    "above_norm",
    "surplus",
    "tax_basis",
    "frequency",
    "definitive_settlement",
    "costs",
    "hours_limit",
    "four_weekly_pay",
    "tolerate_u27",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a municipality: the key and its value as a word.

    `source` backs the usual choice; empty where the municipality chose otherwise, so that it backs itself.
    """

    key: str
    value: str
    source: tuple[str, ...]
    costs: tuple[AcceptedCost, ...] = ()


def profile_of(code: str | None, month: Month) -> MunicipalProfile:
    """Give the choices of a municipality in a month; the usual ones where there are none of its own."""
    known = load_municipalities()
    return known[code].on(month.first) if code is not None and code in known else default_profile()


def choices_of(code: str | None, month: Month) -> list[Choice]:
    """Give the choices of a municipality that hold in a month, in the order in which they are told."""
    profile, usual, keys = profile_of(code, month), default_profile(), load_profile_keys()
    return [
        Choice(
            key,
            _word(profile, key),
            keys[key].source if _word(profile, key) == _word(usual, key) else (),
            profile.costs if key == "costs" else (),
        )
        for key in TOLD
    ]


def _word(profile: MunicipalProfile, key: str) -> str:
    if key == "costs":
        return "listed" if profile.costs else "only_costs_listed_in_agreement"
    value = getattr(profile, key)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "none")


def titles_of(sources: Sequence[str]) -> list[str]:
    """Give the titles of sources of the rules; one that is no longer listed is given by its key."""
    known = load_rulebook().sources
    return [known[key].title if key in known else key for key in sources]
