"""The buyer's side of a complaint: opening one, saying yes or no to what is proposed, and taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.talking import complaining
from marketplace.domain.talking import complaints as rules
from marketplace.domain.talking.complaining import ComplainedBefore, Sold, promised_day
from marketplace.domain.talking.complaints import Act, By, Proposal, State
from marketplace.domain.talking.talk import check_text
from marketplace.gateways.pictures import prepare
from marketplace.gateways.storage import Storage
from marketplace.models.orders import Order, OrderLine
from marketplace.models.talk.complaints import Complaint
from marketplace.services.complaints import mails, steps
from marketplace.services.complaints.steps import Said, Who
from marketplace.services.trade import lines as order_lines


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a buyer says: the problem, her words, what she wishes (with an amount for a part), and a photo."""

    problem: str
    text: str
    wish: str
    wish_cents: int | None = None
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class AboutLine:
    """A line of an own order, and whether and until when its buyer may complain here."""

    line: OrderLine
    may: bool
    last_day: dt.date | None
    latest: Complaint | None

    @property
    def left_cents(self) -> int:
        """What of the line did not go back yet."""
        return self.line.gross_cents - self.line.refunded_cents


def sold(order: Order, line: OrderLine) -> Sold:
    """Give what tells whether somebody may complain about a line."""
    return Sold(
        state=line.state,
        paid_on=day_in_amsterdam(order.paid_at) if order.paid_at else None,
        promised_on=promised_day(line.ends_at, order.wanted_on),
        delivered_on=line.delivered_on,
    )


def about_lines(
    session: Session, *, order: Order, lines: Sequence[OrderLine], now: dt.datetime
) -> dict[int, AboutLine]:
    """Say for each line of an order, by its id, whether its buyer may complain, and the latest complaint."""
    today = day_in_amsterdam(now)
    made: dict[int, list[Complaint]] = {line.id: [] for line in lines}
    for one in session.scalars(
        select(Complaint).where(Complaint.order_id == order.id).order_by(Complaint.id)
    ):
        made[one.line_id].append(one)
    return {line.id: _about(order, line, made[line.id], today) for line in lines}


def _about(order: Order, line: OrderLine, made: Sequence[Complaint], today: dt.date) -> AboutLine:
    facts = sold(order, line)
    before = [(one.state, one.outcome) for one in made]
    return AboutLine(
        line,
        complaining.may_open(facts, before, today),
        complaining.last_day(facts),
        made[-1] if made else None,
    )


def of_line(session: Session, *, buyer_id: int, line: str, now: dt.datetime) -> AboutLine:
    """Give a line (its public id) of an own order with its seller; NotFound for another's."""
    found = session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.public_id == line, Order.buyer_id == buyer_id)
        .options(
            joinedload(OrderLine.order).joinedload(Order.cooperative),
            joinedload(OrderLine.membership),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return about_lines(session, order=found.order, lines=[found], now=now)[found.id]


def complain(
    session: Session,
    *,
    storage: Storage | None,
    buyer_id: int,
    line: str,
    wrong: Wrong,
    key: str,
    now: dt.datetime,
) -> Complaint:
    """Open a complaint about a line (its public id); the same `key` again gives the same one.

    `storage` takes the photo; without one it may be None.

    Raises NothingToComplain, ComplaintTooEarly, ComplaintTooLate, ComplainedBefore, RefundTooMuch for a
    wish of more than is left, EmptyMessage, MessageTooLong or NotAPicture.
    """
    found = session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.public_id == line, Order.buyer_id == buyer_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    check_text(wrong.text.strip(), photo=False)
    prepared = prepare(wrong.photo) if wrong.photo is not None else None
    order, lines = order_lines.lock_order(session, found.order_id)
    before = _made_with(session, buyer_id, key)
    if before is not None:
        return before
    fresh = next(one for one in lines if one.id == found.id)
    _check(session, order, fresh, wrong, now)
    made = _new(order, fresh, wrong, key, now)
    _insert(session, made)
    who = Who(By.BUYER, buyer_id)
    said = Said(wrong.text, made.wish_cents, photo=steps.keep_photo(storage, prepared))
    event = steps.log(session, made, Act.OPEN, who, said, now=now)
    mails.tell(session, made, fresh.title, event)
    return made


def _check(session: Session, order: Order, line: OrderLine, wrong: Wrong, now: dt.datetime) -> None:
    earlier = session.execute(
        select(Complaint.state, Complaint.outcome).where(Complaint.line_id == line.id)
    ).all()
    today = day_in_amsterdam(now)
    complaining.check_open(sold(order, line), [(one[0], one[1]) for one in earlier], today)
    if wrong.wish == "part":
        rules.check_amount(wrong.wish_cents or 0, line.gross_cents - line.refunded_cents)


def _new(order: Order, line: OrderLine, wrong: Wrong, key: str, now: dt.datetime) -> Complaint:
    today = day_in_amsterdam(now)
    due = rules.due_on(State.WITH_MEMBER, today, None)
    return Complaint(
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        line_id=line.id,
        membership_id=line.membership_id,
        buyer_id=order.buyer_id,
        idempotency_key=key,
        problem=wrong.problem,
        wish=wrong.wish,
        wish_cents=wrong.wish_cents if wrong.wish == "part" else None,
        state=State.WITH_MEMBER,
        due_on=due,
        clock_at=rules.clock_at(Act.OPEN, due, today),
        steps=0,
        opened_at=now,
    )


def _insert(session: Session, made: Complaint) -> None:
    """Insert it; the order is locked, so what is there already has the same key at another order."""
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise ComplainedBefore from None


def _made_with(session: Session, buyer_id: int, key: str) -> Complaint | None:
    return session.scalars(
        select(Complaint).where(Complaint.buyer_id == buyer_id, Complaint.idempotency_key == key)
    ).one_or_none()


def own(buyer_id: int) -> ColumnElement[bool]:
    """Give the condition of a buyer's own complaints."""
    return Complaint.buyer_id == buyer_id


def agree(
    session: Session, *, buyer_id: int, public_id: str, seen: int, now: dt.datetime
) -> Complaint:
    """Say yes to what lies before the buyer; raises ComplaintMoved. A second click changes nothing."""
    found = steps.lock(session, public_id, own(buyer_id))
    proposal = found.complaint.proposal
    act = rules.agreeing(Proposal(proposal) if proposal else None)
    steps.take(session, found, act, Who(By.BUYER, buyer_id), seen=seen, now=now)
    return found.complaint


def disagree(
    session: Session, *, buyer_id: int, public_id: str, text: str, seen: int, now: dt.datetime
) -> Complaint:
    """Say no: the coordinator looks at it; raises ComplaintMoved. A second click changes nothing."""
    found = steps.lock(session, public_id, own(buyer_id))
    who = Who(By.BUYER, buyer_id)
    steps.take(session, found, Act.DISAGREE, who, Said(text), seen=seen, now=now)
    return found.complaint


def withdraw(
    session: Session, *, buyer_id: int, public_id: str, seen: int, now: dt.datetime
) -> Complaint:
    """Take a complaint back; raises ComplaintMoved. A second click changes nothing."""
    found = steps.lock(session, public_id, own(buyer_id))
    steps.take(session, found, Act.WITHDRAW, Who(By.BUYER, buyer_id), seen=seen, now=now)
    return found.complaint
