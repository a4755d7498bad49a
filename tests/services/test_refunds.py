"""Money back: never more than was paid, booked at once, sent once, and the books stay clean."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import StepNotAllowed
from marketplace.domain.refunds import Left, RefundTooMuch, vat_half_up
from marketplace.gateways.payments import ProviderAway, ProviderRefused, RefundAnswer
from marketplace.models.ledger import Entry
from marketplace.models.listings import Listing
from marketplace.models.orders import OrderLine
from marketplace.models.refunds import Refund, RefundLine
from marketplace.services import ledgercheck
from marketplace.services.books import ledger
from marketplace.services.trade import givenback, refunds, refundsending
from tests.books import factories

NOW = factories.at("2026-01-10")


@pytest.fixture
def member(session):
    return factories.make_member(session)


def line_of(session, order) -> OrderLine:
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return session.scalars(query, execution_options={"populate_existing": True}).first()


def back(session, order, cents, *, liable="member", now=NOW) -> Refund:
    line = line_of(session, order)
    return refunds.refund(
        session,
        order_id=order.id,
        lines={line.id: cents},
        reason="not_good",
        liable=liable,
        by_id=None,
        now=now,
    )


def balance(session, member, code, **owner) -> int:
    return ledger.balance(session, cooperative_id=member.cooperative_id, code=code, **owner)


class Provider:
    """A provider that answers as it is told, and remembers what it was asked."""

    name = "testbank"

    def __init__(self, state="done") -> None:
        self.state, self.asked = state, []

    def refund(self, *, key, reference, amount_cents, reason, account):
        assert account is not None
        self.asked.append((key, reference, amount_cents, reason))
        if self.state == "away":
            raise ProviderAway
        if self.state == "refuses":
            raise ProviderRefused("wrong_key")
        return RefundAnswer(f"re_{key}", self.state)


def send(session, provider, now=NOW) -> int:
    @contextmanager
    def transaction():
        yield session
        session.commit()

    return refundsending.send_waiting(transaction, provider, now=now)


def test_before_the_delivery_the_advance_goes_back(session, member):
    order = factories.make_paid_order(session, member, gross_cents=12_100, now=NOW)
    made = back(session, order, 12_100)
    assert (made.amount_cents, made.state, made.via) == (12_100, "booked", "provider")
    assert line_of(session, order).state == "refunded"
    assert balance(session, member, "received_in_advance") == 0
    assert balance(session, member, "output_vat") == 0
    assert balance(session, member, "refunds_payable") == 12_100
    assert ledgercheck.check(session) == []


def test_a_product_that_never_left_is_on_the_shelf_again(session, member):
    order = factories.make_order(session, [(member, 5_000)])
    line = line_of(session, order)
    listing = session.get_one(Listing, line.listing_id)
    listing.kind, listing.unit, listing.stock = "product", "piece", 0
    line.kind, line.state = "product", "ordered"
    factories.pay(session, order, now=NOW)
    back(session, order, 5_000)
    session.refresh(listing)
    assert listing.stock == 1


@pytest.mark.parametrize("liable", ["member", "cooperative", "provider"])
def test_after_the_delivery_the_one_who_is_liable_bears_it(session, member, liable):
    order = factories.sell(session, member, gross_cents=12_100, now=NOW)
    share = balance(session, member, "destined_for_member", membership_id=member.id)
    back(session, order, 12_100, liable=liable)
    after = balance(session, member, "destined_for_member", membership_id=member.id)
    assert after == (0 if liable == "member" else share)
    losses = {"cooperative": 10_000}.get(liable, 0)
    assert balance(session, member, "losses") == losses
    assert ledgercheck.check(session) == []


def test_the_pot_may_go_below_zero_and_nothing_is_claimed(session, member):
    order = factories.sell(session, member, gross_cents=12_100, now=NOW)
    factories.spend(session, member, now=NOW)
    back(session, order, 12_100)
    assert balance(session, member, "turnover") == 0
    assert ledgercheck.check(session) == []


def test_never_more_than_what_is_left(session, member):
    order = factories.sell(session, member, gross_cents=10_000, now=NOW)
    back(session, order, 6_000)
    with pytest.raises(RefundTooMuch):
        back(session, order, 4_001)
    for cents in (0, -1):
        with pytest.raises(RefundTooMuch):
            back(session, order, cents)
    back(session, order, 4_000)
    with pytest.raises(RefundTooMuch):
        back(session, order, 1)
    parts = session.scalars(select(RefundLine)).all()
    line = line_of(session, order)
    assert sum(part.vat_cents for part in parts) == line.vat_cents
    assert ledgercheck.check(session) == []


def test_only_of_a_paid_order_and_its_own_lines(session, member):
    waiting = factories.make_order(session, [(member, 1_000)])
    with pytest.raises(StepNotAllowed):
        back(session, waiting, 100)
    paid = factories.make_paid_order(session, member, gross_cents=1_000, now=NOW)
    foreign = line_of(session, waiting).id
    with pytest.raises(NotFound):
        refunds.refund(
            session,
            order_id=paid.id,
            lines={foreign: 100},
            reason="x",
            liable="member",
            by_id=None,
            now=NOW,
        )


def test_a_part_before_the_delivery_leaves_the_rest_to_earn(session, member):
    order = factories.make_paid_order(session, member, gross_cents=12_100, now=NOW)
    back(session, order, 2_100)
    factories.deliver(session, order, now=NOW)
    assert balance(session, member, "turnover") == 10_000 - 1_736
    assert balance(session, member, "received_in_advance") == 0
    back(session, order, 1_000)
    assert ledgercheck.check(session) == []


def test_a_later_month_outside_the_pot_counts_in_the_month_of_the_work(session):
    member = factories.make_member(session, regime="set_off")
    order = factories.sell(session, member, gross_cents=12_100, now=factories.at("2026-01-20"))
    back(session, order, 12_100, now=factories.at("2026-02-03"))
    assert ledgercheck.check(session) == []
    assert balance(session, member, "payable_to_member", membership_id=member.id) == 0
    month = session.scalar(select(Entry.for_month).where(Entry.kind == "sale_reversed"))
    assert str(month) == "2026-01"


def test_the_provider_is_asked_once_and_its_word_empties_the_debt(session, member):
    order = factories.make_paid_order(session, member, gross_cents=5_000, now=NOW)
    made = back(session, order, 2_000)
    provider = Provider()
    assert (send(session, provider), send(session, provider)) == (1, 0)
    assert [(key, cents) for key, _, cents, _ in provider.asked] == [(made.public_id, 2_000)]
    session.refresh(made)
    assert (made.state, made.done_at) == ("done", NOW)
    assert balance(session, member, "refunds_payable") == 0
    assert balance(session, member, "provider_clearing") == 3_000
    assert refunds.settled(session, refund_id=made.id, via="provider", now=NOW) is False
    assert ledgercheck.check(session) == []


def test_a_provider_that_is_away_is_asked_again_with_the_same_key(session, member):
    made = back(session, factories.make_paid_order(session, member, gross_cents=900, now=NOW), 900)
    provider = Provider("away")
    assert send(session, provider) == 0
    assert send(session, provider) == 0
    provider.state = "pending"
    assert send(session, provider, NOW + dt.timedelta(minutes=2)) == 1
    assert {key for key, *_ in provider.asked} == {made.public_id}
    session.refresh(made)
    assert made.state == "sent"
    assert refunds.settled(session, refund_id=made.id, via="provider", now=NOW) is True
    assert ledgercheck.check(session) == []


def test_what_takes_long_is_asked_after_until_it_arrived_though_its_word_is_lost(session, member):
    made = back(session, factories.make_paid_order(session, member, gross_cents=900, now=NOW), 900)
    provider = Provider("pending")
    hours = [send(session, provider, NOW + dt.timedelta(minutes=30 * n)) for n in range(4)]
    assert hours == [1, 0, 1, 0]
    provider.state = "refuses"  # the question is refused, not the refund
    send(session, provider, NOW + dt.timedelta(hours=3))
    session.refresh(made)
    assert (made.state, made.attempts, made.last_error) == ("sent", 1, "wrong_key")
    provider.state = "done"
    assert send(session, provider, NOW + dt.timedelta(hours=4)) == 1
    assert send(session, provider, NOW + dt.timedelta(hours=9)) == 0
    session.refresh(made)
    assert made.state == "done"
    assert {key for key, *_ in provider.asked} == {made.public_id}
    assert balance(session, member, "provider_clearing") == 0
    assert ledgercheck.check(session) == []


@pytest.mark.parametrize(("tries", "same_key"), [(["refuses"], False), (["away", "refuses"], True)])
def test_a_no_after_a_try_without_an_answer_keeps_the_key_that_finds_it(
    session, member, tries, same_key
):
    made = back(session, factories.make_paid_order(session, member, gross_cents=900, now=NOW), 900)
    for hour, state in enumerate(tries):
        send(session, Provider(state), NOW + dt.timedelta(hours=hour))
    session.refresh(made)
    before = made.public_id
    refunds.ask_again(made, now=NOW)
    assert (made.public_id == before) is same_key


def test_what_the_provider_refuses_stays_owed(session, member):
    made = back(session, factories.make_paid_order(session, member, gross_cents=900, now=NOW), 900)
    send(session, Provider("failed"))
    session.refresh(made)
    assert made.state == "failed"
    assert balance(session, member, "refunds_payable") == 900
    assert ledgercheck.check(session) == []


def test_a_refund_from_the_dashboard_makes_its_own_row_once(session, member):
    order = factories.make_order(session, [(member, 5_000), (member, 2_501)])
    factories.pay(session, order, now=NOW)
    for _ in range(2):
        givenback.from_provider(
            session, order=order, refunded_total_cents=1_000, provider_reference="re_1", now=NOW
        )
    (made,) = refunds.of_order(session, order_id=order.id)
    assert (made.amount_cents, made.state, made.liable) == (1_000, "done", "cooperative")
    parts = session.scalars(select(RefundLine).order_by(RefundLine.id)).all()
    assert [part.gross_cents for part in parts] == [667, 333]
    assert balance(session, member, "provider_clearing") == 6_501
    assert ledgercheck.check(session) == []


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=8), st.integers(0, 21))
def test_parts_take_exactly_the_vat_of_the_whole(parts, percent):
    gross = sum(parts)
    vat = gross * percent // (100 + percent)
    left, taken = Left(gross, vat), 0
    for part in parts:
        own = vat_half_up(left, part)
        assert 0 <= own <= part
        taken += own
        left = Left(left.gross_cents - part, left.vat_cents - own)
    assert taken == vat
