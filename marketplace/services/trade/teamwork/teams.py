"""One job, several members: a line becomes a line for each, and back to one when somebody says no.

The share of the first member stays on her line; each colleague has a line of her own that names it
(`team_of_id`). They are asked like any line, so nothing is due before every yes. All of it happens with
the order locked, so two answers at the same moment stand in line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.doors.teams import (
    MOST_MEMBERS,
    BeingPaid,
    NotToBeShared,
    WrongTeam,
    checked,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import (
    ENDED,
    WHOLE,
    Act,
    By,
    LineState,
    PaymentState,
    before_appointment,
    due_at,
)
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.services import audit
from marketplace.services.booking import slots
from marketplace.services.books import terms
from marketplace.services.outbox import queue_mail
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orderlog, telling
from marketplace.services.trade.teamwork.teamlines import UNPAID, Locked, may_share


def propose(
    session: Session,
    *,
    line_id: int,
    own_cents: int,
    others: Sequence[tuple[str, int]],
    by: By,
    by_id: int,
    now: dt.datetime,
) -> OrderLine:
    """Ask colleagues (public id of the membership, gross cents) to share a line that the caller may share.

    A member who proposes says yes to her own share; where the coordinator proposes, the first member is
    asked too. Raises NotToBeShared, BeingPaid, WrongTeam, ShareTooSmall, SharesDoNotAddUp, NoAgreement. The
    same proposal again changes nothing.
    """
    held = _lock(session, line_id)
    order, lines, first = held.order, held.lines, held.line
    people = _members(session, order, first, [key for key, _cents in others])
    if _stands_already(held, own_cents, dict(others), people):
        return first
    if not may_share(order, lines, first) or (order.due_at and order.due_at <= now):
        raise NotToBeShared
    if _is_being_paid(session, order, now):
        raise BeingPaid
    shares = checked(first.gross_cents, [own_cents, *(cents for _key, cents in others)])
    new = [_part(first, people[key].id, cents) for key, cents in others]
    _set_price(session, held, shares[0], [*lines, *new], now)
    session.add_all(new)
    session.flush()
    lines += new
    orderlog.placed(session, order=order, lines=new, now=now, by=by, person_id=by_id)
    _take(session, held, first, (Act.ASK_AGAIN, by), now)
    if by is By.MEMBER:
        _say_yes(session, held, now)
    _wait_anew(order, lines, now)
    _tell(session, new if by is By.MEMBER else [first, *new], "team_asked", new[-1].id, now)
    _note(session, held, "job.shared", by_id, cents=shares, now=now)
    return first


def _say_yes(session: Session, held: Locked, now: dt.datetime) -> None:
    """Take the yes of who proposes; raises NoAgreement."""
    line = held.first
    terms.require_agreement(
        session,
        cooperative_id=line.cooperative_id,
        membership_id=line.membership_id,
        day=day_in_amsterdam(now),
    )
    _take(session, held, line, (Act.ACCEPT, By.MEMBER), now)
    line.answered_at = now


def accepting(session: Session, *, held: Locked, now: dt.datetime) -> None:
    """Keep the time of a colleague who says yes to a job with an appointment; raises SlotGone."""
    if held.line.team_of_id is not None and held.line.starts_at is not None:
        slots.hold_beside(session, line=held.line, now=now)


def accepted(session: Session, *, held: Locked, now: dt.datetime) -> None:
    """Tell the whole team once the last one said yes."""
    team = [held.first, *held.parts]
    if len(team) > 1 and all(one.state == LineState.ACCEPTED for one in team):
        _tell(session, team, "team_agreed", team[-1].id, now)


def refuse(session: Session, *, held: Locked, now: dt.datetime) -> bool:
    """Let a colleague say no: the whole job is the first member's question again. False for no colleague."""
    if held.line.team_of_id is None:
        return False
    _bring_back(session, held, now)
    _tell(session, [held.first], "team_refused", held.line.id, now)
    return True


def undo(session: Session, *, line_id: int, by: By, by_id: int, now: dt.datetime) -> OrderLine:
    """Take a proposal back that nobody paid yet: the whole job is the first member's question again.

    A second click changes nothing. Raises NotToBeShared once it was paid.
    """
    held = _lock(session, line_id)
    if not held.parts:
        return held.first
    if PaymentState(held.order.payment_state) not in UNPAID:
        raise NotToBeShared
    if _is_being_paid(session, held.order, now):
        raise BeingPaid
    last = held.parts[-1].id
    _bring_back(session, held, now, by)
    if by is By.COORDINATOR:
        _tell(session, [held.first], "team_refused", last, now)
    _note(session, held, "job.unshared", by_id, cents=[held.first.gross_cents], now=now)
    return held.first


