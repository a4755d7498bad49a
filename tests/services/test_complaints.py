"""A complaint from the first word to the end: who is up, who hears of it, and what goes back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.errors import NotFound
from marketplace.domain.refunds import RefundTooMuch
from marketplace.domain.talking.complaining import (
    ComplainedBefore,
    ComplaintTooEarly,
    ComplaintTooLate,
    NothingToComplain,
)
from marketplace.domain.talking.complaints import Act, ComplaintMoved, OwnComplaint, RedoDayRefused
from marketplace.domain.talking.talk import EmptyMessage
from marketplace.gateways.mailtexts import complaints as texts
from marketplace.models.audit import AuditLine
from marketplace.models.orders import OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.refunds import Refund
from marketplace.services import ledgercheck
from marketplace.services.books import pots
from marketplace.services.complaints import buying, deciding, working
from marketplace.services.complaints import mails as mailing
from marketplace.services.complaints.steps import Said
from marketplace.services.trade import orders, work
from tests.books import factories
from tests.services import complaints as cases
from tests.services import market as markets

DAY = dt.timedelta(days=1)


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def coordinator(session, market):
    return cases.make_coordinator(session, market)


@pytest.fixture
def line(session, market, now):
    return cases.delivered(session, market, now)


def mails(session, made) -> list[tuple[str, int | None]]:
    """Kind and reader of each mail about a complaint, oldest first."""
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.kind, row.person_id) for row in rows if made.public_id in str(row.facts)]


def new_mails(session, made, act) -> list[tuple[str, int | None]]:
    before = len(mails(session, made))
    act()
    return mails(session, made)[before:]


def test_a_complaint_names_who_is_up_and_both_hear_of_it(session, market, line, now):
    made = cases.complain(session, market, line, now, wish="part", wish_cents=2500)
    assert (made.state, made.due_on) == ("with_member", dt.date(2026, 1, 20))
    assert cases.acts(session, made) == [("buyer", "open")]
    assert mails(session, made) == [
        ("complaint_received", market.buyer.id),
        ("complaint_new", market.seller.id),
    ]
    facts = session.scalars(
        select(OutboxMessage.facts).where(OutboxMessage.kind == "complaint_new")
    )
    told = facts.one()
    assert told["path"] == f"/werk/klachten/{made.public_id}"
    assert "achterkant" not in str(told)


def test_the_same_click_twice_is_one_complaint(session, market, line, now):
    first = cases.complain(session, market, line, now, key="the-same")
    assert cases.complain(session, market, line, now, key="the-same").id == first.id
    assert cases.acts(session, first) == [("buyer", "open")]
    with pytest.raises(ComplainedBefore):
        cases.complain(session, market, line, now)


def test_a_key_of_another_order_is_no_way_in(session, market, line, now):
    made = cases.complain(session, market, line, now, key="the-same")
    other = cases.delivered(session, market, now)
    assert cases.complain(session, market, other, now, key="the-same").id == made.id


def test_only_the_buyer_and_only_in_time(session, market, line, now):
    for person in (factories.make_person(session), market.seller):
        with pytest.raises(NotFound):
            buying.complain(
                session,
                storage=None,
                buyer_id=person.id,
                line=line,
                wrong=buying.Wrong("other", "x", "tell"),
                key="k",
                now=now,
            )
    with pytest.raises(ComplaintTooLate):
        cases.complain(session, market, line, now + 31 * DAY)
    assert cases.complain(session, market, line, now + 30 * DAY).state == "with_member"


def test_what_is_not_delivered_in_time(session, market, now):
    order = markets.paid(session, market, now=now)
    line = markets.line_of(session, order)
    order.wanted_on = day_in_amsterdam(now) + 5 * DAY
    with pytest.raises(ComplaintTooEarly):
        cases.complain(session, market, line, now + 5 * DAY)
    made = cases.complain(session, market, line, now + 6 * DAY, problem="not_delivered")
    assert made.state == "with_member"


def test_what_was_never_paid(session, market, now):
    order = markets.accepted(session, market, now=now)
    with pytest.raises(NothingToComplain):
        cases.complain(session, market, markets.line_of(session, order), now)


def test_a_wish_is_never_more_than_was_paid_and_never_without_words(session, market, line, now):
    with pytest.raises(RefundTooMuch):
        cases.complain(session, market, line, now, wish="part", wish_cents=12_101)
    with pytest.raises(RefundTooMuch):
        cases.complain(session, market, line, now, wish="part")
    with pytest.raises(EmptyMessage):
        cases.complain(session, market, line, now, text="  ")


def test_doing_it_again_solves_it(session, market, line, now):
    made = cases.complain(session, market, line, now)
    again = day_in_amsterdam(now) + 7 * DAY
    with pytest.raises(RedoDayRefused):
        cases.answer(session, market, made, "redo", now)
    told = new_mails(
        session,
        made,
        lambda: cases.answer(session, market, made, "redo", now, on_day=again, cents=100),
    )
    assert told == [("complaint_answered", market.buyer.id)]
    assert (made.proposal, made.proposal_on, made.proposal_cents) == ("redo", again, None)
    told = new_mails(session, made, lambda: cases.buyer(session, market, made, buying.agree, now))
    assert told == [("complaint_redo_agreed", market.seller.id)]
    assert (made.state, made.due_on) == ("redoing", dt.date(2026, 1, 23))
    working.redone(
        session,
        **market.own,
        person_id=market.seller.id,
        public_id=made.public_id,
        text="Nu ook de achterkant",
        seen=made.steps,
        now=now + 7 * DAY,
    )
    assert (made.state, made.proposal) == ("with_buyer", "redone")
    cases.buyer(session, market, made, buying.agree, now + 8 * DAY)
    assert (made.state, made.outcome, made.clock_at) == ("closed", "solved", None)


def test_a_part_back_that_both_want_is_decided_by_the_coordinator(
    session, market, coordinator, line, now
):
    made = cases.complain(session, market, line, now, wish="part", wish_cents=3000)
    with pytest.raises(RefundTooMuch):
        cases.answer(session, market, made, "part", now, cents=12_101)
    cases.answer(session, market, made, "part", now, cents=2420)
    told = new_mails(session, made, lambda: cases.buyer(session, market, made, buying.agree, now))
    assert set(told) == {
        ("complaint_part_agreed", market.seller.id),
        ("complaint_yours", coordinator),
    }
    assert session.scalar(select(Refund.id)) is None
    told = new_mails(
        session,
        made,
        lambda: cases.decide(
            session, market, made, "refund", now, actor_id=coordinator, cents=2420, liable="member"
        ),
    )
    assert told == [
        ("complaint_refunded", market.buyer.id),
        ("complaint_decided", market.seller.id),
    ]
    assert (made.state, made.outcome) == ("closed", "refunded")
    refund = session.scalars(select(Refund)).one()
    assert (refund.amount_cents, refund.liable, refund.reason) == (2420, "member", "not_good")
    assert refund.by_id == coordinator


def test_the_decision_is_in_the_books_with_its_audit_line(session, market, coordinator, line, now):
    made = cases.complain(session, market, line, now, problem="price")
    cases.answer(session, market, made, "help", now)
    cases.decide(session, market, made, "refund", now, actor_id=coordinator, cents=12_100)
    row = session.scalars(select(OrderLine).where(OrderLine.public_id == line)).one()
    assert (row.state, row.refunded_cents) == ("refunded", 12_100)
    session.commit()
    assert ledgercheck.check(session) == []
    noted = session.scalars(select(AuditLine).where(AuditLine.act == "complaint.decided")).one()
    assert (noted.actor_id, noted.reason) == (coordinator, "decide_refund")
    assert noted.after == {"cents": 12_100, "liable": "cooperative"}


def test_a_pot_that_was_spent_falls_below_zero_and_nothing_is_claimed(
    session, market, coordinator, line, now
):
    made = cases.complain(session, market, line, now, wish="whole")
    factories.spend(session, market.member, now=now, gross_cents=9_000)
    before = pots.thermometer(session, membership_id=market.member.id, on=now.date())
    cases.answer(session, market, made, "help", now)
    cases.decide(
        session, market, made, "refund", now, actor_id=coordinator, cents=12_100, liable="member"
    )
    after = pots.thermometer(session, membership_id=market.member.id, on=now.date())
    assert after.balance_cents < 0 < before.balance_cents
    session.commit()
    assert ledgercheck.check(session) == []


def test_more_than_is_left_is_refused_and_nothing_moves(session, market, coordinator, line, now):
    made = cases.complain(session, market, line, now)
    cases.answer(session, market, made, "help", now)
    for cents in (12_101, 0, None):
        with pytest.raises(RefundTooMuch):
            cases.decide(session, market, made, "refund", now, actor_id=coordinator, cents=cents)
    with pytest.raises(EmptyMessage):
        cases.decide(session, market, made, "no", now, actor_id=coordinator, text=" ")
    assert made.state == "with_coordinator"
    assert session.scalar(select(Refund.id)) is None


def test_an_explanation_has_words_and_a_buyer_may_disagree(session, market, line, now, coordinator):
    made = cases.complain(session, market, line, now, wish="tell")
    with pytest.raises(EmptyMessage):
        cases.answer(session, market, made, "word", now)
    cases.answer(session, market, made, "word", now, text="Het regende")
    told = new_mails(
        session,
        made,
        lambda: cases.buyer(session, market, made, buying.disagree, now, text="Niet waar"),
    )
    assert set(told) == {
        ("complaint_passed_on", market.seller.id),
        ("complaint_yours", coordinator),
    }
    cases.decide(session, market, made, "no", now, actor_id=coordinator)
    assert (made.state, made.outcome) == ("closed", "refused")
    with pytest.raises(ComplainedBefore):
        cases.complain(session, market, line, now)


def test_a_coordinator_steps_in_and_lets_it_be_done_again(session, market, line, now, coordinator):
    made = cases.complain(session, market, line, now)
    with pytest.raises(ComplaintMoved):
        cases.decide(session, market, made, "no", now, actor_id=coordinator)
    cases.step_in(session, market, made, coordinator, now)
    with pytest.raises(RedoDayRefused):
        cases.decide(
            session, market, made, "redo", now, actor_id=coordinator, on_day=dt.date(2026, 1, 1)
        )
    again = day_in_amsterdam(now) + 3 * DAY
    cases.decide(session, market, made, "redo", now, actor_id=coordinator, on_day=again, cents=5)
    assert (made.state, made.proposal_on) == ("redoing", again)
    cases.answer(session, market, made, "help", now)
    assert made.state == "with_coordinator"


def test_taking_it_back_closes_it_and_leaves_a_new_one_open(session, market, line, now):
    made = cases.complain(session, market, line, now)
    told = new_mails(
        session, made, lambda: cases.buyer(session, market, made, buying.withdraw, now)
    )
    assert told == [("complaint_withdrawn", market.seller.id)]
    assert cases.complain(session, market, line, now).id != made.id


def test_a_step_is_made_from_what_was_seen_and_a_second_click_changes_nothing(
    session, market, line, now
):
    made = cases.complain(session, market, line, now)
    for _twice in range(2):
        working.answer(
            session,
            **market.own,
            person_id=market.seller.id,
            public_id=made.public_id,
            how="word",
            said=Said("Het regende"),
            seen=0,
            now=now,
        )
    assert cases.acts(session, made) == [("buyer", "open"), ("member", "explain")]
    # A page from before the answer knows nothing of what lies there now.
    with pytest.raises(ComplaintMoved):
        cases.buyer(session, market, made, buying.agree, now, seen=0)
    for _twice in range(2):
        cases.buyer(session, market, made, buying.agree, now, seen=1)
    with pytest.raises(ComplaintMoved):
        cases.buyer(session, market, made, buying.withdraw, now, seen=1)
    assert made.outcome == "solved"


def test_every_step_of_the_table_tells_somebody_and_every_mail_has_its_text():
    assert set(mailing.TOLD) == set(Act)
    told = {kind for sides in mailing.TOLD.values() for kind in sides.values()}
    assert told == set(texts.TEXTS)
    assert all(mailing.TOLD.values())


def test_nobody_decides_about_her_own_work_or_purchase(session, market, line, now):
    made = cases.complain(session, market, line, now)
    for person in (market.buyer, market.seller):
        with pytest.raises(OwnComplaint):
            cases.step_in(session, market, made, person.id, now)
    assert made.state == "with_member"


def test_another_member_another_cooperative_and_another_buyer_find_nothing(
    session, market, line, now
):
    made = cases.complain(session, market, line, now)
    other = markets.make_market(session)
    with pytest.raises(NotFound):
        cases.answer(session, other, made, "word", now, text="x")
    with pytest.raises(NotFound):
        cases.buyer(session, other, made, buying.withdraw, now)
    with pytest.raises(NotFound):
        cases.step_in(session, other, made, cases.make_coordinator(session, other), now)
    assert deciding.DECISIONS.keys() == {"no", "redo", "refund"}


def test_a_buyer_who_said_it_is_right_may_still_complain(session, market, now):
    order = markets.paid(session, market, now=now)
    line = markets.line_of(session, order)
    work.deliver(session, **market.own, public_id=line, now=now)
    orders.confirm(session, buyer_id=market.buyer.id, public_id=order.public_id, line=line, now=now)
    assert cases.complain(session, market, line, now + DAY).state == "with_member"
