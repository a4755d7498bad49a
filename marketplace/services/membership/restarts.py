"""The months of exemption n across agreements: what was counted so far, and when they begin anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.case import MonthsUsed
from marketplace.domain.municipal import restarting
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.services.months import monthfacts
from marketplace.services.months.profiles import profile_of


def counted(
    session: Session, *, member: Membership, earlier: Sequence[Agreement], month: Month
) -> int:
    """Give the months of n that count before a month, under the member's newest agreement before it.

    None were counted without an agreement, or in another municipality: moving hands over nothing.
    """
    before = next((one for one in earlier if one.valid_from < month.first), None)
    if before is None or before.municipality_id != member.municipality_id:
        return 0
    given = monthfacts.exemptions_given(session, membership_ids=[member.id]).get(member.id, [])
    return monthfacts.counted_before(
        month,
        given,
        entry=Month.of(before.valid_from),
        at_entry=MonthsUsed(n=before.months_n_used_at_entry),
        counting=profile_of(_code(session, member), month).n_counting,
    ).n


def begin_anew(
    session: Session,
    *,
    member: Membership,
    earlier: Sequence[Agreement],
    valid_from: dt.date,
    stated: int,
    reference: str | None,
) -> bool:
    """Tell whether the months begin anew with a new agreement; refuses as domain.municipal.restarting does."""
    month = Month.of(valid_from)
    return restarting.check(
        stated,
        counted=counted(session, member=member, earlier=earlier, month=month),
        choice=profile_of(_code(session, member), month).n_restart,
        reference=reference,
    )


def _code(session: Session, member: Membership) -> str | None:
    return session.scalar(
        select(Municipality.profile_code).where(Municipality.id == member.municipality_id)
    )
