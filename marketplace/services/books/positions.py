"""Where members stand in the waterfall, read from the books: result, credits, and what was posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from marketplace.domain import ledger as rules
from marketplace.domain.ledger import PART_CODES, RESULT_CODES
from marketplace.domain.waterfall import Parts, Stretch, split
from marketplace.gateways.rows.prepared import Query
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import RefundLine
from marketplace.services.books.ledger import debited

ACCEPTED_STATES = ("accepted", "in_progress", "delivered", "confirmed", "disputed")


@dataclass
class Position:
    """One member in one stretch, in cents: the result, credits of the period before, and the parts posted."""

    stretch: Stretch
    result_cents: int = 0
    credited_before_cents: int = 0
    posted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PART_CODES, 0))

    @property
    def credited_cents(self) -> int:
        """What the period's threshold is tested against, so far."""
        own = self.posted["destined_for_member"] + self.posted["payable_to_municipality"]
        return self.credited_before_cents + own

    def parts(self, extra_cents: int = 0) -> Parts:
        """Divide the result, with so much more on top."""
        return split(
            self.result_cents + extra_cents, self.credited_before_cents, self.stretch.terms
        )

    def add(self, code: str, credited_cents: int, *, before: bool) -> None:
        """Take in a sum of postings of one account, in the stretch or before it in its period."""
        if before:
            if code in {"destined_for_member", "payable_to_municipality"}:
                self.credited_before_cents += credited_cents
        elif code in RESULT_CODES:
            self.result_cents += credited_cents
        elif code in self.posted:
            self.posted[code] += credited_cents

    def take_in(self, entry: rules.Entry) -> None:
        """Take in an entry of this stretch, other than an allocation, that the books do not hold yet."""
        for line in entry.lines:
            if line.account_code in RESULT_CODES:
                sign = 1 if line.side == "credit" else -1
                self.result_cents += sign * line.cents


def positions(
    session: Session, *, cooperative_id: int, stretches: Mapping[int, Stretch]
) -> dict[int, Position]:
    """Give the position of each member in her stretch, all in one query."""
    found = {member: Position(stretch) for member, stretch in stretches.items()}
    if not found:
        return found
    days = boundaries(stretches.values())
    named: dict[str, Any] = {f"day{place}": day for place, day in enumerate(days)}
    named |= {"cooperative_id": cooperative_id, "last": days[-1] - dt.timedelta(days=1)}
    session.flush()
    rows: Sequence[tuple[int | None, str, int, int]]
    if len(found) == 1:
        rows = _of_one(len(days)).all(session, {**named, "member": next(iter(found))})
    else:
        rows = session.execute(_of_many(len(days)), {**named, "members": list(found)}).all()
    for member, code, place, credited in rows:
        if member is None:
            continue
        stretch, day = stretches[member], days[place]
        if stretch.period_first <= day <= stretch.last:
            found[member].add(code, int(credited), before=day < stretch.first)
    return found


@lru_cache(maxsize=64)
def _of_one(many: int) -> Query[int | None, str, int, int]:
    """Give the query of one member and what so many days part, made once for each number of them."""
    return Query(_sums(many, Entry.membership_id == bindparam("member")))


@lru_cache(maxsize=64)
def _of_many(many: int) -> Select[int | None, str, int, int]:
    """Give the same of some members."""
    return _sums(many, Entry.membership_id.in_(bindparam("members", expanding=True)))


def _sums(many: int, members: ColumnElement[bool]) -> Select[int | None, str, int, int]:
    days = [bindparam(f"day{place}", type_=Date) for place in range(many)]
    # Days fall in few buckets between the boundaries, so rows do not grow with the year.
    bucket = case(*((Entry.booked_on >= day, i) for i, day in reversed(list(enumerate(days)))))
    return (
        select(Entry.membership_id, Account.code, bucket.label("bucket"), -debited)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == bindparam("cooperative_id"),
            members,
            Entry.booked_on.between(days[0], bindparam("last", type_=Date)),
            or_(Account.code.in_(map(literal, RESULT_CODES)), Entry.kind == "allocated"),
        )
        .group_by(Entry.membership_id, Account.code, "bucket")
    )


def boundaries(stretches: Iterable[Stretch]) -> list[dt.date]:
    """Give the days, in order, at which periods and stretches begin or have ended."""
    days: set[dt.date] = set()
    for stretch in stretches:
        days |= {stretch.period_first, stretch.first, stretch.last + dt.timedelta(days=1)}
    return sorted(days)


def comes(line: OrderLine) -> bool:
    """Tell whether a line is among what comes, as `coming_cents` counts it; its order is loaded."""
    paid = line.order.payment_state == "paid"
    if line.order.payment_state == "cancelled":
        return False
    taken = line.state in ACCEPTED_STATES or (line.state == "ordered" and paid)
    return taken and not (paid and line.delivered_on is not None)


def coming_cents(session: Session, *, membership_ids: Iterable[int]) -> dict[int, int]:
    """Give, by member, the net of lines that are accepted or paid but not yet in the result."""
    paid = Order.payment_state == "paid"
    returned = (
        select(func.coalesce(func.sum(RefundLine.net_cents), 0))
        .where(RefundLine.line_id == OrderLine.id)
        .correlate(OrderLine)
        .scalar_subquery()
    )
    rows = session.execute(
        select(OrderLine.membership_id, func.sum(OrderLine.net_cents - returned))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.membership_id.in_(list(membership_ids)),
            Order.payment_state != "cancelled",
            # A product that is ordered and not paid may never be: it does not come yet.
            or_(
                OrderLine.state.in_(ACCEPTED_STATES),
                (OrderLine.state == "ordered") & paid,
            ),
            or_(~paid, OrderLine.delivered_on.is_(None)),
        )
        .group_by(OrderLine.membership_id)
    )
    return {member: int(net) for member, net in rows}
