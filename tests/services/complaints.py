"""A small market with complaints: what is delivered, who complains, and what each side does."""

from __future__ import annotations

import datetime as dt
import itertools

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.models.people import Grant
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services.complaints import buying, deciding, working
from marketplace.services.complaints.steps import Said
from marketplace.services.trade import work
from tests.books import factories
from tests.services import market as markets
from tests.services.market import Market
from tests.web.house import picture

_keys = itertools.count(1)


def delivered(session: Session, market: Market, now: dt.datetime) -> str:
    """The public id of a line that was paid and delivered."""
    line = markets.line_of(session, markets.paid(session, market, now=now))
    work.deliver(session, **market.own, public_id=line, now=now)
    return line


def make_coordinator(session: Session, market: Market) -> int:
    """The person id of a coordinator of the market's cooperative."""
    person = factories.make_person(session, name="Ilse")
    session.add(
        Grant(
            person_id=person.id,
            role="coordinator",
            cooperative_id=market.member.cooperative_id,
            created_at=factories.LONG_AGO,
        )
    )
    session.flush()
    return person.id


def complain(
    session: Session,
    market: Market,
    line: str,
    now: dt.datetime,
    *,
    storage=None,
    key: str | None = None,
    **values,
) -> Complaint:
    """The buyer complains."""
    wrong = {"problem": "not_good", "text": "De achterkant is niet geknipt", "wish": "redo"}
    return buying.complain(
        session,
        storage=storage,
        buyer_id=market.buyer.id,
        line=line,
        wrong=buying.Wrong(**wrong | values),
        key=key or f"complaint-{next(_keys)}",
        now=now,
    )


def with_photo(session: Session, market: Market, storage, now: dt.datetime) -> dict[str, str]:
    """A complaint with a photo: the public ids of both."""
    line = delivered(session, market, now)
    made = complain(session, market, line, now, storage=storage, photo=picture().getvalue())
    photo = session.scalars(
        select(ComplaintEvent.public_id).where(ComplaintEvent.complaint_id == made.id)
    ).one()
    return {"complaint": made.public_id, "complaint_photo": photo}


def answer(
    session: Session, market: Market, made: Complaint, how: str, now: dt.datetime, **said
) -> Complaint:
    """The member answers."""
    return working.answer(
        session,
        **market.own,
        person_id=market.seller.id,
        public_id=made.public_id,
        how=how,
        said=Said(**said),
        seen=made.steps,
        now=now,
    )


def buyer(session: Session, market: Market, made: Complaint, act, now: dt.datetime, **values):
    """The buyer says yes, no, or takes it back."""
    scope = {"buyer_id": market.buyer.id, "public_id": made.public_id, "now": now}
    return act(session, **{"seen": made.steps, **scope, **values})


def decide(
    session: Session,
    market: Market,
    made: Complaint,
    how: str,
    now: dt.datetime,
    *,
    actor_id: int,
    **said,
) -> Complaint:
    """The coordinator decides."""
    return deciding.decide(
        session,
        cooperative_id=market.member.cooperative_id,
        actor_id=actor_id,
        public_id=made.public_id,
        how=how,
        said=Said(**{"text": "Allebei gehoord", **said}),
        seen=made.steps,
        now=now,
    )


def step_in(session: Session, market: Market, made: Complaint, actor_id: int, now: dt.datetime):
    """The coordinator takes it over."""
    return deciding.step_in(
        session,
        cooperative_id=market.member.cooperative_id,
        actor_id=actor_id,
        public_id=made.public_id,
        seen=made.steps,
        now=now,
    )


def acts(session: Session, made: Complaint) -> list[tuple[str, str]]:
    """The log: (side, act) of each row."""
    rows = session.scalars(
        select(ComplaintEvent)
        .where(ComplaintEvent.complaint_id == made.id)
        .order_by(ComplaintEvent.id)
    )
    return [(row.side, row.act) for row in rows]
