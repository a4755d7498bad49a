"""What a price leaves: the job taken apart, and the month so far, with the job, and with one more after it.

All stands on top of what is booked and accepted; the columns are months of delivery, each with the norm and
the agreement of that month. An indication, before tax.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.earnings.assessment import Assessment
from marketplace.domain.earnings.rulebook import Confirmation
from marketplace.domain.errors import Refused
from marketplace.domain.steps import CostMade, Division, Job, MonthFacts, Step, steps_of
from marketplace.domain.waterfall import Parts
from marketplace.services.books.positions import Position
from marketplace.services.months import assessments, standing
from marketplace.services.months.monthfacts import MemberMonth
from marketplace.services.months.plan import Plan
from marketplace.services.months.standing import Known
from marketplace.services.months.whatif import Ground, with_more


@dataclass(frozen=True, slots=True)
class Column:
    """One month as it would be, in cents; `balance_cents` is the thermometer, None outside `pot`."""

    month: Month
    facts: MonthFacts
    answer: Assessment
    balance_cents: int | None

    @property
    def extra_cents(self) -> int:
        """What there is more than without any work: in `pot` what the thermometer gets."""
        if self.balance_cents is not None:
            return self.facts.division.member
        return self.answer.to_spend_cents - self.answer.norm_cents


@dataclass(frozen=True, slots=True)
class Kept:
    """What a job leaves. `gain_cents` is what it adds; `next_gain_cents` what one more adds a month later.

    `again` is None where nothing is agreed for, or no rule reaches, the month after. `room_cents` is what the
    threshold still has room for before the job. `to_come` is the same month by the law expected from 2027,
    never applied; None where nothing would change or the law holds already. `reserved` is the holiday
    allowance inside the benefit, paid in June. `costs_unsure`: the municipality has a list of costs, and of
    those of the job nobody knows yet whether they are on it. `surplus_cents` is what the job brings above the
    norm and the municipality takes off in later months: it is no part of the gain.
    """

    regime: str
    month: Month
    plan: Plan
    steps: tuple[Step, ...]
    room_cents: int
    before: Column
    after: Column
    again: Column | None
    gain_cents: int
    next_gain_cents: int | None
    reserved: Mapping[str, Any] | None
    to_come: Assessment | None
    costs_unsure: bool = False
    surplus_cents: int = 0
    label: str = "INDICATIE"


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the computation begins: the ground with what comes, and the parts of that and of the job."""

    ground: Ground
    coming_cents: int
    coming: Parts
    job: Parts


def look(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    on: dt.date | None,
    now: dt.datetime,
) -> Known:
    """Read where a member stands for a job on a day (today when none is named), in five queries."""
    today = day_in_amsterdam(now)
    day = max(on or today, today)
    return standing.read(
        session,
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        today=today,
        days={today, day, Month.of(day).shift(1).first},
    )


def keep(known: Known, plan: Plan) -> Kept | None:
    """Say what a job leaves, for any day from today on; None where nothing is agreed or no rule reaches."""
    ground = known.ground(plan.on)
    if ground is None:
        return None
    start = _start(ground, plan)
    try:
        before, after = _before(known, start), _after(known, start, plan)
        law = assessments.vat_law(ground.month.rulebook, ground.month)
    except Refused:
        return None
    again, again_gain = _again(known, start, plan, after)
    stretch = ground.position.stretch
    credited = ground.position.credited_cents + start.coming.credit
    in_pot = before.balance_cents is not None
    surplus = _surplus(start, plan, before, after)
    return Kept(
        regime=ground.month.agreement.regime,
        month=after.month,
        plan=plan,
        steps=tuple(steps_of(_job(plan, start.job), ground.month.agreed, law)),
        room_cents=max(0, stretch.terms.parameters.threshold_cents - credited),
        before=before,
        after=after,
        again=again,
        gain_cents=start.job.member if in_pot else _more(before, after) - surplus,
        next_gain_cents=again_gain,
        reserved=assessments.reserved(
            ground.month.rulebook, ground.month, after.answer.benefit_cents
        ),
        to_come=None if in_pot else _to_come(start, plan, after.answer),
        costs_unsure=_costs_unsure(ground.month, plan),
        surplus_cents=surplus,
    )


def _costs_unsure(month: MemberMonth, plan: Plan) -> bool:
    counts = month.agreed.costs_accepted and month.agreed.regime != "pot"
    return bool(plan.costs_cents and counts and month.profile.costs)


