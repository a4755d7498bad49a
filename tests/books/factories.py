"""Rows for tests: small makers with sensible defaults. Each flushes, none commits."""

from __future__ import annotations

import datetime as dt
from itertools import count

from sqlalchemy.orm import Session

from marketplace.domain.costs import Supplier
from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.costs import Cost
from marketplace.models.listings import Listing
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentIntent
from marketplace.models.people import Person
from marketplace.services.trade import costs, settling

SUPPLIER = Supplier("Tuincentrum De Linde", "NL20INGB0001234567", "F-2026-17")
LONG_AGO = dt.datetime(2023, 1, 1, 9, 0, tzinfo=dt.UTC)
_numbers = count(1)


def at(day: str, hour: int = 10) -> dt.datetime:
    """An instant on a day, at ten o'clock UTC."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), tzinfo=dt.UTC)


def add(session: Session, row):
    session.add(row)
    session.flush()
    return row


def make_person(session: Session, **values) -> Person:
    number = next(_numbers)
    defaults = {
        "email": f"person{number}@example.nl",
        "name": f"Persoon {number}",
        "password_hash": "x",
        "created_at": LONG_AGO,
    }
    return add(session, Person(**defaults | values))


def make_municipality(session: Session, **values) -> Municipality:
    number = next(_numbers)
    defaults = {
        "name": f"Gemeente {number}",
        "contact_email": "werk@example.nl",
        "created_at": LONG_AGO,
    }
    return add(session, Municipality(**defaults | values))


def make_parameters(session: Session, cooperative: Cooperative, **values) -> CooperativeParameters:
    """Five and ten percent, a threshold of 1,200.00 a year, half of what is above to the municipality."""
    defaults = {
        "cooperative_id": cooperative.id,
        "valid_from": dt.date(2023, 1, 1),
        "training_share": 500,
        "reserve_share": 1000,
        "threshold_cents": 120_000,
        "period": "calendar_year",
        "municipality_share": 5000,
        "resolution": "alv 1",
        "created_at": LONG_AGO,
    }
    return add(session, CooperativeParameters(**defaults | values))


def make_cooperative(session: Session, *, scheme: str = "charges", **values) -> Cooperative:
    """A cooperative with its parameters and its place in the VAT."""
    number = next(_numbers)
    defaults = {
        "slug": f"cooperatie-{number}",
        "name": f"Coöperatie {number}",
        "place": "Breda",
        "email": "post@example.nl",
        "created_at": LONG_AGO,
    }
    cooperative = add(session, Cooperative(**defaults | values))
    make_scheme(session, cooperative, scheme)
    make_parameters(session, cooperative)
    return cooperative


def make_scheme(
    session: Session, cooperative: Cooperative, scheme: str, valid_from: str = "2023-01-01"
) -> VatScheme:
    return add(
        session,
        VatScheme(
            cooperative_id=cooperative.id,
            valid_from=dt.date.fromisoformat(valid_from),
            scheme=scheme,
            reason="chosen",
            created_at=LONG_AGO,
        ),
    )


def make_membership(
    session: Session,
    *,
    cooperative: Cooperative | None = None,
    municipality: Municipality | None = None,
    **values,
) -> Membership:
    """A member, without an agreement."""
    number = next(_numbers)
    defaults = {
        "cooperative_id": (cooperative or make_cooperative(session)).id,
        "municipality_id": (municipality or make_municipality(session)).id,
        "name": f"Lid {number}",
        "trade_name": f"Tuin {number}",
        "reference": f"L-{number}",
        "status": "member",
        "started_on": dt.date(2023, 1, 1),
        "created_at": LONG_AGO,
    }
    return add(session, Membership(**defaults | values))


def make_agreement(session: Session, membership: Membership, **values) -> Agreement:
    """An agreement in `pot`, from long ago and open."""
    defaults = {
        "cooperative_id": membership.cooperative_id,
        "membership_id": membership.id,
        "municipality_id": membership.municipality_id,
        "valid_from": dt.date(2023, 1, 1),
        "regime": "pot",
        "decision_reference": "B-1",
        "born_on": dt.date(1985, 5, 5),
        "household_kind": "single",
        "has_children": False,
        "cost_sharers": 0,
        "household_origin": "besluit",
        "exemption_n_granted": False,
        "months_n_used_at_entry": 0,
        "deductions_accepted": True,
        "costs_accepted": True,
        "exit_rule": "to_reserve",
        "created_at": LONG_AGO,
    }
    made_by = values.pop("made_by_id", None) or make_person(session).id
    return add(session, Agreement(**defaults | {"made_by_id": made_by} | values))


def make_member(session: Session, *, cooperative: Cooperative | None = None, **agreement):
    """A member with an agreement in force."""
    membership = make_membership(session, cooperative=cooperative)
    make_agreement(session, membership, **agreement)
    return membership


def make_listing(session: Session, membership: Membership, **values) -> Listing:
    """A garden day at 181.50, VAT included."""
    defaults = {
        "cooperative_id": membership.cooperative_id,
        "membership_id": membership.id,
        "kind": "service",
        "unit": "job",
        "category": "garden",
        "title": "Een dag in de tuin",
        "description": "Snoeien en wieden",
        "price_cents": 18_150,
        "vat_category": "standard",
        "place": "Breda",
        "state": "published",
        "search_terms": "tuin",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    return add(session, Listing(**defaults | values))


def make_order(session: Session, lines: list[tuple[Membership, int]], **values) -> Order:
    """An order that waits for payment: (member, gross cents) of each line, all accepted."""
    total = sum(gross for _, gross in lines)
    cooperative_id = lines[0][0].cooperative_id
    defaults = {
        "cooperative_id": cooperative_id,
        "idempotency_key": f"key-{next(_numbers)}",
        "payment_state": "awaiting",
        "total_cents": total,
        "note": "",
        "address": "",
        "requested_at": LONG_AGO,
    }
    buyer_id = values.pop("buyer_id", None) or make_person(session).id
    order = add(session, Order(**defaults | {"buyer_id": buyer_id} | values))
    for member, gross in lines:
        listing = make_listing(session, member, price_cents=gross)
        make_line(session, order, listing)
    return order


def make_line(session: Session, order: Order, listing: Listing, **values) -> OrderLine:
    defaults = {
        "cooperative_id": order.cooperative_id,
        "order_id": order.id,
        "membership_id": listing.membership_id,
        "listing_id": listing.id,
        "kind": listing.kind,
        "title": listing.title,
        "unit": listing.unit,
        "quantity_hundredths": 100,
        "unit_price_cents": listing.price_cents,
        "vat_category": listing.vat_category,
        "vat_rate": "0",
        "gross_cents": listing.price_cents,
        "net_cents": listing.price_cents,
        "vat_cents": 0,
        "state": "accepted",
    }
    return add(session, OrderLine(**defaults | values))


def pay(session: Session, order: Order, *, now: dt.datetime, fee_cents: int = 0) -> None:
    """What the provider's signed word leads to: a paid intent, a paid order, and its booking."""
    add(
        session,
        PaymentIntent(
            cooperative_id=order.cooperative_id,
            order_id=order.id,
            provider="testbank",
            provider_reference=f"tb-{next(_numbers)}",
            amount_cents=order.total_cents,
            currency="EUR",
            state="paid",
            created_at=now,
            paid_at=now,
        ),
    )
    order.payment_state, order.paid_at = "paid", now
    settling.paid(session, order=order, fee_cents=fee_cents, now=now)


