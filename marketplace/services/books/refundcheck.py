"""What the rows of refunds say must stand in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from marketplace.domain.faults import Fault
from marketplace.domain.ledger import REFUNDED_FROM
from marketplace.models.banking import PayoutItem
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund, RefundLine
from marketplace.services.books import covercheck

_BEFORE_DELIVERY = "received_in_advance"
_TURNOVER = "turnover"


def check(session: Session, cooperative_id: int) -> Iterator[Fault]:
    """Each refund and each of its lines has its entry of its amount, and no entry is without one."""
    lines = select(
        literal("refundline:") + cast(RefundLine.id, String) + literal(":refunded"),
        RefundLine.gross_cents,
        case((RefundLine.net_cents > 0, RefundLine.borne_by), else_="output_vat"),
    ).where(RefundLine.cooperative_id == cooperative_id, RefundLine.borne_by != _TURNOVER)
    must = {(source, borne_by): cents for source, cents, borne_by in session.execute(lines)}
    must |= _sent(session, cooperative_id)
    booked = _booked(session, cooperative_id)
    for (source, code), cents in must.items():
        found = booked.pop(source, None)
        if found is None:
            yield Fault("happening_not_booked", source)
        elif found[0] != cents or code not in found[1]:
            yield Fault("amount_differs", source, f"must be {cents} of {code}, books say {found}")
    for source in booked:
        yield Fault("entry_without_happening", source)
    uneven = (
        select(OrderLine.id)
        .outerjoin(RefundLine, RefundLine.line_id == OrderLine.id)
        .where(OrderLine.cooperative_id == cooperative_id)
        .group_by(OrderLine.id, OrderLine.refunded_cents)
        .having(OrderLine.refunded_cents != func.coalesce(func.sum(RefundLine.gross_cents), 0))
    )
    for key in session.scalars(uneven):
        yield Fault("amount_differs", f"line:{key}:refunded")


def _sent(session: Session, cooperative_id: int) -> dict[tuple[str, str], int]:
    """Give what moved each refund: payments of a batch and what the provider sent, also what came back of it."""
    must: dict[tuple[str, str], int] = {}
    by_batch: set[int | None] = set()
    items = select(PayoutItem.id, PayoutItem.cents, PayoutItem.refund_id, PayoutItem.state).where(
        PayoutItem.cooperative_id == cooperative_id,
        PayoutItem.kind == "refund",
        PayoutItem.state.in_(("paid", "returned")),
    )
    for key, cents, refund_id, state in session.execute(items):
        must[f"payout_item:{key}:refund_settled", "bank"] = cents
        if state == "paid":
            by_batch.add(refund_id)
    rows = select(
        Refund.id, Refund.amount_cents, Refund.via, Refund.state, Refund.times_returned
    ).where(
        Refund.cooperative_id == cooperative_id,
        (Refund.state == "done") | (Refund.times_returned > 0),
    )
    covered = covercheck.by_time(session, cooperative_id)
    for key, cents, via, state, returned in session.execute(rows):
        for time in range(returned):
            # Only the provider's ever came back so; it may have gone another way since.
            for kind in ("refund_settled", "refund_returned"):
                sent = cents - covered(key, time)
                must[source_of(key, time, kind), REFUNDED_FROM["provider"]] = sent
        rest = cents - covered(key, returned)
        if state == "done" and rest and key not in by_batch:
            must[source_of(key, returned, "refund_settled"), REFUNDED_FROM[via]] = rest
    return must


def source_of(refund_id: int, time: int, kind: str) -> str:
    """Name an entry of a refund; one that came back and is sent again has a number of its own, from 1."""
    return f"refund:{refund_id}{f'/{time}' if time else ''}:{kind}"


def _booked(session: Session, cooperative_id: int) -> dict[str, tuple[int, set[str]]]:
    """Give the amount that each entry of a refund moves, with the accounts it touches."""
    rows = session.execute(
        select(Entry.source, Posting.side, Posting.amount_cents, Account.code)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.cooperative_id == cooperative_id,
            Entry.kind.in_(("refunded", "refund_settled", "refund_returned")),
        )
    )
    found: dict[str, tuple[int, set[str]]] = {}
    for source, side, cents, code in rows:
        total, codes = found.get(source, (0, set()))
        found[source] = (total + (cents if side == "debit" else 0), codes | {code})
    return found


def turnovers(session: Session, members: Sequence[int]) -> Iterator[tuple[str, int, int, dt.date]]:
    """Give what deliveries and refunds must add to the turnover: (source, member, net cents, day)."""
    before = (
        select(func.coalesce(func.sum(RefundLine.net_cents), 0))
        .where(RefundLine.line_id == OrderLine.id, RefundLine.borne_by == _BEFORE_DELIVERY)
        .correlate(OrderLine)
        .scalar_subquery()
    )
    lines = session.execute(
        select(
            OrderLine.id,
            OrderLine.membership_id,
            OrderLine.net_cents - before,
            OrderLine.delivered_on,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.membership_id.in_(members),
            OrderLine.delivered_on.is_not(None),
            Order.payment_state == "paid",
        )
    )
    for key, member, net, day in lines:
        if day is not None:
            yield f"line:{key}:delivered", member, int(net), day
    reversed_lines = session.execute(
        select(RefundLine.id, OrderLine.membership_id, RefundLine.net_cents, OrderLine.delivered_on)
        .join(OrderLine, OrderLine.id == RefundLine.line_id)
        .where(OrderLine.membership_id.in_(members), RefundLine.borne_by == _TURNOVER)
    )
    for key, member, net, day in reversed_lines:
        if day is not None:
            yield f"refundline:{key}:sale_reversed", member, -net, day


def returned(
    session: Session,
    cooperative_id: int,
    amount: SQLColumnExpression[int],
    condition: ColumnElement[bool] | None = None,
) -> int:
    """Give the sum of an amount of refund lines."""
    query = (
        select(func.sum(amount))
        .join(OrderLine, OrderLine.id == RefundLine.line_id)
        .where(RefundLine.cooperative_id == cooperative_id)
    )
    if condition is not None:
        query = query.where(condition)
    return int(session.scalar(query) or 0)


def open_cents(session: Session, cooperative_id: int) -> int:
    """Give what is booked and did not reach the buyer yet."""
    return _sum(session, cooperative_id, Refund.state != "done")


def done_cents(session: Session, cooperative_id: int, *, via: str) -> int:
    """Give what went back in one way."""
    return _sum(session, cooperative_id, (Refund.state == "done") & (Refund.via == via))


def _sum(session: Session, cooperative_id: int, condition: ColumnElement[bool]) -> int:
    query = select(func.sum(Refund.amount_cents - Refund.covered_cents)).where(
        Refund.cooperative_id == cooperative_id, condition
    )
    return int(session.scalar(query) or 0)
