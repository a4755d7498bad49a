"""The world that the walk along all routes visits: one object of each kind, and who stands around them.

Where a new kind of object is needed: add a field to World and make it in `make_world`.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.questions import MISSING
from marketplace.models.cooperatives import Cooperative
from marketplace.models.costs import Cost
from marketplace.models.listings import Picture
from marketplace.models.messages import Message
from marketplace.models.municipalities import Municipality
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import Dispute, PaymentIntent
from marketplace.models.people import Grant, Person
from marketplace.models.reviews import Review
from marketplace.services import health, outbox
from marketplace.services.invoices import reading, seller
from marketplace.services.months import questions
from marketplace.services.trade import baskets, work
from tests.banking.house import make_bank
from tests.books.factories import make_person
from tests.doors import asked
from tests.doors.test_slots import booking, only_line, open_week
from tests.services.complaints import with_photo
from tests.services.market import (
    Market,
    accepted,
    last_wish,
    make_market,
    paid,
    receive,
    wish,
    word,
)
from tests.statements.months import close, confirm
from tests.web.door_objects import a_series, called


@dataclass
class World:
    """Public ids of one cooperative's objects, and who stands around them."""

    cooperative: str
    municipality: str
    membership: str
    listing: str
    other_listing: str
    picture: str
    order: str
    line: str
    booked_line: str
    booked_order: str
    mail: str
    basket_line: str
    message: str
    review: str
    complaint: str
    complaint_photo: str
    unpaid_order: str
    bank_reference: str
    cost: str
    statement: str
    question: str
    reference: str
    invoice: str
    dispute: str
    bank_line: str
    receipt: str
    batch: str
    released_batch: str
    transfer_order: str
    request: str
    request_photo: str
    offer: str
    phone_order: str
    phone_line: str
    series: str
    cash_order: str
    cash_refund: str
    # Person ids by role: of this cooperative and municipality, and of another one.
    own: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)


def make_world(session: Session, storage, *, now: dt.datetime) -> World:
    """Make a cooperative in the middle of its work, with people in every role, and another beside it."""
    ours, theirs = make_market(session), make_market(session)
    order, unpaid = paid(session, ours, now=now), accepted(session, ours, now=now)
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    intent = session.scalars(select(PaymentIntent).where(PaymentIntent.order_id == order.id)).one()
    assert wish(session, ours, unpaid, now=now).key
    close(session, "2025-12", now)
    statement = confirm(session, ours.member, "2025-12", now)
    made = World(
        cooperative=session.get_one(Cooperative, ours.member.cooperative_id).public_id,
        municipality=session.get_one(Municipality, ours.member.municipality_id).public_id,
        membership=ours.member.public_id,
        listing=ours.service.public_id,
        other_listing=ours.product.public_id,
        picture=_picture(session, ours, storage, now),
        order=order.public_id,
        line=line.public_id,
        **_booked(session, ours, now),
        mail=_mail(session, now),
        basket_line=_in_basket(session, ours, now),
        review=_review(session, line, now),
        message=_message(session, ours, line, storage, now),
        **with_photo(session, ours, storage, now),
        unpaid_order=unpaid.public_id,
        bank_reference=intent.provider_reference or "unknown",
        cost=_cost(session, ours, storage, now),
        statement=statement.public_id,
        question=_question(session, ours, statement.public_id, now),
        reference=ours.member.reference,
        invoice=_invoice(session, order, now),
        **called(session, ours, now),
        series=a_series(session, ours, now),
        dispute=_dispute(session, ours, now),
        **make_bank(session, ours, now),
        **asked.make_objects(session, ours, storage, now),
        own=_people(session, ours, now),
        foreign=_people(session, theirs, now),
    )
    operator = make_person(session)
    session.add(Grant(person_id=operator.id, role="operator", created_at=now))
    health.beat(session, now=now)  # without a worker the house is not ready
    made.own["operator"] = operator.id
    session.commit()
    return made


def _in_basket(session: Session, market: Market, now: dt.datetime) -> str:
    return baskets.put(
        session,
        person_id=market.buyer.id,
        listing=market.product.public_id,
        quantity_hundredths=100,
        now=now,
    ).public_id


