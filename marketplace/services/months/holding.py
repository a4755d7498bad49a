"""Which agreements hold in a month, for many members at once, with what the cooperative decided by its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from marketplace.domain.calendar import Month
from marketplace.models.cooperatives import CooperativeParameters, VatScheme
from marketplace.models.memberships import Agreement
from marketplace.models.municipalities import Municipality

Wanted = TypeVar("Wanted")
Decided = TypeVar("Decided", CooperativeParameters, VatScheme)


class Terms(NamedTuple):
    """What an agreement says, named as its columns; no object of the session, which costs as much as a month."""

    id: int
    public_id: str
    cooperative_id: int
    membership_id: int
    municipality_id: int
    valid_from: dt.date
    regime: str
    decision_reference: str
    born_on: dt.date
    household_kind: str
    has_children: bool
    cost_sharers: int
    household_origin: str
    exemption_n_granted: bool
    months_n_used_at_entry: int
    n_restart_reference: str | None
    youngest_child_month: Month | None
    months_r_used_at_entry: int
    no_exemption_reference: str | None
    decided_ground: str | None
    decided_reference: str | None
    decided_from: dt.date | None
    decided_until: dt.date | None
    decided_months_used: int
    deductions_accepted: bool
    costs_accepted: bool
    threshold_cents: int | None
    period: str | None
    municipality_share: int | None
    premium_share: int | None
    premium_cap_month_cents: int | None
    premium_less_exemption: bool
    experiment_share: int | None
    experiment_cap_cents: int | None
    experiment_legal_basis: str | None
    experiment_ends_on: dt.date | None


class Held(NamedTuple):
    """An agreement with its municipality, and the cooperative's parameters and VAT scheme at the month's end."""

    terms: Terms
    town: Municipality
    parameters: CooperativeParameters | None
    scheme: str | None


def terms_of(agreement: Agreement) -> Terms:
    """Give what an agreement says."""
    return Terms._make(getattr(agreement, name) for name in Terms._fields)


def in_force(month: Month) -> Select[int]:
    """Select the keys of the agreements in force in a month; add `where` and order.

    Agreements begin on the first of a month and end on a last day, so one holds all month or not at all.
    """
    return select(Agreement.id).where(
        Agreement.valid_from <= month.first,
        or_(Agreement.valid_to.is_(None), Agreement.valid_to >= month.last),
    )


def read(
    session: Session, month: Month, *narrowed: ColumnElement[bool], limit: int | None = None
) -> list[Held]:
    """Give agreements in force, by member, in one query: for one member, or a page of them."""
    parameters = aliased(CooperativeParameters)
    query = (
        in_force(month)
        .with_only_columns(*_COLUMNS, Municipality, parameters, _newest(VatScheme.scheme, month))
        .join(Municipality, Municipality.id == Agreement.municipality_id)
        .outerjoin(parameters, parameters.id == _newest(CooperativeParameters.id, month))
        .where(*narrowed)
        .order_by(Agreement.membership_id)
        .limit(limit)
    )
    return [Held(Terms._make(row[:-3]), *row[-3:]) for row in session.execute(query)]


def read_many(
    session: Session, month: Month, *narrowed: ColumnElement[bool], limit: int
) -> list[Held]:
    """Give the same in four queries, of which three read the few towns and decisions once for all."""
    query = in_force(month).with_only_columns(*_COLUMNS).where(*narrowed)
    rows = session.execute(query.order_by(Agreement.membership_id).limit(limit))
    found = [Terms._make(row) for row in rows]
    if not found:
        return []
    cooperatives = {one.cooperative_id for one in found}
    keys = {one.municipality_id for one in found}
    named = session.scalars(select(Municipality).where(Municipality.id.in_(keys)))
    towns = {one.id: one for one in named}
    figures = _decided(session, CooperativeParameters, cooperatives, month)
    schemes = _decided(session, VatScheme, cooperatives, month)
    return [
        Held(
            one,
            towns[one.municipality_id],
            figures.get(one.cooperative_id),
            scheme.scheme if (scheme := schemes.get(one.cooperative_id)) else None,
        )
        for one in found
    ]


def _newest(column: InstrumentedAttribute[Wanted], month: Month) -> ScalarSelect[Wanted]:
    """Select what the agreement's cooperative decided last by the end of a month."""
    model = column.class_
    return (
        select(column)
        .where(model.cooperative_id == Agreement.cooperative_id, model.valid_from <= month.last)
        .order_by(model.valid_from.desc())
        .limit(1)
        .correlate(Agreement)
        .scalar_subquery()
    )


def _decided(
    session: Session, model: type[Decided], cooperatives: Collection[int], month: Month
) -> dict[int, Decided]:
    """Give what each cooperative decided last by the end of a month."""
    rows = session.scalars(
        select(model)
        .where(model.cooperative_id.in_(cooperatives), model.valid_from <= month.last)
        .order_by(model.valid_from)
    )
    return {one.cooperative_id: one for one in rows}


_COLUMNS = [getattr(Agreement, name) for name in Terms._fields]
