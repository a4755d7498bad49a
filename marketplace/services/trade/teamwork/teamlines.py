"""Who shares a job: the lines of a team, who could join, and whether a line can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import ENDED, LineState, PaymentState
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine

MOST_COLLEAGUES = 300
_SHAREABLE = frozenset({LineState.REQUESTED, LineState.ACCEPTED})
UNPAID = frozenset({PaymentState.NOT_DUE, PaymentState.AWAITING})


@dataclass(frozen=True, slots=True)
class Locked:
    """An order held until the transaction ends, with all its lines and the one that is meant."""

    order: Order
    lines: list[OrderLine]
    line: OrderLine

    @property
    def first(self) -> OrderLine:
        """The line of the first member of the team."""
        key = self.line.team_of_id or self.line.id
        return next(one for one in self.lines if one.id == key)

    @property
    def parts(self) -> list[OrderLine]:
        """The lines of the others that go on."""
        return parts_of(self.lines, self.first)


def parts_of(lines: Sequence[OrderLine], first: OrderLine) -> list[OrderLine]:
    """Give the lines that share the job of `first` and go on."""
    return [
        one for one in lines if one.team_of_id == first.id and LineState(one.state) not in ENDED
    ]


def may_share(order: Order, lines: Sequence[OrderLine], line: OrderLine) -> bool:
    """Tell whether a line could be shared now, by what the order says."""
    return (
        line.kind == "service"
        and LineState(line.state) in _SHAREABLE
        and PaymentState(order.payment_state) in UNPAID
        and line.team_of_id is None
        and not parts_of(lines, line)
    )


def colleagues(session: Session, *, line: OrderLine) -> list[Membership]:
    """Give the members of the same cooperative who could share a line, by the name they work under."""
    query = (
        select(Membership)
        .where(
            Membership.cooperative_id == line.cooperative_id,
            Membership.id != line.membership_id,
            Membership.status.in_(OFFERING_STATUSES),
        )
        .order_by(Membership.trade_name, Membership.id)
        .limit(MOST_COLLEAGUES)
    )
    return list(session.scalars(query))


def for_desk(session: Session, *, cooperative_id: int, public_id: str) -> OrderLine:
    """Give a line of an order that this cooperative's desk entered; NotFound for any other."""
    line = session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .where(
            OrderLine.public_id == public_id,
            OrderLine.cooperative_id == cooperative_id,
            Order.origin == "phone",
        )
        .options(joinedload(OrderLine.order), joinedload(OrderLine.membership))
    ).one_or_none()
    if line is None:
        raise NotFound
    return line
