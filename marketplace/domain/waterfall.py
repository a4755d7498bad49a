"""From a member's result to the pots: cumulative, so that order and late receipts do not matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from marketplace.domain.calendar import Month
from marketplace.domain.errors import Refused
from marketplace.domain.money import share_half_up

WHOLE = 10_000  # shares are hundredths of a percent


class NoAgreement(Refused):
    """The member has no agreement in force, so nobody knows how a sale is treated."""

    code = "no_agreement"


class NoParameters(Refused):
    """The cooperative has decided no parameters yet for this day."""

    code = "no_parameters"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The waterfall's figures on a day: shares in hundredths of a percent, the threshold in cents."""

    training_share: int
    reserve_share: int
    threshold_cents: int
    municipality_share: int
    period: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an agreement says for the waterfall from a day on; None leaves it to the cooperative."""

    valid_from: dt.date
    regime: str
    deductions_accepted: bool
    threshold_cents: int | None = None
    period: str | None = None
    municipality_share: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one member on a day: regime and effective parameters."""

    regime: str
    deductions_accepted: bool
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of days inside one period with the same terms; shares are taken of its result."""

    period_first: dt.date
    first: dt.date
    last: dt.date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Parts:
    """What a result is divided into, in cents; together always the result."""

    training: int
    reserve: int
    municipality: int
    member: int

    @property
    def total(self) -> int:
        """The result that these are the parts of."""
        return self.training + self.reserve + self.municipality + self.member

    @property
    def credit(self) -> int:
        """What the threshold tests: the result less training and reserve."""
        return self.municipality + self.member

    def __sub__(self, other: Parts) -> Parts:
        return Parts(
            self.training - other.training,
            self.reserve - other.reserve,
            self.municipality - other.municipality,
            self.member - other.member,
        )


def _deductions(result_cents: int, parameters: Parameters) -> tuple[int, int]:
    # A loss fills no pot and empties none: the member's side carries it.
    base = max(0, result_cents)
    return (
        share_half_up(base, Fraction(parameters.training_share, WHOLE)),
        share_half_up(base, Fraction(parameters.reserve_share, WHOLE)),
    )


def split_pot(
    result_cents: int, credited_before_stretch_cents: int, parameters: Parameters
) -> Parts:
    """Divide the cumulative result of a stretch in `pot`, all in cents; a loss is the member's.

    The municipality shares in what this stretch adds to the period's credits above the threshold.
    A loss after the threshold was passed takes from that addition again, also in a later stretch.
    """
    training, reserve = _deductions(result_cents, parameters)
    credit = result_cents - training - reserve
    above_before = max(0, credited_before_stretch_cents - parameters.threshold_cents)
    above_now = max(0, credited_before_stretch_cents + credit - parameters.threshold_cents)
    share = Fraction(parameters.municipality_share, WHOLE)
    municipality = share_half_up(above_now - above_before, share)
    return Parts(training, reserve, municipality, credit - municipality)


def split_set_off(result_cents: int, parameters: Parameters, *, deductions_accepted: bool) -> Parts:
    """Divide the cumulative result of a stretch outside `pot`: no threshold, no municipality.

    Training and reserve are taken only where the agreement says that the municipality accepts them.
    """
    training, reserve = _deductions(result_cents, parameters) if deductions_accepted else (0, 0)
    return Parts(training, reserve, 0, result_cents - training - reserve)


def split(result_cents: int, credited_before_stretch_cents: int, terms: Terms) -> Parts:
    """Divide by the terms; `premium` and `experiment` move money as `set_off` does."""
    if terms.regime == "pot":
        return split_pot(result_cents, credited_before_stretch_cents, terms.parameters)
    return split_set_off(
        result_cents, terms.parameters, deductions_accepted=terms.deductions_accepted
    )


def month_that_counts(regime: str, booked_on: dt.date, own_month: Month) -> Month:
    """Give the month of a booking: of the booking day in `pot`, of the happening itself elsewhere."""
    return Month.of(booked_on) if regime == "pot" else own_month


def timeline(
    dated: Sequence[tuple[dt.date, Parameters]], agreed: Sequence[Agreed]
) -> list[tuple[dt.date, Terms]]:
    """Join parameters and agreements, each from its day on, to terms from a day on.

    Begins where both are known. What still comes in after an agreement ended follows that agreement,
    until a next one begins.
    """
    dated = sorted(dated, key=lambda pair: pair[0])
    agreed = sorted(agreed, key=lambda row: row.valid_from)
    days = sorted({day for day, _ in dated} | {row.valid_from for row in agreed})
    terms: list[tuple[dt.date, Terms]] = []
    for day in days:
        parameters = [found for since, found in dated if since <= day]
        agreements = [row for row in agreed if row.valid_from <= day]
        if parameters and agreements:
            terms.append((day, _terms(parameters[-1], agreements[-1])))
    return terms


def _terms(own: Parameters, agreed: Agreed) -> Terms:
    return Terms(
        agreed.regime,
        agreed.deductions_accepted,
        Parameters(
            own.training_share,
            own.reserve_share,
            own.threshold_cents if agreed.threshold_cents is None else agreed.threshold_cents,
            own.municipality_share
            if agreed.municipality_share is None
            else agreed.municipality_share,
            agreed.period or own.period,
        ),
    )


def period_around(day: dt.date, period: str) -> tuple[dt.date, dt.date]:
    """Give first and last day of the calendar year or month around a day."""
    if period == "calendar_month":
        return Month.of(day).first, Month.of(day).last
    if period == "calendar_year":
        return dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    raise ValueError(f"no such period: {period}")


def stretch_on(day: dt.date, terms: Sequence[tuple[dt.date, Terms]]) -> Stretch | None:
    """Give the stretch around a day, or None before the first terms. `terms` are in order of day."""
    here = max((i for i, (since, _) in enumerate(terms) if since <= day), default=None)
    if here is None:
        return None
    own = terms[here][1]
    first, after = here, here + 1
    while first > 0 and terms[first - 1][1] == own:
        first -= 1
    while after < len(terms) and terms[after][1] == own:
        after += 1
    period_first, period_last = period_around(day, own.parameters.period)
    until = terms[after][0] - dt.timedelta(days=1) if after < len(terms) else period_last
    return Stretch(period_first, max(period_first, terms[first][0]), min(period_last, until), own)
