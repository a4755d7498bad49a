"""Money back to a buyer without the provider: by bank to the right account, or at the counter with a receipt."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from marketplace.domain.bank.paying import (
    NotEnoughCash,
    NothingProposed,
    RefundUnderWay,
    WrongIban,
)
from marketplace.domain.errors import NotFound
from marketplace.models.banking import CashReceipt
from marketplace.models.cooperatives import Cooperative
from marketplace.services import ledgercheck
from marketplace.services.banking import batches, byhand, cash, payables, refunding, statements
from marketplace.services.books import ledger
from marketplace.services.trade import deskorders, refunds
from tests.banking.papers import OWN, PAYER, camt, entry
from tests.books import factories
from tests.doors.test_slots import only_line
from tests.services import market as markets


@pytest.fixture
def house(session, now):
    market = markets.make_market(session)
    own = session.get_one(Cooperative, market.member.cooperative_id)
    own.iban = OWN
    made = SimpleNamespace(
        session=session,
        market=market,
        cooperative_id=own.id,
        treasurer=factories.make_person(session).id,
        second=factories.make_person(session).id,
        now=now,
    )
    session.commit()
    return made


def own(house):
    return {
        "cooperative_id": house.cooperative_id,
        "actor_id": house.treasurer,
        "now": house.now,
    }


def in_cash(house):
    order = markets.accepted(house.session, house.market, now=house.now)
    cash.book(house.session, reference=order.public_id, **own(house))
    return order


def give_back(house, order, cents=12_100):
    return refunds.refund(
        house.session,
        order_id=order.id,
        lines={only_line(house.session, order.id).id: cents},
        reason="cancelled",
        liable="cooperative",
        by_id=None,
        now=house.now,
    )


def standing(house, order):
    return [one.standing for one in refunding.of_order(house.session, order_id=order.id)]


def tell_account(house, order, iban=PAYER, buyer_id=None):
    refunding.give_account(
        house.session,
        buyer_id=buyer_id or house.market.buyer.id,
        public_id=order.public_id,
        iban=iban,
        name="Karim Bakker",
        now=house.now,
    )


def due(house):
    return payables.all_of(house.session, cooperative_id=house.cooperative_id)


def propose(house):
    return batches.propose(house.session, keys=[one.key for one in due(house)], **own(house))


def balance(house, code):
    return ledger.balance(house.session, cooperative_id=house.cooperative_id, code=code)


def hand_out(house, refund, **other):
    return cash.give_back(house.session, public_id=refund.public_id, **own(house) | other)


def test_cash_goes_back_at_the_counter_once_with_a_receipt(house):
    order = in_cash(house)
    refund = give_back(house, order, 2_100)
    assert standing(house, order) == ["cash"]
    [(waits, _order, name)] = cash.to_give(house.session, cooperative_id=house.cooperative_id)
    assert (waits.id, name) == (refund.id, "Karim Bakker")
    assert [hand_out(house, refund).number for _twice in range(2)] == [2, 2]
    assert (refund.state, refund.via, standing(house, order)) == ("done", "cash", ["done"])
    assert (balance(house, "cash"), balance(house, "refunds_payable")) == (10_000, 0)
    assert cash.to_give(house.session, cooperative_id=house.cooperative_id) == []
    receipts = cash.of_order(house.session, order_id=order.id)
    assert [(one.number, one.cents, one.refund_id) for one in receipts] == [
        (1, 12_100, None),
        (2, 2_100, refund.id),
    ]
    second = give_back(house, order, 1_000)
    assert hand_out(house, second).number == 3
    assert ledgercheck.check(house.session) == []


def test_an_order_is_still_taken_in_cash_once_after_some_of_it_went_back(house):
    order = in_cash(house)
    hand_out(house, give_back(house, order, 100))
    again = cash.book(house.session, reference=order.public_id, **own(house))
    assert (again.number, again.refund_id) == (1, None)


def test_no_more_cash_is_given_than_there_is(house):
    order = in_cash(house)
    refund = give_back(house, order)
    statements.take(
        house.session, content=camt(entry(12_000, "storting"), total=12_000), **own(house)
    )
    [(line, _state)] = byhand.waiting(house.session, cooperative_id=house.cooperative_id)
    byhand.to_other(
        house.session, public_id=line.public_id, code="cash", reason="storting", **own(house)
    )
    with pytest.raises(NotEnoughCash):
        hand_out(house, refund)
    assert house.session.scalars(select(CashReceipt.number)).all() == [1]


def test_cash_that_a_transfer_settles_is_not_given_at_the_counter(house):
    order = in_cash(house)
    refund = give_back(house, order)
    assert [one.iban for one in due(house)] == [""]
    tell_account(house, order)
    assert standing(house, order) == ["soon"]
    batch = propose(house)
    assert standing(house, order) == ["under_way"]
    with pytest.raises(RefundUnderWay):
        hand_out(house, refund)
    with pytest.raises(RefundUnderWay):
        tell_account(house, order, iban=OWN)
    batches.withdraw(house.session, public_id=batch.public_id, **own(house))
    assert hand_out(house, refund).refund_id == refund.id
    assert due(house) == []
    assert ledgercheck.check(house.session) == []


def test_a_stranger_gives_no_cash_and_tells_no_account(house):
    order = in_cash(house)
    refund = give_back(house, order)
    other = markets.make_market(house.session)
    with pytest.raises(NotFound):
        hand_out(house, refund, cooperative_id=other.member.cooperative_id)
    with pytest.raises(NotFound):
        tell_account(house, order, buyer_id=other.buyer.id)
    with pytest.raises(WrongIban):
        tell_account(house, order, iban="NL21INGB0001234567")
    receipt = cash.of_order(house.session, order_id=order.id)[0].public_id
    with pytest.raises(NotFound):
        cash.of_buyer(house.session, buyer_id=other.buyer.id, public_id=receipt)
    assert order.refund_iban is None


def by_provider(house):
    order = markets.paid(house.session, house.market, now=house.now)
    return order, give_back(house, order)


def test_what_the_provider_refused_can_go_by_bank_and_then_only_so(house):
    order, refund = by_provider(house)
    assert standing(house, order) == ["under_way"]
    assert due(house) == []
    refunds.failed(house.session, refund_id=refund.id, why="refused by the provider")
    assert standing(house, order) == ["account_needed"]
    tell_account(house, order)
    batch = propose(house)
    assert (refund.via, refund.state) == ("bank", "booked")
    assert (
        deskorders.try_again(
            house.session,
            cooperative_id=house.cooperative_id,
            public_id=order.public_id,
            by_id=house.treasurer,
            now=house.now,
        )
        == 0
    )
    batches.release(
        house.session, public_id=batch.public_id, **own(house) | {"actor_id": house.second}
    )
    assert refund.state == "sent"
    [item] = batches.get(
        house.session, cooperative_id=house.cooperative_id, public_id=batch.public_id
    )[1]
    statements.take(
        house.session,
        content=camt(entry(-12_100, "", e2e=item.public_id), total=-12_100),
        **own(house),
    )
    assert (refund.state, refund.via) == ("done", "bank")
    assert (balance(house, "bank"), balance(house, "provider_clearing")) == (-12_100, 12_100)
    assert ledgercheck.check(house.session) == []


def test_what_the_provider_never_answered_is_not_paid_a_second_way(house):
    _order, refund = by_provider(house)
    refund.attempts = refunds.MOST_ATTEMPTS
    refunds.failed(house.session, refund_id=refund.id, why="timeout")
    assert due(house) == []
    with pytest.raises(NothingProposed):
        refunding.claim(house.session, [refund.id])
