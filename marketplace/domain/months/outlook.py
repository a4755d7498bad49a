"""The thermometer looks ahead: how many months to the threshold, as an estimate and never a promise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from marketplace.domain.calendar import Month
from marketplace.domain.waterfall import period_around


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the last months say about the next, in cents.

    `municipality_cents` is what of the accepted work goes to the municipality, above the threshold.
    `left_cents` is the room below the threshold after accepted work, zero when that passes it.
    `average_cents` is what `months` whole months brought on average. `until_month` is when the threshold
    is reached at that pace, None when not in this period or when nothing can be said. `starts_again_on`
    is the first day of the next period.
    """

    coming_cents: int
    left_cents: int
    months: int
    average_cents: int
    months_left: int | None
    until_month: Month | None
    starts_again_on: dt.date
    municipality_cents: int = 0


def look_ahead(
    day: dt.date,
    *,
    credited_cents: int,
    coming_cents: int,
    threshold_cents: int,
    period: str,
    months: int,
    months_cents: int,
    municipality_cents: int = 0,
) -> Outlook:
    """Look ahead from a day: `months` whole months brought `months_cents` together, all in cents."""
    _, last = period_around(day, period)
    left = max(0, threshold_cents - credited_cents - coming_cents)
    average = months_cents // months if months else 0
    needed = -(-left // average) if left and average > 0 else None
    # A count beyond the end of the period means nothing: by then the threshold starts again.
    here = Month.of(day)
    reached = needed is not None and needed <= 12 and here.shift(needed) <= Month.of(last)
    return Outlook(
        coming_cents=coming_cents,
        left_cents=left,
        months=months,
        average_cents=average,
        months_left=needed if reached else None,
        until_month=here.shift(needed) if reached and needed is not None else None,
        starts_again_on=last + dt.timedelta(days=1),
        municipality_cents=municipality_cents,
    )
