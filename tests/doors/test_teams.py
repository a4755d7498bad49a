"""One job, several members: every cent has a place, everybody says yes, and a no loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from marketplace.domain.availability import SlotGone
from marketplace.domain.doors.teams import (
    BeingPaid,
    NotToBeShared,
    TeamAppointment,
    WrongTeam,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import By, StepNotAllowed
from marketplace.models.audit import AuditLine
from marketplace.models.cooperatives import Cooperative
from marketplace.models.invoices import Invoice
from marketplace.models.memberships import Membership
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services import ledgercheck
from marketplace.services.booking import calendars, slots
from marketplace.services.invoices import seller
from marketplace.services.trade import moving, orders, sweeps, work
from marketplace.services.trade.orders import Wanted
from marketplace.services.trade.teamwork import teamlines, teams
from tests.books import factories
from tests.doors.test_slots import HOUR, MONDAY_NINE, at_once, booking, database, open_week
from tests.services import market as markets

__all__ = ["database"]


@dataclass
class Crew:
    """A market with two colleagues who can work."""

    market: markets.Market
    colleagues: list[Membership]

    def own(self, place: int) -> dict[str, int]:
        one = [self.market.member, *self.colleagues][place]
        return {"cooperative_id": one.cooperative_id, "membership_id": one.id}


def make_crew(session, count: int = 2) -> Crew:
    market = markets.make_market(session)
    cooperative = session.get_one(Cooperative, market.member.cooperative_id)
    found = []
    for number in range(count):
        person = factories.make_person(session, name=f"Collega {number}")
        one = factories.make_membership(session, cooperative=cooperative, person_id=person.id)
        factories.make_agreement(session, one)
        found.append(one)
    session.commit()
    return Crew(market, found)


@pytest.fixture
def crew(session) -> Crew:
    return make_crew(session)


def lines_of(session, order) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return list(session.scalars(query))


def propose(session, crew, line, now, *, own=6_100, shares=(4_000, 2_000), by=By.MEMBER):
    return teams.propose(
        session,
        line_id=line.id,
        own_cents=own,
        others=[
            (one.public_id, cents) for one, cents in zip(crew.colleagues, shares, strict=False)
        ],
        by=by,
        by_id=crew.market.seller.id,
        now=now,
    )


def asked(session, crew, now) -> tuple[Order, OrderLine]:
    order = markets.place(session, crew.market, crew.market.service, now=now)
    return order, lines_of(session, order)[0]


def states(session, order) -> list[str]:
    return [line.state for line in lines_of(session, order)]


def yes(session, crew, place, line, now):
    return work.accept(session, **crew.own(place), public_id=line.public_id, now=now)


def test_only_when_everybody_said_yes_it_is_due_and_the_price_stays(session, crew, now):
    order, line = asked(session, crew, now)
    propose(session, crew, line, now)
    assert states(session, order) == ["accepted", "requested", "requested"]
    _first, second, third = lines_of(session, order)
    assert [one.gross_cents for one in lines_of(session, order)] == [6_100, 4_000, 2_000]
    yes(session, crew, 1, second, now)
    assert order.payment_state == "not_due"
    yes(session, crew, 2, third, now)
    assert (order.payment_state, order.total_cents) == ("awaiting", 12_100)
    assert sum(one.vat_cents for one in lines_of(session, order)) == 2_100
    kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert (kinds.count("team_asked"), kinds.count("team_agreed")) == (2, 3)
    assert kinds.count("order_accepted") == 1
    subject = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "order_accepted")
    ).one()
    assert subject.facts["title"] == "Heg knippen"
    assert session.scalars(select(AuditLine)).one().after == {"cents": [6100, 4000, 2000]}


def test_each_is_paid_and_the_buyer_reads_one_job_on_one_invoice(session, crew, now):
    order, line = asked(session, crew, now)
    seller.keep(
        session,
        cooperative_id=order.cooperative_id,
        facts=seller.Facts(
            legal_name="Coöperatie U.A.",
            address="Straat 1",
            postcode="1234 AB",
            place="Breda",
            kvk_number="00000001",
            vat_number="NL000099998B57",
            iban="NL91ABNA0417164300",
        ),
        actor_id=None,
        now=now,
    )
    order.address = "Dorpsstraat 1, 1234 AB Ons Dorp"
    propose(session, crew, line, now)
    for place, one in enumerate(lines_of(session, order)[1:], 1):
        yes(session, crew, place, one, now)
    wish = markets.wish(session, crew.market, order, now=now)
    assert (wish.amount_cents, wish.title) == (12_100, "Heg knippen")
    assert markets.receive(session, markets.word(wish), now=now) == "booked"
    invoice = session.scalars(select(Invoice)).one()
    assert invoice.gross_cents == 12_100
    assert [(row["title"], row["gross_cents"]) for row in invoice.lines] == [
        ("Heg knippen (samen gedaan, deel van Groene Vingers)", 6_100),
        (f"Heg knippen (samen gedaan, deel van {crew.colleagues[0].trade_name})", 4_000),
        (f"Heg knippen (samen gedaan, deel van {crew.colleagues[1].trade_name})", 2_000),
    ]
    for place, one in enumerate(lines_of(session, order)):
        work.deliver(session, **crew.own(place), public_id=one.public_id, now=now)
        orders.confirm(
            session,
            buyer_id=crew.market.buyer.id,
            public_id=order.public_id,
            line=one.public_id,
            now=now,
        )
    assert states(session, order) == ["confirmed"] * 3
    assert list(ledgercheck.check(session)) == []


def test_a_no_brings_the_whole_job_back_to_the_first_member(session, crew, now):
    order, line = asked(session, crew, now)
    vat = line.vat_cents
    propose(session, crew, line, now)
    _first, second, third = lines_of(session, order)
    yes(session, crew, 1, second, now)
    work.decline(session, **crew.own(2), public_id=third.public_id, now=now)
    work.decline(session, **crew.own(2), public_id=third.public_id, now=now)
    assert states(session, order) == ["requested", "cancelled", "declined"]
    assert (line.gross_cents, line.vat_cents) == (12_100, vat)
    assert (order.payment_state, order.total_cents) == ("not_due", 12_100)
    kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert (kinds.count("team_refused"), kinds.count("team_off")) == (1, 1)
    assert "order_declined" not in kinds
    with pytest.raises(StepNotAllowed):
        yes(session, crew, 1, second, now)
    # What she can do now: ask again, or do it alone.
    propose(session, crew, line, now, own=10_000, shares=(2_100,))
    work.decline(session, **crew.own(1), public_id=lines_of(session, order)[3].public_id, now=now)
    yes(session, crew, 0, line, now)
    assert (order.payment_state, order.total_cents) == ("awaiting", 12_100)


def test_the_coordinator_s_proposal_asks_the_first_member_too(session, crew, now):
    order, line = asked(session, crew, now)
    order.origin = "phone"
    yes(session, crew, 0, line, now)
    assert order.payment_state == "awaiting"
    propose(session, crew, line, now, by=By.COORDINATOR)
    assert order.payment_state == "not_due"
    assert states(session, order) == ["requested"] * 3
    with pytest.raises(StepNotAllowed):  # from a page that showed the whole price
        work.accept(session, **crew.own(0), public_id=line.public_id, seen_cents=12_100, now=now)
    with pytest.raises(StepNotAllowed):  # her no to the whole job is another question
        work.decline(session, **crew.own(0), public_id=line.public_id, now=now)
    teams.undo(session, line_id=line.id, by=By.COORDINATOR, by_id=crew.market.seller.id, now=now)
    teams.undo(session, line_id=line.id, by=By.COORDINATOR, by_id=crew.market.seller.id, now=now)
    assert states(session, order) == ["requested", "cancelled", "cancelled"]
    assert line.gross_cents == 12_100
    work.decline(session, **crew.own(0), public_id=line.public_id, now=now)
    assert order.payment_state == "cancelled"


def test_the_same_proposal_twice_is_one(session, crew, now):
    order, line = asked(session, crew, now)
    propose(session, crew, line, now)
    propose(session, crew, line, now)
    assert len(lines_of(session, order)) == 3
    with pytest.raises(NotToBeShared):
        propose(session, crew, line, now, own=6_000, shares=(4_000, 2_100))


def test_what_is_being_paid_or_was_paid_is_not_shared(session, crew, now):
    order = markets.accepted(session, crew.market, now=now)
    line = lines_of(session, order)[0]
    wish = markets.wish(session, crew.market, order, now=now)
    with pytest.raises(BeingPaid):
        propose(session, crew, line, now)
    markets.receive(session, markets.word(wish), now=now)
    with pytest.raises(NotToBeShared):
        propose(session, crew, line, now)
    goods = markets.place(session, crew.market, crew.market.product, now=now)
    with pytest.raises(NotToBeShared):
        propose(session, crew, lines_of(session, goods)[0], now, own=2_000, shares=(420,))


def test_what_waited_too_long_is_not_kept_alive_by_sharing(session, crew, now):
    order, line = asked(session, crew, now)
    with pytest.raises(NotToBeShared):
        propose(session, crew, line, order.due_at)


def test_a_team_is_of_one_cooperative_without_the_buyer_and_nobody_twice(session, crew, now):
    order, line = asked(session, crew, now)
    stranger = markets.make_market(session).member
    mate = crew.colleagues[0]
    mate.person_id = crew.market.buyer.id
    session.flush()
    for wrong in (
        [(stranger.public_id, 6_000)],
        [(crew.market.member.public_id, 6_000)],
        [(mate.public_id, 6_000)],
        [(crew.colleagues[1].public_id, 3_000), (crew.colleagues[1].public_id, 3_000)],
        [],
    ):
        with pytest.raises(WrongTeam):
            teams.propose(
                session,
                line_id=line.id,
                own_cents=12_100 - sum(cents for _key, cents in wrong),
                others=wrong,
                by=By.MEMBER,
                by_id=crew.market.seller.id,
                now=now,
            )
    assert len(lines_of(session, order)) == 1
    shown = teamlines.colleagues(session, line=line)
    assert {one.id for one in shown} == {one.id for one in crew.colleagues}


def test_the_desk_shares_only_what_it_entered(session, crew, now):
    order, line = asked(session, crew, now)
    scope = {"cooperative_id": order.cooperative_id, "public_id": line.public_id}
    with pytest.raises(NotFound):
        teamlines.for_desk(session, **scope)
    order.origin = "phone"
    assert teamlines.for_desk(session, **scope).id == line.id
    stranger = markets.make_market(session).member.cooperative_id
    with pytest.raises(NotFound):
        teamlines.for_desk(session, **scope | {"cooperative_id": stranger})


def test_an_appointment_is_kept_for_everybody_and_moved_by_nobody_alone(session, crew, now):
    open_week(session, crew.market, now)
    order = session.get_one(Order, booking(crew.market, "a", now)(session))
    line = lines_of(session, order)[0]
    propose(session, crew, line, now)
    _first, second, third = lines_of(session, order)
    assert second.starts_at == line.starts_at == MONDAY_NINE
    yes(session, crew, 1, second, now)
    for place, one in ((0, line), (1, second)):
        with pytest.raises(TeamAppointment):
            moving.move(
                session,
                **crew.own(place),
                public_id=one.public_id,
                starts_at=MONDAY_NINE + HOUR,
                now=now,
            )
    # The other colleague has something else at that time: her yes is refused, her no is free.
    calendars.save(
        session,
        **crew.own(2),
        hours=[],
        limits=calendars.Limits(0, 4, 0),
        now=now,
    )
    busy = factories.make_listing(session, crew.colleagues[1])
    elsewhere = factories.make_order(session, [(crew.colleagues[1], 100)])
    held = factories.make_line(
        session, elsewhere, busy, starts_at=line.starts_at, ends_at=line.ends_at
    )
    slots.hold_beside(session, line=held, now=now)
    with pytest.raises(SlotGone):
        yes(session, crew, 2, third, now)
    work.decline(session, **crew.own(2), public_id=third.public_id, now=now)
    again = booking(crew.market, "b", now)
    with pytest.raises(SlotGone):  # the first member still holds it
        again(session)


def test_two_say_yes_at_once_and_nothing_is_lost(database, now):
    with database.session(writes=True) as session:
        crew = make_crew(session, 5)
        order, line = asked(session, crew, now)
        teams.propose(
            session,
            line_id=line.id,
            own_cents=7_100,
            others=[(one.public_id, 1_000) for one in crew.colleagues],
            by=By.MEMBER,
            by_id=crew.market.seller.id,
            now=now,
        )
        session.commit()
        lines = lines_of(session, order)[1:]

    def answer(place, line):
        return lambda own: yes(own, crew, place, line, now).id

    results = at_once(database, [answer(place, one) for place, one in enumerate(lines, 1)])
    assert sorted(results) == [one.id for one in lines]
    with database.session(writes=False) as session:
        found = session.get_one(Order, order.id)
        assert (found.payment_state, found.total_cents) == ("awaiting", 12_100)
        told = select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == "team_agreed")
        assert session.scalar(told) == 6


def test_a_yes_and_a_no_at_once_never_make_a_part_of_the_job_due(database, now):
    with database.session(writes=True) as session:
        crew = make_crew(session)
        order, line = asked(session, crew, now)
        propose(session, crew, line, now)
        session.commit()
        _first, second, third = lines_of(session, order)
    at_once(
        database,
        [
            lambda own: yes(own, crew, 1, second, now).id,
            lambda own: work.decline(own, **crew.own(2), public_id=third.public_id, now=now).id,
        ],
    )
    with database.session(writes=False) as session:
        found = session.get_one(Order, order.id)
        assert (found.payment_state, found.total_cents) == ("not_due", 12_100)
        assert states(session, found) == ["requested", "cancelled", "declined"]
        assert lines_of(session, found)[0].gross_cents == 12_100


def test_a_buyer_cancels_and_the_clock_ends_the_whole_team(session, crew, now):
    order, line = asked(session, crew, now)
    propose(session, crew, line, now)
    orders.cancel(session, buyer_id=crew.market.buyer.id, public_id=order.public_id, now=now)
    assert states(session, order) == ["cancelled"] * 3
    other, line = asked(session, crew, now)
    propose(session, crew, line, now)
    assert other.due_at is not None
    assert sweeps.expire(session, now=other.due_at) == 1
    assert states(session, other) == ["expired"] * 3


def test_other_lines_of_the_order_keep_their_price(session, crew, now):
    mate = factories.make_listing(session, crew.colleagues[0], price_cents=999)
    order = orders.place(
        session,
        buyer_id=crew.market.buyer.id,
        lines=[Wanted(crew.market.service.public_id, 100), Wanted(mate.public_id, 100)],
        idempotency_key="basket",
        now=now,
    )
    line, beside = lines_of(session, order)
    propose(session, crew, line, now)
    for place, one in ((1, beside), (1, lines_of(session, order)[2])):
        yes(session, crew, place, one, now)
    work.decline(session, **crew.own(2), public_id=lines_of(session, order)[3].public_id, now=now)
    assert states(session, order) == ["requested", "accepted", "cancelled", "declined"]
    assert (order.payment_state, order.total_cents, beside.gross_cents) == ("not_due", 13_099, 999)
