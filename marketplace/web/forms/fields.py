"""Fields that read what people here write: amounts, quantities and days, in every sensible spelling.

What was typed stays in the field, also when it cannot be read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from marketplace.domain.calendar import Month

_EURO_MARK = re.compile(r"^(€|eur|euro)\s*|\s*(€|eur|euro)$", re.IGNORECASE)
_WHOLE = r"(?:\d{1,9}|[1-9]\d{0,2}(?:[. ]\d{3}){1,2})"
_AMOUNT = re.compile(rf"({_WHOLE})(?:[.,](\d{{1,2}}|--?))?")
_ENGLISH_AMOUNT = re.compile(r"([1-9]\d{0,2}(?:,\d{3}){1,2})\.(\d{2})")
_QUANTITY = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DUTCH_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_WRITTEN_DAY = re.compile(r"(\d{1,2})\s+([a-z]+)\.?\s+(\d{4})", re.IGNORECASE)
_MONTHS = (
    ("jan", "januari", "january"),
    ("feb", "februari", "february"),
    ("mrt", "maart", "march", "mar"),
    ("apr", "april"),
    ("mei", "may"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("aug", "augustus", "august"),
    ("sep", "september", "sept"),
    ("okt", "oktober", "october", "oct"),
    ("nov", "november"),
    ("dec", "december"),
)


def read_cents(text: str) -> int | None:
    """Give cents for an amount as written: 12,50, 12.50, € 12,5, 12,-, 1.250,00; None for anything else.

    A dot before three digits is a thousand, as the Dutch write it; "1,250" says too little and is None.
    """
    plain = _EURO_MARK.sub("", text.replace("\u00a0", " ").strip()).strip()
    match = _ENGLISH_AMOUNT.fullmatch(plain) or _AMOUNT.fullmatch(plain)
    if match is None or not plain.isascii():
        return None
    whole = re.sub(r"[., ]", "", match[1])
    rest = (match[2] or "").replace("-", "")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def read_hundredths(text: str) -> int | None:
    """Give hundredths for a quantity as written: 3, 2,5, 0.25; None for anything else."""
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or not text.strip().isascii():
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def read_day(text: str) -> dt.date | None:
    """Give the day for 2026-05-28, 28-5-2026, 28/05/26 or 28 mei 2026; None for anything else."""
    plain = text.strip()
    if not plain.isascii():
        return None
    if match := _ISO_DAY.fullmatch(plain):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DUTCH_DAY.fullmatch(plain):
        year = int(match[3])
        return _date(year if year > 99 else 2000 + year, int(match[2]), int(match[1]))
    if match := _WRITTEN_DAY.fullmatch(plain):
        name = match[2].lower()
        number = next((i for i, names in enumerate(_MONTHS, 1) if name in names), 0)
        return _date(int(match[3]), number, int(match[1]))
    return None


def read_month(text: str) -> Month | None:
    """Give the month for 2026-05, 5-2026 or mei 2026; None for anything else."""
    plain = text.strip()
    written = (f"1-{plain}", f"{plain}-01", f"1 {plain}")
    found = next((day for one in written if (day := read_day(one)) is not None), None)
    return None if found is None else Month.of(found)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def one_line(text: str | None) -> str | None:
    """Take away line ends and double blanks."""
    return " ".join(text.split()) if text else text


def choices_of(pairs: Iterable[tuple[str, Any]]) -> list[Any]:
    """Give the choices of a SelectField or RadioField for pairs of (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


class ReadField(StringField):
    """A text that is read into something else; an empty one is None, an unreadable one an error."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; blanks alone count as nothing typed."""
        typed = str(valuelist[0]) if valuelist else ""
        self.data = None
        if not typed.strip():
            self.raw_data = [""]  # so that the validators of wtforms see nothing, too
            return
        self.data = self._read(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self._write(self.data)

    def _read(self, typed: str) -> Any:
        return typed

    def _write(self, value: Any) -> str:
        return str(value)


class MoneyField(ReadField):
    """An amount of euros; `data` is whole cents or None. From `smallest` to `largest` cents."""

    def __init__(
        self,
        label: Any = None,
        validators: list[Any] | None = None,
        *,
        smallest: int = 1,
        largest: int = 100_000_00,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.smallest = smallest
        self.largest = largest

    def _read(self, typed: str) -> int:
        cents = read_cents(typed)
        if cents is None:
            raise ValueError(_("Schrijf een bedrag in euro's. Bijvoorbeeld 12,50."))
        if cents < self.smallest:
            raise ValueError(_("Vul een hoger bedrag in."))
        if cents > self.largest:
            raise ValueError(_("Dit bedrag is te hoog."))
        return cents

    def _write(self, value: Any) -> str:
        return str(format_decimal(value / 100, "0.00"))


class QuantityField(ReadField):
    """A quantity; `data` is whole hundredths or None. `whole` takes no fractions, `zero` takes a zero."""

    def __init__(
        self,
        label: Any = None,
        validators: list[Any] | None = None,
        *,
        whole: bool = False,
        zero: bool = False,
        largest: int = 999_00,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.whole = whole
        self.zero = zero
        self.largest = largest

    def _read(self, typed: str) -> int:
        found = read_hundredths(typed)
        if found is None:
            raise ValueError(_("Schrijf een aantal. Bijvoorbeeld 3 of 2,5."))
        if self.whole and found % 100:
            raise ValueError(_("Schrijf een heel aantal. Bijvoorbeeld 3."))
        if found == 0 and not self.zero:
            raise ValueError(_("Vul een aantal in dat hoger is dan nul."))
        if found > self.largest:
            raise ValueError(_("Dit aantal is te hoog."))
        return found

    def _write(self, value: Any) -> str:
        return str(format_decimal(value / 100))


class MonthField(ReadField):
    """A calendar month; `data` is a Month or None."""

    def _read(self, typed: str) -> Month:
        found = read_month(typed)
        if found is None:
            raise ValueError(_("Schrijf een maand die bestaat. Bijvoorbeeld 3-2026."))
        return found

    def _write(self, value: Any) -> str:
        return f"{value.number}-{value.year}"


class DayField(ReadField):
    """A calendar day; `data` is a date or None."""

    def _read(self, typed: str) -> dt.date:
        found = read_day(typed)
        if found is None:
            raise ValueError(_("Schrijf een dag die bestaat. Bijvoorbeeld 28-05-2026."))
        return found

    def _write(self, value: Any) -> str:
        # A field of type "date" wants it so; the browser shows it the reader's way.
        native = (self.render_kw or {}).get("type") == "date"
        return str(value.isoformat()) if native else str(format_date(value, "dd-MM-yyyy"))
