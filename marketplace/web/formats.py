"""Money, days and months as people here write them; through Babel, in the reader's language."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

from babel.numbers import format_currency, format_decimal
from flask import Flask, url_for
from flask_babel import format_date, get_locale

from marketplace.domain.calendar import AMSTERDAM, Month, day_in_amsterdam

NBSP = "\u00a0"


def euro(cents: int | None) -> str:
    """Give cents as euros: € 1.401,50."""
    if cents is None:
        return "–"
    amount = format_currency(abs(cents) / 100, "EUR", locale=get_locale() or "nl")
    amount = amount.replace(" ", NBSP)
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
    filters = (euro, signed_euro, day, weekday, month, month_short, moment, quantity, percent)
    for one in filters:
        app.add_template_filter(one)
    folder = Path(app.static_folder or "")

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=_fingerprint(folder / name))

    app.add_template_global(asset)
