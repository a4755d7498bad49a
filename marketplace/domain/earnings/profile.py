"""What a municipality chooses where the law leaves room; data, checked against the known keys and values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from marketplace.domain.earnings.case import AboveNorm, MonthProfile, Premium
from marketplace.domain.earnings.counters import Counting

_HOURS = re.compile(r"\d{1,4}(\.\d{1,2})? per (week|month|year)")
_AMOUNT = re.compile(r"\d{1,7}(\.\d{1,2})?")
_FRACTION = re.compile(r"0(\.\d{1,6})?|1(\.0{1,6})?")
_PREMIUM_KEYS = ("enabled", "fraction", "max_month", "max_year", "paid")
_COST_KEYS = ("name", "cap_month", "cap_year", "prior_approval", "business_share")
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class ProfileKey:
    """One thing a municipality may choose; `allowed` is empty where a pattern says what fits.

    `unsupported` are values that the rules allow and this program does not compute with; `source` backs
    the choice.
    """

    kind: str
    default: Any
    allowed: tuple[Any, ...] = ()
    unsupported: tuple[Any, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileFault:
    """A wrong key or value: `place` is the path ("premium.fraction"), `allowed` what would fit."""

    place: str
    code: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcceptedCost:
    """A kind of cost that the municipality accepts; no cap is None."""

    name: str
    cap_month_cents: int | None = None
    cap_year_cents: int | None = None
    prior_approval: bool = False
    business_share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class MunicipalProfile:
    """All choices of one municipality; `costs` empty: only those that stand in the agreement."""

    n_counting: Counting
    n_restart: str
    n_self_employed: bool
    above_norm: AboveNorm
    tax_basis: str
    frequency: str
    definitive_settlement: str
    surplus: str
    hours_limit: str | None
    costs: tuple[AcceptedCost, ...]
    four_weekly_pay: str
    premium: Premium | None
    tolerate_u27: bool
    bufferbudget: bool
    reference_number: str

    @property
    def month(self) -> MonthProfile:
        """The choices that act within one month."""
        return MonthProfile(self.above_norm, self.tolerate_u27, self.premium)


def profile_keys(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, ProfileKey]:
    """Build the known keys from plain dicts as profile.toml gives them."""
    return {
        name: ProfileKey(
            key["kind"],
            key.get("default"),
            tuple(key.get("allowed", ())),
            tuple(key.get("unsupported", ())),
            tuple(key.get("source", ())),
        )
        for name, key in raw.items()
    }


def profile_faults(values: Mapping[str, Any], keys: Mapping[str, ProfileKey]) -> list[ProfileFault]:
    """Give every unknown key and every value that does not fit, with what would."""
    faults: list[ProfileFault] = []
    for name, value in values.items():
        key = keys.get(name)
        if key is None:
            faults.append(ProfileFault(name, "unknown_key", tuple(keys)))
        else:
            faults += _CHECKS[key.kind](name, value, key)
    return faults


def unsupported_in(values: Mapping[str, Any], keys: Mapping[str, ProfileKey]) -> list[ProfileFault]:
    """Give every value without a fault that the rules allow and this program does not compute with."""
    return [
        ProfileFault(name, "unsupported", _supported(keys[name]))
        for name, value in values.items()
        if value in keys[name].unsupported
    ]


def build_profile(values: Mapping[str, Any], keys: Mapping[str, ProfileKey]) -> MunicipalProfile:
    """Build a profile from values without faults, on top of the defaults; faults are a ValueError."""
    faults = profile_faults(values, keys)
    if faults:
        raise ValueError(f"{faults[0].place}: {faults[0].code}")
    chosen: dict[str, Any] = {name: values.get(name, key.default) for name, key in keys.items()}
    costs = chosen.pop("costs")
    premium = _premium(chosen.pop("premium"))
    accepted = () if isinstance(costs, str) else tuple(_cost(cost) for cost in costs)
    return MunicipalProfile(**chosen, costs=accepted, premium=premium)


def _premium(raw: Mapping[str, Any]) -> Premium | None:
    if not raw["enabled"]:
        return None
    return Premium(
        fraction=Fraction(raw["fraction"]),
        cap_month_cents=_cents(raw.get("max_month")),
        max_year_cents=_cents(raw.get("max_year")),
    )


def _cost(raw: Mapping[str, Any]) -> AcceptedCost:
    return AcceptedCost(
        name=raw["name"],
        cap_month_cents=_cents(raw.get("cap_month")),
        cap_year_cents=_cents(raw.get("cap_year")),
        prior_approval=raw.get("prior_approval", False),
        business_share=Fraction(raw.get("business_share", "1")),
    )


def _cents(amount: str | None) -> int | None:
    return None if amount is None else int(Fraction(amount) * 100)


def _check_choice(place: str, value: Any, key: ProfileKey) -> list[ProfileFault]:
    fits = any(type(value) is type(one) and value == one for one in key.allowed)
    return (
        []
        if fits
        else [
            _bad(
                place,
                *(_written(one) for one in key.allowed),
            )
        ]
    )


def _supported(key: ProfileKey) -> tuple[str, ...]:
    return tuple(_written(one) for one in key.allowed if one not in key.unsupported)


def _written(value: Any) -> str:
    """Give a value as TOML writes it, for what is told about it."""
    return str(value).lower() if value in (True, False) else str(value)


def _check_hours(place: str, value: Any, _key: ProfileKey) -> list[ProfileFault]:
    fits = value is None or (isinstance(value, str) and _HOURS.fullmatch(value) is not None)
    return [] if fits else [_bad(place, "23.5 per week", "80 per month", "1000 per year")]


def _check_text(place: str, value: Any, _key: ProfileKey) -> list[ProfileFault]:
    return [] if _is_name(value) else [_bad(place, "1-100 characters")]


def _check_premium(place: str, value: Any, _key: ProfileKey) -> list[ProfileFault]:
    if not isinstance(value, Mapping) or not isinstance(value.get("enabled"), bool):
        return [_bad(f"{place}.enabled", "true", "false")]
    faults = _table_faults(place, value, _PREMIUM_KEYS)
    if value["enabled"] and "fraction" not in value:
        faults.append(_bad(f"{place}.fraction", "0.25"))
    return faults


def _check_costs(place: str, value: Any, key: ProfileKey) -> list[ProfileFault]:
    if value == key.default:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        return [
            _bad(
                place,
                str(key.default),
                "[{name, cap_month, cap_year, prior_approval, business_share}]",
            )
        ]
    faults: list[ProfileFault] = []
    for number, cost in enumerate(value):
        inside = f"{place}[{number}]"
        if not isinstance(cost, Mapping) or "name" not in cost:
            faults.append(_bad(f"{inside}.name", "1-100 characters"))
        else:
            faults += _table_faults(inside, cost, _COST_KEYS)
    return faults


def _table_faults(
    place: str, table: Mapping[str, Any], allowed: tuple[str, ...]
) -> list[ProfileFault]:
    faults: list[ProfileFault] = []
    for name, value in table.items():
        if name not in allowed:
            faults.append(ProfileFault(f"{place}.{name}", "unknown_key", allowed))
            continue
        fits, example = _FIELDS[name]
        if not fits(value):
            faults.append(_bad(f"{place}.{name}", *example))
    return faults


def _bad(place: str, *allowed: str) -> ProfileFault:
    return ProfileFault(place, "bad_value", allowed)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_months(value: Any) -> bool:
    return isinstance(value, list) and all(one in MONTH_NAMES for one in value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100


_FIELDS: dict[str, tuple[Callable[[Any], bool], tuple[str, ...]]] = {
    "enabled": (_is_flag, ("true", "false")),
    "fraction": (_matches(_FRACTION), ("0.25",)),
    "max_month": (_matches(_AMOUNT), ("219.00",)),
    "max_year": (_matches(_AMOUNT), ("1699.00",)),
    "paid": (_is_months, MONTH_NAMES),
    "name": (_is_name, ("1-100 characters",)),
    "cap_month": (_matches(_AMOUNT), ("300.00",)),
    "cap_year": (_matches(_AMOUNT), ("300.00",)),
    "prior_approval": (_is_flag, ("true", "false")),
    "business_share": (_matches(_FRACTION), ("0.30",)),
}
_CHECKS: dict[str, Callable[[str, Any, ProfileKey], list[ProfileFault]]] = {
    "choice": _check_choice,
    "flag": _check_choice,
    "hours": _check_hours,
    "text": _check_text,
    "premium": _check_premium,
    "costs": _check_costs,
}
