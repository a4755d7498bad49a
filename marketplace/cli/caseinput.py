"""From JSON to cases: every fault is collected with its place, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from flask_babel import gettext as _

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.case import (
    COUPLES,
    HOUSEHOLD_KINDS,
    OVERRIDE_EXEMPTIONS,
    REGIMES,
    Case,
    Household,
    MonthProfile,
    MonthsUsed,
    Override,
    Partner,
    Person,
    Premium,
)
from marketplace.domain.earnings.profile import ProfileKey, build_profile, profile_faults

_FRACTION = re.compile(r"0(\.[0-9]{1,9})?|1(\.0{1,9})?")
_MOST_CENTS = 10**12
_CASE_KEYS = (
    "month",
    "person",
    "partner",
    "household",
    "norm_cents",
    "months_used",
    "work_income_cents",
    "paid_out_cents",
    "other_income_cents",
    "regime",
    "profile",
    "override",
    "premium",
)
_PERSON_KEYS = (
    "age",
    "aow_age",
    "medically_limited",
    "single_parent_youngest_child_age",
    "wage_subsidy",
)
_MISSING = object()


@dataclass(slots=True)
class Faults:
    """What is wrong so far: pairs of a place and a sentence."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        """Keep one fault."""
        self.found.append((place, sentence))


class Fields:
    """The fields of one JSON object at a place; each reader gives a usable value and keeps the fault."""

    def __init__(self, raw: Any, place: str, allowed: Sequence[str], faults: Faults) -> None:
        self.place = place
        self.values: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        # one fault for a missing or misshapen object, not one for each field it lacks
        self.faults = faults if isinstance(raw, Mapping) else Faults()
        if raw is _MISSING:
            faults.add(place, _("Dit veld is nodig."))
        elif not isinstance(raw, Mapping):
            faults.add(place or "$", _("Hier moet een object staan, met velden en waarden."))
        for name in self.values:
            if name not in allowed:
                names = ", ".join(allowed)
                faults.add(
                    self.at(name), _("Dit veld kennen we niet. Wel: %(names)s.", names=names)
                )

    def at(self, name: str) -> str:
        """Give the place of a field."""
        return f"{self.place}.{name}" if self.place else name

    def whole(
        self, name: str, default: int | None, *, least: int = 0, most: int = _MOST_CENTS
    ) -> int:
        """Read a whole number; no default (None) means that it is required."""
        value = self.values.get(name, _MISSING if default is None else default)
        if value is _MISSING:
            self.faults.add(self.at(name), _("Dit veld is nodig."))
        elif type(value) is not int:
            self.faults.add(self.at(name), _("Hier moet een heel getal staan."))
        elif not least <= value <= most:
            text = _("Dit getal moet tussen %(least)s en %(most)s liggen.", least=least, most=most)
            self.faults.add(self.at(name), text)
        else:
            return value
        return max(least, 0)

    def whole_or_none(self, name: str, *, least: int = 0, most: int = _MOST_CENTS) -> int | None:
        """Read a whole number or null."""
        if self.values.get(name) is None:
            return None
        return self.whole(name, 0, least=least, most=most)

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.values.get(name, default)
        if isinstance(value, bool):
            return value
        self.faults.add(self.at(name), _("Hier moet true of false staan."))
        return default

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Read one of some words; no default means that it is required."""
        value = self.values.get(name, default)
        if isinstance(value, str) and value in allowed:
            return value
        words = ", ".join(allowed)
        self.faults.add(self.at(name), _("Kies een van deze waarden: %(words)s.", words=words))
        return allowed[0]

    def fraction(self, name: str) -> Fraction:
        """Read a decimal string from "0" to "1"."""
        value = self.values.get(name)
        if isinstance(value, str) and _FRACTION.fullmatch(value):
            return Fraction(value)
        text = _('Hier moet een deel staan als tekst, van "0" tot en met "1", zoals "0.25".')
        self.faults.add(self.at(name), text)
        return Fraction(0)


def read_case(raw: Any, place: str, keys: Mapping[str, ProfileKey], faults: Faults) -> Case:
    """Read one case; when `faults` grew, the case is only a stand-in and must not be assessed."""
    fields = Fields(raw, place, _CASE_KEYS, faults)
    values, faults = fields.values, fields.faults
    partner = values.get("partner")
    override = values.get("override")
    premium = values.get("premium")
    case = Case(
        month=_month(fields),
        person=_person(
            Fields(values.get("person", _MISSING), fields.at("person"), _PERSON_KEYS, faults)
        ),
        household=_household(values.get("household", _MISSING), fields.at("household"), faults),
        regime=cast("Any", fields.choice("regime", REGIMES)),
        work_income_cents=fields.whole("work_income_cents", None, least=-_MOST_CENTS),
        paid_out_cents=fields.whole("paid_out_cents", 0),
        other_income_cents=fields.whole("other_income_cents", 0),
        norm_cents=fields.whole_or_none("norm_cents"),
        months_used=_months_used(values.get("months_used", {}), fields.at("months_used"), faults),
        partner=None if partner is None else _partner(partner, fields.at("partner"), faults),
        profile=_profile(values.get("profile", {}), fields.at("profile"), keys, faults),
        override=None if override is None else _override(override, fields.at("override"), faults),
        premium=None if premium is None else _premium(premium, fields.at("premium"), faults),
    )
    _together(case, fields)
    return case


