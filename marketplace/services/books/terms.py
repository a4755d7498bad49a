"""What holds for a member on a day: dated parameters of the cooperative, and the member's agreements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.domain.waterfall import (
    Agreed,
    NoAgreement,
    NoParameters,
    Parameters,
    Stretch,
    Terms,
    stretch_on,
    timeline,
)
from marketplace.gateways.rows.prepared import Query
from marketplace.models.cooperatives import CooperativeParameters
from marketplace.models.memberships import Agreement


@dataclass(frozen=True)
class Dated:
    """The dated rows of one cooperative, as they were written."""

    parameters: Sequence[CooperativeParameters]
    agreements: dict[int, list[Agreement]]
    _made: dict[tuple[int, int, int], list[tuple[dt.date, Terms]]] = field(default_factory=dict)

    def timeline(
        self, membership_id: int, known_at: dt.datetime | None = None
    ) -> list[tuple[dt.date, Terms]]:
        """Give the terms of a member, each from a day on; `known_at` leaves out what was written later."""
        parameters = [
            row for row in self.parameters if known_at is None or row.created_at <= known_at
        ]
        agreements = [
            row
            for row in self.agreements.get(membership_id, [])
            if known_at is None or row.created_at <= known_at
        ]
        # What was known only grows, so the numbers of rows tell which rows they are.
        key = (membership_id, len(parameters), len(agreements))
        if key not in self._made:
            self._made[key] = timeline(
                [(row.valid_from, parameters_of(row)) for row in parameters],
                [agreed_in(row) for row in agreements],
            )
        return self._made[key]

    def stretch(
        self, membership_id: int, day: dt.date, known_at: dt.datetime | None = None
    ) -> Stretch | None:
        """Give the stretch around a day, or None where nothing is agreed or decided."""
        return stretch_on(day, self.timeline(membership_id, known_at))


def agreed_in(row: Agreement) -> Agreed:
    """Give what an agreement says for the waterfall."""
    return Agreed(
        row.valid_from,
        row.regime,
        row.deductions_accepted,
        row.threshold_cents,
        row.period,
        row.municipality_share,
    )


def parameters_of(row: CooperativeParameters) -> Parameters:
    """Give the figures of a row."""
    return Parameters(
        row.training_share,
        row.reserve_share,
        row.threshold_cents,
        row.municipality_share,
        row.period,
    )


_PARAMETERS = (
    select(CooperativeParameters)
    .where(CooperativeParameters.cooperative_id == bindparam("cooperative_id"))
    .order_by(CooperativeParameters.valid_from)
)
_AGREEMENTS = (
    select(Agreement)
    .where(
        Agreement.cooperative_id == bindparam("cooperative_id"),
        Agreement.membership_id.in_(bindparam("members", expanding=True)),
    )
    .order_by(Agreement.valid_from)
)


def load(
    session: Session, *, cooperative_id: int, membership_ids: Sequence[int] | None = None
) -> Dated:
    """Read the dated rows, in two queries; of all members when none are named, in one."""
    if membership_ids is None:
        return _load_all(session, cooperative_id)
    named = {"cooperative_id": cooperative_id, "members": membership_ids}
    parameters = session.scalars(_PARAMETERS, {"cooperative_id": cooperative_id})
    agreements: dict[int, list[Agreement]] = {}
    for agreement in session.scalars(_AGREEMENTS, named):
        agreements.setdefault(agreement.membership_id, []).append(agreement)
    return Dated(list(parameters), agreements)


def _load_all(session: Session, cooperative_id: int) -> Dated:
    """Read parameters and agreements together: a cooperative has few of the first."""
    rows = session.execute(
        select(CooperativeParameters, Agreement)
        .outerjoin(Agreement, Agreement.cooperative_id == CooperativeParameters.cooperative_id)
        .where(CooperativeParameters.cooperative_id == cooperative_id)
        .order_by(CooperativeParameters.valid_from, Agreement.valid_from, Agreement.id)
    )
    parameters: dict[int, CooperativeParameters] = {}
    found: dict[int, Agreement] = {}
    for decided, agreed in rows:
        parameters[decided.id] = decided
        if cast("Agreement | None", agreed) is not None:
            found[agreed.id] = agreed
    agreements: dict[int, list[Agreement]] = {}
    for agreement in found.values():
        agreements.setdefault(agreement.membership_id, []).append(agreement)
    return Dated(list(parameters.values()), agreements)


def stretch_of(
    session: Session, *, cooperative_id: int, membership_id: int, day: dt.date
) -> Stretch:
    """Give the member's stretch around a day; refuses with NoAgreement or NoParameters."""
    session.flush()
    rows = _DATED.all(session, {"cooperative_id": cooperative_id, "member": membership_id})
    if not rows:
        raise NoAgreement
    agreed = {row[0]: Agreed(*row[:6]) for row in rows}
    decided = {row[6]: Parameters(*row[7:]) for row in rows if row[6] is not None}
    stretch = stretch_on(day, timeline(list(decided.items()), list(agreed.values())))
    if stretch is None:
        raise NoParameters
    return stretch


# Each agreement beside each decision of the meeting, both from the first on: there are few.
_DATED: Query[
    dt.date, str, bool, int | None, str | None, int | None, Any, Any, Any, Any, Any, Any
] = Query(
    select(
        Agreement.valid_from,
        Agreement.regime,
        Agreement.deductions_accepted,
        Agreement.threshold_cents,
        Agreement.period,
        Agreement.municipality_share,
        CooperativeParameters.valid_from,
        CooperativeParameters.training_share,
        CooperativeParameters.reserve_share,
        CooperativeParameters.threshold_cents,
        CooperativeParameters.municipality_share,
        CooperativeParameters.period,
    )
    .outerjoin(
        CooperativeParameters,
        CooperativeParameters.cooperative_id == Agreement.cooperative_id,
    )
    .where(
        Agreement.cooperative_id == bindparam("cooperative_id"),
        Agreement.membership_id == bindparam("member"),
    )
    .order_by(Agreement.valid_from, CooperativeParameters.valid_from)
)


def agreement_on(
    session: Session, *, cooperative_id: int, membership_id: int, day: dt.date
) -> Agreement | None:
    """Give the agreement in force on a day, or None."""
    named = {"cooperative_id": cooperative_id, "member": membership_id, "day": day}
    return session.scalar(select(Agreement).where(*_IN_FORCE).order_by(_NEWEST).limit(1), named)


_IN_FORCE = (
    Agreement.cooperative_id == bindparam("cooperative_id"),
    Agreement.membership_id == bindparam("member"),
    Agreement.valid_from <= bindparam("day"),
    (Agreement.valid_to.is_(None)) | (Agreement.valid_to >= bindparam("day")),
)
_NEWEST = Agreement.valid_from.desc()
_HAS_ONE = Query(select(Agreement.id).where(*_IN_FORCE).limit(1))


def require_agreement(
    session: Session, *, cooperative_id: int, membership_id: int, day: dt.date
) -> None:
    """Refuse with NoAgreement where none is in force: without one no sale is accepted."""
    named = {"cooperative_id": cooperative_id, "member": membership_id, "day": day}
    session.flush()
    if _HAS_ONE.first(session, named) is None:
        raise NoAgreement
