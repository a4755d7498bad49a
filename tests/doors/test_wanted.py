"""What is wanted: who sees it, who answers, one choice, and what becomes of the others."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from marketplace.domain.access import Actor, Grant, Role
from marketplace.domain.asking import (
    MOST_OFFERS,
    EnoughOffers,
    Kind,
    NobodyNear,
    OfferOver,
    OwnRequest,
    RequestOver,
    RequestState,
    TooManyRequestPhotos,
    TurnedDown,
    WrongLastDay,
)
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.gateways.database import Database
from marketplace.models.audit import AuditLine
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.requests import Request, RequestReach
from marketplace.services import ledgercheck
from marketplace.services.asking import choosing, closing, offers, photos, reading, requests
from marketplace.services.market import places
from marketplace.services.trade import work
from tests.books import factories
from tests.doors import asked
from tests.services import market as markets
from tests.services.test_races import at_once

DAY = dt.timedelta(days=1)


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def wanted(session, market, now):
    return asked.wanted(session, market, now=now)


def colleague(session, market) -> dict[str, int]:
    """Another member of the same cooperative, as the services ask for her."""
    cooperative = session.get_one(Cooperative, market.member.cooperative_id)
    person = factories.make_person(session)
    member = factories.make_membership(session, cooperative=cooperative, person_id=person.id)
    factories.make_agreement(session, member)
    return {"cooperative_id": member.cooperative_id, "membership_id": member.id}


def states(session, order) -> set[str]:
    query = select(OrderLine.state).where(OrderLine.order_id == order.id)
    return set(session.scalars(query))


def kinds(session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def seen(session, own, now, kind=Kind.WANTED) -> list[int]:
    found = reading.to_answer(session, **own, kind=kind, today=day_in_amsterdam(now))
    return [one.request.id for one in found]


def test_the_first_of_two_offers_is_chosen_and_the_other_gets_a_friendly_mail(
    session, market, wanted, now
):
    other = colleague(session, market)
    first = asked.offer(session, market.own, wanted, now=now)
    second = asked.offer(session, other, wanted, now=now, lines=(asked.WASTE,))
    _request, found = reading.one(session, buyer_id=market.buyer.id, public_id=wanted.public_id)
    assert [order.id for order in found] == [first.id, second.id], "in the order they came"
    chosen = asked.agree(session, market, second, now=now)
    assert (chosen.origin, chosen.payment_state, chosen.total_cents) == ("wanted", "awaiting", 2420)
    assert (states(session, first), wanted.state) == ({"cancelled"}, "picked")
    assert kinds(session).count("offer_not_chosen") == 1
    with pytest.raises(OfferOver):
        asked.agree(session, market, first, now=now)
    with pytest.raises(RequestOver):
        asked.offer(session, colleague(session, market), wanted, now=now)


def test_a_chosen_offer_is_paid_done_and_booked_like_any_order(session, market, wanted, now):
    order = asked.agree(session, market, asked.offer(session, market.own, wanted, now=now), now=now)
    wish = markets.wish(session, market, order, now=now)
    assert markets.receive(session, markets.word(wish), now=now) == "booked"
    for line in session.scalars(select(OrderLine.public_id)).all():
        work.deliver(session, **market.own, public_id=line, now=now)
    assert ledgercheck.check(session) == []
    assert session.scalar(select(func.sum(OrderLine.gross_cents))) == order.total_cents


def test_who_is_near_sees_it_newest_first_and_who_is_far_does_not(session, now):
    near, far = markets.make_market(session), markets.make_market(session)
    session.get_one(Cooperative, near.member.cooperative_id).place = "Oosterhout"
    session.get_one(Cooperative, far.member.cooperative_id).place = "Groningen"
    places.load(
        session,
        [("Breda", 51.59, 4.78), ("Oosterhout", 51.64, 4.86), ("Groningen", 53.22, 6.57)],
    )
    old, new = (asked.wanted(session, near, now=now) for _time in range(2))
    assert seen(session, near.own, now) == [new.id, old.id]
    assert seen(session, far.own, now) == []
    with pytest.raises(NotFound):
        asked.offer(session, far.own, new, now=now)


def test_a_place_without_a_cooperative_near_is_refused(session, market, now):
    nowhere = dataclasses.replace(asked.ASKED, place="Nergenshuizen")
    with pytest.raises(NobodyNear):
        asked.wanted(session, market, now=now, asked=nowhere)
    anyhow = dataclasses.replace(asked.ASKED, place=" BREDA ")
    assert asked.wanted(session, market, now=now, asked=anyhow).state == "open"


@pytest.mark.parametrize("days", [-1, 61])
def test_it_stands_for_sixty_days_at_most(session, market, now, days):
    with pytest.raises(WrongLastDay):
        asked.wanted(session, market, now=now, days=days)


def test_a_list_pages_by_key(session, market, now, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    made = [asked.wanted(session, market, now=now) for _time in range(3)]
    own = market.own
    first = reading.to_answer(session, **own, kind=Kind.WANTED, today=now.date())
    rest = reading.to_answer(
        session,
        **own,
        kind=Kind.WANTED,
        today=now.date(),
        before=first[-1].request.public_id,
    )
    assert [one.request.id for one in (*first, *rest)] == [one.id for one in reversed(made)]


def test_nobody_offers_to_herself(session, market, now):
    market.member.person_id = market.buyer.id
    session.flush()
    request = asked.wanted(session, market, now=now)
    with pytest.raises(OwnRequest):
        asked.offer(session, market.own, request, now=now)


def test_a_no_to_one_offer_leaves_the_others(session, market, wanted, now):
    first = asked.offer(session, market.own, wanted, now=now)
    second = asked.offer(session, colleague(session, market), wanted, now=now)
    choosing.turn_down(session, buyer_id=market.buyer.id, public_id=first.public_id, now=now)
    assert (states(session, first), wanted.state) == ({"cancelled"}, "open")
    with pytest.raises(TurnedDown):
        asked.offer(session, market.own, wanted, now=now)
    asked.agree(session, market, second, now=now)


def test_enough_is_enough(session, market, wanted, now, monkeypatch):
    monkeypatch.setattr(offers, "MOST_OFFERS", 1)
    assert MOST_OFFERS > 1
    asked.offer(session, market.own, wanted, now=now)
    with pytest.raises(EnoughOffers):
        asked.offer(session, colleague(session, market), wanted, now=now)


def test_after_its_last_day_offers_that_stand_may_still_be_chosen(session, market, wanted, now):
    made = asked.offer(session, market.own, wanted, now=now, days=20)
    later = now + 8 * DAY
    assert closing.close_requests(session, now=later) == 1
    assert wanted.state == "answered"
    assert seen(session, market.own, later) == []
    with pytest.raises(RequestOver):
        asked.offer(session, colleague(session, market), wanted, now=later)
    asked.agree(session, market, made, now=later)


def test_the_last_offer_that_ends_takes_the_closed_request_with_it(session, market, wanted, now):
    asked.offer(session, market.own, wanted, now=now, days=20)
    asked.offer(session, colleague(session, market), wanted, now=now, days=30)
    closing.close_requests(session, now=now + 8 * DAY)
    assert closing.expire_offers(session, now=now + 21 * DAY) == 1
    assert wanted.state == "answered"
    assert closing.expire_offers(session, now=now + 31 * DAY) == 1
    assert wanted.state == "expired"


def test_what_nobody_answered_expires_and_the_buyer_hears_of_it(session, wanted, now):
    assert closing.close_requests(session, now=now + 8 * DAY) == 1
    assert wanted.state == "expired"
    assert kinds(session) == ["request_expired"]


def test_who_withdraws_tells_all_who_answered(session, market, wanted, now):
    made = [
        asked.offer(session, own, wanted, now=now)
        for own in (market.own, colleague(session, market))
    ]
    requests.withdraw(session, buyer_id=market.buyer.id, public_id=wanted.public_id, now=now)
    assert [states(session, one) for one in made] == [{"cancelled"}] * 2
    assert kinds(session).count("request_withdrawn") == 2
    with pytest.raises(OfferOver):
        asked.agree(session, market, made[0], now=now)


def test_a_coordinator_takes_it_away_with_a_reason_on_the_record(session, market, wanted, now):
    made = asked.offer(session, market.own, wanted, now=now)
    boss = factories.make_person(session)
    act = {"public_id": wanted.public_id, "reason": "spam", "actor_id": boss.id, "now": now}
    for _click in range(2):
        closing.remove(session, cooperative_id=market.member.cooperative_id, **act)
    assert (wanted.state, wanted.removed_reason) == ("removed", "spam")
    assert states(session, made) == {"expired"}
    assert kinds(session)[-2:] == ["request_removed", "request_withdrawn"]
    line = session.scalars(select(AuditLine).where(AuditLine.act == "request_removed")).one()
    assert (line.actor_id, line.reason, line.before) == (boss.id, "spam", {"state": "open"})
    with pytest.raises(NotFound):
        reading.for_member(session, **market.own, public_id=wanted.public_id)
    assert reading.desk(session, cooperative_id=market.member.cooperative_id) == []


def test_a_coordinator_elsewhere_finds_nothing_and_what_is_over_stays(session, market, wanted, now):
    other = markets.make_market(session)
    act = {"reason": "spam", "actor_id": market.buyer.id, "now": now}
    with pytest.raises(NotFound):
        closing.remove(
            session,
            cooperative_id=other.member.cooperative_id,
            public_id=asked.quote(session, market, now=now).public_id,
            **act,
        )
    requests.withdraw(session, buyer_id=market.buyer.id, public_id=wanted.public_id, now=now)
    with pytest.raises(RequestOver):
        closing.remove(
            session,
            cooperative_id=market.member.cooperative_id,
            public_id=wanted.public_id,
            **act,
        )


@pytest.mark.sqlite_only
def test_photos_are_seen_by_who_sees_the_request(app, session, market, wanted, now):
    storage = app.extensions["marketplace"].gateways.storage
    mine = {"buyer_id": market.buyer.id, "request": wanted.public_id}
    facts = {"storage": storage, "content": asked.picture(), "alt": "De schutting", "now": now}
    made = [photos.add(session, **mine, **facts) for _time in range(4)]
    with pytest.raises(TooManyRequestPhotos):
        photos.add(session, **mine, **facts)
    photo = {"request": wanted.public_id, "photo": made[0].public_id}
    cooperative_id = market.member.cooperative_id
    far = markets.make_market(session).member
    session.execute(
        RequestReach.__table__.delete().where(RequestReach.cooperative_id == far.cooperative_id)
    )

    def person(role: Role | None = None, member=market.member) -> Actor:
        grant = role and Grant(
            "g",
            role,
            "x",
            cooperative_id=member.cooperative_id,
            membership_id=member.id if role is Role.MEMBER else None,
        )
        return Actor(0, "x", "nl", (grant,) if grant else ())

    for who in (person(Role.MEMBER), person(Role.COORDINATOR)):
        assert storage.fetch(photos.file_of(session, actor=who, **photo))
    for who in (person(), person(Role.TREASURER), person(Role.MEMBER, far)):
        with pytest.raises(NotFound):
            photos.file_of(session, actor=who, **photo)
    file = made[1].file
    photos.remove(session, storage=storage, **mine, photo=made[1].public_id)
    with pytest.raises(FileNotFoundError):
        storage.fetch(file)
    closing.remove(
        session,
        cooperative_id=cooperative_id,
        public_id=wanted.public_id,
        reason="personal",
        actor_id=market.buyer.id,
        now=now,
    )
    with pytest.raises(NotFound):
        photos.file_of(session, actor=person(Role.MEMBER), **photo)
    with pytest.raises(RequestOver):
        photos.add(session, **mine, **facts)


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


def test_of_two_choices_at_once_one_wins(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        wanted = asked.wanted(session, market, now=now)
        made = [
            asked.offer(session, own, wanted, now=now).public_id
            for own in (market.own, colleague(session, market), colleague(session, market))
        ]
        session.commit()

    def choosing_one(public_id):
        return lambda session: (
            choosing.agree(
                session, buyer_id=market.buyer.id, public_id=public_id, address="", now=now
            ).id
        )

    results = at_once(database, [choosing_one(public_id) for public_id in made * 2])
    won = {one for one in results if isinstance(one, int)}
    assert len(won) == 1, results
    assert sum(isinstance(one, OfferOver) for one in results) == 4, results
    with database.session(writes=False) as session:
        payments = list(session.scalars(select(Order.payment_state).order_by(Order.payment_state)))
        assert payments == ["awaiting", "cancelled", "cancelled"]
        assert session.scalar(select(Request.state)) == RequestState.PICKED


def test_a_choice_and_a_withdrawal_at_once_leave_one_truth(database, now):
    with database.session(writes=True) as session:
        market = markets.make_market(session)
        wanted = asked.wanted(session, market, now=now)
        made = asked.offer(session, market.own, wanted, now=now).public_id
        session.commit()
    acts = [
        lambda session: (
            choosing.agree(
                session, buyer_id=market.buyer.id, public_id=made, address="", now=now
            ).id
        ),
        lambda session: (
            offers.take_back(session, **market.own, request=wanted.public_id, now=now).id
        ),
    ]
    results = at_once(database, acts)
    assert sum(isinstance(one, int) for one in results) == 1, results
    with database.session(writes=False) as session:
        state, payment = session.execute(
            select(Request.state, Order.payment_state).join(Order, Order.request_id == Request.id)
        ).one()
    assert (state, payment) in {("picked", "awaiting"), ("open", "cancelled")}