def _bring_back(session: Session, held: Locked, now: dt.datetime, by: By = By.MEMBER) -> None:
    """Give the first line its whole price again and ask it anew; free the others, who said yes or nothing."""
    first, parts = held.first, held.parts
    # First of all the question is open again: so the payment never becomes due for a part of the job.
    _take(session, held, first, (Act.ASK_AGAIN, by), now)
    whole = first.gross_cents + sum(one.gross_cents for one in parts)
    rest = [one for one in held.lines if one not in parts]
    _set_price(session, held, whole, rest, now)
    first.answered_at = None
    freed = []
    for one in parts:
        refuses = one.id == held.line.id and by is By.MEMBER
        _take(session, held, one, (Act.DECLINE if refuses else Act.DISSOLVE, by), now)
        one.answered_at = one.answered_at or now
        if not refuses:
            freed.append(one)
    _wait_anew(held.order, held.lines, now)
    _tell(session, freed, "team_off", held.line.id, now)


def _take(
    session: Session, held: Locked, line: OrderLine, step: tuple[Act, By], now: dt.datetime
) -> None:
    act, by = step
    order_lines.take(
        session, order=held.order, lines=held.lines, line=line, act=act, by=by, now=now
    )


def _lock(session: Session, line_id: int) -> Locked:
    order_id = session.scalar(select(OrderLine.order_id).where(OrderLine.id == line_id))
    if order_id is None:
        raise NotFound
    order, lines = order_lines.lock_order(session, order_id)
    return Locked(order, lines, next(one for one in lines if one.id == line_id))


def _members(
    session: Session, order: Order, first: OrderLine, keys: Sequence[str]
) -> dict[str, Membership]:
    """Give the colleagues by key: different ones of this cooperative, none of them the buyer."""
    found = session.scalars(
        select(Membership).where(
            Membership.cooperative_id == order.cooperative_id,
            Membership.public_id.in_(keys),
            Membership.id != first.membership_id,
            Membership.status.in_(OFFERING_STATUSES),
            or_(Membership.person_id.is_(None), Membership.person_id != order.buyer_id),
        )
    ).all()
    if not found or len(found) != len(keys):
        raise WrongTeam(most=MOST_MEMBERS)
    return {one.public_id: one for one in found}


def _stands_already(
    held: Locked, own_cents: int, others: dict[str, int], people: dict[str, Membership]
) -> bool:
    parts = {one.membership_id: one.gross_cents for one in held.parts}
    asked = {people[key].id: cents for key, cents in others.items()}
    return parts == asked and held.first.gross_cents == own_cents


def _is_being_paid(session: Session, order: Order, now: dt.datetime) -> bool:
    """Tell whether money may be on its way: a page that is open, or a bill with its reference."""
    if order.bank_reference is not None:
        return True
    found = session.scalar(
        select(PaymentIntent.id)
        .where(
            PaymentIntent.order_id == order.id,
            PaymentIntent.state.in_(("created", "open")),
            or_(PaymentIntent.page_expires_at.is_(None), PaymentIntent.page_expires_at > now),
        )
        .limit(1)
    )
    return found is not None


def _part(first: OrderLine, membership_id: int, cents: int) -> OrderLine:
    return OrderLine(
        cooperative_id=first.cooperative_id,
        order_id=first.order_id,
        membership_id=membership_id,
        team_of_id=first.id,
        kind=first.kind,
        title=first.title,
        unit="job",
        quantity_hundredths=WHOLE,
        unit_price_cents=cents,
        vat_category=first.vat_category,
        gross_cents=cents,
        state=LineState.REQUESTED,
        starts_at=first.starts_at,
        ends_at=first.ends_at,
    )


def _set_price(
    session: Session, held: Locked, cents: int, lines: Sequence[OrderLine], now: dt.datetime
) -> None:
    """Give the first line another price, and spread the VAT of the document over what goes on."""
    live = [one for one in lines if LineState(one.state) not in ENDED]
    with session.no_autoflush:  # a price without its VAT is no line
        held.first.gross_cents = cents
        order_lines.price(
            session,
            cooperative_id=held.order.cooperative_id,
            lines=live,
            day=day_in_amsterdam(now),
        )
    session.flush()


def _wait_anew(order: Order, lines: Sequence[OrderLine], now: dt.datetime) -> None:
    live = [one for one in lines if LineState(one.state) not in ENDED]
    order.due_at = before_appointment(
        due_at((one.kind for one in live), now), (one.starts_at for one in live)
    )


def _tell(
    session: Session, lines: Sequence[OrderLine], kind: str, occasion: int, now: dt.datetime
) -> None:
    """Mail the members of lines; `occasion` tells one proposal from the next."""
    owners = telling.people_of(session, [line.membership_id for line in lines])
    for line in lines:
        person_id = owners.get(line.membership_id)
        if person_id is not None:
            queue_mail(
                session,
                kind=kind,
                person_id=person_id,
                facts={
                    "title": line.title,
                    "share_cents": line.gross_cents,
                    "path": f"/werk/klussen/{line.public_id}",
                },
                dedupe_key=f"{kind}:{line.id}:{occasion}",
                order_id=line.order_id,
                now=now,
            )


def _note(
    session: Session, held: Locked, act: str, by_id: int, *, cents: list[int], now: dt.datetime
) -> None:
    audit.record(
        session,
        actor_id=by_id,
        act=act,
        thing=f"line:{held.first.public_id}",
        at=now,
        cooperative_id=held.order.cooperative_id,
        after={"cents": cents},
    )
