"""Provisional to definitive: a year computed again with the tax assessment, and the difference it makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.assessment import Assessment as Outcome
from marketplace.domain.earnings.counters import MonthGiven
from marketplace.domain.earnings.surplus import left_over
from marketplace.domain.errors import NotFound
from marketplace.domain.months import settlement as rules
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.settlements import Settlement
from marketplace.models.statements import Assessment, Statement
from marketplace.services import audit
from marketplace.services.months import monthfacts
from marketplace.services.months.cases import case_of
from marketplace.services.months.discretion import kept_exemption
from marketplace.services.months.statements import newest_version

LABEL = "INDICATIE"


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the tax assessment says, in cents, with its reference, and in how many parts to pay back."""

    result_cents: int
    tax_cents: int
    reference: str
    parts: int


@dataclass(frozen=True, slots=True)
class Year:
    """One member's year with one municipality: the newest settlement, None before the first."""

    member: Membership
    municipality: Municipality
    year: int
    settlement: Settlement | None


def of_member(session: Session, *, membership_id: int, year: int) -> Year:
    """Give a member's year, with the municipality of its last statement; NotFound without statements."""
    municipality_id = session.scalar(
        _of_year(year, Statement.municipality_id)
        .where(Statement.membership_id == membership_id)
        .order_by(Statement.month.desc())
        .limit(1)
    )
    if municipality_id is None:
        raise NotFound
    return _year(session, session.get_one(Membership, membership_id), municipality_id, year)


def of_participant(session: Session, *, municipality_id: int, reference: str, year: int) -> Year:
    """Give the year of a municipality's own participant; NotFound for anybody else's."""
    own = _of_year(year, Statement.membership_id).where(
        Statement.municipality_id == municipality_id, Statement.state != "ready"
    )
    member = session.scalar(
        select(Membership).where(Membership.reference == reference, Membership.id.in_(own))
    )
    if member is None:
        raise NotFound
    return _year(session, member, municipality_id, year)


def settle(
    session: Session, *, year: Year, assessed: Assessed, actor_id: int, now: dt.datetime
) -> Settlement:
    """Compute the year again with the tax assessment's net result, and keep it as a new version.

    Refuses as `domain.settlement.check` does. The statements stand as they were sent.
    """
    member = session.scalar(
        select(Membership).where(Membership.id == year.member.id).with_for_update()
    )
    if member is None:
        raise NotFound
    rows = _counted(session, member.id, year.year)
    own = [one for one in rows if one[0].municipality_id == year.municipality.id]
    rules.check(
        year.year,
        this_month=Month.of(day_in_amsterdam(now)),
        states=[statement.state for statement, _ in own],
    )
    months = _again(session, rows, assessed.result_cents - assessed.tax_cents)
    mine = {str(statement.month) for statement, _ in own}
    newest = _newest(session, member.id, year.municipality.id, year.year)
    made = Settlement(
        cooperative_id=member.cooperative_id,
        membership_id=member.id,
        municipality_id=year.municipality.id,
        year=year.year,
        version=newest.version + 1 if newest else 1,
        result_cents=assessed.result_cents,
        tax_cents=assessed.tax_cents,
        reference=assessed.reference,
        parts=assessed.parts,
        outcome=_outcome([one for one in months if one["month"] in mine], assessed.parts, now),
        entered_by_id=actor_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    _record(session, made)
    return made


def _of_year(year: int, column: Any) -> Any:
    first, last = Month(year, 1), Month(year, 12)
    return select(column).where(Statement.month.between(first, last))


def _year(session: Session, member: Membership, municipality_id: int, year: int) -> Year:
    municipality = session.get_one(Municipality, municipality_id)
    return Year(member, municipality, year, _newest(session, member.id, municipality_id, year))


def _newest(
    session: Session, membership_id: int, municipality_id: int, year: int
) -> Settlement | None:
    return session.scalar(
        select(Settlement)
        .where(
            Settlement.membership_id == membership_id,
            Settlement.municipality_id == municipality_id,
            Settlement.year == year,
        )
        .order_by(Settlement.version.desc())
        .limit(1)
    )


def _counted(
    session: Session, membership_id: int, year: int
) -> Sequence[tuple[Statement, Assessment]]:
    """The months in which earnings counted as income, each by its newest version; in pot they did not."""
    rows = session.execute(
        select(Statement, Assessment)
        .join(Assessment, Assessment.statement_id == Statement.id)
        .where(
            Statement.membership_id == membership_id,
            Statement.month.between(Month(year, 1), Month(year, 12)),
            Assessment.version == newest_version(),
        )
        .order_by(Statement.month)
    )
    return [
        (statement, kept) for statement, kept in rows if kept.inputs["agreement"]["regime"] != "pot"
    ]


def _again(
    session: Session, rows: Sequence[tuple[Statement, Assessment]], net_cents: int
) -> list[dict[str, Any]]:
    """Assess each month again with its part of the net result; exemptions and premium are counted anew."""
    membership_id = rows[0][0].membership_id
    parts = rules.spread(net_cents, [kept.income_cents for _, kept in rows])
    known = monthfacts.exemptions_given(session, membership_ids=[membership_id])
    given = {one.month: one for one in known.get(membership_id, [])}
    months: list[dict[str, Any]] = []
    for (statement, kept), cents in zip(rows, parts, strict=True):
        found = monthfacts.of_member(session, membership_id=membership_id, month=statement.month)
        if found is None:
            raise NotFound
        counted = replace(found, given=tuple(given.values()))
        case = replace(case_of(counted, counted.rulebook), work_income_cents=cents)
        answer = assess(case, counted.rulebook, explain=False)
        left = left_over(answer, case, counted.profile.surplus)
        given[statement.month] = MonthGiven(
            statement.month, answer.exemption, answer.premium_cents, left
        )
        months.append(_compared(statement, kept, answer))
    return months


def _compared(statement: Statement, kept: Assessment, answer: Outcome) -> dict[str, Any]:
    figures = kept.outcome["figures"]
    provisional = {name: int(figures.get(name, 0)) for name in rules.SETTLED}
    definitive = {name: int(getattr(answer, name)) for name in rules.SETTLED}
    return {
        "month": str(statement.month),
        "version": kept.version,
        "exemption": kept_exemption(answer.exemption),
        "provisional": provisional,
        "definitive": definitive,
        "difference": {name: definitive[name] - provisional[name] for name in rules.SETTLED},
    }


def _outcome(months: list[dict[str, Any]], parts: int, now: dt.datetime) -> dict[str, Any]:
    together = {
        kind: {name: sum(one[kind][name] for one in months) for name in rules.SETTLED}
        for kind in ("provisional", "definitive", "difference")
    }
    due = rules.instalments(-together["difference"]["benefit_cents"], parts)
    first = Month.of(day_in_amsterdam(now)).shift(1)
    return {
        "label": LABEL,
        "months": months,
        "together": together,
        "instalments": [
            {"month": str(first.shift(place)), "amount_cents": cents}
            for place, cents in enumerate(due)
        ],
    }


def _record(session: Session, made: Settlement) -> None:
    audit.record(
        session,
        actor_id=made.entered_by_id,
        act="year_settled",
        thing=f"settlement:{made.id}",
        at=made.made_at,
        cooperative_id=made.cooperative_id,
        municipality_id=made.municipality_id,
        after={"year": made.year, "version": made.version, "reference": made.reference},
    )
