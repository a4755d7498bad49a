"""When a municipality's decision on an exemption may begin and end."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from marketplace.domain.calendar import Month
from marketplace.domain.errors import Refused

# Medically limited (31.2.y) and wage subsidy (31.2.z, then aa).
GROUNDS = ("y", "z")


class GroundUnknown(Refused):
    """The law knows no such ground for a decision."""

    code: ClassVar[str] = "exemption_ground"


class BeforeAgreement(Refused):
    """The agreement begins later than this month."""

    code: ClassVar[str] = "exemption_before_agreement"


class MonthStatedBefore(Refused):
    """This month or a later one has a statement: what was decided since cannot begin or end before it."""

    code: ClassVar[str] = "exemption_month_stated"


class EndsBeforeItBegins(Refused):
    """A decision lasts at least one month."""

    code: ClassVar[str] = "exemption_ends_before"


def check_decided(
    ground: str, since: Month, *, agreement_from: dt.date, last_stated: Month | None
) -> None:
    """Refuse a decision that cannot hold from this month on."""
    if ground not in GROUNDS:
        raise GroundUnknown
    if since.first < agreement_from:
        raise BeforeAgreement
    if last_stated is not None and since <= last_stated:
        raise MonthStatedBefore


def check_end(last: Month, *, since: Month, last_stated: Month | None) -> None:
    """Refuse a last month before the first one, or before one that was stated."""
    if last < since:
        raise EndsBeforeItBegins
    if last_stated is not None and last < last_stated:
        raise MonthStatedBefore
