"""Parts of the world that the walk along all routes needs (route_objects.py): people, pictures and a receipt."""

from __future__ import annotations

import datetime as dt
import io

from sqlalchemy.orm import Session

from marketplace.models.costs import Cost
from marketplace.models.listings import Picture
from marketplace.models.people import Grant, Person
from tests.books.factories import make_person
from tests.services.market import Market


def make_people(session: Session, market: Market, now: dt.datetime) -> dict[str, int]:
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


def webp() -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (8, 6)).save(target, "WEBP")
    return target.getvalue()


def make_picture(session: Session, market: Market, storage, now: dt.datetime) -> str:
    row = Picture(
        cooperative_id=market.service.cooperative_id,
        listing_id=market.service.id,
        file=storage.keep("pictures", "webp", webp()),
        alt="Een heg",
        width=8,
        height=6,
        position=0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def make_cost(session: Session, market: Market, storage, now: dt.datetime) -> str:
    row = Cost(
        **market.own,
        description="Touw",
        category="material",
        spent_on=now.date(),
        gross_cents=1210,
        vat_cents=210,
        paid_by="cooperative",
        receipt_file=storage.keep("receipts", "webp", webp()),
        state="submitted",
        submitted_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id