def _booked(session: Session, market: Market, now: dt.datetime) -> dict[str, str]:
    """An appointment that the member said yes to."""
    open_week(session, market, now)
    order_id = booking(market, "booked", now)(session)
    line = only_line(session, order_id)
    work.accept(session, **market.own, public_id=line.public_id, now=now)
    order = session.get_one(Order, order_id)
    return {"booked_line": line.public_id, "booked_order": order.public_id}


def _mail(session: Session, now: dt.datetime) -> str:
    """A mail that failed."""
    outbox.queue_mail(
        session,
        kind="reset",
        address="karim@example.nl",
        facts={"path": "/x"},
        dedupe_key="failed",
        now=now,
    )
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key == "failed")).one()
    mail.state = "failed"
    return mail.public_id


def _question(session: Session, market: Market, statement: str, now: dt.datetime) -> str:
    asked = questions.ask(
        session,
        membership_id=market.member.id,
        public_id=statement,
        version=1,
        line=MISSING,
        text="Ik mis een klus",
        actor_id=market.seller.id,
        now=now,
    )
    return asked.public_id


def _invoice(session: Session, order: Order, now: dt.datetime) -> str:
    """The invoice of an order that waited for what the cooperative's invoices name."""
    row = session.get_one(Order, order.id)
    row.address = "Dorpsstraat 1, 1234 AB Ons Dorp"
    facts = seller.Facts(
        legal_name="Coöperatie De Kluscoop U.A.",
        address="Voorbeeldstraat 1",
        postcode="1234 AB",
        place="Ons Dorp",
        kvk_number="00000001",
        vat_number="NL000099998B57",
        iban="NL91ABNA0417164300",
    )
    seller.keep(session, cooperative_id=row.cooperative_id, facts=facts, actor_id=None, now=now)
    return reading.of_order(session, cooperative_id=row.cooperative_id, order_id=row.id)[
        0
    ].public_id


def _dispute(session: Session, market: Market, now: dt.datetime) -> str:
    said = word(
        last_wish(session, paid(session, market, now=now)),
        "disputed",
        object_id="du_walk",
        outcome="needs_response",
    )
    assert receive(session, said, now=now) == "booked"
    return session.scalars(select(Dispute.public_id)).one()


def _message(session: Session, market: Market, line: OrderLine, storage, now: dt.datetime) -> str:
    row = Message(
        cooperative_id=line.cooperative_id,
        line_id=line.id,
        sender_id=market.buyer.id,
        side="buyer",
        text="Mag het ook donderdag?",
        file=storage.keep("messages", "webp", _webp()),
        width=8,
        height=6,
        sent_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def _review(session: Session, line: OrderLine, now: dt.datetime) -> str:
    row = Review(
        cooperative_id=line.cooperative_id,
        line_id=line.id,
        membership_id=line.membership_id,
        score=5,
        text="Strak geknipt",
        written_at=now,
        published_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def _people(session: Session, market: Market, now: dt.datetime) -> dict[str, int]:
    found = {"buyer": market.buyer.id, "member": market.seller.id}
    member = market.member
    for role in ("coordinator", "treasurer"):
        person: Person = make_person(session)
        found[role] = person.id
        session.add(
            Grant(
                person_id=person.id,
                role=role,
                cooperative_id=member.cooperative_id,
                created_at=now,
            )
        )
    officer = make_person(session)
    found["officer"] = officer.id
    session.add(
        Grant(
            person_id=officer.id,
            role="officer",
            municipality_id=member.municipality_id,
            created_at=now,
        )
    )
    session.flush()
    return found


def _webp() -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (8, 6)).save(target, "WEBP")
    return target.getvalue()


def _picture(session: Session, market: Market, storage, now: dt.datetime) -> str:
    row = Picture(
        cooperative_id=market.service.cooperative_id,
        listing_id=market.service.id,
        file=storage.keep("pictures", "webp", _webp()),
        alt="Een heg",
        width=8,
        height=6,
        position=0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def _cost(session: Session, market: Market, storage, now: dt.datetime) -> str:
    row = Cost(
        **market.own,
        description="Touw",
        category="material",
        spent_on=now.date(),
        gross_cents=1210,
        vat_cents=210,
        paid_by="cooperative",
        receipt_file=storage.keep("receipts", "webp", _webp()),
        state="submitted",
        submitted_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id
