"""Orders as buyer and member walk them, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from marketplace.domain.errors import NotFound
from marketplace.domain.orders import NotForSale, OwnListing, StepNotAllowed, StockGone
from marketplace.domain.waterfall import NoAgreement
from marketplace.models.listings import Listing
from marketplace.models.memberships import Agreement
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.services.books import ledger
from marketplace.services.trade import orders, work
from marketplace.services.trade.orders import Wanted
from tests.books import factories
from tests.services import market as markets


@pytest.fixture
def market(session):
    return markets.make_market(session)


def stock(session, market) -> int:
    return session.scalar(select(Listing.stock).where(Listing.id == market.product.id))


def mails(session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def line(session, order) -> OrderLine:
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return session.scalars(query, execution_options={"populate_existing": True}).first()


def test_a_service_is_asked_first_and_copies_price_and_vat(session, market, now):
    order = markets.place(session, market, market.service, now=now, quantity=200)
    copied = line(session, order)
    assert (order.payment_state, order.total_cents) == ("not_due", 24_200)
    assert (copied.state, copied.vat_rate) == ("requested", "0.21")
    assert (copied.net_cents, copied.vat_cents) == (20_000, 4200)
    assert mails(session) == ["order_asked_buyer", "order_requested"]


def test_a_later_price_changes_no_order(session, market, now):
    order = markets.place(session, market, market.service, now=now)
    market.service.price_cents = 99_900
    session.flush()
    work.accept(session, **market.own, public_id=markets.line_of(session, order), now=now)
    assert order.total_cents == 12_100


def test_goods_take_their_stock_and_are_due_at_once(session, market, now):
    order = markets.place(session, market, market.product, now=now, quantity=200)
    assert order.payment_state == "awaiting"
    assert order.due_at == now + dt.timedelta(hours=48)
    assert stock(session, market) == 1
    assert mails(session) == ["order_placed_buyer"], "the member hears of goods once they are paid"


def test_more_than_there_is_is_refused_and_nothing_is_kept(session, market, now):
    with pytest.raises(StockGone) as refused:
        markets.place(session, market, market.product, now=now, quantity=400)
    session.rollback()
    assert refused.value.facts == {"left": 3}
    assert session.scalar(select(func.count(Order.id))) == 0
    assert stock(session, market) == 3


def test_the_same_key_gives_the_same_order_and_takes_stock_once(session, market, now):
    def click(buyer):
        return orders.place(
            session,
            buyer_id=buyer.id,
            lines=[Wanted(market.product.public_id, 100)],
            idempotency_key="twice",
            now=now,
        )

    assert click(market.buyer).id == click(market.buyer).id
    assert stock(session, market) == 2
    other = factories.make_person(session)
    assert click(other).buyer_id == other.id


def test_nobody_buys_from_herself(session, market, now):
    with pytest.raises(OwnListing):
        orders.place(
            session,
            buyer_id=market.seller.id,
            lines=[Wanted(market.service.public_id, 100)],
            idempotency_key="own",
            now=now,
        )


@pytest.mark.parametrize("why", ["draft", "left", "no_agreement", "unknown"])
def test_what_is_not_for_sale_is_refused_without_a_reason(session, market, now, why):
    listing = market.product
    if why == "draft":
        listing.state = "draft"
    elif why == "left":
        market.member.status = "left"
    elif why == "no_agreement":
        session.query(Agreement).delete()
    else:
        listing = Listing(public_id="there-is-none")
    session.flush()
    with pytest.raises(NotForSale):
        markets.place(session, market, listing, now=now)


def test_yes_makes_it_due_and_a_second_click_changes_nothing(session, market, now):
    order = markets.place(session, market, market.service, now=now)
    later = now + dt.timedelta(days=3)
    for _ in range(2):
        work.accept(session, **market.own, public_id=markets.line_of(session, order), now=later)
    assert order.payment_state == "awaiting"
    assert order.due_at == later + dt.timedelta(days=14)
    assert mails(session) == ["order_asked_buyer", "order_requested", "order_accepted"]


def test_no_needs_no_reason_and_ends_the_order(session, market, now):
    order = markets.place(session, market, market.service, now=now)
    work.decline(session, **market.own, public_id=markets.line_of(session, order), now=now)
    assert (line(session, order).state, order.payment_state) == ("declined", "cancelled")
    assert mails(session)[-1] == "order_declined"


def test_without_an_agreement_on_that_day_there_is_no_yes(session, market, now):
    order = markets.place(session, market, market.service, now=now)
    session.query(Agreement).update({"valid_to": dt.date(2025, 12, 31)})
    with pytest.raises(NoAgreement):
        work.accept(session, **market.own, public_id=markets.line_of(session, order), now=now)


def test_cancelling_before_the_payment_gives_the_stock_back_once(session, market, now):
    order = markets.place(session, market, market.product, now=now)
    for _ in range(2):
        orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)
    assert stock(session, market) == 3
    assert order.payment_state == "cancelled"


def test_after_the_delivery_nobody_cancels(session, market, now):
    order = markets.paid(session, market, now=now)
    work.deliver(session, **market.own, public_id=markets.line_of(session, order), now=now)
    with pytest.raises(StepNotAllowed):
        orders.cancel(session, buyer_id=market.buyer.id, public_id=order.public_id, now=now)


def test_delivering_books_turnover_and_asks_the_buyer(session, market, now):
    order = markets.paid(session, market, now=now)
    for _ in range(2):
        work.deliver(session, **market.own, public_id=markets.line_of(session, order), now=now)
    coop = market.member.cooperative_id
    assert ledger.balance(session, cooperative_id=coop, code="turnover") == 10_000
    assert ledger.balance(session, cooperative_id=coop, code="destined_for_member") == 8500
    assert line(session, order).delivered_on == dt.date(2026, 1, 15)
    assert mails(session)[-1] == "order_delivered"


def test_delivery_counts_on_the_day_in_amsterdam(session, market, now):
    order = markets.paid(session, market, now=now)
    midnight = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC)
    work.deliver(session, **market.own, public_id=markets.line_of(session, order), now=midnight)
    assert line(session, order).delivered_on == dt.date(2026, 2, 1)


def test_before_the_payment_nothing_is_delivered(session, market, now):
    order = markets.accepted(session, market, now=now)
    with pytest.raises(StepNotAllowed):
        work.deliver(session, **market.own, public_id=markets.line_of(session, order), now=now)


def test_confirming_twice_tells_the_member_once(session, market, now):
    order = markets.paid(session, market, now=now)
    public_id = markets.line_of(session, order)
    work.deliver(session, **market.own, public_id=public_id, now=now)
    for _ in range(2):
        orders.confirm(
            session,
            buyer_id=market.buyer.id,
            public_id=order.public_id,
            line=public_id,
            now=now,
        )
    assert mails(session).count("order_confirmed") == 1
    assert line(session, order).state == "confirmed"


def test_a_line_that_falls_off_takes_its_price_and_vat_along(session, market, now):
    order = orders.place(
        session,
        buyer_id=market.buyer.id,
        lines=[Wanted(market.service.public_id, 100), Wanted(market.product.public_id, 100)],
        idempotency_key="both",
        now=now,
    )
    assert (order.payment_state, order.total_cents) == ("not_due", 14_520)
    work.decline(session, **market.own, public_id=markets.line_of(session, order), now=now)
    assert (order.payment_state, order.total_cents) == ("awaiting", 2420)
    assert markets.receive(
        session, markets.word(markets.wish(session, market, order, now=now)), now=now
    ) == ("booked")


def test_a_stranger_finds_nothing(session, market, now):
    order = markets.paid(session, market, now=now)
    stranger, other = factories.make_person(session), factories.make_member(session)
    public_id = markets.line_of(session, order)
    with pytest.raises(NotFound):
        orders.one(session, buyer_id=stranger.id, public_id=order.public_id)
    with pytest.raises(NotFound):
        orders.cancel(session, buyer_id=stranger.id, public_id=order.public_id, now=now)
    scope = {"cooperative_id": other.cooperative_id, "membership_id": other.id}
    for act in (work.accept, work.decline, work.deliver):
        with pytest.raises(NotFound):
            act(session, **scope, public_id=public_id, now=now)
    with pytest.raises(NotFound):
        work.one(session, **scope, public_id=public_id)


def test_lists_go_on_where_the_last_page_ended(session, market, now):
    made = [markets.place(session, market, market.service, now=now) for _ in range(22)]
    first = orders.mine(session, buyer_id=market.buyer.id)
    rest = orders.mine(session, buyer_id=market.buyer.id, before=first[-1].public_id)
    assert [one.id for one in first + rest] == [one.id for one in reversed(made)]
    asked = work.jobs(session, **market.own, which="asked")
    more = work.jobs(session, **market.own, which="asked", before=asked[-1].public_id)
    assert (len(asked), len(more)) == (20, 2)
    assert asked[0].order.buyer.name == "Karim Bakker"
