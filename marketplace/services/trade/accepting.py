"""What the municipality accepts of a member's costs: its list in a month, and what one receipt comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.profile import AcceptedCost
from marketplace.domain.municipal import accepting as rules
from marketplace.models.costs import Cost
from marketplace.models.memberships import Agreement
from marketplace.models.municipalities import Municipality
from marketplace.services.months.holding import in_force
from marketplace.services.months.profiles import profile_of


@dataclass(frozen=True, slots=True)
class Listed:
    """What holds for a member's costs in a month: the municipality's list, empty where it has none.

    `counts` tells whether costs change the benefit at all: in `pot` they do not, and without an agreement
    nothing is known. `by_agreement`: the agreement lets approved costs count.
    """

    municipality: str
    counts: bool
    by_agreement: bool
    costs: tuple[AcceptedCost, ...] = ()


NOTHING = Listed("", counts=False, by_agreement=False)


def listed_for(session: Session, *, membership_id: int, month: Month) -> Listed:
    """Give what holds for a member's costs in a month, by the agreement and the profile of that month."""
    row = session.execute(
        in_force(month)
        .with_only_columns(
            Agreement.regime,
            Agreement.costs_accepted,
            Municipality.name,
            Municipality.profile_code,
        )
        .join(Municipality, Municipality.id == Agreement.municipality_id)
        .where(Agreement.membership_id == membership_id)
    ).one_or_none()
    if row is None:
        return NOTHING
    regime, by_agreement, name, code = row
    return Listed(name, regime != "pot", by_agreement, profile_of(code, month).costs)


def check(session: Session, *, membership_id: int, name: str | None, day: dt.date) -> None:
    """Refuse a kind that is not on the list of the month of a day."""
    if name is not None:
        listed = listed_for(session, membership_id=membership_id, month=Month.of(day))
        rules.check_kind(name, listed.costs)


def write(session: Session, *, cost: Cost, month: Month, cost_cents: int) -> None:
    """Write on a cost what the municipality accepts of it in its month, and why not all; the caller books it."""
    listed = listed_for(session, membership_id=cost.membership_id, month=month)
    kind = rules.kind_of(cost.municipal_kind, listed.costs)
    found = rules.accept(
        cost_cents,
        by_agreement=listed.by_agreement,
        listed=listed.costs,
        kind=kind,
        approved_before=cost.approval_reference is not None,
        used=_used(session, cost, kind, month) if kind else rules.Used(),
    )
    cost.municipality_accepted_cents = found.cents
    # Without a list the agreement says it all, as a line of the statement does.
    cost.not_accepted = found.reason if listed.costs else None


def _used(session: Session, cost: Cost, kind: AcceptedCost, month: Month) -> rules.Used:
    """Add up what was accepted of the kind before, in the month and in its calendar year."""
    here = case((Cost.for_month == month, Cost.municipality_accepted_cents), else_=0)
    in_month, in_year = session.execute(
        select(
            func.coalesce(func.sum(here), 0),
            func.coalesce(func.sum(Cost.municipality_accepted_cents), 0),
        ).where(
            Cost.membership_id == cost.membership_id,
            Cost.id != cost.id,
            Cost.state == "approved",
            Cost.municipal_kind == kind.name,
            Cost.for_month.between(Month(month.year, 1), Month(month.year, 12)),
        )
    ).one()
    return rules.Used(int(in_month), int(in_year))
