"""The definitive settlement of a year: the tax office's result over the months, and paying back in parts."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.domain.calendar import Month
from marketplace.domain.errors import Refused
from marketplace.domain.money import split_by_largest_remainder

MAX_PARTS = 12
# What a settlement compares, in cents by month and together.
SETTLED = (
    "income_cents",
    "exempt_cents",
    "set_off_cents",
    "benefit_cents",
    "premium_cents",
)


class YearNotOver(Refused):
    """A year is settled after it ended: before that there is no tax assessment."""

    code = "settlement_year_not_over"


class NothingToSettle(Refused):
    """No month of the year counted earnings as income, so its provisional figures are final."""

    code = "settlement_nothing"


class MonthNotSent(Refused):
    """A statement of the year was not confirmed, so there is no provisional figure to compare with."""

    code = "settlement_month_open"


def check(year: int, *, this_month: Month, states: Sequence[str]) -> None:
    """Refuse a year that has not ended, one without counted months, and one with a statement not sent."""
    if Month(year, 12) >= this_month:
        raise YearNotOver
    if not states:
        raise NothingToSettle
    if "ready" in states:
        raise MonthNotSent


def spread(net_cents: int, provisional: Sequence[int]) -> list[int]:
    """Divide the year's net result over its months as the provisional incomes were divided, to the cent.

    A loss is no income. Without any provisional income every month gets an equal part.
    """
    weights = [max(0, cents) for cents in provisional]
    if not any(weights):
        weights = [1] * len(weights)
    return split_by_largest_remainder(max(0, net_cents), weights)


def instalments(cents: int, parts: int) -> list[int]:
    """Divide what is paid back into equal parts of whole cents; the last part takes the rest.

    At most twelve, and never more parts than cents; nothing to pay back gives none.
    """
    if cents <= 0:
        return []
    count = max(1, min(parts, MAX_PARTS, cents))
    each = cents // count
    return [each] * (count - 1) + [cents - each * (count - 1)]
