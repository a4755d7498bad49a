"""What do I keep? One more job on top of what is booked and accepted, to the cent, also when that is nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assessment import Assessment
from marketplace.domain.errors import Refused
from marketplace.domain.steps import CostMade, Division, Job
from marketplace.domain.vat import inside
from marketplace.domain.waterfall import Parts
from marketplace.models.orders import OrderLine
from marketplace.services.books import terms
from marketplace.services.books.positions import Position, comes, coming_cents, positions
from marketplace.services.months import assessments, monthfacts
from marketplace.services.months.monthfacts import MemberMonth


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one job adds, in cents: from its price to what stays. An indication, before tax.

    In `pot` `member_cents` goes to the thermometer and the benefit stays; in `set_off` it is paid out, counts
    as `income_cents`, and `gain_cents` is what is left after set-off. `month_number` is the month of exemption
    n that this would be, None without it. `above_threshold` tells that the municipality gets a part.
    `premium_cents` comes later from the municipality and is no part of the gain; `legal_basis` is that of the
    experiment where its share is the one that counts.
    """

    regime: str
    month: Month
    gross_cents: int
    vat_cents: int
    costs_cents: int
    training_cents: int
    reserve_cents: int
    municipality_cents: int
    member_cents: int
    income_cents: int
    exempt_cents: int
    set_off_cents: int
    gain_cents: int
    month_number: int | None
    premium_cents: int = 0
    legal_basis: str | None = None
    label: str = "INDICATIE"

    @property
    def above_threshold(self) -> bool:
        """Whether the municipality gets a part of this job."""
        return self.municipality_cents > 0


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the member stands in the month of delivery, before the job."""

    month: MemberMonth
    position: Position
    coming_cents: int


def day_of(line: OrderLine, today: dt.date) -> dt.date:
    """Give the day on which a line is supposed to be done: the day that was asked, at the earliest today."""
    return max(today, line.order.wanted_on or today)


def on_top_of(ground: Ground | None, line: OrderLine) -> WhatIf | None:
    """Say what a line adds to where the member stands in the month of delivery; None where nothing is known."""
    return _told(ground, line.gross_cents, line.vat_cents, 0, comes(line))


def for_price(ground: Ground | None, *, gross_cents: int, vat_cents: int) -> WhatIf | None:
    """Say what one more job at a price adds to where the member stands; None where nothing is known."""
    return _told(ground, gross_cents, vat_cents, 0, accepted=False)


def for_amount(
    session: Session,
    *,
    membership_id: int,
    cooperative_id: int,
    gross_cents: int,
    vat_rate: Fraction,
    costs_cents: int,
    on: dt.date,
) -> WhatIf | None:
    """Say what a price would add, VAT included, with costs (without VAT) and a day of delivery; else None."""
    found = ground(session, membership_id, cooperative_id, on, on)
    return _told(found, gross_cents, inside(gross_cents, vat_rate), costs_cents, accepted=False)


def ground(
    session: Session, membership_id: int, cooperative_id: int, on: dt.date, today: dt.date
) -> Ground | None:
    """Give where a member stands in the month of a day; None without an agreement, parameters or rules."""
    try:
        month = monthfacts.of_member(session, membership_id=membership_id, month=Month.of(on))
        stretch = terms.stretch_of(
            session, cooperative_id=cooperative_id, membership_id=membership_id, day=on
        )
    except Refused:
        return None
    if month is None:
        return None
    here = Month.of(today)
    if month.facts.month > here:
        # What this month has so far counts for a month to come, although no statement says it yet.
        now = monthfacts.of_member(session, membership_id=membership_id, month=here)
        given = assessments.given_in(now) if now else []
        month = replace(month, given=(*month.given, *given))
    position = positions(
        session, cooperative_id=cooperative_id, stretches={membership_id: stretch}
    )[membership_id]
    coming = coming_cents(session, membership_ids=[membership_id]).get(membership_id, 0)
    return Ground(month, position, coming)


def _told(
    ground: Ground | None,
    gross: int,
    vat: int,
    costs: int,
    accepted: bool,  # noqa: FBT001 a fact
) -> WhatIf | None:
    if ground is None:
        return None
    net = gross - vat - costs
    # An accepted line is among what comes already: then the question is what goes without it.
    before = ground.coming_cents - (net if accepted else 0)
    extra = ground.position.parts(before + net) - ground.position.parts(before)
    coming = ground.position.parts(before) - ground.position.parts()
    so_far = with_more(ground.month, before, 0, coming)
    with_it = with_more(ground.month, before + gross - vat, costs, coming, extra)
    try:
        now, then = assessments.outcome_of(so_far), assessments.outcome_of(with_it)
    except Refused:
        return None
    # What goes above the norm and is taken off in later months is no gain.
    later = assessments.surplus_of(with_it, then) - assessments.surplus_of(so_far, now)
    told = _written(ground, gross=gross, vat=vat, costs=costs, extra=extra, now=now, then=then)
    return replace(told, gain_cents=told.gain_cents - later) if later else told


def with_more(month: MemberMonth, net: int, costs: int, *added: Parts) -> MemberMonth:
    """Suppose that a net amount and costs are booked in the month as well."""
    facts = month.facts
    day = facts.month.first
    own = facts.division
    division = Division(
        own.training + sum(parts.training for parts in added),
        own.reserve + sum(parts.reserve for parts in added),
        own.municipality + sum(parts.municipality for parts in added),
        own.member + sum(parts.member for parts in added),
    )
    supposed = replace(
        facts,
        jobs=(*facts.jobs, Job("", day, net, 0)),
        costs=(*facts.costs, CostMade("", day, costs, 0, costs)) if costs else facts.costs,
        division=division,
    )
    return replace(month, facts=supposed)


def _written(
    ground: Ground,
    *,
    gross: int,
    vat: int,
    costs: int,
    extra: Parts,
    now: Assessment,
    then: Assessment,
) -> WhatIf:
    in_pot = ground.month.agreement.regime == "pot"
    return WhatIf(
        regime=ground.month.agreement.regime,
        month=ground.month.facts.month,
        gross_cents=gross,
        vat_cents=vat,
        costs_cents=costs,
        training_cents=extra.training,
        reserve_cents=extra.reserve,
        municipality_cents=extra.municipality,
        member_cents=extra.member,
        income_cents=then.income_cents - now.income_cents,
        exempt_cents=then.exempt_cents - now.exempt_cents,
        set_off_cents=then.set_off_cents - now.set_off_cents,
        gain_cents=extra.member if in_pot else then.to_spend_cents - now.to_spend_cents,
        month_number=ground.month.used.n + 1 if then.exemption == "n" else None,
        premium_cents=then.premium_cents - now.premium_cents,
        legal_basis=ground.month.agreement.experiment_legal_basis
        if then.exemption == "experiment"
        else None,
    )
