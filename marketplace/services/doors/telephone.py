"""Orders by telephone: a coordinator enters them in the buyer's name.

The member still says yes. What the buyer would do on her own page (choose to pay by bank) goes through the
same service, with an audit line of who did it for her; calling off is in services/trade/deskstepping.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from marketplace.domain.doors.telephone import MOST_LINES, NoTelephone
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import OFFERING_STATUSES
from marketplace.domain.orders import NotForSale, PaymentState
from marketplace.gateways.passwords import NOT_CHOSEN
from marketplace.models.listings import Listing
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order
from marketplace.models.people import Person
from marketplace.services import audit
from marketplace.services.banking import transfer
from marketplace.services.doors import contacts
from marketplace.services.people.registration import new_person
from marketplace.services.trade import lines as order_lines
from marketplace.services.trade import orders, telling
from marketplace.services.trade.orders import Wanted

MOST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a buyer of this cooperative (`known` is a key of contacts), or somebody new.

    `phone` is normal (+31612345678) or empty, where what was noted before stays.
    """

    known: str | None = None
    name: str = ""
    phone: str = ""
    email: str | None = None
    address: str = ""


def offers(session: Session, *, cooperative_id: int) -> list[Listing]:
    """Give what of this cooperative can be ordered, by title, each with its member."""
    query = (
        select(Listing)
        .join(Listing.membership)
        .where(
            Listing.cooperative_id == cooperative_id,
            Listing.state == "published",
            Membership.status.in_(OFFERING_STATUSES),
        )
        .options(contains_eager(Listing.membership))
        .order_by(Listing.title, Listing.id)
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(query))


def enter(
    session: Session,
    *,
    cooperative_id: int,
    by_id: int,
    caller: Caller,
    lines: Sequence[Wanted],
    idempotency_key: str,
    note: str = "",
    wanted_on: dt.date | None = None,
    now: dt.datetime,
) -> Order:
    """Enter an order for who calls; refuses as `orders.place` does, and NoTelephone without a number.

    The same key of the same coordinator gives the same order: her row is held, so that a double click
    makes neither two orders nor two people.
    """
    session.execute(select(Person.id).where(Person.id == by_id).with_for_update(key_share=True))
    before = orders.entered_before(session, by_id=by_id, idempotency_key=idempotency_key)
    if before is not None:
        return before
    _check_own(session, cooperative_id, lines)
    buyer = _buyer(session, cooperative_id, caller, by_id, now)
    order = orders.place(
        session,
        buyer_id=buyer.id,
        lines=lines,
        idempotency_key=idempotency_key,
        note=note,
        address=caller.address,
        wanted_on=wanted_on,
        origin="phone",
        entered_by_id=by_id,
        now=now,
    )
    _note(session, order, "order.entered", by_id, now)
    _tell_caller(session, order, now)
    return order


def _tell_caller(session: Session, order: Order, now: dt.datetime) -> None:
    """Mail what was noted to who has an address, and how to pay where that is due at once."""
    placed = order_lines.lock_order(session, order.id)[1]
    due = order.payment_state == PaymentState.AWAITING
    kind = "phone_to_pay_buyer" if due else "phone_entered_buyer"
    telling.tell_buyer(session, order=order, lines=placed, kind=kind, now=now)


def _check_own(session: Session, cooperative_id: int, lines: Sequence[Wanted]) -> None:
    """Refuse what is not of this cooperative, and the same thing twice: that is one line with more of it."""
    wanted = {one.listing for one in lines}
    ours = session.scalar(
        select(func.count(Listing.id)).where(
            Listing.public_id.in_(wanted), Listing.cooperative_id == cooperative_id
        )
    )
    if not 0 < len(lines) <= MOST_LINES or not ours == len(wanted) == len(lines):
        raise NotForSale


def _buyer(
    session: Session, cooperative_id: int, caller: Caller, by_id: int, now: dt.datetime
) -> Person:
    """Give who calls, made when she is new; an e-mail address that has an account is that account."""
    phone = caller.phone
    if caller.known:
        person, contact = contacts.one(session, cooperative_id=cooperative_id, key=caller.known)
        phone = phone or (contact.phone if contact else "")
    elif caller.email:
        person = new_person(session, name=caller.name, email=caller.email, locale="nl", now=now)
    else:
        person = Person(
            name=caller.name, locale="nl", password_hash=NOT_CHOSEN, created_at=now, email=None
        )
        session.add(person)
        session.flush()
    if not phone:
        raise NoTelephone
    contacts.keep(
        session,
        cooperative_id=cooperative_id,
        person_id=person.id,
        phone=phone,
        address=caller.address,
        by_id=by_id,
        now=now,
    )
    return person


def choose_transfer(
    session: Session, *, cooperative_id: int, public_id: str, by_id: int, now: dt.datetime
) -> Order:
    """Let the buyer pay by bank: the order gets its reference, to be told. Raises as `transfer.choose`."""
    order = _entered(session, cooperative_id, public_id)
    had = order.bank_reference
    order = transfer.choose(session, buyer_id=order.buyer_id, public_id=public_id, now=now)
    if had is None:
        _note(session, order, "order.transfer_for_buyer", by_id, now)
    return order


def _entered(session: Session, cooperative_id: int, public_id: str) -> Order:
    """Give an order that this cooperative's desk entered; NotFound for any other."""
    order = session.scalars(
        select(Order).where(
            Order.public_id == public_id,
            Order.cooperative_id == cooperative_id,
            Order.origin == "phone",
        )
    ).one_or_none()
    if order is None:
        raise NotFound
    return order


def _note(session: Session, order: Order, act: str, by_id: int, now: dt.datetime) -> None:
    audit.record(
        session,
        actor_id=by_id,
        act=act,
        thing=f"order:{order.public_id}",
        at=now,
        cooperative_id=order.cooperative_id,
        after={"state": order.payment_state, "cents": order.total_cents},
    )
