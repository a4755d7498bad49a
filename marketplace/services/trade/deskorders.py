"""The cooperative's own view of its orders: page by page, one whole, and money back by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.domain.disputes import DisputeHoldsMoney
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import PaymentState, StepNotAllowed
from marketplace.domain.refunds import Liable
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent, ProviderCall
from marketplace.models.refunds import Refund
from marketplace.models.talk.complaints import Complaint
from marketplace.services import audit
from marketplace.services.books import covers
from marketplace.services.trade import disputes, refunds, strays, telling
from marketplace.services.trade import lines as order_lines

PAGE = 30
# What a list can be made of: where the payment stands, or money that goes back and did not arrive.
FILTERS: tuple[str, ...] = (*PaymentState, "refunding", "refund_failed")


def page(
    session: Session, *, cooperative_id: int, which: str = "", before: str | None = None
) -> list[Order]:
    """Give orders with buyer and lines, newest first, at most PAGE; `which` is one of FILTERS or empty."""
    query = _ours(cooperative_id)
    if which in FILTERS:
        query = query.where(_filter(which, cooperative_id))
    if before:
        last = select(Order.id).where(
            Order.public_id == before, Order.cooperative_id == cooperative_id
        )
        query = query.where(Order.id < last.scalar_subquery())
    query = query.options(joinedload(Order.buyer), selectinload(Order.lines))
    return list(session.scalars(query.order_by(Order.id.desc()).limit(PAGE)))


def one(session: Session, *, cooperative_id: int, public_id: str) -> Order:
    """Give one order of this cooperative with buyer, lines and their members; NotFound for another's."""
    order = session.scalars(
        _ours(cooperative_id)
        .where(Order.public_id == public_id)
        .options(
            joinedload(Order.buyer),
            joinedload(Order.cooperative),
            selectinload(Order.lines).joinedload(OrderLine.membership),
        )
    ).one_or_none()
    if order is None:
        raise NotFound
    return order


def with_complaints(
    session: Session, *, cooperative_id: int, public_id: str
) -> tuple[Order, dict[int, list[Complaint]]]:
    """Give one order as `one` does, and the complaints of its lines by the id of the line, the oldest first.

    Both come with the lines in one query, so that the page asks no more than without.
    """
    order = session.scalars(
        _ours(cooperative_id)
        .where(Order.public_id == public_id)
        .options(joinedload(Order.buyer), joinedload(Order.cooperative))
    ).one_or_none()
    if order is None:
        raise NotFound
    about = (Complaint.cooperative_id == OrderLine.cooperative_id) & (
        Complaint.line_id == OrderLine.id
    )
    rows = session.execute(
        select(OrderLine, Complaint)
        .outerjoin(Complaint, about)
        .where(OrderLine.cooperative_id == cooperative_id, OrderLine.order_id == order.id)
        .options(joinedload(OrderLine.membership))
        .order_by(OrderLine.id, Complaint.id)
    ).all()
    made: dict[int, list[Complaint]] = {}
    for line, complaint in rows:
        made.setdefault(line.id, []).extend(filter(None, [complaint]))
    set_committed_value(order, "lines", list(dict.fromkeys(line for line, _complaint in rows)))
    return order, made


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that was asked for. Where no order took it: the call that gives it back, and whether that waits.

    It waits while the buyer's bank decides about it.
    """

    intent: PaymentIntent
    giveback: ProviderCall | None
    waits: bool

    @property
    def failed(self) -> bool:
        """Whether it should have gone back, and did not."""
        called = self.giveback is not None and self.giveback.state == "failed"
        return called and self.intent.state == "stray" and not self.waits


def payments(session: Session, *, order: Order) -> list[Payment]:
    """Give what was asked of the provider for an order, oldest first."""
    query = (
        select(PaymentIntent, ProviderCall, covers.stray_waits())
        .outerjoin(
            ProviderCall,
            and_(ProviderCall.intent_id == PaymentIntent.id, ProviderCall.kind == "giveback"),
        )
        .where(
            PaymentIntent.cooperative_id == order.cooperative_id,
            PaymentIntent.order_id == order.id,
        )
        .order_by(PaymentIntent.id)
    )
    return [Payment(intent, call, waits) for intent, call, waits in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Back:
    """A refund, and whether it waits for the buyer's bank."""

    refund: Refund
    waits: bool

    @property
    def failed(self) -> bool:
        """Whether somebody has to look at it now."""
        return self.refund.state == "failed" and not self.waits


def refunds_of(session: Session, *, order: Order) -> list[Back]:
    """Give the refunds of an order, oldest first."""
    query = (
        select(Refund, covers.refund_waits())
        .where(Refund.cooperative_id == order.cooperative_id, Refund.order_id == order.id)
        .order_by(Refund.id)
    )
    return [
        Back(refund, waits and refund.state in {"booked", "failed"})
        for refund, waits in session.execute(query)
    ]


