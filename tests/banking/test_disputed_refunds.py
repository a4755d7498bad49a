"""Money back by bank while the buyer's bank decides; and what is last when money comes by bank or in cash."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from marketplace.domain.disputes import DisputeHoldsMoney
from marketplace.models.cooperatives import Cooperative
from marketplace.models.payments import Dispute
from marketplace.models.refunds import Refund
from marketplace.services import ledgercheck
from marketplace.services.banking import batches, byhand, cash, payables, refunding, statements
from marketplace.services.books import covers
from marketplace.services.invoices import seller
from marketplace.services.trade import refunds
from tests.banking.papers import OWN, camt, entry
from tests.books import factories
from tests.doors.test_slots import only_line
from tests.faults.people import FACTS
from tests.services import market as markets


@pytest.fixture
def market(session):
    made = markets.make_market(session)
    session.get_one(Cooperative, made.member.cooperative_id).iban = OWN
    return made


@pytest.fixture
def own(session, market, now):
    return {
        "cooperative_id": market.member.cooperative_id,
        "actor_id": factories.make_person(session).id,
        "now": now,
    }


@pytest.fixture
def refused(session, market, now):
    """An order that was paid online, with a refund of 21.00 that the provider refused, and the buyer's account."""
    order = markets.paid(session, market, now=now)
    made = refunds.refund(
        session,
        order_id=order.id,
        lines={only_line(session, order.id).id: 2_100},
        reason="not_good",
        liable="cooperative",
        by_id=None,
        now=now,
    )
    refunds.failed(session, refund_id=made.id, why="no")
    order.refund_iban, order.refund_name = "NL20INGB0001234567", "Koper"
    session.flush()
    return order


def word(session, order, outcome):
    wish = markets.last_wish(session, order)
    held = {"held_cents": wish.amount_cents, "outcome": outcome, "object_id": "du_1"}
    return markets.word(wish, "disputed", **held)


def due(session, own):
    found = payables.all_of(session, cooperative_id=own["cooperative_id"])
    return [one.key for one in found if one.kind == "refund"]


def standings(session, order):
    return [one.standing for one in refunding.of_order(session, order_id=order.id)]


def the_refund(session):
    return session.scalars(
        select(Refund).where(Refund.reason == "not_good"),
        execution_options={"populate_existing": True},
    ).one()


def test_while_disputed_it_is_payable_nowhere_and_won_it_is_again(session, own, refused, now):
    assert len(due(session, own)) == 1
    markets.receive(session, word(session, refused, "needs_response"), now=now)
    assert due(session, own) == []
    assert standings(session, refused) == ["waits_for_bank"]
    markets.receive(session, word(session, refused, "won"), now=now)
    assert len(due(session, own)) == 1
    assert ledgercheck.check(session) == []


def test_a_batch_that_was_proposed_before_is_not_released_and_lost_it_falls_away(
    session, own, refused, now
):
    batch = batches.propose(session, keys=due(session, own), **own)
    markets.receive(session, word(session, refused, "needs_response"), now=now)
    second = own | {"actor_id": factories.make_person(session).id}
    with pytest.raises(DisputeHoldsMoney):
        batches.release(session, public_id=batch.public_id, **second)
    markets.receive(session, word(session, refused, "lost"), now=now)
    dispute = session.scalars(select(Dispute)).one()
    assert dispute.lost_cents == 2_100, "what is in a batch may still go"
    with pytest.raises(DisputeHoldsMoney):
        batches.release(session, public_id=batch.public_id, **second)
    assert covers.settle_losses(session, now=now) == 0
    batches.withdraw(session, public_id=batch.public_id, **own)
    assert covers.settle_losses(session, now=now) == 2_100
    refund = the_refund(session)
    assert (refund.state, refund.via, dispute.covered_cents) == ("done", "dispute", 2_100)
    assert due(session, own) == []
    assert ledgercheck.check(session) == []


def test_what_the_bank_carried_out_before_is_a_loss(session, own, refused, now):
    batch = batches.propose(session, keys=due(session, own), **own)
    second = own | {"actor_id": factories.make_person(session).id}
    batches.release(session, public_id=batch.public_id, **second)
    for outcome in ("needs_response", "lost"):
        markets.receive(session, word(session, refused, outcome), now=now)
    item = batches.get(session, cooperative_id=own["cooperative_id"], public_id=batch.public_id)[1][
        0
    ]
    content = camt(entry(-2_100, "out", e2e=item.public_id), total=-2_100)
    statements.take(session, content=content, **own)
    assert covers.settle_losses(session, now=now) == 0
    assert (the_refund(session).state, the_refund(session).via) == ("done", "bank")
    assert ledgercheck.check(session) == []


@pytest.mark.parametrize("how", ["cash", "bank"])
def test_the_number_of_the_invoice_is_taken_after_the_mails_are_queued(
    session, market, own, now, how
):
    """Who takes the number lets others of the cooperative wait until the end of the transaction."""
    coop = own["cooperative_id"]
    seller.keep(session, cooperative_id=coop, facts=FACTS, actor_id=None, now=now)
    order = markets.accepted(session, market, now=now)
    if how == "bank":
        statements.take(session, content=camt(entry(12_100, "heg"), total=12_100), **own)
        [(line, _state)] = byhand.waiting(session, cooperative_id=coop)
    asked = []
    engine = session.get_bind()

    def listener(_connection, _cursor, statement, parameters, *_more):
        asked.append((statement, str(parameters)))

    event.listen(engine, "before_cursor_execute", listener)
    if how == "cash":
        cash.book(session, reference=order.public_id, **own)
    else:
        byhand.to_order(session, public_id=line.public_id, reference=order.public_id, **own)
    session.flush()
    event.remove(engine, "before_cursor_execute", listener)
    numbers = [at for at, (sql, _) in enumerate(asked) if "INTO invoice_counters" in sql]
    mails = [at for at, (_, told) in enumerate(asked) if "order_paid_buyer" in told]
    assert numbers
    assert mails
    assert max(mails) < numbers[0]
