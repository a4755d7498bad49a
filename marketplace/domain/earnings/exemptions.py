"""Which exemption of income from work somebody has this month: at most one, in the order of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from marketplace.domain.earnings.assessment import AGREEMENT, Exemption, Param
from marketplace.domain.earnings.case import MonthsUsed, Override, Person
from marketplace.domain.earnings.household import has_aow_age
from marketplace.domain.earnings.reading import Reading, worst
from marketplace.domain.earnings.rulebook import Pending

ADULT_FOR_N_AND_R = 27  # article 31.5
CHILD_UNDER = 12  # article 31.2.r


@dataclass(frozen=True, slots=True)
class Choice:
    """The exemption chosen (or None with the reason in `code`), its terms, and what backs it."""

    exemption: Exemption | None
    code: str
    fraction: Fraction
    cap_cents: int | None
    article: str
    source: tuple[str, ...]
    certainty: str
    params: Mapping[str, Param] = field(default_factory=dict)


def choose(
    person: Person,
    used: MonthsUsed,
    override: Override | None,
    *,
    tolerate_u27: bool,
    reading: Reading,
) -> Choice:
    """Choose the exemption of one person for one month; never the member's own choice (it is mandatory law)."""
    if override is not None:
        return _overridden(person, override, tolerate_u27=tolerate_u27, reading=reading)
    if has_aow_age(person, reading):
        return _pending(reading.pending("p1c")) or _by_rule("n", "exempt_n_aow", reading)
    return _to_come(person, used, reading) or _today(person, used, reading)


def none(code: str, reading: Reading, *, article: str | None = None) -> Choice:
    """Give "no exemption" with its reason, backed by article 31 or by what `article` says."""
    rule = reading.rule("exempt_n")
    backing = (rule.source, rule.certainty) if article is None else ((), "high")
    return Choice(None, code, Fraction(0), 0, article or rule.article, *backing)


def _today(person: Person, used: MonthsUsed, reading: Reading) -> Choice:
    old_enough = person.age >= ADULT_FOR_N_AND_R
    if old_enough and _left("exempt_n", used.n, reading):
        return _by_rule("n", "exempt_n", reading, used.n)
    if person.medically_limited:
        return _by_rule("y", "exempt_y", reading)
    if person.wage_subsidy:
        if _left("exempt_z", used.z, reading):
            return _by_rule("z", "exempt_z", reading, used.z)
        return _by_rule("aa", "exempt_aa", reading)
    youngest = person.single_parent_youngest_child_age
    if (
        old_enough
        and youngest is not None
        and youngest < CHILD_UNDER
        and _left("exempt_r", used.r, reading)
    ):
        return _by_rule("r", "exempt_r", reading, used.r)
    return none("exempt_none_months_used" if old_enough else "exempt_none_under_27", reading)


def _to_come(person: Person, used: MonthsUsed, reading: Reading) -> Choice | None:
    """Article 34a, when an operator confirmed it: it replaces n, r, z and (for the medically limited) y."""
    if person.medically_limited:
        limited = _pending(reading.pending("p1b"))
        if limited is not None:
            return limited
    general = reading.pending("p1")
    if general is None:
        return None
    if general.max_months is None or used.a34 < general.max_months:
        return _pending(general)
    return (
        _by_rule("y", "exempt_y", reading)
        if person.medically_limited
        else none("exempt_none_months_used", reading)
    )


def _left(rule_id: str, used: int, reading: Reading) -> bool:
    limit = reading.rule(rule_id).max_months
    return limit is None or used < limit


def _by_rule(
    exemption: Exemption, rule_id: str, reading: Reading, used: int | None = None
) -> Choice:
    rule = reading.rule(rule_id)
    fraction = reading.value(str(rule.fraction))
    cap = reading.value(str(rule.cap))
    params: dict[str, Param] = {}
    if used is not None and rule.max_months is not None:
        params = {"month_number": used + 1, "max_months": rule.max_months}
    return Choice(
        exemption=exemption,
        code=f"{rule_id}_months" if params else rule_id,
        fraction=fraction.number,
        cap_cents=cap.cents,
        article=rule.article,
        source=tuple(dict.fromkeys(rule.source + cap.source)),
        certainty=worst((rule.certainty, fraction.certainty, cap.certainty)),
        params=params,
    )


def _pending(law: Pending | None) -> Choice | None:
    if law is None:
        return None
    fraction = law.fraction or Fraction(0)
    return Choice(
        "34a", "exempt_34a", fraction, law.cap_cents, law.article, law.source, law.certainty
    )


def _overridden(
    person: Person, override: Override, *, tolerate_u27: bool, reading: Reading
) -> Choice:
    """A recorded decision; under 27 n and r stay closed (31.5) unless the municipality tolerates them in 2026."""
    if override.exemption == "none":
        return none("exempt_none_override", reading, article=AGREEMENT)
    tolerated = tolerate_u27 and reading.tolerated("u27_gedoog")
    young = person.age < ADULT_FOR_N_AND_R
    if young and not tolerated and override.exemption in {"n", "r"}:
        reading.warn("override_not_tolerated")
        return none("exempt_none_under_27", reading)
    if young and tolerated:
        reading.warn("tolerated_under_27")
    fraction, cap = override.fraction, override.cap_cents
    if override.exemption == "experiment":
        rule = reading.rule("u27_gedoog" if young and tolerated else "experiment_83")
        return Choice(
            "experiment",
            "exempt_experiment",
            fraction,
            cap,
            rule.article,
            rule.source,
            rule.certainty,
        )
    rule = reading.rule(f"exempt_{override.exemption}")
    return Choice(
        override.exemption, "exempt_override", fraction, cap, AGREEMENT, rule.source, rule.certainty
    )
