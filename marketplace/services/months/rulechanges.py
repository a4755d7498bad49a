"""Which members' months come out otherwise under another rulebook, and by how much; nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.earnings.assessment import Assessment as Outcome
from marketplace.domain.earnings.rulebook import Confirmation, Rulebook
from marketplace.domain.errors import Refused
from marketplace.domain.steps import Agreed, CostMade, Division, Job, MonthFacts
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months import assessments, holding, monthfacts
from marketplace.services.months.monthfacts import MemberMonth
from marketplace.services.months.profiles import profile_of
from marketplace.services.months.rulebook import pending_law, rulebook_in_force

BATCH = 20
MONTHS = 12
Fact = TypeVar("Fact", Job, CostMade, Division, Agreed)


@dataclass(frozen=True, slots=True)
class Changed:
    """One month of one member that comes out otherwise; differences in cents, new less old.

    `refused` is the code of the rule by which one of the two rulebooks gives no outcome.
    """

    reference: str
    month: Month
    exempt_cents: int = 0
    set_off_cents: int = 0
    benefit_cents: int = 0
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A page: what changes, how many members and months were looked at, and where the next page begins."""

    changed: tuple[Changed, ...]
    members: int
    months: int
    next_after: int | None


def if_confirmed(
    session: Session,
    *,
    pending_id: str,
    since: dt.date,
    now: dt.datetime,
    after: int = 0,
    limit: int = BATCH,
) -> Looked:
    """Say which months of the last twelve would come out otherwise, had the pending law held since a day.

    The months that have a statement are computed with the facts that it was made with. The law in force
    is left as it is; an unknown law is NotFound, one that changes no outcome NothingToCompute.
    """
    law = pending_law(pending_id)
    today = rulebook_in_force(session)
    supposed = Confirmation(law.id, since, "")
    kept = [one for key, one in today.confirmations.items() if key != law.id]
    last = Month.of(day_in_amsterdam(now))
    stated = _stated(session, first=last.shift(-MONTHS), last=last, after=after, limit=limit)
    new = today.with_confirmations([*kept, supposed])
    members = sorted({one.membership_id for one in stated})
    return _looked(stated, members, old=_without(today, law.id), new=new, limit=limit)


def between(
    session: Session,
    *,
    old: Rulebook,
    new: Rulebook,
    now: dt.datetime,
    after: int = 0,
    limit: int = BATCH,
) -> Looked:
    """Compare two rulebooks over every month with a statement, and the current month, of the next members."""
    current = Month.of(day_in_amsterdam(now))
    stated = _stated(session, first=None, last=current, after=after, limit=limit)
    running, members = _running(session, month=current, after=after, limit=limit)
    found = sorted((*stated, *running), key=lambda one: (one.membership_id, one.month.facts.month))
    members |= {one.membership_id for one in stated}
    return _looked(_once(found), sorted(members), old=old, new=new, limit=limit)


@dataclass(frozen=True, slots=True)
class _MemberMonth:
    """A month with whose it is."""

    membership_id: int
    reference: str
    month: MemberMonth


def _looked(
    found: Sequence[_MemberMonth],
    members: Sequence[int],
    *,
    old: Rulebook,
    new: Rulebook,
    limit: int,
) -> Looked:
    """Compare the months of the first members; both lists hold the first ones that there are, in order."""
    page = members[:limit]
    changed: list[Changed] = []
    here = [one for one in found if one.membership_id in page]
    for _, months in groupby(here, key=lambda one: one.membership_id):
        changed += _of_one(list(months), old, new)
    more = len(members) > limit
    return Looked(tuple(changed), len(page), len(here), page[-1] if more else None)


def _of_one(months: list[_MemberMonth], old: Rulebook, new: Rulebook) -> list[Changed]:
    """Go through the months of one member under both; each counts the exemptions that it gave itself."""
    own = [one.month for one in months]
    pairs = zip(months, _walk(own, old), _walk(own, new), strict=True)
    changed = [_difference(one, before, after) for one, before, after in pairs]
    return [one for one in changed if one is not None]


def _walk(months: Sequence[MemberMonth], rulebook: Rulebook) -> list[Outcome | str]:
    first = months[0].facts.month
    given = [one for one in months[0].given if one.month < first]
    walked = {month.facts.month for month in months}
    # A month with a statement outside of those walked keeps what it gave.
    given += [one for one in months[-1].given if one.month >= first and one.month not in walked]
    outcomes: list[Outcome | str] = []
    for month in months:
        try:
            supposed = replace(month, given=tuple(given), rulebook=rulebook)
            outcome = assessments.outcome_of(supposed)
        except Refused as fault:
            outcomes.append(fault.code)
            continue
        outcomes.append(outcome)
        given.append(assessments.given_of(supposed, outcome))
    return outcomes


