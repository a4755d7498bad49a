"""All that a member sees of today, in six queries: open jobs, what each adds, the pot, the month so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import Refused
from marketplace.domain.ledger import COST_CODES
from marketplace.domain.months.outlook import Outlook
from marketplace.models.memberships import Agreement
from marketplace.models.municipalities import Municipality
from marketplace.models.orders import OrderLine
from marketplace.models.talk.complaints import Complaint
from marketplace.services.books import pots
from marketplace.services.months import assessments, standing, whatif
from marketplace.services.months.standing import Known
from marketplace.services.trade import work

ASKED = 3


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """The month as it stands, in cents: `income_cents` counts at the municipality, `exempt_cents` is extra."""

    regime: str
    month: Month
    jobs: int
    receipts: int
    turnover_cents: int
    costs_cents: int
    member_cents: int
    income_cents: int
    exempt_cents: int
    premium_cents: int = 0


@dataclass(frozen=True, slots=True)
class Experiment:
    """What an experiment rests on, and the last day of it."""

    legal_basis: str
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class Today:
    """Open jobs by list, what each of the first questions adds, the thermometer (in `pot`) and the month.

    `complaints` are those that wait for the member.
    `next_job` is the job that was paid first and is still to do, with the category of its listing.
    `outlook` looks ahead to the threshold, in `pot` only.
    `so_far` is None without an agreement in this month, and where the rules do not reach.
    """

    jobs: dict[str, list[OrderLine]]
    complaints: list[tuple[OrderLine, Complaint]]
    keeps: dict[int, whatif.WhatIf | None]
    next_job: OrderLine | None
    next_category: str | None
    regime: str | None
    thermometer: pots.Thermometer | None
    outlook: Outlook | None
    so_far: MonthSoFar | None
    experiment: Experiment | None = None
    municipality: Municipality | None = None


def today(session: Session, *, cooperative_id: int, membership_id: int, now: dt.datetime) -> Today:
    """Give the workplace of a member, whatever there is or is not agreed."""
    day = day_in_amsterdam(now)
    found = work.open_jobs(session, cooperative_id=cooperative_id, membership_id=membership_id)
    jobs = found.lists
    asked = jobs["asked"][:ASKED]
    days = {line.id: whatif.day_of(line, day) for line in asked}
    known = standing.read(
        session,
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        today=day,
        days={day, *days.values()},
    )
    grounds = {one: known.ground(one) for one in {day, *days.values()}}
    ground = grounds[day]
    agreement = known.agreement(Month.of(day))
    next_job = jobs["to_do"][-1] if jobs["to_do"] else None
    return Today(
        jobs=jobs,
        complaints=found.complaints,
        next_job=next_job,
        next_category=next_job.listing.category if next_job and next_job.listing else None,
        keeps={line.id: whatif.on_top_of(grounds[days[line.id]], line) for line in asked},
        regime=agreement.regime if agreement else None,
        thermometer=_thermometer(known, ground),
        outlook=known.outlook(day),
        so_far=_so_far(known, ground),
        experiment=_experiment(agreement),
        municipality=known.municipality,
    )


def keeps(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    lines: Iterable[OrderLine],
    now: dt.datetime,
) -> dict[int, whatif.WhatIf | None]:
    """Say what each line of the member adds on its own, by line id, in four queries for any number."""
    day = day_in_amsterdam(now)
    days = {line.id: (line, whatif.day_of(line, day)) for line in lines}
    wanted = {day, *(on for _, on in days.values())}
    known = standing.read(
        session, cooperative_id=cooperative_id, membership_id=membership_id, today=day, days=wanted
    )
    grounds = {one: known.ground(one) for one in wanted}
    return {key: whatif.on_top_of(grounds[on], line) for key, (line, on) in days.items()}


def _experiment(agreement: Agreement | None) -> Experiment | None:
    ends_on = agreement.experiment_ends_on if agreement else None
    if agreement is None or agreement.regime != "experiment" or ends_on is None:
        return None
    return Experiment(agreement.experiment_legal_basis or "", ends_on)


def _thermometer(known: Known, ground: whatif.Ground | None) -> pots.Thermometer | None:
    if ground is None or ground.month.agreement.regime != "pot":
        return None
    return pots.thermometer_of(
        ground.position, known.coming, known.balance_cents, known.pending_cents
    )


def _so_far(known: Known, ground: whatif.Ground | None) -> MonthSoFar | None:
    if ground is None:
        return None
    facts = ground.month.facts
    try:
        outcome = assessments.outcome_of(ground.month)
    except Refused:
        return None
    here = [one for one in known.sums if one.in_month]
    return MonthSoFar(
        regime=ground.month.agreement.regime,
        month=facts.month,
        jobs=sum(one.count for one in here if one.code == "turnover"),
        receipts=sum(one.count for one in here if one.code in COST_CODES),
        turnover_cents=facts.turnover_cents,
        costs_cents=facts.costs_cents,
        member_cents=facts.division.member,
        income_cents=outcome.income_cents,
        exempt_cents=outcome.exempt_cents,
        premium_cents=outcome.premium_cents,
    )
