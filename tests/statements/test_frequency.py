"""A municipality that asks per quarter: provisional months, one mail, sent together once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.calendar import Month
from marketplace.domain.statements import PeriodRuns, closes_period, due_on
from marketplace.models.outbox import OutboxMessage
from tests.books.factories import at
from tests.statements.months import close, confirm, member_in_set_off, statement_of


@pytest.mark.parametrize(
    ("month", "frequency", "due"),
    [
        ("2026-01", "monthly", "2026-02-10"),
        ("2026-12", "monthly", "2027-01-10"),
        ("2026-01", "quarterly", "2026-04-10"),
        ("2026-03", "quarterly", "2026-04-10"),
        ("2026-04", "quarterly", "2026-07-10"),
        ("2026-12", "quarterly", "2027-01-10"),
        ("2026-01", "yearly", "2027-01-10"),
        ("2026-12", "yearly", "2027-01-10"),
    ],
)
def test_the_last_day_follows_the_period(month, frequency, due):
    found = due_on(Month.parse(month), frequency)
    assert found == dt.date.fromisoformat(due)
    assert closes_period(Month.of(found).shift(-1), found)


def test_a_quarter_is_sent_once_with_its_three_months(session):
    member = member_in_set_off(session, profile_code="demo-oude-linde")
    for month, after in (("2026-01", "2026-02-01"), ("2026-02", "2026-03-01")):
        close(session, month, at(after))
        with pytest.raises(PeriodRuns):
            confirm(session, member, month, at(after, 12))
    ready = select(OutboxMessage.id).where(OutboxMessage.kind == "statement_ready")
    assert session.scalars(ready).all() == []
    close(session, "2026-03", at("2026-04-01"))
    assert len(session.scalars(ready).all()) == 1
    confirm(session, member, "2026-03", at("2026-04-02"))
    sent = [statement_of(session, member, month) for month in ("2026-01", "2026-02", "2026-03")]
    assert [one.state for one in sent] == ["confirmed"] * 3
    assert {one.due_on for one in sent} == {dt.date(2026, 4, 10)}
    assert len({one.digest for one in sent}) == 3


def test_another_quarter_is_left_alone(session):
    member = member_in_set_off(session, profile_code="demo-oude-linde")
    close(session, "2026-03", at("2026-04-01"))
    close(session, "2026-04", at("2026-05-01"))
    confirm(session, member, "2026-03", at("2026-05-02"))
    assert statement_of(session, member, "2026-04").state == "ready"
