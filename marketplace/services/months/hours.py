"""Hours that members wrote down beside the ceiling of their municipality: told, never withheld."""

from __future__ import annotations

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.municipal.hours import Beside, beside, limit_of
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.statements import Statement
from marketplace.services.months.profiles import profile_of


def of_statement(
    session: Session, *, statement: Statement, municipality: Municipality
) -> Beside | None:
    """Give the hours of a statement beside the ceiling; None without a ceiling or without hours.

    The hours of the year are asked only where the ceiling is one of a year.
    """
    month, own = statement.month, statement.worked_quarters
    limit = limit_of(profile_of(municipality.profile_code, month).hours_limit)
    if limit is None or own is None:
        return None
    year = _in_year(session, statement) if limit.per == "year" else own
    return beside(limit, month, month_quarters=own, year_quarters=year)


def in_month(cooperative_id: int, month: Month) -> Subquery:
    """Select, by member of a cooperative, the hours of a month, those of its year so far, and whose profile holds.

    Columns: `membership_id`, `own`, `year`, `code`; of the member's own municipality only.
    """
    here = Statement.month == month
    return (
        select(
            Statement.membership_id,
            func.max(case((here, Statement.worked_quarters))).label("own"),
            func.sum(Statement.worked_quarters).label("year"),
            func.max(Municipality.profile_code).label("code"),
        )
        .join(Membership, Membership.id == Statement.membership_id)
        .join(Municipality, Municipality.id == Statement.municipality_id)
        .where(
            Statement.cooperative_id == cooperative_id,
            Statement.municipality_id == Membership.municipality_id,
            Statement.month.between(Month(month.year, 1), month),
            Statement.worked_quarters.is_not(None),
        )
        .group_by(Statement.membership_id)
        .subquery()
    )


def over(month: Month, *, own: int | None, year: int | None, code: str | None) -> Beside | None:
    """Give the hours of a member beside the ceiling where they are over it; from the columns of `in_month`."""
    limit = limit_of(profile_of(code, month).hours_limit)
    counted = beside(limit, month, month_quarters=own, year_quarters=int(year or 0))
    return counted if counted is not None and counted.over else None


def _in_year(session: Session, statement: Statement) -> int:
    """Add up the hours of the calendar year, up to and with the month of a statement, of one municipality."""
    month = statement.month
    total = session.scalar(
        select(func.sum(Statement.worked_quarters)).where(
            Statement.membership_id == statement.membership_id,
            Statement.municipality_id == statement.municipality_id,
            Statement.month.between(Month(month.year, 1), month),
        )
    )
    return int(total or 0)
