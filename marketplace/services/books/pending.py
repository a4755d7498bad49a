"""What of a member's share is not free yet: of work that the buyer did not confirm, or whose payment is disputed.

Nothing of it is kept. It is what the deliveries of these lines, and refunds of them, posted to the member's
account; confirming a line or ending a dispute makes it available, without an entry.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from marketplace.domain.orders import LineState
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import OrderLine
from marketplace.models.refunds import RefundLine
from marketplace.services.books.ledger import debited

STATES = (LineState.DELIVERED, LineState.DISPUTED)
# Where a member's share stands: in her thermometer, or payable to her.
CODES = ("destined_for_member", "payable_to_member")


def shares(members: ColumnElement[bool]) -> Select[int | None, int]:
    """Give the statement of (membership id, cents) for the lines that fit; below zero where a loss was booked."""
    lines = select(
        OrderLine.cooperative_id.label("cooperative_id"),
        (literal("line:") + cast(OrderLine.id, String) + literal(":allocated")).label("source"),
    ).where(members, OrderLine.state.in_(STATES), OrderLine.delivered_on.is_not(None))
    back = (
        select(
            OrderLine.cooperative_id,
            literal("refundline:") + cast(RefundLine.id, String) + literal(":allocated"),
        )
        .join(RefundLine, RefundLine.line_id == OrderLine.id)
        .where(members, OrderLine.state.in_(STATES), RefundLine.borne_by == "turnover")
    )
    sources = union_all(lines, back).subquery()
    return (
        select(Account.membership_id, -debited)
        .select_from(sources)
        .join(
            Entry,
            (Entry.cooperative_id == sources.c.cooperative_id) & (Entry.source == sources.c.source),
        )
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Account.code.in_(CODES))
        .group_by(Account.membership_id)
    )


def of_members(session: Session, *, membership_ids: Iterable[int]) -> dict[int, int]:
    """Give what is pending of each of these members, in cents; only what is above zero."""
    wanted = list(membership_ids)
    if not wanted:
        return {}
    rows = session.execute(shares(OrderLine.membership_id.in_(wanted)))
    return {member: int(cents) for member, cents in rows if member and cents > 0}


def of_one(membership_id: int) -> ColumnElement[int]:
    """Give what is pending of one member as a part of another query; below zero counts as nothing."""
    found = shares(OrderLine.membership_id == membership_id).subquery()
    sums = select(func.coalesce(func.sum(found.c[1]), 0))
    return sums.scalar_subquery()


def available(balance_cents: int, pending_cents: int) -> int:
    """Give what of a balance is free."""
    return max(0, balance_cents - max(0, pending_cents))
