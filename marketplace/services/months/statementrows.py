"""Writing the statements of many members at once: a fixed number of statements of SQL for a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.statements import closes_period, is_nil, path_of
from marketplace.gateways.rows.bulk import Json, add_rows
from marketplace.models.base import new_public_id, table_of
from marketplace.models.statements import Assessment, Statement
from marketplace.services.months import assessments, corrections
from marketplace.services.months.holding import Terms
from marketplace.services.outbox import ToPerson, queue_mails


class Member(NamedTuple):
    """Whose statement it is; `person_id` None: she was invited and never came in."""

    id: int
    cooperative_id: int
    person_id: int | None
    reference: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement that is computed and not yet written, with the corrections that it tells.

    `version` holds the columns of the first version, its JSON written already: thousands of small
    parts that wait for the end of a batch cost more than the writing.
    """

    member: Member
    agreement: Terms
    version: dict[str, Any]
    nil: bool
    due_on: dt.date
    told: Sequence[corrections.Waiting]


def draft(
    member: Member,
    agreement: Terms,
    computed: assessments.Computed,
    told: Sequence[corrections.Waiting],
    *,
    due: dt.date,
    now: dt.datetime,
) -> Draft:
    """Make a draft of what was computed; `statement_id` follows when the statement has its key."""
    version = assessments.row_of(
        computed,
        cooperative_id=member.cooperative_id,
        statement_id=0,
        version=1,
        reason="month_end",
        now=now,
    )
    version["inputs"] = Json.of(computed.inputs)
    version["outcome"] = Json.of(computed.outcome)
    return Draft(member, agreement, version, is_nil(computed.inputs, computed.outcome), due, told)


def write(session: Session, drafts: Sequence[Draft], *, month: Month, now: dt.datetime) -> None:
    """Write statements with their first version and mails; the caller holds the members, who have none yet."""
    if not drafts:
        return
    public_ids = {one.member.id: new_public_id() for one in drafts}
    _statements(session, drafts, public_ids, month, now)
    keys = _keys(session, list(public_ids), month)
    versions = [{**one.version, "statement_id": keys[one.member.id]} for one in drafts]
    add_rows(session, table_of(Assessment), versions)
    for one in drafts:
        corrections.show_in(session, statement_id=keys[one.member.id], shown=one.told)
    _tell(session, drafts, public_ids, month, now)


def _statements(
    session: Session,
    drafts: Sequence[Draft],
    public_ids: dict[int, str],
    month: Month,
    now: dt.datetime,
) -> None:
    add_rows(
        session,
        table_of(Statement),
        [
            {
                "public_id": public_ids[one.member.id],
                "cooperative_id": one.member.cooperative_id,
                "membership_id": one.member.id,
                "agreement_id": one.agreement.id,
                "municipality_id": one.agreement.municipality_id,
                "month": month,
                "state": "ready",
                "due_on": one.due_on,
                "created_at": now,
            }
            for one in drafts
        ],
    )


def _keys(session: Session, member_ids: list[int], month: Month) -> dict[int, int]:
    """Give the keys of the statements just written, by member."""
    rows = session.execute(
        select(Statement.membership_id, Statement.id).where(
            Statement.membership_id.in_(member_ids), Statement.month == month
        )
    )
    return {member: key for member, key in rows}  # noqa: C416 rows are no pairs to the type checker


def _tell(
    session: Session,
    drafts: Sequence[Draft],
    public_ids: dict[int, str],
    month: Month,
    now: dt.datetime,
) -> None:
    """Queue the mail of each member who has come in; a nil month leads to a page with one button.

    Months of a quarter or year are sent together: one mail, when the last is there.
    """
    mails = [
        ToPerson(
            person_id=one.member.person_id,
            facts={
                "month": str(month),
                "due_on": one.due_on.isoformat(),
                "path": path_of(public_ids[one.member.id], nil=one.nil),
            },
            dedupe_key=f"statement_ready:{public_ids[one.member.id]}",
        )
        for one in drafts
        if one.member.person_id is not None and closes_period(month, one.due_on)
    ]
    queue_mails(session, kind="statement_ready", mails=mails, now=now)
