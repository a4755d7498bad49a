"""Two at the same moment: of two complaints, two decisions, a yes and a no, one wins and the money goes once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.domain.talking.complaining import ComplainedBefore
from marketplace.domain.talking.complaints import ComplaintMoved
from marketplace.gateways.database import Database
from marketplace.models.refunds import Refund
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services import ledgercheck
from marketplace.services.complaints import buying, clocks
from tests.conftest import KEY
from tests.services import complaints as cases
from tests.services import market as markets
from tests.services.test_races import at_once


@pytest.fixture
def database(database_url):
    opened = Database(database_url, [KEY])
    yield opened
    opened.engine.dispose()


@pytest.fixture
def market(database, now):
    with database.session(writes=True) as session:
        return markets.make_market(session)


@pytest.fixture
def line(database, market, now):
    with database.session(writes=True) as session, session.begin():
        return cases.delivered(session, market, now)


def count(database, model) -> int:
    with database.session(writes=False) as session:
        return session.scalar(select(func.count(model.id)))


def test_two_tabs_make_one_complaint(database, market, line, now):
    results = at_once(
        database,
        [
            lambda session, key=key: cases.complain(session, market, line, now, key=key).id
            for key in ("one", "one", "two", "two")
        ],
    )
    assert sum(isinstance(one, int) for one in results) == 2, results
    assert sum(isinstance(one, ComplainedBefore) for one in results) == 2, results
    assert (count(database, Complaint), count(database, ComplaintEvent)) == (1, 1)


def test_of_two_decisions_at_once_one_wins(database, market, line, now):
    with database.session(writes=True) as session, session.begin():
        staff = [cases.make_coordinator(session, market) for _ in range(2)]
        made = cases.complain(session, market, line, now)
        cases.answer(session, market, made, "help", now)
        session.flush()
        session.expunge(made)

    def deciding(actor_id, how):
        return lambda session: (
            cases.decide(session, market, made, how, now, actor_id=actor_id, cents=2420).outcome
        )

    results = at_once(
        database,
        [deciding(staff[0], "refund"), deciding(staff[1], "refund"), deciding(staff[1], "no")],
    )
    assert sum(isinstance(one, str) for one in results) == 1, results
    assert sum(isinstance(one, ComplaintMoved) for one in results) == 2, results
    refunded = 1 if "refunded" in results else 0
    assert count(database, Refund) == refunded
    with database.session(writes=False) as session:
        assert ledgercheck.check(session) == []


def test_a_double_click_on_a_decision_pays_back_once(database, market, line, now):
    with database.session(writes=True) as session, session.begin():
        actor = cases.make_coordinator(session, market)
        made = cases.complain(session, market, line, now)
        cases.answer(session, market, made, "help", now)
        session.flush()
        session.expunge(made)

    def decide(session):
        return cases.decide(
            session, market, made, "refund", now, actor_id=actor, cents=2420
        ).outcome

    assert at_once(database, [decide] * 3) == ["refunded"] * 3
    assert count(database, Refund) == 1


def test_the_clock_and_the_buyer_at_once_end_it_once(database, market, line, now):
    with database.session(writes=True) as session, session.begin():
        made = cases.complain(session, market, line, now)
        cases.answer(session, market, made, "word", now, text="Het regende")
        session.flush()
        late = made.clock_at
        session.expunge(made)
    results = at_once(
        database,
        [
            lambda session: clocks.run(session, now=late),
            lambda session: cases.buyer(session, market, made, buying.agree, late).outcome,
            lambda session: clocks.run(session, now=late),
        ],
    )
    with database.session(writes=False) as session:
        acts = session.scalars(select(ComplaintEvent.act).order_by(ComplaintEvent.id)).all()
    assert len(acts) == 3, acts
    assert acts[-1] in {"agree_word", "buyer_late"}
    moved = [one for one in results if isinstance(one, ComplaintMoved)]
    assert len(moved) == (acts[-1] == "buyer_late"), results
