"""Money, days and months as people here write them; through Babel, in the reader's language."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.numbers import format_currency, format_decimal
from flask import Flask, request, url_for
from flask_babel import format_date, get_locale

from marketplace.domain.calendar import AMSTERDAM, Month, day_in_amsterdam
from marketplace.web.addresses import address
from marketplace.web.phrases import name_of, reader

NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class _Writing:
    """How a language writes an amount: what stands before, between and behind the figures."""

    before: str
    group: str
    point: str
    behind: str

    def amount(self, cents: int) -> str:
        """Write an amount of nothing or more."""
        whole, rest = divmod(cents, 100)
        figures = f"{whole:,}" if self.group == "," else f"{whole:,}".replace(",", self.group)
        return f"{self.before}{figures}{self.point}{rest:02d}{self.behind}"


def _by_babel(cents: int, locale: str) -> str:
    return format_currency(cents / 100, "EUR", locale=locale).replace(" ", NBSP)


@cache
def _writing(locale: str) -> _Writing | None:
    """Learn from Babel how a language writes euros; None where this simple form is not enough.

    Babel works out its pattern anew for each amount: a tenth of a page with 24 prices.
    """
    parts = re.fullmatch(r"(\D*)1(\D)234(\D)56(\D*)", _by_babel(123456, locale))
    if parts is None:
        return None
    learned = _Writing(*parts.groups())
    tried = (0, 5, 99, 100, 99_999, 100_000, 1_234_567_89, 12_345_678_900)
    return learned if all(learned.amount(c) == _by_babel(c, locale) for c in tried) else None


def euro(cents: int | None) -> str:
    """Give cents as euros: € 1.401,50."""
    if cents is None:
        return "–"
    found = reader()
    locale = name_of(found) if found else "nl"
    writing = _writing(locale)
    amount = writing.amount(abs(cents)) if writing else _by_babel(abs(cents), locale)
    return f"−{NBSP}{amount}" if cents < 0 else amount


def signed_euro(cents: int) -> str:
    """Give cents with a plus or a minus."""
    return f"+{NBSP}{euro(cents)}" if cents > 0 else euro(cents)


def day(value: dt.date | dt.datetime | None) -> str:
    """Give a day: 28 mei 2026. An instant gives its day in Amsterdam."""
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        value = day_in_amsterdam(value)
    return str(format_date(value, "d MMMM yyyy"))


def weekday(value: dt.date) -> str:
    """Give a day with its name: donderdag 28 mei."""
    return str(format_date(value, "EEEE d MMMM"))


def weekday_name(value: dt.date) -> str:
    """Give the name of a day: donderdag."""
    return str(format_date(value, "EEEE"))


def clock_of(minute: int) -> str:
    """Give a minute of the wall clock: 09:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def month(value: Month) -> str:
    """Give a month: mei 2026."""
    return str(format_date(value.first, "LLLL yyyy"))


def month_short(value: Month) -> str:
    """Give a short month for charts: mei."""
    return str(format_date(value.first, "LLL")).rstrip(".")


def moment(value: dt.datetime | None) -> str:
    """Give an instant in Amsterdam: 28 mei 2026 14:05."""
    if value is None:
        return "–"
    local = value.astimezone(AMSTERDAM)
    return f"{format_date(local.date(), 'd MMMM yyyy')} {local:%H:%M}"


def clock(value: dt.datetime) -> str:
    """Give the time of an instant in Amsterdam: 09:00."""
    return f"{value.astimezone(AMSTERDAM):%H:%M}"


def day_short(value: dt.date) -> str:
    """Give the short name of a day: ma."""
    return str(format_date(value, "EEE")).rstrip(".")


def date_short(value: dt.date) -> str:
    """Give a short day: 2 jun."""
    return str(format_date(value, "d MMM")).rstrip(".")


def stamp(value: dt.datetime) -> str:
    """Give an instant as it stands in a form: 20260602T0700Z."""
    return value.astimezone(dt.UTC).strftime("%Y%m%dT%H%MZ")


def quantity(hundredths: int) -> str:
    """Give a quantity without needless zeros: 3 or 2,5."""
    return str(format_decimal(hundredths / 100, locale=get_locale() or "nl"))


def percent(hundredths: int) -> str:
    """Give hundredths of a percent: 12,5 %."""
    return f"{format_decimal(hundredths / 100, locale=get_locale() or 'nl')}{NBSP}%"


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def register(app: Flask) -> None:
    """Hang the filters into the templates."""
    filters: tuple[Callable[..., str], ...] = (
        *(euro, signed_euro, day, weekday, month, month_short, moment, quantity, percent),
        *(clock, day_short, date_short, stamp),
    )
    for one in filters:
        app.add_template_filter(one)
    folder = Path(app.static_folder or "")
    kept: dict[tuple[str, str], str] = {}

    def asset(name: str) -> str:
        key = (request.script_root, name)
        if key not in kept:
            kept[key] = url_for("static", filename=name, v=_fingerprint(folder / name))
        return kept[key]

    app.add_template_global(asset)
    app.add_template_global(address, "url_for")
