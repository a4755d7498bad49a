"""docs/mail.md tells which mails each step sends: the same as the texts, the steps, and what really leaves."""

from __future__ import annotations

import ast
import datetime as dt
import re

import pytest
from sqlalchemy import select

from marketplace.domain.orders import Act
from marketplace.gateways.mailtexts import asking, bank, complaints, doors, invoices, orders, talk
from marketplace.models.orders import OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.trade import orders as buying
from marketplace.services.trade import sweeps, work
from marketplace.settings import ROOT
from tests.services import market as markets

KINDS = {
    kind
    for noun in (asking, bank, complaints, doors, invoices, orders, talk)
    for kind in noun.TEXTS
}
# Who tells of something else than an order: months, accounts, requests without an offer, series.
NOT_OF_AN_ORDER = {
    "doors/ahead.py": {"end_unanswered", "_tell_of_none"},
    "doors/series.py": {"_tell"},
    "months/questions.py": {"_tell_coordinators", "_tell_member"},
    "months/reassess.py": {"_tell"},
    "months/reminders.py": {"remind"},
    "people/invitations.py": {"_send"},
    "people/registration.py": {"_mail_link", "ask_reset", "choose_password", "register"},
}


def table() -> dict[str, dict[str, set[str]]]:
    """From a happening to the kinds that buyer, member and desk get."""
    text = (ROOT / "docs" / "mail.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {
        name.strip(): {"buyer": kinds_in(buyer), "member": kinds_in(member), "desk": kinds_in(desk)}
        for name, buyer, member, desk in rows[2:]
    }


def kinds_in(cell: str) -> set[str]:
    return {word for word in re.findall(r"[a-z_]+", cell) if word in KINDS or "_" in word}


def test_the_docs_tell_every_step_and_every_mail_and_no_other():
    told = {kind for row in table().values() for kinds in row.values() for kind in kinds}
    assert told == KINDS
    assert {act.value for act in Act} - set(table()) == set()


def test_whoever_tells_of_an_order_puts_the_mail_with_it():
    services = ROOT / "marketplace" / "services"
    found: dict[str, set[str]] = {}
    for file in sorted(services.rglob("*.py")):
        for name in telling_of_nothing(file.read_text(encoding="utf-8")):
            found.setdefault(file.relative_to(services).as_posix(), set()).add(name)
    assert found == NOT_OF_AN_ORDER


def telling_of_nothing(source: str) -> list[str]:
    """Name the functions that queue a mail without the order that it is about."""
    return [
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] == "queue_mail"
        and "order_id" not in {keyword.arg for keyword in call.keywords}
    ]


def walk_asked(session, market, now):
    markets.place(session, market, market.service, now=now)


def walk_ordered(session, market, now):
    markets.place(session, market, market.product, now=now)


def walk_accepted(session, market, now):
    markets.accepted(session, market, now=now)


def walk_declined(session, market, now):
    order = markets.place(session, market, market.service, now=now)
    work.decline(session, **market.own, public_id=markets.line_of(session, order), now=now)


def walk_cancelled(session, market, now):
    order = markets.accepted(session, market, now=now)
    buying.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)


def walk_expired(session, market, now):
    markets.accepted(session, market, now=now)
    sweeps.expire(session, now=now + dt.timedelta(days=20))


def walk_unanswered(session, market, now):
    markets.place(session, market, market.service, now=now)
    sweeps.expire(session, now=now + dt.timedelta(days=20))


def walk_paid(session, market, now):
    markets.paid(session, market, now=now)


def walk_delivered(session, market, now):
    order = markets.paid(session, market, now=now)
    work.deliver(session, **market.own, public_id=markets.line_of(session, order), now=now)
    return order


def walk_confirmed(session, market, now):
    order = walk_delivered(session, market, now)
    buying.confirm(
        session,
        buyer_id=market.buyer.id,
        public_id=order.public_id,
        line=markets.line_of(session, order),
        now=now,
    )


def walk_confirmed_by_itself(session, market, now):
    walk_delivered(session, market, now)
    assert sweeps.confirm(session, now=now + dt.timedelta(days=8)) == 1
    assert session.scalars(select(OrderLine.state)).one() == "confirmed"


def walk_called_off(session, market, now):
    order = markets.paid(session, market, now=now)
    buying.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)


def walk_withdrawn(session, market, now):
    order = markets.paid(session, market, now=now)
    work.withdraw(session, **market.own, public_id=markets.line_of(session, order), now=now)


@pytest.mark.parametrize(
    ("walk", "buyer", "member"),
    [
        (walk_asked, "order_asked_buyer", "order_requested"),
        (walk_ordered, "order_placed_buyer", None),
        (walk_accepted, "order_accepted", None),
        (walk_declined, "order_declined", None),
        (walk_cancelled, "order_cancelled_buyer", "order_cancelled_member"),
        (walk_expired, "order_expired_buyer", "order_expired_member"),
        (walk_unanswered, "order_unanswered_buyer", "order_unanswered_member"),
        (walk_paid, "order_paid_buyer", "order_paid_member"),
        (walk_delivered, "order_delivered", None),
        (walk_confirmed, None, "order_confirmed"),
        (
            walk_confirmed_by_itself,
            "order_confirmed_by_itself_buyer",
            "order_confirmed_by_itself_member",
        ),
        (walk_called_off, "order_called_off_buyer", "order_called_off_member"),
        (walk_withdrawn, "order_withdrawn_buyer", "order_withdrawn_member"),
    ],
)
def test_the_last_step_tells_whom_it_concerns_and_puts_it_with_the_order(
    session, now, walk, buyer, member
):
    market = markets.make_market(session)
    walk(session, market, now)
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    told = [(mail.person_id, mail.kind) for mail in mails]
    last = [(market.buyer.id, buyer), (market.seller.id, member)]
    assert [one for one in last if one[1] and one not in told] == []
    if member is None and buyer != "order_accepted":
        assert told[-1] == (market.buyer.id, buyer), "nobody else hears of it"
    assert {mail.order_id for mail in mails} == {session.scalars(select(OrderLine.order_id)).one()}
