"""When an agreement may begin, and what it may say: one regime per month, never two at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.domain.calendar import Month
from marketplace.domain.errors import Refused

REGIMES_OFFERED = ("pot", "set_off", "premium", "experiment")
# What happens to what is left in the pot when somebody stops. No source gives a rule, so there is no default.
EXIT_RULES = ("start_investment", "to_reserve", "to_municipality", "premium")
MAX_SHARERS = 20


class NotFirstOfMonth(Refused):
    """An agreement begins on the first of a month: inside a month the regime does not change."""

    code = "agreement_inside_month"


class LaterAgreement(Refused):
    """There is an agreement that begins in this month or later; two would overlap."""

    code = "agreement_overlaps"


class MonthHasBookings(Refused):
    """Sales or costs were booked in this month or later under the agreement of then."""

    code = "agreement_month_booked"


class MonthStated(Refused):
    """The statement of this month or a later one was made under the agreement of then."""

    code = "agreement_month_stated"


class RegimeNotOffered(Refused):
    """This way of treating earnings cannot be agreed here."""

    code = "agreement_regime"


class ExitRuleNeeded(Refused):
    """Who makes an agreement chooses what happens to the pot when the member stops."""

    code = "agreement_exit_rule"


@dataclass(frozen=True, slots=True)
class Proposed:
    """The agreement that somebody wants to make, as far as the rules look at it."""

    valid_from: dt.date
    regime: str
    exit_rule: str


def check(
    proposed: Proposed,
    *,
    begins: Sequence[dt.date],
    last_booked_on: dt.date | None,
    last_stated: Month | None,
) -> None:
    """Refuse an agreement that cannot be made.

    `begins` are the first days of the member's agreements; `last_booked_on` is the day of the newest
    booking and `last_stated` the newest month with a statement, None for none.
    """
    if proposed.regime not in REGIMES_OFFERED:
        raise RegimeNotOffered
    if proposed.exit_rule not in EXIT_RULES:
        raise ExitRuleNeeded
    if proposed.valid_from.day != 1:
        raise NotFirstOfMonth
    if any(begin >= proposed.valid_from for begin in begins):
        raise LaterAgreement
    if last_stated is not None and last_stated.first >= proposed.valid_from:
        raise MonthStated
    if last_booked_on is not None and last_booked_on >= proposed.valid_from:
        raise MonthHasBookings


def last_day_before(valid_from: dt.date) -> dt.date:
    """Give the last day of the agreement before one that begins on `valid_from`."""
    return valid_from - dt.timedelta(days=1)


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Give somebody's age in whole years on a day; who is born on 29 February has a birthday on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
