"""Payments that a buyer's bank asks back: the word of the provider, the lines, and the books.

A word tells how the dispute stands now, and the row follows it. Words that come twice, late or in another
order change nothing twice; the order is locked meanwhile. Of a payment that no order took only the money moves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.domain import disputes as rules
from marketplace.domain.disputes import OVER, DisputeState, is_news
from marketplace.domain.errors import NotFound
from marketplace.domain.ledger import Entry, provider_fee
from marketplace.domain.orders import Act, By, LineState, PaymentState, may
from marketplace.gateways.payments import Event
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import Dispute, PaymentIntent
from marketplace.services.books import covers, ledger
from marketplace.services.trade import givenback, telling
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade.desktelling import tell_treasurers

PAGE = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A dispute with its locked order, while a word about it is taken in.

    `lines` are those that its payment paid: none where no order took it.
    """

    row: Dispute
    order: Order
    lines: list[OrderLine]
    title: str
    now: dt.datetime


def take(
    session: Session,
    *,
    intent: PaymentIntent,
    order: Order,
    lines: list[OrderLine],
    event: Event,
    now: dt.datetime,
) -> bool:
    """Let a dispute of a payment that came follow a word; gives whether anything changed. The order is locked."""
    row = session.scalars(
        select(Dispute).where(
            Dispute.provider == intent.provider, Dispute.provider_reference == event.object_id
        )
    ).one_or_none()
    told = DisputeState(event.outcome)
    opened = row is None
    if row is None:
        row = _open(session, intent, order, event, now)
    if not is_news(DisputeState(row.state), told) or row.closed_at is not None:
        return _fee_back(session, row, event, now)
    paid_for = lines if intent.state == "paid" else []
    case = Case(row, order, paid_for, telling.titles_of(lines), now)
    moved = _money(session, case, event, told)
    changed = opened or moved or row.state != told
    row.state = told
    row.due_on = dt.date.fromisoformat(event.due_on) if event.due_on else row.due_on
    if opened:
        _dispute_lines(session, case)
        _tell(session, case, "opened")
    if told in OVER:
        _end(session, case, told)
        _fee_back(session, row, event, now)
    session.flush()
    return changed