def refund(
    session: Session,
    *,
    cooperative_id: int,
    public_id: str,
    cents: Mapping[str, int],
    seen_cents: int,
    reason: str,
    liable: Liable,
    by_id: int,
    now: dt.datetime,
) -> Refund:
    """Give money back by hand: gross cents by public id of the line.

    `seen_cents` is what had gone back when the form was made: a second click sees another sum and is
    StepNotAllowed. Raises NotFound for a stranger, RefundTooMuch for more than is left, and
    DisputeHoldsMoney while the buyer's bank holds the money.
    """
    order, lines = _locked(session, cooperative_id, public_id)
    if sum(line.refunded_cents for line in lines) != seen_cents:
        raise StepNotAllowed
    if disputes.holds_money(session, order_id=order.id):
        raise DisputeHoldsMoney
    told = [line for line in lines if line.public_id in cents]
    made = refunds.refund(
        session,
        order_id=order.id,
        lines={line.id: cents[line.public_id] for line in told},
        reason=reason,
        liable=liable,
        by_id=by_id,
        now=now,
    )
    _tell(session, order, told, made)
    _note(session, made, "refund.made", by_id=by_id, now=now)
    return made


def _tell(session: Session, order: Order, lines: list[OrderLine], made: Refund) -> None:
    """Tell the buyer, and each member whose work it is about."""
    telling.tell_refund(session, order=order, lines=lines, refund=made, kind="order_refund_buyer")
    telling.tell_members(
        session,
        lines=lines,
        kinds={line.id: "order_refund_member" for line in lines},
        about=f":{made.id}",
        now=made.created_at,
    )


def try_again(
    session: Session, *, cooperative_id: int, public_id: str, by_id: int, now: dt.datetime
) -> int:
    """Let failed refunds of an order, and payments that it did not take, be asked for again; gives how many.

    What the provider answered with a no gets a new key, for the old one would give the old answer; what
    got no answer at all keeps its key, for it may have been done. A second click finds nothing to do.
    """
    order, _lines = _locked(session, cooperative_id, public_id)
    waiting = session.scalars(
        select(Refund)
        .where(Refund.order_id == order.id, Refund.state == "failed")
        .order_by(Refund.id)
        .with_for_update()
    ).all()
    for one_ in waiting:
        refunds.ask_again(one_, now=now)
        _note(session, one_, "refund.again", by_id=by_id, now=now)
    return len(waiting) + _give_back_again(session, order, by_id=by_id, now=now)


def _give_back_again(session: Session, order: Order, *, by_id: int, now: dt.datetime) -> int:
    """Let the failed give-backs of an order wait for the worker again; gives how many."""
    rows = session.execute(
        select(ProviderCall, PaymentIntent.public_id, PaymentIntent.amount_cents)
        .join(PaymentIntent, PaymentIntent.id == ProviderCall.intent_id)
        .where(
            PaymentIntent.order_id == order.id,
            PaymentIntent.state == "stray",
            ProviderCall.kind == "giveback",
            ProviderCall.state == "failed",
        )
        .order_by(ProviderCall.id)
        .with_for_update(of=ProviderCall)
    ).all()
    for call, payment, cents in rows:
        strays.give_back_again(call, now=now)
        audit.record(
            session,
            actor_id=by_id,
            act="giveback.again",
            thing=f"payment:{payment}",
            at=now,
            cooperative_id=order.cooperative_id,
            after={"cents": cents},
        )
    session.flush()
    return len(rows)


def _note(session: Session, made: Refund, act: str, *, by_id: int, now: dt.datetime) -> None:
    """Write the audit line of an act with a refund."""
    audit.record(
        session,
        actor_id=by_id,
        act=act,
        thing=f"refund:{made.id}",
        at=now,
        cooperative_id=made.cooperative_id,
        reason=made.reason,
        after={"cents": made.amount_cents, "liable": made.liable},
    )


def _ours(cooperative_id: int) -> Select[Order]:
    return select(Order).where(Order.cooperative_id == cooperative_id)


def _filter(which: str, cooperative_id: int) -> ColumnElement[bool]:
    states = {"refunding": ("booked", "sent"), "refund_failed": ("failed",)}.get(which)
    if states is None:
        return Order.payment_state == which
    return Order.id.in_(
        select(Refund.order_id).where(
            Refund.cooperative_id == cooperative_id, Refund.state.in_(states)
        )
    )


def _locked(session: Session, cooperative_id: int, public_id: str) -> tuple[Order, list[OrderLine]]:
    order_id = session.scalar(
        select(Order.id).where(Order.public_id == public_id, Order.cooperative_id == cooperative_id)
    )
    if order_id is None:
        raise NotFound
    return order_lines.lock_order(session, order_id)
