"""Our wish to be paid: committed before the provider is asked for its page, and what it answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, case, literal, or_, select, update
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, PaymentState, StepNotAllowed
from marketplace.gateways.payments import PayPage
from marketplace.gateways.rows.bulk import add_now
from marketplace.gateways.rows.prepared import Change, Query
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.models.people import Person
from marketplace.services.trade import telling

CURRENCY = "EUR"
# What the provider allows for a page; who comes back when it is almost over gets a new one.
SHORTEST_PAGE, LONGEST_PAGE = dt.timedelta(minutes=31), dt.timedelta(hours=23)
ALMOST_OVER = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the provider is asked for; `key` makes the same question have the same answer.

    `buyer` is her public id, `due_at` until when the order waits for money.
    """

    intent_id: int
    key: str
    amount_cents: int
    currency: str
    title: str
    account: str
    expires_at: dt.datetime | None
    buyer: str
    due_at: dt.datetime | None
    pay_url: str | None = None


def begin(
    session: Session, *, buyer_id: int, public_id: str, provider: str, now: dt.datetime
) -> Wish:
    """Give the wish to pay this order; an open one of the same amount is used again.

    Commit it before the provider is called. Raises NotFound for a stranger, StepNotAllowed when the
    order does not wait for money (any more).
    """
    session.flush()
    found = _ORDER.first(session, {"public_id": public_id, "buyer_id": buyer_id})
    if found is None:
        raise NotFound
    due = _Due(*found)
    too_late = due.due_at is not None and due.due_at <= now
    if due.payment_state != PaymentState.AWAITING or too_late:
        raise StepNotAllowed
    intent_id, key, expires_at, pay_url = _open_intent(session, due, provider, now) or _new_intent(
        session, due, provider, now
    )
    titles = _TITLES.all(session, {"order_id": due.order_id})
    return Wish(
        intent_id=intent_id,
        key=key,
        amount_cents=due.total_cents,
        currency=CURRENCY,
        title=telling.joined(title for (title,) in titles),
        account=due.slug,
        expires_at=expires_at,
        buyer=due.buyer,
        due_at=due.due_at,
        pay_url=pay_url,
    )


class _Due(NamedTuple):
    """What a locked order says about its payment."""

    order_id: int
    cooperative_id: int
    slug: str
    buyer: str
    payment_state: str
    total_cents: int
    due_at: dt.datetime | None


# Key, public id, end of its page and, once it is there, the address of the page.
_Intent = tuple[int, str, dt.datetime | None, str | None]


def _open_intent(session: Session, due: _Due, provider: str, now: dt.datetime) -> _Intent | None:
    """Give the newest intent of the same amount on which can still be paid."""
    return _OPEN.first(
        session,
        {
            "order_id": due.order_id,
            "provider": provider,
            "amount_cents": due.total_cents,
            "latest": now + ALMOST_OVER,
        },
    )


_ORDER = Query(
    select(
        Order.id,
        Order.cooperative_id,
        Cooperative.slug,
        Person.public_id,
        Order.payment_state,
        Order.total_cents,
        Order.due_at,
    )
    .join(Cooperative, Cooperative.id == Order.cooperative_id)
    .join(Person, Person.id == Order.buyer_id)
    .where(Order.public_id == bindparam("public_id"), Order.buyer_id == bindparam("buyer_id"))
    .with_for_update(of=Order)
)
_TITLES = Query(
    select(OrderLine.title)
    .where(
        OrderLine.order_id == bindparam("order_id"),
        OrderLine.state.not_in([literal(one) for one in ENDED]),
    )
    .order_by(OrderLine.id)
)
_OPEN = Query(
    select(
        PaymentIntent.id,
        PaymentIntent.public_id,
        PaymentIntent.page_expires_at,
        case((PaymentIntent.state == "open", PaymentIntent.pay_url)),
    )
    .where(
        PaymentIntent.order_id == bindparam("order_id"),
        PaymentIntent.provider == bindparam("provider"),
        PaymentIntent.amount_cents == bindparam("amount_cents"),
        PaymentIntent.state.in_((literal("created"), literal("open"))),
        or_(
            PaymentIntent.page_expires_at.is_(None),
            PaymentIntent.page_expires_at > bindparam("latest"),
        ),
    )
    .order_by(PaymentIntent.id.desc())
    .limit(1)
)
_PAGE_CAME = Change(
    update(PaymentIntent)
    .where(PaymentIntent.id == bindparam("intent_id"))
    .values(
        provider_reference=bindparam("reference"),
        pay_url=bindparam("url"),
        state=case((PaymentIntent.state == "created", "open"), else_=PaymentIntent.state),
    )
)


def _new_intent(session: Session, due: _Due, provider: str, now: dt.datetime) -> _Intent:
    longest = now + LONGEST_PAGE
    intent = PaymentIntent(
        cooperative_id=due.cooperative_id,
        order_id=due.order_id,
        provider=provider,
        amount_cents=due.total_cents,
        currency=CURRENCY,
        state="created",
        created_at=now,
        page_expires_at=max(now + SHORTEST_PAGE, min(due.due_at or longest, longest)),
    )
    add_now(session, intent)
    return intent.id, intent.public_id, intent.page_expires_at, None


def standing(session: Session, *, buyer_id: int, public_id: str) -> str:
    """Give how the payment of an order stands: paid, waiting, failed or cancelled; NotFound for a stranger."""
    found = session.execute(
        select(Order.payment_state, PaymentIntent.state)
        .outerjoin(PaymentIntent, PaymentIntent.order_id == Order.id)
        .where(Order.public_id == public_id, Order.buyer_id == buyer_id)
        .order_by(PaymentIntent.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    payment, intent = found
    if payment in {PaymentState.PAID, PaymentState.CANCELLED}:
        return str(payment)
    return "failed" if intent in {"failed", "expired"} else "waiting"


def payer(session: Session, *, order: str, buyer: str) -> int:
    """Give the key of the buyer whose order this is, both told by their public ids; else NotFound."""
    found = session.scalar(
        select(Order.buyer_id)
        .join(Order.buyer)
        .where(Order.public_id == order, Person.public_id == buyer)
    )
    if found is None:
        raise NotFound
    return found


def linkable(
    session: Session, *, public_id: str, buyer_id: int
) -> tuple[str, dt.datetime | None] | None:
    """Give the buyer's public id and until when her order waits for money; None when it is not hers."""
    found = session.execute(
        select(Person.public_id, Order.due_at)
        .join(Order.buyer)
        .where(Order.public_id == public_id, Order.buyer_id == buyer_id)
    ).one_or_none()
    return None if found is None else (found.public_id, found.due_at)


def opened(session: Session, *, intent_id: int, page: PayPage) -> None:
    """Store the provider's answer; its signed word may have come first, and then stands."""
    named = {"intent_id": intent_id, "reference": page.reference, "url": page.url}
    _PAGE_CAME.run(session, named)


def give_up(session: Session, *, intent_id: int) -> None:
    """Let go of a wish that the provider refused, so that the next press makes a new one."""
    session.execute(
        update(PaymentIntent)
        .where(PaymentIntent.id == intent_id, PaymentIntent.state == "created")
        .values(state="failed")
    )