def _open(
    session: Session, intent: PaymentIntent, order: Order, event: Event, now: dt.datetime
) -> Dispute:
    row = Dispute(
        cooperative_id=intent.cooperative_id,
        order_id=order.id,
        intent_id=intent.id,
        provider=intent.provider,
        provider_reference=event.object_id,
        state=DisputeState.WARNING,
        reason=event.reason,
        amount_cents=event.amount_cents,
        held_cents=0,
        fee_cents=0,
        fee_back_cents=0,
        lost_cents=0,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _money(session: Session, case: Case, event: Event, told: DisputeState) -> bool:
    """Book once what the provider took, and once its fee; who loses, lost the money in any case."""
    row = case.row
    held = event.held_cents or (event.amount_cents if told is DisputeState.LOST else 0)
    moved = False
    if held and not row.held_cents:
        row.held_cents, moved = held, True
        _post(session, row, rules.held(amount_cents=held), "dispute_held", case.now)
    if event.fee_cents and not row.fee_cents:
        row.fee_cents, moved = event.fee_cents, True
        fee = provider_fee(fee_cents=event.fee_cents)
        _post(session, row, fee, "dispute_fee", case.now)
    return moved


def _fee_back(session: Session, row: Dispute, event: Event, now: dt.datetime) -> bool:
    """Book once what of the fee came back, also when it is told after the end."""
    if not event.fee_back_cents or row.fee_back_cents or event.fee_back_cents > row.fee_cents:
        return False
    row.fee_back_cents = event.fee_back_cents
    back = rules.fee_back(fee_cents=event.fee_back_cents)
    _post(session, row, back, "dispute_fee_back", now)
    session.flush()
    return True


def _end(session: Session, case: Case, told: DisputeState) -> None:
    """Won and closed: the money comes back, the lines stand where they stood. Lost: the cooperative bears it."""
    row = case.row
    row.closed_at = case.now
    if told is DisputeState.LOST:
        _lose(session, case)
    elif row.held_cents:
        won = rules.won(amount_cents=row.held_cents)
        _post(session, row, won, "dispute_won", case.now)
    session.flush()
    _release(session, case)
    _tell(session, case, told)


def _lose(session: Session, case: Case) -> None:
    """What the bank gave the buyer is a refund that nobody here sends; above what was left it is a loss.

    First falls away what was booked and never left. What may be on its way counts as lost until it is known.
    """
    row, order = case.row, case.order
    gone = covers.cover(
        session, dispute=row, most_cents=row.held_cents, out_of="dispute_held", now=case.now
    )
    left = {
        line.id: line.gross_cents - line.refunded_cents
        for line in case.lines
        if line.state == LineState.DISPUTED and line.refunded_cents < line.gross_cents
    }
    cents = min(row.held_cents - gone, sum(left.values()))
    if cents:
        givenback.lost(
            session, order=order, left=left, cents=cents, dispute_id=row.id, now=case.now
        )
    row.lost_cents = row.held_cents - gone - cents
    if row.lost_cents:
        lost = rules.lost(amount_cents=row.lost_cents)
        _post(session, row, lost, "dispute_lost", case.now)


def _dispute_lines(session: Session, case: Case) -> None:
    payment = PaymentState(case.order.payment_state)
    for line in case.lines:
        if may(Act.DISPUTE, by=By.BANK, line=LineState(line.state), payment=payment):
            _step(session, case, line, Act.DISPUTE)
    told = [line for line in case.lines if line.state == LineState.DISPUTED]
    kinds = {line.id: "order_disputed_member" for line in told}
    telling.tell_members(session, lines=told, kinds=kinds, now=case.now)


def _release(session: Session, case: Case) -> None:
    """Send what is still disputed to where it stood, unless another dispute of the payment is open."""
    others = session.scalar(
        select(Dispute.id)
        .where(
            Dispute.intent_id == case.row.intent_id,
            Dispute.id != case.row.id,
            Dispute.closed_at.is_(None),
        )
        .limit(1)
    )
    if others is None:
        for line in case.lines:
            if line.state == LineState.DISPUTED:
                _step(session, case, line, Act.DISPUTE_OVER)


def _step(session: Session, case: Case, line: OrderLine, act: Act) -> None:
    order_lines.take(
        session, order=case.order, lines=case.lines, line=line, act=act, by=By.BANK, now=case.now
    )


def _tell(session: Session, case: Case, what: str) -> None:
    """Queue a mail to each treasurer of the cooperative."""
    row = case.row
    facts: dict[str, str | int] = {
        "title": case.title,
        "total_cents": row.amount_cents,
        "path": f"/balie/betwist/{row.public_id}",
    }
    tell_treasurers(
        session,
        cooperative_id=row.cooperative_id,
        order_id=row.order_id,
        kind=f"dispute_{what}",
        facts=facts,
        key=str(row.id),
        now=case.now,
    )


def _post(session: Session, row: Dispute, entry: Entry, kind: str, now: dt.datetime) -> None:
    ledger.post(
        session,
        entry,
        cooperative_id=row.cooperative_id,
        source=f"dispute:{row.id}:{kind}",
        kind=kind,
        membership_id=None,
        now=now,
    )


def page(session: Session, *, cooperative_id: int, before: str | None = None) -> list[Dispute]:
    """Give the disputes of a cooperative with order and buyer, newest first, at most PAGE."""
    query = select(Dispute).where(Dispute.cooperative_id == cooperative_id)
    if before:
        last = select(Dispute.id).where(
            Dispute.public_id == before, Dispute.cooperative_id == cooperative_id
        )
        query = query.where(Dispute.id < last.scalar_subquery())
    query = query.options(joinedload(Dispute.order).selectinload(Order.lines))
    return list(session.scalars(query.order_by(Dispute.id.desc()).limit(PAGE)))


def waiting(session: Session, *, cooperative_id: int, limit: int) -> list[Dispute]:
    """Give the disputes that wait for our side, the nearest last day first, at most `limit`."""
    query = (
        select(Dispute)
        .where(
            Dispute.cooperative_id == cooperative_id,
            Dispute.closed_at.is_(None),
            Dispute.evidence_at.is_(None),
        )
        .order_by(Dispute.due_on, Dispute.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def one(session: Session, *, cooperative_id: int, public_id: str) -> Dispute:
    """Give one dispute with payment, order, lines, members and buyer; NotFound for another cooperative's."""
    found = session.scalars(
        select(Dispute)
        .where(Dispute.public_id == public_id, Dispute.cooperative_id == cooperative_id)
        .options(
            joinedload(Dispute.intent),
            joinedload(Dispute.order).joinedload(Order.buyer),
            joinedload(Dispute.order).selectinload(Order.lines).joinedload(OrderLine.membership),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def holds_money(session: Session, *, order_id: int) -> bool:
    """Tell whether a dispute holds what an order was paid with: giving back too would pay the buyer twice."""
    query = (
        select(Dispute.id)
        .join(PaymentIntent, PaymentIntent.id == Dispute.intent_id)
        .where(
            Dispute.order_id == order_id,
            PaymentIntent.state == "paid",
            Dispute.held_cents > 0,
            Dispute.closed_at.is_(None),
        )
        .limit(1)
    )
    return session.scalar(query) is not None
