"""Costs with receipts: the member submits, the coordinator approves (and it is booked) or rejects."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain import costs as rules
from marketplace.domain import ledger
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.models.costs import Cost
from marketplace.models.orders import OrderLine
from marketplace.services import audit
from marketplace.services.books import allocations, vat
from marketplace.services.months import reassess
from marketplace.services.trade import accepting

PAGE = 50


def submit(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    description: str,
    category: str,
    spent_on: dt.date,
    gross_cents: int,
    vat_cents: int,
    paid_by: str,
    receipt_file: str,
    order_line_public_id: str | None,
    now: dt.datetime,
    supplier: rules.Supplier | None = None,
    municipal_kind: str | None = None,
) -> Cost:
    """Hand in a member's cost, amounts in cents as paid; it waits for the coordinator.

    `supplier`: whom to pay (`paid_by` "supplier"); `municipal_kind`: on the municipality's list, else None.
    Refuses a day to come, too much VAT, an unknown category or kind, and another's order line.
    """
    rules.check(category, spent_on, gross_cents, vat_cents, today=day_in_amsterdam(now))
    accepting.check(session, membership_id=membership_id, name=municipal_kind, day=spent_on)
    cost = Cost(
        cooperative_id=cooperative_id,
        membership_id=membership_id,
        order_line_id=_own_line(session, membership_id, order_line_public_id),
        description=description,
        category=category,
        spent_on=spent_on,
        gross_cents=gross_cents,
        vat_cents=vat_cents,
        paid_by=paid_by,
        receipt_file=receipt_file,
        municipal_kind=municipal_kind,
        state="submitted",
        submitted_at=now,
    )
    return _kept(session, cost, supplier)


def _kept(session: Session, cost: Cost, supplier: rules.Supplier | None) -> Cost:
    """Keep a cost, with whom the cooperative has to pay."""
    if supplier is not None:
        cost.supplier_name, cost.supplier_iban = supplier.name, supplier.iban
        cost.supplier_reference = supplier.reference
    session.add(cost)
    session.flush()
    return cost


def _own_line(session: Session, membership_id: int, public_id: str | None) -> int | None:
    if public_id is None:
        return None
    found = session.scalar(
        select(OrderLine.id).where(
            OrderLine.public_id == public_id, OrderLine.membership_id == membership_id
        )
    )
    if found is None:
        raise rules.NotYourLine
    return found


def approve(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    actor_id: int,
    now: dt.datetime,
    approval_reference: str | None = None,
) -> Cost:
    """Approve a cost: it is booked, the waterfall runs again, and its month is known.

    `approval_reference` is that of the municipality's yes before buying. Refuses what was decided before
    (AlreadyDecided), and a member without any agreement; NotFound outside the cooperative.
    """
    cost = _undecided(session, cooperative_id, public_id)
    scheme = vat.scheme_on(session, cooperative_id=cooperative_id, day=cost.spent_on)
    booked = rules.as_booked(cost.gross_cents, cost.vat_cents, scheme)
    cost.for_month = allocations.book(
        session,
        ledger.cost_approved(
            category=cost.category,
            cost_cents=booked.cost_cents,
            vat_cents=booked.vat_cents,
            paid_by=cost.paid_by,
            membership_id=cost.membership_id,
        ),
        cooperative_id=cooperative_id,
        membership_id=cost.membership_id,
        thing=f"cost:{cost.id}",
        kind="cost_approved",
        own_month=_own_month(session, cost),
        now=now,
    )
    cost.approval_reference = approval_reference
    accepting.write(session, cost=cost, month=cost.for_month, cost_cents=booked.cost_cents)
    _decide(session, cost, "approved", actor_id, now, reason=None)
    reassess.after_booking(
        session, membership_id=cost.membership_id, for_month=cost.for_month, now=now
    )
    return cost


def reject(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    actor_id: int,
    reason: str,
    now: dt.datetime,
) -> Cost:
    """Reject a cost with a reason the member can read; refuses what was decided before."""
    if not reason.strip():
        raise rules.ReasonNeeded
    cost = _undecided(session, cooperative_id, public_id)
    _decide(session, cost, "rejected", actor_id, now, reason=reason.strip())
    return cost


def get(session: Session, *, cooperative_id: int, public_id: str) -> Cost:
    """Give a cost of the cooperative, with its member; NotFound outside it."""
    return _one(session, _with_member().where(Cost.cooperative_id == cooperative_id), public_id)


def get_own(session: Session, *, membership_id: int, public_id: str) -> Cost:
    """Give a cost of the member; NotFound when it is another's."""
    return _one(session, _with_member().where(Cost.membership_id == membership_id), public_id)


def waiting(session: Session, *, cooperative_id: int, limit: int = PAGE) -> list[Cost]:
    """Give the costs that wait for approval, oldest first, each with its member."""
    return list(
        session.scalars(
            _with_member()
            .where(Cost.cooperative_id == cooperative_id, Cost.state == "submitted")
            .order_by(Cost.id)
            .limit(limit)
        )
    )


def of_member(
    session: Session, *, membership_id: int, before_id: int | None = None, limit: int = PAGE
) -> list[Cost]:
    """Give a member's costs, newest first; `before_id` is the last one of the page before."""
    query = select(Cost).where(Cost.membership_id == membership_id)
    if before_id is not None:
        query = query.where(Cost.id < before_id)
    return list(session.scalars(query.order_by(Cost.id.desc()).limit(limit)))


def _with_member() -> Select[Cost]:
    return select(Cost).options(joinedload(Cost.membership))


def _one(session: Session, query: Select[Cost], public_id: str) -> Cost:
    found = session.scalar(query.where(Cost.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def _undecided(session: Session, cooperative_id: int, public_id: str) -> Cost:
    # Locked and read anew: of two who decide at once, the second finds it decided.
    cost = session.scalar(
        select(Cost)
        .where(Cost.cooperative_id == cooperative_id, Cost.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if cost is None:
        raise NotFound
    if cost.state != "submitted":
        raise rules.AlreadyDecided
    return cost


def _own_month(session: Session, cost: Cost) -> Month:
    """The month of the work it belongs to, else the month of spending."""
    if cost.order_line_id is not None:
        done = session.scalar(
            select(OrderLine.delivered_on).where(OrderLine.id == cost.order_line_id)
        )
        if done is not None:
            return Month.of(done)
    return Month.of(cost.spent_on)


def _decide(
    session: Session, cost: Cost, state: str, actor_id: int, now: dt.datetime, *, reason: str | None
) -> None:
    before = cost.state
    cost.state, cost.decided_at, cost.decided_by_id, cost.reason = state, now, actor_id, reason
    audit.record(
        session,
        actor_id=actor_id,
        act=f"cost_{state}",
        thing=f"cost:{cost.public_id}",
        at=now,
        cooperative_id=cost.cooperative_id,
        reason=reason,
        before={"state": before},
        after={"state": state, "gross_cents": cost.gross_cents},
    )
