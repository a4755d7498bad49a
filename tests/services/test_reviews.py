"""Reviews: one per confirmed line, seen by all after two days, answered, hidden, and forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.errors import NotFound
from marketplace.domain.talking.reviews import (
    HIDE_REASONS,
    KEPT,
    QUIET,
    ReviewedAlready,
    ReviewTooEarly,
)
from marketplace.models.audit import AuditLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.talk import reviews
from marketplace.services.trade import orders, work
from marketplace.web.forms.talk.reviews import REASON_WORDS
from tests.books.factories import make_person
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


def done(session, market, now, *, confirmed=True):
    order = markets.paid(session, market, now=now)
    line = markets.line_of(session, order)
    work.deliver(session, **market.own, public_id=line, now=now)
    if confirmed:
        orders.confirm(
            session, buyer_id=market.buyer.id, public_id=order.public_id, line=line, now=now
        )
    return line


def write(session, market, line, now, *, score=4, text="Netjes"):
    return reviews.write(
        session, buyer_id=market.buyer.id, line=line, score=score, text=text, now=now
    )


def said(session, market, at):
    return reviews.about_listing(session, listing_id=market.service.id, now=at)


def test_everybody_sees_it_after_two_days_and_the_member_hears_at_once(session, market, now):
    review = write(session, market, done(session, market, now), now)
    assert said(session, market, now + QUIET - dt.timedelta(seconds=1)).count == 0
    seen = said(session, market, now + QUIET)
    assert ([one.text for one in seen.newest], seen.count, seen.tenths) == (["Netjes"], 1, 40)
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "review_written"))
    assert mail.one().person_id == market.seller.id
    mine = reviews.of_membership(session, membership_id=market.member.id)
    assert [one.id for one in mine] == [review.id]


def test_only_once_only_after_the_yes_and_only_by_the_buyer(session, market, now):
    early = done(session, market, now, confirmed=False)
    with pytest.raises(ReviewTooEarly):
        write(session, market, early, now)
    line = done(session, market, now)
    for other in (make_person(session).id, market.seller.id):
        with pytest.raises(NotFound):
            reviews.write(session, buyer_id=other, line=line, score=1, text="x", now=now)
    write(session, market, line, now)
    with pytest.raises(ReviewedAlready):
        write(session, market, line, now)


def test_the_average_is_of_all_and_rounded_half_up(session, market, now):
    for score in (5, 4, 4, 2):
        write(session, market, done(session, market, now), now, score=score)
    seen = said(session, market, now + QUIET)
    assert (seen.count, seen.tenths) == (4, 38)  # 3.75


def test_the_member_answers_before_and_after(session, market, now):
    review = write(session, market, done(session, market, now), now)
    other = markets.make_market(session)
    with pytest.raises(NotFound):
        reviews.reply(
            session,
            membership_id=other.member.id,
            review=review.public_id,
            text="Nee",
            now=now,
        )
    for at, text in ((now, "Dank je"), (now + 2 * QUIET, "Graag gedaan")):
        reviews.reply(
            session, membership_id=market.member.id, review=review.public_id, text=text, now=at
        )
    assert said(session, market, now + 2 * QUIET).newest[0].reply == "Graag gedaan"


def test_a_coordinator_hides_with_a_reason_that_is_kept(session, market, now):
    review = write(session, market, done(session, market, now), now)
    actor = make_person(session)
    scope = {"review": review.public_id, "reason": "insult", "actor_id": actor.id, "now": now}
    elsewhere = markets.make_market(session).member.cooperative_id
    with pytest.raises(NotFound):
        reviews.hide(session, cooperative_id=elsewhere, **scope)
    for _twice in range(2):
        reviews.hide(session, cooperative_id=market.member.cooperative_id, **scope)
    assert said(session, market, now + QUIET).count == 0
    kept = session.scalars(select(AuditLine).where(AuditLine.act == "review_hidden")).all()
    assert [(line.reason, line.actor_id) for line in kept] == [("insult", actor.id)]


def test_what_is_hidden_can_be_seen_in_the_text_and_truth_is_no_reason(session, market, now):
    review = write(session, market, done(session, market, now), now)
    assert set(REASON_WORDS) == set(HIDE_REASONS)
    with pytest.raises(ValueError, match="untrue"):
        reviews.hide(
            session,
            cooperative_id=market.member.cooperative_id,
            review=review.public_id,
            reason="untrue",
            actor_id=market.seller.id,
            now=now,
        )
    assert review.hidden_at is None


def test_it_is_forgotten_after_three_years(session, market, now):
    write(session, market, done(session, market, now), now)
    assert reviews.forget(session, now=now + KEPT - dt.timedelta(seconds=1)) == 0
    assert said(session, market, now + KEPT).count == 0
    assert reviews.forget(session, now=now + KEPT) == 1
    assert reviews.of_membership(session, membership_id=market.member.id) == []
