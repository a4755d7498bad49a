"""Money that comes in by bank: each line once, the order paid by its reference, the rest in a queue."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from marketplace.domain.bank import references
from marketplace.domain.bank.banking import (
    BankFileOfAnother,
    BankFileSums,
    LineIsUsed,
    NoAccountYet,
    NoSuchSettlement,
    OrderTakesNoMoney,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.orders import StepNotAllowed
from marketplace.gateways.database import Database
from marketplace.models.banking import BankLine, BankStatement
from marketplace.models.cooperatives import Cooperative
from marketplace.models.orders import Order
from marketplace.services import ledgercheck
from marketplace.services.banking import byhand, cash, statements, transfer
from marketplace.services.books import ledger
from marketplace.services.trade import orders, settling
from tests.banking.papers import OWN, camt, entry
from tests.books import factories
from tests.conftest import KEY
from tests.services import market as markets


@pytest.fixture
def house(session, now):
    market = markets.make_market(session)
    session.get_one(Cooperative, market.member.cooperative_id).iban = OWN
    treasurer = factories.make_person(session)
    session.commit()
    return SimpleNamespace(
        market=market, actor_id=treasurer.id, cooperative_id=market.member.cooperative_id
    )


def waiting_order(session, house, now):
    order = markets.accepted(session, house.market, now=now)
    return transfer.choose(
        session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now
    )


@pytest.fixture
def order(session, house, now):
    """121.00, to be paid by bank."""
    return waiting_order(session, house, now)


def take(session, house, content, now):
    return statements.take(
        session,
        cooperative_id=house.cooperative_id,
        content=content,
        actor_id=house.actor_id,
        now=now,
    )


def balance(session, house, code="unmatched_receipts"):
    return ledger.balance(session, cooperative_id=house.cooperative_id, code=code)


def hand(session, house, line, now, act=byhand.to_order, **values):
    return act(
        session,
        cooperative_id=house.cooperative_id,
        public_id=line.public_id,
        actor_id=house.actor_id,
        now=now,
        **values,
    )


def lines_of(session):
    return list(session.scalars(select(BankLine).order_by(BankLine.id)))


def test_choosing_gives_a_reference_and_two_weeks_once(session, house, order, now):
    assert references.is_valid(order.bank_reference)
    assert order.due_at == now + transfer.TRANSFER_WAIT
    again = transfer.choose(
        session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now
    )
    assert again.bank_reference == order.bank_reference
    with pytest.raises(NotFound):
        transfer.choose(
            session, buyer_id=house.market.seller.id, public_id=order.public_id, now=now
        )


def test_without_an_account_nobody_can_choose(session, house, now):
    session.get_one(Cooperative, house.cooperative_id).iban = None
    with pytest.raises(NoAccountYet):
        waiting_order(session, house, now)


def test_the_right_amount_pays_the_order(session, house, order, now):
    content = camt(entry(12_100, references.spaced(order.bank_reference)), total=12_100)
    assert take(session, house, content, now).matched == 1
    assert (order.payment_state, order.paid_via, order.paid_at) == ("paid", "bank", now)
    assert balance(session, house) == 0
    assert balance(session, house, "bank") == 12_100
    assert ledgercheck.check(session) == []


def test_the_same_file_and_an_overlapping_one_change_nothing(session, house, order, now):
    one = entry(12_100, order.bank_reference, ref="B1")
    take(session, house, camt(one, total=12_100), now)
    again = take(session, house, camt(one, total=12_100), now)
    assert (again.new, again.known) == (0, 1)
    wider = take(session, house, camt(one, entry(300, "x", ref="B2"), total=12_400), now)
    assert (wider.new, wider.known) == (1, 1)
    assert balance(session, house) == 300
    assert session.scalar(select(func.count(BankStatement.id))) == 2
    assert ledgercheck.check(session) == []


def test_parts_wait_on_the_order_until_they_make_the_whole(session, house, order, now):
    take(session, house, camt(entry(5000, order.bank_reference), total=5000), now)
    assert order.payment_state == "awaiting"
    assert balance(session, house) == 5000
    take(session, house, camt(entry(7100, order.bank_reference), total=7100), now)
    assert order.payment_state == "paid"
    assert balance(session, house) == 0
    assert ledgercheck.check(session) == []


def test_what_is_too_much_stays_visible(session, house, order, now):
    take(session, house, camt(entry(13_000, order.bank_reference), total=13_000), now)
    assert order.payment_state == "paid"
    [(line, state)] = byhand.waiting(session, cooperative_id=house.cooperative_id)
    assert (line.left_cents, state) == (900, "paid")
    assert balance(session, house) == 900
    assert ledgercheck.check(session) == []


def test_a_cancelled_order_takes_no_money(session, house, order, now):
    orders.cancel(session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now)
    taken = take(session, house, camt(entry(12_100, order.bank_reference), total=12_100), now)
    assert taken.matched == 0
    [(line, _state)] = byhand.waiting(session, cooperative_id=house.cooperative_id)
    with pytest.raises(OrderTakesNoMoney):
        hand(session, house, line, now, reference=order.public_id)
    assert ledgercheck.check(session) == []


def test_one_line_pays_two_orders_by_hand(session, house, order, now):
    other = waiting_order(session, house, now)
    take(session, house, camt(entry(24_200, "twee heggen"), total=24_200), now)
    [line] = lines_of(session)
    hand(session, house, line, now, reference=order.bank_reference)
    hand(session, house, line, now, reference=other.public_id)
    assert [order.payment_state, other.payment_state] == ["paid", "paid"]
    assert (line.left_cents, balance(session, house)) == (0, 0)
    with pytest.raises(LineIsUsed):
        hand(session, house, line, now, reference=other.public_id)
    assert ledgercheck.check(session) == []


def test_two_references_in_one_line_are_left_to_a_person(session, house, order, now):
    other = waiting_order(session, house, now)
    text = f"{order.bank_reference} en {other.bank_reference}"
    assert take(session, house, camt(entry(24_200, text), total=24_200), now).matched == 0
    assert order.payment_state == "awaiting"


def test_a_payout_of_the_provider_is_recognised_once(session, house, now):
    settling.clearing_settled(
        session, cooperative_id=house.cooperative_id, amount_cents=5000, reference="po", now=now
    )
    take(session, house, camt(entry(5000, "po"), entry(5000, "nog"), total=10_000), now)
    first, second = lines_of(session)
    hand(session, house, first, now, byhand.to_provider)
    assert balance(session, house, "bank") == 10_000
    with pytest.raises(NoSuchSettlement):
        hand(session, house, second, now, byhand.to_provider)


def test_other_lines_go_to_an_account_with_a_reason(session, house, now):
    take(session, house, camt(entry(5000, "gift"), entry(-250, "kosten"), total=4750), now)
    gift, costs = lines_of(session)
    hand(session, house, gift, now, byhand.to_other, code="reserve", reason="gift")
    hand(session, house, costs, now, byhand.to_other, code="losses", reason="bankkosten")
    assert balance(session, house, "bank") == 4750
    assert byhand.waiting(session, cooperative_id=house.cooperative_id) == []
    with pytest.raises(NotFound):
        hand(session, house, gift, now, byhand.to_other, code="turnover", reason="x")
    assert byhand.balances(session, cooperative_id=house.cooperative_id)[:2] == (4750, 14_750)


def test_another_account_or_a_gap_keeps_nothing(session, house, now):
    with pytest.raises(BankFileOfAnother):
        take(session, house, camt(entry(100), total=100, iban="NL20INGB0001234567"), now)
    with pytest.raises(BankFileSums):
        take(session, house, camt(entry(100), total=300), now)
    assert lines_of(session) == []
    assert session.scalar(select(func.count(BankStatement.id))) == 0


def test_a_stranger_finds_no_line(session, house, order, now):
    take(session, house, camt(entry(100), total=100), now)
    [line] = lines_of(session)
    foreign = markets.make_market(session).member.cooperative_id
    with pytest.raises(NotFound):
        byhand.get(session, cooperative_id=foreign, public_id=line.public_id)
    with pytest.raises(NotFound):
        cash.book(
            session,
            cooperative_id=foreign,
            reference=order.public_id,
            actor_id=house.actor_id,
            now=now,
        )


def test_cash_is_booked_once_with_a_number_and_brought_to_the_bank(session, house, order, now):
    def book():
        return cash.book(
            session,
            cooperative_id=house.cooperative_id,
            reference=order.bank_reference,
            actor_id=house.actor_id,
            now=now,
        )

    assert (book().number, book().number) == (1, 1)
    assert (order.payment_state, order.paid_via) == ("paid", "cash")
    assert balance(session, house, "cash") == 12_100
    take(session, house, camt(entry(12_100, "storting"), total=12_100), now)
    [line] = lines_of(session)
    hand(session, house, line, now, byhand.to_other, code="cash", reason="storting")
    assert balance(session, house, "cash") == 0
    assert balance(session, house, "bank") == 12_100
    assert ledgercheck.check(session) == []


def test_the_check_sees_a_line_that_lost_its_money(session, house, now):
    take(session, house, camt(entry(100), total=100), now)
    lines_of(session)[0].left_cents = 40
    session.flush()
    assert [fault.code for fault in ledgercheck.check(session)] == ["balance_differs"]


def test_a_buyer_may_not_choose_after_the_payment(session, house, order, now):
    take(session, house, camt(entry(12_100, order.bank_reference), total=12_100), now)
    with pytest.raises(StepNotAllowed):
        transfer.choose(session, buyer_id=house.market.buyer.id, public_id=order.public_id, now=now)


def test_two_treasurers_with_one_file_at_once(session, house, order, now, database_url):
    content = camt(entry(12_100, order.bank_reference), entry(70, "x"), total=12_170)
    session.commit()
    database = Database(database_url, [KEY])
    start, told = threading.Barrier(2), []

    def one():
        start.wait()
        with database.session(writes=True) as own:
            told.append(take(own, house, content, now).new)
            own.commit()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.engine.dispose()
    assert sorted(told) == [0, 2]
    session.expire_all()
    assert session.get_one(Order, order.id).payment_state == "paid"
    assert ledgercheck.check(session) == []
