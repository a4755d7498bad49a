"""What comes back each month in the demo: closing, settling, paying, confirming, signing off."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.statements import sent_from
from marketplace.gateways.testbank import SignedEvent, TestBank
from marketplace.models.statements import Statement
from marketplace.services.books import payouts
from marketplace.services.demo.stage import Stage
from marketplace.services.months import monthend, officers, statements
from marketplace.services.trade import payments, sweeps


def take_word(session: Session, *, bank: TestBank, word: SignedEvent, now: dt.datetime) -> None:
    """Take a signed word of the bank, as the webhook does."""
    event = bank.read_event(word.body, word.signature)
    digest = hashlib.sha256(word.body).hexdigest()
    payments.receive(session, provider=bank.name, event=event, payload_sha256=digest, now=now)
    bank.delivered(word.id)


def settle(session: Session, *, bank: TestBank, now: dt.datetime) -> None:
    """Let the bank send what it holds to the cooperatives' accounts."""
    bank.settle()
    while waiting := bank.waiting():
        for word in waiting:
            take_word(session, bank=bank, word=word, now=now)


def close_month(session: Session, *, month: Month, now: dt.datetime) -> None:
    """Make the statements of a month that ended."""
    cursor = None
    while True:
        done = monthend.close(session, month=month, now=now, cursor=cursor)
        cursor = done.cursor
        if cursor is None:
            return


def pay_members(session: Session, *, stage: Stage, month: Month, now: dt.datetime) -> None:
    """Let each treasurer send what members with set-off earned and what is free by now, and book it."""
    while sweeps.confirm(session, now=now):
        session.expunge_all()
    for cooperative_id, treasurer_id in stage.treasurers.items():
        open_now = payouts.payable(session, cooperative_id=cooperative_id)
        for membership_id, kinds in sorted(open_now.items()):
            for kind, cents in sorted(kinds.items()):
                payouts.book(
                    session,
                    cooperative_id=cooperative_id,
                    membership_id=membership_id,
                    kind=kind,
                    amount_cents=cents,
                    bank_reference=f"{month} {kind[:1].upper()}{membership_id:04d}",
                    paid_on=day_in_amsterdam(now),
                    booked_by_id=treasurer_id,
                    idempotency_key=f"{month}/{membership_id}/{kind}",
                    now=now,
                )


def confirm(session: Session, *, stage: Stage, month: Month, now: dt.datetime) -> None:
    """Let the members confirm their statements; in the last month some still have to."""
    for member in stage.members.values():
        row = session.execute(
            select(Statement.public_id, Statement.state, Statement.due_on).where(
                Statement.membership_id == member.membership_id, Statement.month == month
            )
        ).one_or_none()
        if row is None or row.state != "ready":
            continue
        if sent_from(month, row.due_on, day_in_amsterdam(now)):
            continue
        if month == stage.last_closed and member.membership_id % 3 == 0:
            continue
        page = statements.page_of(
            session, membership_id=member.membership_id, public_id=row.public_id
        )
        newest = page.newest or page.told
        statements.confirm(
            session,
            membership_id=member.membership_id,
            public_id=row.public_id,
            version=newest.version or 1,
            actor_id=member.person_id,
            now=now,
        )


def sign_off(session: Session, *, stage: Stage, month: Month, now: dt.datetime) -> None:
    """Let the officers sign off what was confirmed; in the last month some are left."""
    for municipality_id, officer_id in stage.officers.items():
        rows = session.scalars(
            select(Statement.public_id)
            .where(
                Statement.municipality_id == municipality_id,
                Statement.month <= month,
                Statement.state == "confirmed",
            )
            .order_by(Statement.id)
        ).all()
        last = month == stage.last_closed
        for public_id in rows[::4] if last else rows:
            officers.sign_off(
                session,
                municipality_id=municipality_id,
                public_id=public_id,
                actor_id=officer_id,
                now=now,
            )
