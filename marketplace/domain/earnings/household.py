"""The bijstandsnorm of a household: what it receives in a month when it has no income."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from marketplace.domain.earnings.assessment import INPUT, Param
from marketplace.domain.earnings.case import COUPLES, Case, Person
from marketplace.domain.earnings.reading import Reading, worst
from marketplace.domain.errors import Refused
from marketplace.domain.money import round_half_up

_BASE = Fraction(40, 100)
_PER_SHARER = Fraction(30, 100)
_YOUNGEST_AOW_AGE = (
    66  # below this age nobody had the AOW in any year of the rulebook, so no value needs reading
)


class NoNormForChildren(Refused):
    """Somebody under 18 has no bijstandsnorm of their own."""

    code: ClassVar[str] = "norm_under_18"


@dataclass(frozen=True, slots=True)
class Norm:
    """The norm in cents with what backs it."""

    cents: int
    code: str
    formula: str
    article: str
    source: tuple[str, ...]
    certainty: str
    params: Mapping[str, Param]


def has_aow_age(person: Person, reading: Reading) -> bool:
    """Whether somebody has reached the AOW age; as told, else by age in whole years and month.

    Where the AOW age is not a whole number of years, the last year before it counts as below, with a warning.
    """
    if person.aow_age is not None:
        return person.aow_age
    if person.age < _YOUNGEST_AOW_AGE:
        return False
    needed = reading.value("aow.age_months").number
    if person.age * 12 < needed < person.age * 12 + 12:
        reading.warn("aow_age_assumed", years=int(needed) // 12, months=int(needed) % 12)
    return person.age * 12 >= needed


def cost_share(sharers: int) -> Fraction:
    """Give the share of one person when so many share the costs: (40% + A x 30%) / A."""
    return (_BASE + sharers * _PER_SHARER) / sharers


def norm_of(case: Case, reading: Reading) -> Norm:
    """Give the norm of the household in this month: as given, of the table, or with cost sharers.

    Raises NoNormForChildren under 18, and what the rulebook refuses.
    """
    if case.norm_cents is not None:
        return Norm(case.norm_cents, "norm_given", "as_given", INPUT, (), "high", {})
    people = _people(case, reading)
    if min(person.age for person in people) < 18:
        raise NoNormForChildren
    anyone_aow = any(has_aow_age(person, reading) for person in people)
    sharers = case.household.cost_sharers or 1
    if sharers > len(people):
        if (
            case.household.kind.startswith("institution")
            or min(person.age for person in people) < 21
        ):
            reading.warn("cost_sharers_ignored")
        else:
            return _shared(sharers, len(people), anyone_aow=anyone_aow, reading=reading)
    value = reading.value(_table_id(case, people, anyone_aow=anyone_aow))
    return Norm(
        value.cents,
        "norm_table",
        "table",
        value.article,
        value.source,
        value.certainty,
        {"id": value.id},
    )


def _people(case: Case, reading: Reading) -> tuple[Person, ...]:
    if case.household.kind not in COUPLES:
        return (case.person,)
    if case.partner is None:
        reading.warn("partner_assumed")
        return (case.person, case.person)
    return (case.person, case.partner.person)


def _shared(sharers: int, people: int, *, anyone_aow: bool, reading: Reading) -> Norm:
    couple = reading.value("norm.22bc" if anyone_aow else "norm.21b")
    rule = reading.rule("kostendelers_norm")
    return Norm(
        cents=round_half_up(people * cost_share(sharers) * couple.cents),
        code="norm_cost_sharers",
        formula="cost_sharers" if people == 1 else "cost_sharers_couple",
        article=rule.article,
        source=tuple(dict.fromkeys(rule.source + couple.source)),
        certainty=worst((rule.certainty, couple.certainty)),
        params={"id": couple.id, "sharers": sharers, "couple_cents": couple.cents},
    )


def _table_id(case: Case, people: tuple[Person, ...], *, anyone_aow: bool) -> str:
    if case.household.kind.startswith("institution"):
        return "norm.23_single" if len(people) == 1 else "norm.23_couple"
    young = sum(person.age < 21 for person in people)
    if anyone_aow:
        return "norm.22a" if len(people) == 1 else "norm.22bc"
    if young == 0:
        return "norm.21a" if len(people) == 1 else "norm.21b"
    if len(people) == 1:
        return "norm.20_1a"
    if case.household.children:
        return "norm.20_2b" if young == 2 else "norm.20_2c"
    return "norm.20_1b" if young == 2 else "norm.20_1c"
