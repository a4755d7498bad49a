"""Working days in the Netherlands: Monday to Friday, without the days of the Algemene termijnenwet, article 3."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

_DAY = dt.timedelta(days=1)
# From Easter on: Good Friday, Easter Monday, Ascension Day, Whit Monday.
_FROM_EASTER = (-2, 1, 39, 50)


def is_working_day(day: dt.date) -> bool:
    """Tell whether a term may end on this day."""
    return day.weekday() < 5 and day not in holidays(day.year)


def working_days_after(day: dt.date, count: int) -> dt.date:
    """Give the day that lies so many working days after a day; the day itself never counts."""
    while count > 0:
        day += _DAY
        count -= is_working_day(day)
    return day


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[dt.date]:
    """Give the general holidays of a year (Algemene termijnenwet, article 3, paragraphs 1 and 2)."""
    easter = easter_sunday(year)
    king = dt.date(year, 4, 27)
    return frozenset(
        {
            dt.date(year, 1, 1),
            king - _DAY if king.weekday() == 6 else king,
            dt.date(year, 5, 5),
            dt.date(year, 12, 25),
            dt.date(year, 12, 26),
            *(easter + days * _DAY for days in _FROM_EASTER),
        }
    )


def easter_sunday(year: int) -> dt.date:
    """Give Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature of 20 April 1876)."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    leap, rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - moon_shift + 15) % 30
    quarter, last = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - last) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)
