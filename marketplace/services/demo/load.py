"""Load the demo: a year of life into an empty database, in one transaction, or nothing at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.gateways.demofiles import read_cast_file
from marketplace.gateways.passwords import Passwords
from marketplace.gateways.testbank import TestBank
from marketplace.models.outbox import OutboxMessage
from marketplace.models.people import Person
from marketplace.services.demo.asking import ask_and_answer
from marketplace.services.demo.bankbook import leave_at_the_bank
from marketplace.services.demo.brought import bring_goods
from marketplace.services.demo.cast import read_cast
from marketplace.services.demo.disputing import let_a_bank_ask
from marketplace.services.demo.doors import open_the_doors
from marketplace.services.demo.finale import ask_about_a_statement, leave_something_open
from marketplace.services.demo.life import Life
from marketplace.services.demo.plan import Plan, instant
from marketplace.services.demo.reviewing import say_how_it_was
from marketplace.services.demo.stage import Stage
from marketplace.services.demo.unhappy import leave_complaints

FRESH = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Wish:
    """How large a demo: members of the first cooperative, buyers, months, seed, and the last month."""

    members: int
    buyers: int
    months: int
    seed: int
    until: Month


def is_empty(session: Session) -> bool:
    """Tell whether nobody lives in this database yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def load(
    session: Session,
    *,
    wish: Wish,
    bank: TestBank,
    passwords: Passwords,
    receipt_file: str,
    spots: Iterable[tuple[str, float, float]],
    now: dt.datetime,
    tell: Callable[[Month], None],
) -> dict[str, int]:
    """Live the months of the demo and give how often each act happened; `tell` hears of each month.

    The same seed and last month give the same books. A last month that is not over ends at `now`.
    """
    cast = read_cast(read_cast_file(), members=wish.members, buyers=wish.buyers)
    first, last = wish.until.shift(1 - wish.months), wish.until
    stage = Stage(session=session, cast=cast, passwords=passwords, first=first, last=last)
    stage.build(instant(first.first, 0, 30), spots)
    life = Life(
        session=session,
        bank=bank,
        cast=cast,
        plan=Plan(cast, first=first, last=last, seed=wish.seed),
        stage=stage,
        receipt_file=receipt_file,
    )
    end = min(now, instant(last.shift(1).first, 0))
    life.live(end, tell)
    leave_something_open(life, end)
    leave_at_the_bank(life, end)
    open_the_doors(life, end)
    ask_about_a_statement(life, end)
    leave_complaints(life, end)
    ask_and_answer(life, end)
    bring_goods(life, end)
    let_a_bank_ask(life, end)
    say_how_it_was(life, end)
    _old_mail_was_sent(session, end - FRESH)
    return dict(sorted(life.counted.items()))


def _old_mail_was_sent(session: Session, before: dt.datetime) -> None:
    """Mark old mail as sent: nobody wants a year of mail at once."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == "waiting", OutboxMessage.created_at < before)
        .values(state="sent", sent_at=OutboxMessage.created_at, facts={})
    )