def _together(case: Case, fields: Fields) -> None:
    """What fits alone but not together."""
    if case.regime == "experiment" and fields.values.get("override") is None:
        fields.faults.add(fields.at("override"), _("Bij een experiment hoort een override."))
    if case.partner is not None and case.household.kind not in COUPLES:
        text = _("Een partner hoort bij een huishouden van de soort couple of institution_couple.")
        fields.faults.add(fields.at("partner"), text)


def _month(fields: Fields) -> Month:
    value = fields.values.get("month")
    try:
        if isinstance(value, str):
            return Month.parse(value)
    except ValueError:
        pass
    fields.faults.add(fields.at("month"), _('Hier moet een maand staan, zoals "2026-01".'))
    return Month(2026, 1)


def _person(fields: Fields) -> Person:
    aow_age = fields.values.get("aow_age")
    return Person(
        age=fields.whole("age", None, most=130),
        aow_age=None if aow_age is None else fields.flag("aow_age", default=False),
        medically_limited=fields.flag("medically_limited", default=False),
        single_parent_youngest_child_age=fields.whole_or_none(
            "single_parent_youngest_child_age", most=130
        ),
        wage_subsidy=fields.flag("wage_subsidy", default=False),
    )


def _partner(raw: Any, place: str, faults: Faults) -> Partner:
    fields = Fields(raw, place, (*_PERSON_KEYS, "work_income_cents", "months_used"), faults)
    used = fields.values.get("months_used", {})
    return Partner(
        person=_person(fields),
        work_income_cents=fields.whole("work_income_cents", 0, least=-_MOST_CENTS),
        months_used=_months_used(used, fields.at("months_used"), fields.faults),
    )


def _household(raw: Any, place: str, faults: Faults) -> Household:
    fields = Fields(raw, place, ("kind", "children", "cost_sharers"), faults)
    return Household(
        kind=cast("Any", fields.choice("kind", HOUSEHOLD_KINDS)),
        children=fields.flag("children", default=False),
        cost_sharers=fields.whole_or_none("cost_sharers", least=1, most=100),
    )


def _months_used(raw: Any, place: str, faults: Faults) -> MonthsUsed:
    fields = Fields(raw, place, ("n", "r", "z"), faults)
    n, r, z = (fields.whole(name, 0, most=1200) for name in ("n", "r", "z"))
    return MonthsUsed(n=n, r=r, z=z)


def _override(raw: Any, place: str, faults: Faults) -> Override:
    fields = Fields(raw, place, ("exemption", "fraction", "cap_cents"), faults)
    exemption = fields.choice("exemption", OVERRIDE_EXEMPTIONS, "experiment")
    unneeded = exemption == "none" and "fraction" not in fields.values
    return Override(
        fraction=Fraction(0) if unneeded else fields.fraction("fraction"),
        cap_cents=fields.whole_or_none("cap_cents"),
        exemption=cast("Any", exemption),
    )


def _premium(raw: Any, place: str, faults: Faults) -> Premium:
    allowed = ("fraction", "cap_month_cents", "used_year_cents", "less_exemption")
    fields = Fields(raw, place, allowed, faults)
    return Premium(
        fraction=fields.fraction("fraction"),
        cap_month_cents=fields.whole_or_none("cap_month_cents"),
        used_year_cents=fields.whole("used_year_cents", 0),
        less_exemption=fields.flag("less_exemption", default=True),
    )


def _profile(raw: Any, place: str, keys: Mapping[str, ProfileKey], faults: Faults) -> MonthProfile:
    values = Fields(raw, place, tuple(keys), faults).values
    known = {name: value for name, value in values.items() if name in keys}
    wrong = profile_faults(known, keys)
    for fault in wrong:
        allowed = ", ".join(fault.allowed)
        text = _("Deze waarde past niet. Wel: %(allowed)s.", allowed=allowed)
        faults.add(f"{place}.{fault.place}", text)
    if known.get("tax_basis") == "net_estimate":
        text = _("Met net_estimate kunnen we niet rekenen. Geef het bedrag dat meetelt.")
        faults.add(f"{place}.tax_basis", text)
    return MonthProfile() if wrong else build_profile(known, keys).month
