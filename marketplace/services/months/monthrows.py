"""The jobs and the approved costs that count in a month, for many members in one query each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, ScalarSelect, String, and_, case, cast, func, literal, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.domain.steps import CostMade, Job
from marketplace.models.costs import Cost
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import OrderLine


def jobs(session: Session, members: Sequence[int], month: Month) -> dict[int, list[Job]]:
    """The lines whose turnover counts in the month; the books say which, not the day of delivery."""
    lines = session.execute(
        select(
            OrderLine.membership_id,
            OrderLine.title,
            OrderLine.delivered_on,
            OrderLine.gross_cents,
            OrderLine.vat_cents,
        )
        .join(
            Entry,
            and_(
                OrderLine.cooperative_id == Entry.cooperative_id,
                OrderLine.membership_id == Entry.membership_id,
                OrderLine.id == _DELIVERED_LINE,
            ),
        )
        .where(Entry.membership_id.in_(members), Entry.for_month == month)
        .order_by(OrderLine.delivered_on, OrderLine.id)
    )
    found: dict[int, list[Job]] = {}
    for member, title, on, gross, vat in lines:
        found.setdefault(member, []).append(Job(title, on or month.first, gross, vat))
    return found


# The line of an entry like "line:12:delivered", so that a month is found by its entries and not by all
# lines that a member ever had; None of other entries, which no database may take for a number.
_DELIVERED_LINE = case(
    (
        Entry.source.like("line:%:delivered"),
        cast(func.substr(Entry.source, 6, func.length(Entry.source) - 15), BigInteger),
    ),
)


def costs(session: Session, members: Sequence[int], month: Month) -> dict[int, list[CostMade]]:
    """The approved costs that count in the month, with the VAT that the books say comes back."""
    booked = literal("cost:") + cast(Cost.id, String) + ":cost_approved"
    reclaimed = (
        select(func.coalesce(func.sum(Posting.amount_cents), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == Cost.cooperative_id,
            Entry.source == booked,
            Account.code == "input_vat",
        )
        .correlate(Cost)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Cost, reclaimed)
        .where(Cost.membership_id.in_(members), Cost.for_month == month, Cost.state == "approved")
        .order_by(Cost.spent_on, Cost.id)
    )
    found: dict[int, list[CostMade]] = {}
    for row, vat_cents in rows:
        accepted = row.municipality_accepted_cents or 0
        cost = CostMade(
            row.description,
            row.spent_on,
            row.gross_cents,
            int(vat_cents),
            accepted,
            row.municipal_kind,
            row.not_accepted,
        )
        found.setdefault(row.membership_id, []).append(cost)
    return found


def accepted_in(membership_id: int, month: Month) -> ScalarSelect[int]:
    """Select what the municipality accepts of a member's costs that count in a month, in cents."""
    return (
        select(func.coalesce(func.sum(Cost.municipality_accepted_cents), 0))
        .where(
            Cost.membership_id == membership_id,
            Cost.for_month == month,
            Cost.state == "approved",
        )
        .scalar_subquery()
    )
