"""What of a member's share is not free yet: until the buyer confirms, a week passes, or a dispute ends."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.domain.bank.paying import SharePending
from marketplace.models.orders import OrderLine
from marketplace.services import ledgercheck
from marketplace.services.banking import batches, payables
from marketplace.services.books import ledger, payouts, pending, pots
from marketplace.services.trade import deskorders, orders, sweeps, work
from tests.books import factories
from tests.services import market as markets


@pytest.fixture
def earner(session):
    """A market whose member earns outside the thermometer: her share is paid to her."""
    return markets.make_market(session, regime="set_off")


@pytest.fixture
def saver(session):
    return markets.make_market(session)


def delivered(session, market, now):
    """A delivered service of 121.00, not confirmed; gives order and line."""
    order = markets.paid(session, market, now=now)
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    work.deliver(session, **market.own, public_id=line.public_id, now=now)
    return order, line


def waits(session, market):
    return pending.of_members(session, membership_ids=[market.member.id]).get(market.member.id, 0)


def share(session, market, code):
    return ledger.balance(
        session,
        cooperative_id=market.member.cooperative_id,
        code=code,
        membership_id=market.member.id,
    )


def payable(session, market):
    found = payouts.payable(session, cooperative_id=market.member.cooperative_id)
    return found.get(market.member.id, {})


def pay_out(session, market, cents, now):
    return payouts.book(
        session,
        cooperative_id=market.member.cooperative_id,
        membership_id=market.member.id,
        kind="earnings",
        amount_cents=cents,
        bank_reference="x",
        paid_on=now.date(),
        booked_by_id=market.seller.id,
        idempotency_key="one",
        now=now,
    )


def test_nothing_is_payable_until_the_buyer_confirms(session, earner, now):
    order, line = delivered(session, earner, now)
    cents = share(session, earner, "payable_to_member")
    assert waits(session, earner) == cents > 0
    assert payable(session, earner) == {}
    with pytest.raises(payouts.MoreThanPayable) as refused:
        pay_out(session, earner, cents, now)
    assert refused.value.facts["payable_cents"] == 0
    orders.confirm(
        session,
        buyer_id=earner.buyer.id,
        public_id=order.public_id,
        line=line.public_id,
        now=now,
    )
    assert payable(session, earner) == {"earnings": cents}
    assert pay_out(session, earner, cents, now).amount_cents == cents
    assert ledgercheck.check(session) == []


def test_after_a_week_of_silence_it_is_free(session, earner, now):
    delivered(session, earner, now)
    assert sweeps.confirm(session, now=now + dt.timedelta(days=6)) == 0
    assert payable(session, earner) == {}
    assert sweeps.confirm(session, now=now + dt.timedelta(days=7)) == 1
    assert payable(session, earner)["earnings"] == share(session, earner, "payable_to_member")


def test_only_the_share_of_what_waits_waits(session, earner, now):
    first, line = delivered(session, earner, now)
    orders.confirm(
        session,
        buyer_id=earner.buyer.id,
        public_id=first.public_id,
        line=line.public_id,
        now=now,
    )
    free = share(session, earner, "payable_to_member")
    delivered(session, earner, now)
    assert share(session, earner, "payable_to_member") > free
    assert payable(session, earner) == {"earnings": free}


def test_a_refund_that_the_member_bears_makes_what_waits_less(session, earner, now):
    order, line = delivered(session, earner, now)
    before = waits(session, earner)
    deskorders.refund(
        session,
        cooperative_id=order.cooperative_id,
        public_id=order.public_id,
        cents={line.public_id: 2_100},
        seen_cents=0,
        reason="not_good",
        liable="member",
        by_id=earner.seller.id,
        now=now,
    )
    assert 0 < waits(session, earner) < before
    assert waits(session, earner) == share(session, earner, "payable_to_member")


def test_a_thermometer_tells_what_waits(session, saver, now):
    order, line = delivered(session, saver, now)
    tells = pots.thermometer(session, membership_id=saver.member.id, on=now.date())
    assert tells.pending_cents == tells.balance_cents > 0
    orders.confirm(
        session,
        buyer_id=saver.buyer.id,
        public_id=order.public_id,
        line=line.public_id,
        now=now,
    )
    tells = pots.thermometer(session, membership_id=saver.member.id, on=now.date())
    assert (tells.pending_cents, tells.balance_cents > 0) == (0, True)


def test_a_batch_holds_nothing_that_waits_and_is_not_released_when_it_waits_again(
    session, earner, now
):
    order, line = delivered(session, earner, now)
    coop = earner.member.cooperative_id
    earner.member.iban = "sealed"
    assert payables.all_of(session, cooperative_id=coop) == []
    orders.confirm(
        session,
        buyer_id=earner.buyer.id,
        public_id=order.public_id,
        line=line.public_id,
        now=now,
    )
    chosen = [one.key for one in payables.all_of(session, cooperative_id=coop)]
    batch = batches.propose(
        session, cooperative_id=coop, keys=chosen, actor_id=earner.seller.id, now=now
    )
    disputed = markets.word(
        markets.last_wish(session, order),
        "disputed",
        object_id="du_1",
        outcome="needs_response",
        held_cents=12_100,
    )
    assert markets.receive(session, disputed, now=now) == "booked"
    second = factories.make_person(session)
    with pytest.raises(SharePending):
        batches.release(
            session, cooperative_id=coop, public_id=batch.public_id, actor_id=second.id, now=now
        )
    assert waits(session, earner) > 0
    over = markets.word(
        markets.last_wish(session, order),
        "dispute_closed",
        object_id="du_1",
        outcome="won",
        held_cents=12_100,
    )
    assert markets.receive(session, over, now=now) == "booked"
    batches.release(
        session, cooperative_id=coop, public_id=batch.public_id, actor_id=second.id, now=now
    )
