"""What the provider says about money back: ours is settled or came back, what we did not ask for is taken in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.domain.orders import ENDED, Act, By, LineState
from marketplace.domain.refunds import spread
from marketplace.gateways.payments import Event
from marketplace.gateways.payments import Refund as Told
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund
from marketplace.services.books import covers
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import refunds, telling
from marketplace.services.trade.desktelling import tell_treasurers


class OtherAmount(Exception):
    """The provider tells another amount than we asked for."""


def hear(
    session: Session, *, order: Order, lines: list[OrderLine], event: Event, now: dt.datetime
) -> bool:
    """Take in a word about money back; gives whether it changed anything. The order is locked.

    Raises OtherAmount, and RefundTooMuch for more than was paid.
    """
    changed = False
    ours = [one for one in refunds.of_order(session, order_id=order.id) if one.via == "provider"]
    for part in event.refunds:
        known = _known(ours, part)
        if known is not None:
            known.provider_reference = known.provider_reference or part.id
            changed |= _follow(session, known, part, now)
            if known.state == "failed" and known.times_returned:
                _tell(session, order, lines, known, now)
    if event.kind == "refunded":
        made = from_provider(
            session,
            order=order,
            refunded_total_cents=event.amount_cents,
            provider_reference=event.object_id,
            now=now,
        )
        changed |= made is not None
    return changed


def _known(ours: list[Refund], part: Told) -> Refund | None:
    """Give our row of a refund: by our key, or where the dashboard made it by the provider's own."""
    for one in ours:
        if part.key and part.key == one.public_id:
            if part.amount_cents != one.to_send_cents:
                raise OtherAmount
            return one
    same = (one for one in ours if one.provider_reference == part.id)
    return next((one for one in same if one.to_send_cents == part.amount_cents), None)


def _follow(session: Session, known: Refund, part: Told, now: dt.datetime) -> bool:
    if part.standing == "succeeded":
        return refunds.settled(session, refund_id=known.id, via="provider", now=now)
    if part.standing in {"failed", "canceled"}:
        return refunds.returned(session, refund_id=known.id, why=part.standing, now=now)
    return False


def _tell(
    session: Session, order: Order, lines: list[OrderLine], came_back: Refund, now: dt.datetime
) -> None:
    """Tell the treasurers once that the buyer still has money to get."""
    facts: dict[str, str | int] = {
        "title": telling.titles_of(lines),
        "total_cents": came_back.to_send_cents,
        "path": f"/balie/bestellingen/{order.public_id}",
    }
    tell_treasurers(
        session,
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        kind="refund_returned",
        facts=facts,
        key=f"{came_back.id}:{came_back.times_returned}",
        now=now,
    )


def from_provider(
    session: Session,
    *,
    order: Order,
    refunded_total_cents: int,
    provider_reference: str,
    now: dt.datetime,
) -> Refund | None:
    """Take in what the provider paid back without our asking, spread over the lines by what is left.

    The provider tells the total of the payment; what our own refunds explain is left out, so a
    repeat gives None. The cooperative bears it until somebody decides otherwise. Exactly what stood here
    and could not go is that refund, done by hand.
    """
    order, found = order_lines.lock_order(session, order.id)
    extra = refunded_total_cents - _asked_cents(session, order)
    if extra <= 0:
        return None
    stood = covers.standing_here(session, order_id=order.id, cents=extra)
    if stood is not None:
        stood.provider_reference = provider_reference
        refunds.settled(session, refund_id=stood.id, via="provider", now=now)
        return stood
    left = {
        line.id: line.gross_cents - line.refunded_cents
        for line in found
        if LineState(line.state) not in ENDED
    }
    amounts = _spread(extra, left)
    made = refunds.draft(
        order, amounts=amounts, reason="provider_dashboard", liable="cooperative", now=now
    )
    made.provider_reference = provider_reference
    refunds.book(session, order, found, amounts=amounts, made=made, step=(Act.REFUND, By.BANK))
    refunds.settled(session, refund_id=made.id, via="provider", now=now)
    return made


def _asked_cents(session: Session, order: Order) -> int:
    """Give what our own refunds explain: what was sent, and what may have been."""
    known = session.scalar(
        select(func.sum(Refund.amount_cents - Refund.covered_cents)).where(
            Refund.order_id == order.id,
            Refund.via == "provider",
            or_(Refund.state.in_(("sent", "done")), (Refund.state == "booked") & Refund.unsure),
        )
    )
    return int(known or 0)


def lost(
    session: Session,
    *,
    order: Order,
    left: Mapping[int, int],
    cents: int,
    dispute_id: int,
    now: dt.datetime,
) -> Refund:
    """Book what the buyer's bank gave the buyer, spread over disputed lines by what is `left` of them.

    Nobody sends it: it is settled at once, out of what the provider held. The cooperative bears it.
    """
    order, found = order_lines.lock_order(session, order.id)
    amounts = _spread(cents, left)
    made = refunds.draft(
        order, amounts=amounts, reason="dispute_lost", liable="cooperative", now=now
    )
    made.via, made.dispute_id = "dispute", dispute_id
    step = (Act.DISPUTE_LOST, By.BANK)
    refunds.book(session, order, found, amounts=amounts, made=made, step=step)
    refunds.settled(session, refund_id=made.id, via="dispute", now=now)
    return made


def _spread(cents: int, left: Mapping[int, int]) -> dict[int, int]:
    """Give the cents by line id; raises RefundTooMuch above what is left."""
    parts = spread(cents, list(left.values()))
    return {key: part for key, part in zip(left, parts, strict=True) if part}
