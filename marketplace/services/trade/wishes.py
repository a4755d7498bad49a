"""Our wish to be paid: committed before the provider is asked for its page, and what it answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import ENDED, LineState, PaymentState, StepNotAllowed
from marketplace.gateways.payments import PayPage
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.models.payments import PaymentIntent
from marketplace.models.people import Person
from marketplace.services.trade import lines as order_lines
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
    order, lines = order_lines.lock_found(
        session, order_lines.OF_BUYER, public_id=public_id, buyer_id=buyer_id
    )
    too_late = order.due_at is not None and order.due_at <= now
    if order.payment_state != PaymentState.AWAITING or too_late:
        raise StepNotAllowed
    intent = _open_intent(session, order, provider, now)
    intent = intent or _new_intent(session, order, provider, now)
    named = {"cooperative_id": order.cooperative_id, "buyer_id": buyer_id}
    slug, buyer = session.connection().execute(_WHO, named).one()
    return Wish(
        intent_id=intent.id,
        key=intent.public_id,
        amount_cents=intent.amount_cents,
        currency=intent.currency,
        title=telling.titles_of([line for line in lines if LineState(line.state) not in ENDED]),
        account=slug or "",
        expires_at=intent.page_expires_at,
        buyer=buyer,
        due_at=order.due_at,
        pay_url=intent.pay_url if intent.state == "open" else None,
    )


def _open_intent(
    session: Session, order: Order, provider: str, now: dt.datetime
) -> PaymentIntent | None:
    """Give the newest intent of the same amount on which can still be paid."""
    named = {
        "order_id": order.id,
        "provider": provider,
        "amount_cents": order.total_cents,
        "latest": now + ALMOST_OVER,
    }
    return session.scalars(_OPEN, named).one_or_none()


_OPEN = (
    select(PaymentIntent)
    .where(
        PaymentIntent.order_id == bindparam("order_id"),
        PaymentIntent.provider == bindparam("provider"),
        PaymentIntent.amount_cents == bindparam("amount_cents"),
        PaymentIntent.state.in_(("created", "open")),
        or_(
            PaymentIntent.page_expires_at.is_(None),
            PaymentIntent.page_expires_at > bindparam("latest"),
        ),
    )
    .order_by(PaymentIntent.id.desc())
    .limit(1)
)
_WHO = select(
    Cooperative.slug,
    select(Person.public_id).where(Person.id == bindparam("buyer_id")).scalar_subquery(),
).where(Cooperative.id == bindparam("cooperative_id"))
_PAGE_CAME = (
    update(PaymentIntent)
    .where(PaymentIntent.id == bindparam("intent_id"))
    .values(
        provider_reference=bindparam("reference"),
        pay_url=bindparam("url"),
        state=case((PaymentIntent.state == "created", "open"), else_=PaymentIntent.state),
    )
    .execution_options(synchronize_session=False)
)


def _new_intent(session: Session, order: Order, provider: str, now: dt.datetime) -> PaymentIntent:
    intent = PaymentIntent(
        cooperative_id=order.cooperative_id,
        order_id=order.id,
        provider=provider,
        amount_cents=order.total_cents,
        currency=CURRENCY,
        state="created",
        created_at=now,
        page_expires_at=max(
            now + SHORTEST_PAGE, min(order.due_at or now + LONGEST_PAGE, now + LONGEST_PAGE)
        ),
    )
    session.add(intent)
    session.flush()
    return intent


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
    session.connection().execute(_PAGE_CAME, named)


def give_up(session: Session, *, intent_id: int) -> None:
    """Let go of a wish that the provider refused, so that the next press makes a new one."""
    session.execute(
        update(PaymentIntent)
        .where(PaymentIntent.id == intent_id, PaymentIntent.state == "created")
        .values(state="failed")
    )
