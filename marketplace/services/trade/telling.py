"""Mails about an order and its lines: to the buyer, to each member, and to who entered it at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import AMSTERDAM, day_in_amsterdam
from marketplace.domain.orders import (
    ENDED,
    LineState,
    PaymentState,
)
from marketplace.gateways.rows.prepared import Query
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.refunds import Refund
from marketplace.services.booking import appointments
from marketplace.services.outbox import queue_mail
from marketplace.services.trade.orderlog import member_read


def titles_of(lines: list[OrderLine]) -> str:
    """Give what lines are called, each name once: a team's job has a line for each member."""
    return joined(line.title for line in lines)


def joined(titles: Iterable[str]) -> str:
    """Give titles as one, each name once."""
    return ", ".join(dict.fromkeys(titles))


def to_pay(order: Order) -> dict[str, str]:
    """Give the fact from which a mail that asks for money gets its link, `pay_path`, when it leaves."""
    return {"pay_order": order.public_id}


_ASKS_FOR_MONEY = {"order_accepted", "order_placed_buyer", "phone_to_pay_buyer"}


def tell_buyer(
    session: Session, *, order: Order, lines: list[OrderLine], kind: str, now: dt.datetime
) -> None:
    """Queue a mail to the buyer about an order or one line of it."""
    facts = {
        "title": titles_of(lines),
        "total_cents": order.total_cents,
        "due_on": day_in_amsterdam(order.due_at).isoformat() if order.due_at else None,
        "path": f"/bestellingen/{order.public_id}",
        **(to_pay(order) if kind in _ASKS_FOR_MONEY else {}),
        **appointments.facts_of(kind, lines),
    }
    key = f"{kind}:{'+'.join(str(line.id) for line in lines)}"
    if kind == "order_accepted" and order.due_at is not None:
        # A job that was shared and taken back is accepted again, and can be paid until another moment.
        key = f"{kind}:{order.due_at:%Y%m%dT%H%M%S}:{key.removeprefix(f'{kind}:')}"
    queue_mail(
        session,
        kind=kind,
        person_id=order.buyer_id,
        facts=facts,
        dedupe_key=key[:120],
        order_id=order.id,
        now=now,
    )
    # Who ordered by telephone is called back: the one who entered it hears the answer too.
    told = _TOLD_AT_THE_DESK.get(kind)
    if told is not None and order.origin == "phone" and order.entered_by_id is not None:
        queue_mail(
            session,
            kind=told,
            person_id=order.entered_by_id,
            facts={**facts, "path": f"/balie/bestellingen/{order.public_id}"},
            dedupe_key=f"{told}:{key}"[:120],
            order_id=order.id,
            now=now,
        )


_TOLD_AT_THE_DESK = {
    "order_accepted": "phone_accepted_desk",
    "order_declined": "phone_declined_desk",
    "order_unanswered_buyer": "phone_unanswered_desk",
    "order_expired_buyer": "phone_unpaid_desk",
}


def tell_due(session: Session, *, order: Order, lines: list[OrderLine], now: dt.datetime) -> None:
    """Tell the buyer that she can pay, once nothing is asked any more and something is left."""
    if order.payment_state == PaymentState.AWAITING:
        left = [one for one in lines if LineState(one.state) not in ENDED]
        tell_buyer(session, order=order, lines=left, kind="order_accepted", now=now)


def tell_refund(
    session: Session, *, order: Order, lines: list[OrderLine], refund: Refund, kind: str
) -> None:
    """Queue a mail to the buyer about money that comes back, one for each refund."""
    facts = {
        "title": titles_of(lines),
        "total_cents": refund.amount_cents,
        "path": f"/bestellingen/{order.public_id}",
        **appointments.facts_of(kind, lines),
    }
    queue_mail(
        session,
        kind=kind,
        person_id=order.buyer_id,
        facts=facts,
        dedupe_key=f"refund:{refund.id}",
        order_id=order.id,
        now=refund.created_at,
    )


def tell_of_move(session: Session, *, order: Order, line: OrderLine, now: dt.datetime) -> None:
    """Queue a mail to buyer and member that an appointment has another time; each time is told once."""
    if line.starts_at is None:
        return
    member = people_of(session, [line.membership_id]).get(line.membership_id)
    for kind, person_id, path in (
        ("order_moved", order.buyer_id, f"/bestellingen/{order.public_id}"),
        ("order_moved_member", member, f"/werk/klussen/{line.public_id}"),
    ):
        if person_id is not None:
            queue_mail(
                session,
                kind=kind,
                person_id=person_id,
                facts={
                    "title": line.title,
                    "moved_on": day_in_amsterdam(line.starts_at).isoformat(),
                    "at": f"{line.starts_at.astimezone(AMSTERDAM):%H:%M}",
                    "path": path,
                    **appointments.facts_of(kind, [line]),
                },
                dedupe_key=f"{kind}:{line.id}:{line.appointment_version}",
                order_id=order.id,
                now=now,
            )


def tell_members(
    session: Session,
    *,
    lines: list[OrderLine],
    kinds: dict[int, str],
    about: str = "",
    now: dt.datetime,
) -> None:
    """Queue a mail for each line to its member; `kinds` gives the kind of mail by line id.

    `about` tells apart what may happen to a line more than once.
    """
    owners = _owners(session, lines)
    for line in lines:
        person_id = owners.get(line.membership_id)
        if person_id is not None:
            facts = {
                "title": line.title,
                "path": f"/werk/klussen/{line.public_id}",
                **appointments.facts_of(kinds[line.id], [line]),
            }
            key = f"{kinds[line.id]}:{line.id}{about}"
            queue_mail(
                session,
                kind=kinds[line.id],
                person_id=person_id,
                facts=facts,
                dedupe_key=key,
                order_id=line.order_id,
                now=now,
            )


def _owners(session: Session, lines: Sequence[OrderLine]) -> dict[int, int]:
    """Give the person of each member of these lines, as `people_of`; who was read with a line is not asked for."""
    read = [member_read(line) for line in lines]
    if any(member is None for member in read):
        return people_of(session, [line.membership_id for line in lines])
    return {one.id: one.person_id for one in read if one is not None and one.person_id is not None}


_PEOPLE = select(Membership.id, Membership.person_id).where(
    Membership.id.in_(bindparam("ids", expanding=True))
)
_PERSON = Query(select(Membership.id, Membership.person_id).where(Membership.id == bindparam("id")))


def people_of(session: Session, membership_ids: list[int]) -> dict[int, int]:
    """Give the person of each membership; one that was invited and never came has none."""
    rows: Sequence[tuple[int, int | None]]
    if len(set(membership_ids)) == 1:
        rows = _PERSON.all(session, {"id": membership_ids[0]})
    else:
        rows = session.connection().execute(_PEOPLE, {"ids": membership_ids}).all()
    return {membership_id: person_id for membership_id, person_id in rows if person_id is not None}
