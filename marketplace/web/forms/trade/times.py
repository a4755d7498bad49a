"""Fields that read times: an appointment that was offered, and the hours of a day as people write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask_babel import gettext as _

from marketplace.web.formats import stamp
from marketplace.web.forms.fields import ReadField

STAMP = "%Y%m%dT%H%MZ"
_PART = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|tot|to)\s*(\d{1,2})(?:[:.](\d{2}))?")
_BETWEEN = re.compile(r"\s*(?:,|;|\ben\b|\band\b)\s*")
MOST_PARTS = 3


def read_stamp(text: str) -> dt.datetime | None:
    """Give the instant of a stamp; None for anything else."""
    if not text.isascii() or len(text) > 20:
        return None
    try:
        return dt.datetime.strptime(text, STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def read_hours(text: str) -> list[tuple[int, int]] | None:
    """Give the parts of a day in minutes for "9-12, 13-17" or "9.30 tot 17"; None for anything else."""
    found = [_PART.fullmatch(part) for part in _BETWEEN.split(text.strip().lower())]
    if len(found) > MOST_PARTS:
        return None
    parts = []
    for match in found:
        if match is None:
            return None
        opens = int(match[1]) * 60 + int(match[2] or 0)
        closes = int(match[3]) * 60 + int(match[4] or 0)
        if int(match[2] or 0) > 59 or int(match[4] or 0) > 59:
            return None
        parts.append((opens, closes))
    return parts


class InstantField(ReadField):
    """An appointment that was offered; `data` is an instant in UTC or None."""

    def _read(self, typed: str) -> dt.datetime:
        found = read_stamp(typed)
        if found is None:
            raise ValueError(_("Kies een van de tijden."))
        return found

    def _write(self, value: Any) -> str:
        return stamp(value)


class HoursField(ReadField):
    """The hours of one day; `data` is a list of (opens, closes) in minutes, or None."""

    def _read(self, typed: str) -> list[tuple[int, int]]:
        found = read_hours(typed) if len(typed) <= 80 else None
        if found is None:
            raise ValueError(_("Schrijf uren. Bijvoorbeeld 9-17, of 9-12, 13-17."))
        ends = [0]
        for opens, closes in sorted(found):
            if not ends[-1] <= opens < closes <= 24 * 60 or opens % 15 or closes % 15:
                raise ValueError(
                    _("Deze uren kunnen niet. Het einde komt na het begin, per kwartier.")
                )
            ends.append(closes)
        return sorted(found)

    def _write(self, value: Any) -> str:
        return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in value)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}" if minute % 60 else str(minute // 60)