def deliver(session: Session, order: Order, *, now: dt.datetime) -> None:
    """The members mark all lines as done today, and they are booked."""
    from sqlalchemy import select

    for line in session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)):
        line.state, line.delivered_on, line.delivered_at = "delivered", now.date(), now
        settling.delivered(session, line=line, now=now)


def make_paid_order(
    session: Session,
    membership: Membership,
    *,
    gross_cents: int,
    now: dt.datetime,
    fee_cents: int = 0,
) -> Order:
    """An order of one line that is paid and not delivered."""
    order = make_order(session, [(membership, gross_cents)])
    pay(session, order, now=now, fee_cents=fee_cents)
    return order


def sell(session: Session, membership: Membership, *, gross_cents: int, now: dt.datetime) -> Order:
    """A sale from yes to done: paid, delivered and confirmed at once, so that nothing is pending."""
    order = make_paid_order(session, membership, gross_cents=gross_cents, now=now)
    deliver(session, order, now=now)
    for line in session.query(OrderLine).filter_by(order_id=order.id):
        line.state, line.confirmed_at = "confirmed", now
    session.flush()
    return order


def make_cost(session: Session, membership: Membership, *, now: dt.datetime, **values) -> Cost:
    """A receipt of 96.80 with 16.80 of VAT, paid by the cooperative; waits for approval."""
    defaults = {
        "description": "Plantgoed",
        "category": "material",
        "spent_on": now.date(),
        "gross_cents": 9680,
        "vat_cents": 1680,
        "paid_by": "cooperative",
        "receipt_file": "bon.webp",
        "order_line_public_id": None,
    }
    return costs.submit(
        session,
        cooperative_id=membership.cooperative_id,
        membership_id=membership.id,
        now=now,
        **defaults | values,
    )


def spend(session: Session, membership: Membership, *, now: dt.datetime, **values) -> Cost:
    """A cost that the coordinator approved."""
    cost = make_cost(session, membership, now=now, **values)
    return costs.approve(
        session,
        cooperative_id=membership.cooperative_id,
        public_id=cost.public_id,
        actor_id=make_person(session).id,
        now=now,
    )