def _start(ground: Ground, plan: Plan) -> _Start:
    # A job that was accepted is among what comes: the question is then what goes without it.
    coming = ground.coming_cents - plan.accepted_cents
    booked, with_coming = ground.position.parts(), ground.position.parts(coming)
    job = ground.position.parts(coming + plan.net_cents) - with_coming
    return _Start(ground, coming, with_coming - booked, job)


def _job(plan: Plan, parts: Parts) -> MonthFacts:
    costs = CostMade("", plan.on, plan.costs_cents, plan.costs_vat_cents, plan.costs_net_cents)
    return MonthFacts(
        Month.of(plan.on),
        (Job("", plan.on, plan.gross_cents, plan.vat_cents),),
        (costs,) if plan.costs_cents else (),
        Division(parts.training, parts.reserve, parts.municipality, parts.member),
    )


def _before(known: Known, start: _Start) -> Column:
    return _column(_so_far(start), known.balance_cents + start.coming.member, explain=False)


def _so_far(start: _Start) -> MemberMonth:
    return with_more(start.ground.month, start.coming_cents, 0, start.coming)


def _surplus(start: _Start, plan: Plan, before: Column, after: Column) -> int:
    """What the job brings above the norm for the municipality to take off later."""
    so_far = assessments.surplus_of(_so_far(start), before.answer)
    return assessments.surplus_of(_with_job(start, plan), after.answer) - so_far


def _after(known: Known, start: _Start, plan: Plan) -> Column:
    balance = known.balance_cents + start.coming.member + start.job.member
    return _column(_with_job(start, plan), balance, explain=True)


def _with_job(start: _Start, plan: Plan) -> MemberMonth:
    sold = start.coming_cents + plan.sold_cents
    return with_more(start.ground.month, sold, plan.costs_net_cents, start.coming, start.job)


def _again(
    known: Known, start: _Start, plan: Plan, after: Column
) -> tuple[Column | None, int | None]:
    """Give the month after with the same job once more, and what that adds; it counts on what went before."""
    following = after.month.shift(1)
    ground = known.ground(following.first)
    if ground is None:
        return None, None
    # With the job this month gave something else than what the ground says of it.
    given = [one for one in ground.month.given if one.month != after.month]
    given.append(assessments.given_of(_with_job(start, plan), after.answer))
    month = replace(ground.month, given=tuple(given))
    position, base = _carried(start, plan, ground.position)
    parts = position.parts(base + plan.net_cents) - position.parts(base)
    balance = (after.balance_cents or 0) + parts.member
    try:
        without = _column(month, balance - parts.member, explain=False)
        column = _column(
            with_more(month, plan.sold_cents, plan.costs_net_cents, parts), balance, explain=True
        )
    except Refused:
        return None, None
    in_pot = column.balance_cents is not None
    return column, parts.member if in_pot else _more(without, column)


def _carried(start: _Start, plan: Plan, position: Position) -> tuple[Position, int]:
    """Give where the member stands a month later, with what comes and the job done before it."""
    done = start.coming_cents + plan.net_cents
    own = start.ground.position.stretch
    if position.stretch == own:
        return position, done
    if position.stretch.period_first == own.period_first:
        credited = position.credited_before_cents + start.coming.credit + start.job.credit
        return replace(position, credited_before_cents=credited), 0
    return position, 0


def _column(month: MemberMonth, balance: int, *, explain: bool) -> Column:
    in_pot = month.agreement.regime == "pot"
    return Column(
        month.facts.month,
        month.facts,
        assessments.outcome_of(month, explain=explain),
        balance if in_pot else None,
    )


def _more(before: Column, after: Column) -> int:
    return after.answer.to_spend_cents - before.answer.to_spend_cents


def _to_come(start: _Start, plan: Plan, today: Assessment) -> Assessment | None:
    """Give the month with the job by the law to come, with the amounts of today; nothing of it is applied."""
    month = _with_job(start, plan)
    own = month.rulebook
    waiting = [
        Confirmation(law.id, month.facts.month.first, "")
        for law in own.pending.values()
        if law.fraction is not None and own.in_force(law.id, month.facts.month.first) is None
    ]
    if not waiting:
        return None
    expected = own.with_confirmations([*own.confirmations.values(), *waiting])
    try:
        answer = assessments.outcome_of(replace(month, rulebook=expected), explain=True)
    except Refused:
        return None
    return answer if answer.exemption != today.exemption else None
