"""What a mail is made of: a subject and a body as msgids, and facts that are written at sending.

Facts are plain JSON. The ending of a key says how it is written in the reader's language:
`_cents` as euros, `_on` (ISO day) as a day, `month` ("2026-01") as a month, `_hundredths` as a
quantity, `path` (of this site) as a full link; all else as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from marketplace.domain.calendar import Month
from marketplace.settings import ROOT

LANGUAGES = ("nl", "en")


def N_(msgid: str) -> str:  # noqa: N802 gettext's own name; pybabel extracts it with -k N_
    """Mark a Dutch sentence for translation; the translation follows at sending."""
    return msgid


@dataclass(frozen=True, slots=True)
class MailText:
    """One kind of mail: msgids with named places. The body has no greeting and no farewell."""

    subject: str
    body: str


GREETING = N_("Hallo %(name)s,")
GREETING_WITHOUT_NAME = N_("Hallo,")
FAREWELL = N_("Groeten van Scharrelmarkt")


def compose(
    text: MailText, *, locale: str, facts: Mapping[str, Any], base_url: str
) -> tuple[str, str]:
    """Give subject and body in the reader's language; an unknown language reads Dutch."""
    locale = locale if locale in LANGUAGES else "nl"
    say = _translations(locale).gettext
    written = {key: _written(key, value, locale, base_url) for key, value in facts.items()}
    greeting = say(GREETING if written.get("name") else GREETING_WITHOUT_NAME)
    parts = [part % written for part in (greeting, say(text.body), say(FAREWELL))]
    # A name with a line break must never become a header of its own.
    subject = " ".join((say(text.subject) % written).split())
    return subject, "\n\n".join(parts) + "\n"


@cache
def _translations(locale: str) -> NullTranslations:
    return Translations.load(str(ROOT / "translations"), [locale])


def _written(key: str, value: Any, locale: str, base_url: str) -> str:
    """Write one fact as the ending of its key says."""
    if value is None:
        return ""
    ending = key.rsplit("_", 1)[-1]
    if ending == "path":
        return f"{base_url}{value}"
    return _WRITERS.get(ending, _plain)(value, locale)


def _plain(value: Any, _locale: str) -> str:
    return str(value)


def _euros(cents: int, locale: str) -> str:
    return format_currency(cents / 100, "EUR", locale=locale)


def _day(iso: str, locale: str) -> str:
    return format_date(dt.date.fromisoformat(iso), "d MMMM yyyy", locale=locale)


def _month(text: str, locale: str) -> str:
    return format_date(Month.parse(text).first, "LLLL yyyy", locale=locale)


def _quantity(hundredths: int, locale: str) -> str:
    return format_decimal(hundredths / 100, locale=locale)


_WRITERS: dict[str, Callable[[Any, str], str]] = {
    "cents": _euros,
    "on": _day,
    "month": _month,
    "hundredths": _quantity,
}
