"""Messages on a line: who sees them, how many may be written, and how often a mail tells of them."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from marketplace.domain.access import Actor, Grant, Role
from marketplace.domain.errors import NotFound
from marketplace.domain.listings import NotAPicture
from marketplace.domain.talking.talk import (
    LONGEST_TEXT,
    MOST_PER_HOUR,
    EmptyMessage,
    MessageTooLong,
    TooManyMessages,
    mail_due,
)
from marketplace.gateways.storage import FolderStorage
from marketplace.models.messages import Message
from marketplace.models.outbox import OutboxMessage
from marketplace.services.talk import messages
from tests.books.factories import make_person
from tests.services import market as markets

HALF = dt.timedelta(minutes=30)


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def line(session, market, now):
    order = markets.paid(session, market, now=now)
    return markets.line_of(session, order)


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path)


def actor(person, *grants):
    return Actor(person.id, person.name, "nl", grants)


def buyer(market):
    return actor(market.buyer)


def member(market):
    own = market.own
    return actor(market.seller, Grant("g", Role.MEMBER, "x", **own))


def coordinator(session, market, role=Role.COORDINATOR):
    scope = {"cooperative_id": market.member.cooperative_id}
    return actor(make_person(session), Grant("g", role, "x", **scope))


def mails(session):
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == "order_message")
        .order_by(OutboxMessage.id)
    ).all()


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG", comment=b"Kerkstraat 1")
    return out.getvalue()


def test_buyer_member_and_coordinator_read_the_same_talk(session, market, line, storage, now):
    people = [buyer(market), member(market), coordinator(session, market)]
    for one, text in zip(people, ("Mag het donderdag?", "Ja hoor", "Fijn"), strict=True):
        messages.write(session, storage=storage, actor=one, line=line, text=text, now=now)
    for one in people:
        talk = messages.one(session, actor=one, line=line)
        assert [(m.side, m.text) for m in talk.messages] == [
            ("buyer", "Mag het donderdag?"),
            ("member", "Ja hoor"),
            ("cooperative", "Fijn"),
        ]
        assert [row.line.public_id for row in messages.mine(session, actor=one)] == [line]


def test_nobody_else_finds_it(session, market, line, storage, now):
    sent = messages.write(
        session, storage=storage, actor=buyer(market), line=line, text="", photo=photo(), now=now
    )
    other = markets.make_market(session)
    officer = Grant("g", Role.OFFICER, "x", municipality_id=market.member.municipality_id)
    strangers = [
        actor(make_person(session)),
        actor(make_person(session), officer),
        member(other),
        buyer(other),
        coordinator(session, other),
        coordinator(session, market, Role.TREASURER),
    ]
    for one in strangers:
        assert messages.mine(session, actor=one) == []
        with pytest.raises(NotFound):
            messages.one(session, actor=one, line=line)
        with pytest.raises(NotFound):
            messages.write(session, storage=storage, actor=one, line=line, text="Hoi", now=now)
        with pytest.raises(NotFound):
            messages.photo_of(session, actor=one, line=line, message=sent.public_id)
        with pytest.raises(NotFound):
            messages.read(session, actor=one, line=line, to=sent.public_id)


def test_a_photo_is_written_anew_and_found_by_its_own_talk_only(
    session, market, line, storage, now
):
    me = buyer(market)
    sent = messages.write(
        session, storage=storage, actor=me, line=line, text="", photo=photo(), now=now
    )
    name = messages.photo_of(session, actor=member(market), line=line, message=sent.public_id)
    kept = storage.fetch(name)
    assert Image.open(io.BytesIO(kept)).format == "WEBP"
    assert b"Kerkstraat" not in kept
    second = markets.line_of(session, markets.paid(session, market, now=now))
    with pytest.raises(NotFound):
        messages.photo_of(session, actor=me, line=second, message=sent.public_id)
    with pytest.raises(NotAPicture):
        messages.write(
            session, storage=storage, actor=me, line=line, text="", photo=b"GIF89a", now=now
        )


def test_a_message_says_something_and_not_too_much(session, market, line, storage, now):
    for text, fault in ((" \n ", EmptyMessage), ("x" * (LONGEST_TEXT + 1), MessageTooLong)):
        with pytest.raises(fault):
            messages.write(
                session, storage=storage, actor=buyer(market), line=line, text=text, now=now
            )
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_so_many_in_an_hour_over_all_talks_together(session, market, line, storage, now):
    second = markets.line_of(session, markets.paid(session, market, now=now))
    me = buyer(market)
    for count in range(MOST_PER_HOUR):
        where = (line, second)[count % 2]
        messages.write(session, storage=storage, actor=me, line=where, text="Hoi", now=now)
    with pytest.raises(TooManyMessages):
        messages.write(session, storage=storage, actor=me, line=line, text="Hoi", now=now)
    messages.write(session, storage=storage, actor=member(market), line=line, text="Ja", now=now)
    later = now + dt.timedelta(hours=1)
    messages.write(session, storage=storage, actor=me, line=line, text="Hoi", now=later)


def test_one_mail_in_half_an_hour_and_none_forgotten(session, market, line, storage, now):
    me = buyer(market)
    for minutes in (0, 5, 10):
        at = now + dt.timedelta(minutes=minutes)
        messages.write(session, storage=storage, actor=me, line=line, text="Geheim", now=at)
    assert [(m.person_id, m.not_before) for m in mails(session)] == [
        (market.seller.id, now),
        (market.seller.id, now + HALF),
    ]
    assert "Geheim" not in str([m.facts for m in mails(session)])


def test_the_coordinators_message_is_told_to_both(session, market, line, storage, now):
    led = coordinator(session, market)
    messages.write(session, storage=storage, actor=led, line=line, text="Hoi", now=now)
    told = {mail.person_id for mail in mails(session)}
    assert told == {market.buyer.id, market.seller.id}


def test_unread_until_it_is_read_or_answered(session, market, line, storage, now):
    me, her = buyer(market), member(market)
    first = messages.write(session, storage=storage, actor=me, line=line, text="1", now=now)
    last = messages.write(session, storage=storage, actor=me, line=line, text="2", now=now)
    assert messages.one(session, actor=her, line=line).unread == 2
    assert [row.unread for row in messages.mine(session, actor=her)] == [True]
    assert messages.one(session, actor=me, line=line).unread == 0
    messages.read(session, actor=her, line=line, to=last.public_id)
    messages.read(session, actor=her, line=line, to=first.public_id)  # never back
    assert messages.one(session, actor=her, line=line).unread == 0
    messages.write(session, storage=storage, actor=her, line=line, text="3", now=now)
    assert [row.unread for row in messages.mine(session, actor=me)] == [True]
    messages.write(session, storage=storage, actor=me, line=line, text="4", now=now)
    assert [row.unread for row in messages.mine(session, actor=me)] == [False]


def test_a_long_talk_comes_in_pages(session, market, line, storage, now):
    for count in range(messages.PAGE + 2):
        at = now + dt.timedelta(hours=count)
        messages.write(
            session, storage=storage, actor=buyer(market), line=line, text=str(count), now=at
        )
    newest = messages.one(session, actor=buyer(market), line=line)
    assert [m.text for m in newest.messages][-1] == str(messages.PAGE + 1)
    older = messages.one(session, actor=buyer(market), line=line, before=newest.earlier)
    assert [m.text for m in older.messages] == ["0", "1"]
    assert older.earlier is None


def test_when_the_next_mail_may_leave(now):
    minute = dt.timedelta(minutes=1)
    assert mail_due(None, now) == now
    assert mail_due(now - 40 * minute, now) == now
    assert mail_due(now - 10 * minute, now) == now + 20 * minute
    assert mail_due(now + minute, now) is None
