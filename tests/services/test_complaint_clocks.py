"""The clock of complaints: it hands on, closes, reminds, holds the confirmation up, and forgets."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.talking.complaints import KEPT, Act, By
from marketplace.gateways.storage import FolderStorage
from marketplace.models.orders import OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.talk.complaints import Complaint, ComplaintEvent
from marketplace.services.complaints import buying, clocks
from marketplace.services.complaints.steps import Who, lock, make
from marketplace.services.trade import sweeps
from tests.services import complaints as cases
from tests.services import market as markets
from tests.web.house import picture

DAY = dt.timedelta(days=1)
LAST_DAY_IS_OVER = dt.datetime(2026, 1, 20, 23, tzinfo=dt.UTC)  # midnight in Amsterdam


@pytest.fixture
def market(session):
    return markets.make_market(session)


@pytest.fixture
def made(session, market, now):
    return cases.complain(session, market, cases.delivered(session, market, now), now)


def kinds(session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def test_a_member_who_says_nothing_hands_it_to_the_coordinator(session, market, made):
    coordinator = cases.make_coordinator(session, market)
    assert clocks.run(session, now=LAST_DAY_IS_OVER - dt.timedelta(seconds=1)) == 0
    assert [clocks.run(session, now=LAST_DAY_IS_OVER) for _ in range(2)] == [1, 0]
    assert (made.state, made.due_on) == ("with_coordinator", dt.date(2026, 1, 30))
    assert cases.acts(session, made)[-1] == ("clock", "member_late")
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "complaint_yours"))
    assert [mail.person_id for mail in told] == [coordinator]
    assert kinds(session).count("complaint_passed_on") == 2


def test_a_buyer_who_says_nothing_lets_it_close(session, market, made, now):
    cases.answer(session, market, made, "word", now, text="Het regende")
    assert made.due_on == dt.date(2026, 1, 22)
    clocks.run(session, now=now + 8 * DAY)
    assert (made.state, made.outcome, made.due_on) == ("closed", "silent", None)
    assert kinds(session)[-2:] == ["complaint_silent", "complaint_ended"]
    assert clocks.run(session, now=now + 30 * DAY) == 0


def test_who_does_not_do_it_again_hands_it_on_too(session, market, made, now):
    cases.answer(session, market, made, "redo", now, on_day=day_in_amsterdam(now) + DAY)
    cases.buyer(session, market, made, buying.agree, now)
    clocks.run(session, now=now + 7 * DAY)
    assert made.state == "with_coordinator"


def test_a_coordinator_who_is_late_is_reminded_again_and_again(session, market, made, now):
    cases.make_coordinator(session, market)
    cases.answer(session, market, made, "help", now)
    due = made.due_on
    at = dt.datetime(2026, 1, 26, 23, tzinfo=dt.UTC)  # the seventh working day is over
    for wait, reminders in ((0, 1), (3, 1), (4, 2), (20, 3)):
        clocks.run(session, now=at + wait * DAY)
        assert kinds(session).count("complaint_late") == reminders
    assert (made.state, made.due_on) == ("with_coordinator", due)


def test_a_line_with_an_open_complaint_is_not_confirmed_by_itself(session, market, made, now):
    other = cases.delivered(session, market, now)
    late = now + 8 * DAY
    assert sweeps.confirm(session, now=late) == 1
    states = dict(session.execute(select(OrderLine.public_id, OrderLine.state)).all())
    assert states.pop(other) == "confirmed"
    assert list(states.values()) == ["delivered"]
    cases.buyer(session, market, made, buying.withdraw, late)
    before = len(kinds(session))
    assert sweeps.confirm(session, now=late) == 1
    assert kinds(session)[before:] == []  # nobody hears that nothing was said


def test_another_line_of_the_same_order_is_confirmed(session, market, made, now):
    order = markets.paid(session, market, now=now)
    first = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    held = session.scalars(select(OrderLine).where(OrderLine.id == made.line_id)).one()
    first.order_id, first.state, first.delivered_at = held.order_id, "delivered", now
    assert sweeps.confirm(session, now=now + 8 * DAY) == 1
    assert (first.state, held.state) == ("confirmed", "delivered")


def test_a_long_queue_goes_in_batches(session, market, now, monkeypatch):
    monkeypatch.setattr(clocks, "BATCH", 2)
    for _ in range(3):
        cases.complain(session, market, cases.delivered(session, market, now), now)
    assert [clocks.run(session, now=LAST_DAY_IS_OVER) for _ in range(3)] == [2, 1, 0]


def test_who_acts_before_the_clock_wins(session, market, made, now):
    """The clock finds its complaint within the condition that it is due; what moved on is left alone."""
    cases.answer(session, market, made, "word", now, text="Het regende")
    assert clocks.run(session, now=LAST_DAY_IS_OVER) == 0
    found = lock(session, made.public_id, Complaint.clock_at > LAST_DAY_IS_OVER)
    make(session, found, Act.BUYER_LATE, Who(By.CLOCK), now=now + 9 * DAY)
    assert made.outcome == "silent"


def test_it_is_forgotten_with_its_photos_two_years_after_it_closed(session, market, tmp_path, now):
    storage = FolderStorage(tmp_path)
    line = cases.delivered(session, market, now)
    made = cases.complain(session, market, line, now, storage=storage, photo=picture().getvalue())
    kept = cases.complain(session, market, cases.delivered(session, market, now), now)
    name = session.scalars(
        select(ComplaintEvent.file).where(ComplaintEvent.file.is_not(None))
    ).one()
    assert storage.fetch(name or "")
    cases.buyer(session, market, made, buying.withdraw, now)
    session.commit()
    before = now + KEPT - dt.timedelta(seconds=1)
    assert clocks.forget(session, storage=storage, now=before) == 0
    assert [clocks.forget(session, storage=storage, now=now + KEPT) for _ in range(2)] == [1, 0]
    with pytest.raises(FileNotFoundError):
        storage.fetch(name or "")
    assert session.scalars(select(Complaint.id)).all() == [kept.id]
    assert session.scalar(select(func.count(ComplaintEvent.id))) == 1


def test_a_photo_that_is_gone_already_stops_nothing(session, market, made, tmp_path, now):
    storage = FolderStorage(tmp_path)
    cases.buyer(session, market, made, buying.withdraw, now)
    session.add(
        ComplaintEvent(
            cooperative_id=made.cooperative_id,
            complaint_id=made.id,
            act=Act.WRITE,
            side=By.BUYER,
            actor_id=market.buyer.id,
            at=now,
            text="",
            file="complaints/gone-already.webp",
        )
    )
    session.flush()
    assert clocks.forget(session, storage=storage, now=now + KEPT) == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE complaint_events SET text = 'iets anders'", "DELETE FROM complaint_events"],
)
def test_the_log_of_an_open_complaint_is_never_changed(session, made, statement):
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_a_closed_one_is_not_changed_either(session, market, made, now):
    cases.buyer(session, market, made, buying.withdraw, now)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("UPDATE complaint_events SET text = 'iets anders'"))


@pytest.mark.postgresql_only
def test_the_log_is_not_emptied(session, made):
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("TRUNCATE complaints CASCADE"))


@pytest.mark.sqlite_only
def test_a_row_of_the_log_is_not_replaced(session, made):
    again = "INSERT OR REPLACE INTO complaint_events SELECT * FROM complaint_events LIMIT 1"
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(again))