def _difference(one: _MemberMonth, before: Outcome | str, after: Outcome | str) -> Changed | None:
    month = one.month.facts.month
    if isinstance(before, str) or isinstance(after, str):
        code = after if isinstance(after, str) else before
        same = before == after
        return None if same else Changed(one.reference, month, refused=str(code))
    changed = Changed(
        one.reference,
        month,
        after.exempt_cents - before.exempt_cents,
        after.set_off_cents - before.set_off_cents,
        after.benefit_cents - before.benefit_cents,
    )
    nothing = not (changed.exempt_cents or changed.set_off_cents or changed.benefit_cents)
    return None if nothing else changed


def _stated(
    session: Session, *, first: Month | None, last: Month, after: int, limit: int
) -> list[_MemberMonth]:
    """Read the months with a statement of the next members, one more than asked, in two queries."""
    window = [
        Statement.month <= last,
        Statement.membership_id > after,
        ~_by_decision(Statement.membership_id),
    ]
    if first is not None:
        window.append(Statement.month >= first)
    page = (
        select(Statement.membership_id)
        .where(*window)
        .distinct()
        .order_by(Statement.membership_id)
        .limit(limit + 1)
        .subquery()
    )
    query = _statements().where(*window, Statement.membership_id.in_(select(page.c.membership_id)))
    rows = session.execute(query).all()
    members = list({row[0]: None for row in rows})
    given = monthfacts.exemptions_given(session, membership_ids=members) if members else {}
    rulebook = rulebook_in_force(session)
    return [
        _MemberMonth(
            member,
            reference,
            MemberMonth(
                holding.terms_of(agreement),
                _facts(month, inputs),
                _read(Agreed, inputs["agreement"]),
                profile_of(code, month),
                tuple(given.get(member, ())),
                rulebook,
            ),
        )
        for member, month, reference, agreement, code, inputs in rows
    ]


def _statements() -> Select[int, Month, str, Agreement, str | None, dict[str, Any]]:
    """Select statements with the facts of their newest version, by member and month; add `where`."""
    later = aliased(Assessment)
    newest = (
        select(func.max(later.version)).where(later.statement_id == Statement.id).scalar_subquery()
    )
    return (
        select(
            Statement.membership_id,
            Statement.month,
            Membership.reference,
            Agreement,
            Municipality.profile_code,
            Assessment.inputs,
        )
        .select_from(Statement)
        .join(
            Assessment, and_(Assessment.statement_id == Statement.id, Assessment.version == newest)
        )
        .join(Agreement, Agreement.id == Statement.agreement_id)
        .join(Municipality, Municipality.id == Statement.municipality_id)
        .join(Membership, Membership.id == Statement.membership_id)
        .order_by(Statement.membership_id, Statement.month)
    )


def _running(
    session: Session, *, month: Month, after: int, limit: int
) -> tuple[list[_MemberMonth], set[int]]:
    """Read the month that runs of the next members with an agreement, and who they are.

    Whose cooperative decided nothing has no outcome under either rulebook, and no month here.
    """
    rows = holding.read(
        session,
        month,
        Agreement.membership_id > after,
        ~_by_decision(Agreement.membership_id),
        limit=limit + 1,
    )
    decided = [row for row in rows if row.parameters is not None]
    found = list(monthfacts.gather(session, rows=decided, month=month))
    members = [one.agreement.membership_id for one in found]
    named = select(Membership.id, Membership.reference).where(Membership.id.in_(members))
    references = {key: reference for key, reference in session.execute(named)}  # noqa: C416 rows are no pairs
    months = [
        _MemberMonth(key, references[key], one) for key, one in zip(members, found, strict=True)
    ]
    return months, {row.terms.membership_id for row in rows}


def _by_decision(membership_id: Any) -> Any:
    """Select whether a member has an exemption by decision: a list of who is touched would tell about health."""
    one = aliased(Agreement)
    return exists().where(one.membership_id == membership_id, one.decided_from.is_not(None))


def _once(found: Iterable[_MemberMonth]) -> list[_MemberMonth]:
    """A month that has a statement goes before the same month as it runs."""
    kept: dict[tuple[int, Month], _MemberMonth] = {}
    for one in found:
        kept.setdefault((one.membership_id, one.month.facts.month), one)
    return list(kept.values())


def _without(rulebook: Rulebook, pending_id: str) -> Rulebook:
    """The law as it would be without this one, also when it is confirmed already."""
    kept = {key: one for key, one in rulebook.confirmations.items() if key != pending_id}
    return replace(rulebook, confirmations=kept)


def _facts(month: Month, inputs: Mapping[str, Any]) -> MonthFacts:
    """The facts that a statement was made with."""
    return MonthFacts(
        month,
        tuple(_read(Job, raw) for raw in inputs["jobs"]),
        tuple(_read(CostMade, raw) for raw in inputs["costs"]),
        _read(Division, inputs["division"]),
    )


def _read(kind: type[Fact], raw: Mapping[str, Any]) -> Fact:
    """Read a fact as it was kept: plain JSON with days as text."""
    values = {name: raw[name] for name in kind._fields if name in raw}
    if "on" in values:
        values["on"] = dt.date.fromisoformat(values["on"])
    return kind(**values)
