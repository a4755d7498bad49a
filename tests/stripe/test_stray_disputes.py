"""The buyer's bank asks back a payment that no order took: booked, never given back twice, and told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.models.ledger import Entry
from marketplace.models.orders import Order, OrderLine
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import Dispute, PaymentIntent, ProviderCall
from marketplace.models.refunds import DisputeCover
from marketplace.services.trade import deskorders
from tests.stripe.conftest import press_pay
from tests.stripe.conftest import tell as booked
from tests.stripe.test_disputes import CLOSED, CREATED, TAKEN, do_calls, tell
from tests.stripe.test_held_refunds import even, lost_cents, sent
from tests.stripe.test_market import look
from tests.stripe.test_strays import call, states, unmatched


def opened(app, local, page, **values):
    dispute = local.buyer_disputes(page, **values)
    assert tell(app, local, CREATED, dispute) == "booked"
    return dispute


def ends(app, local, dispute, outcome):
    told = local.dispute_ends(dispute["id"], outcome)
    return [tell(app, local, CLOSED, told) for _ in range(2)]


def test_it_is_booked_with_its_fee_and_nothing_goes_back_meanwhile(app, shop, local, late):
    dispute = opened(app, local, late)
    assert tell(app, local, TAKEN, dispute) == "ignored"
    assert [do_calls(app, minutes=one) for one in (1, 61)] == [0, 0]
    assert (sent(local), states(app), unmatched(app, shop)) == (0, ["stray"], 12_100)
    assert look(app, select(OrderLine.state)) == ["cancelled"]
    assert call(app) == ("waiting", None)
    even(app, shop, local)


def test_lost_the_buyer_has_it_and_nobody_gives_it_again(app, shop, local, late):
    dispute = opened(app, local, late)
    do_calls(app, minutes=1)
    assert ends(app, local, dispute, "lost") == ["booked", "ignored"]
    assert do_calls(app, hours=2) == 0
    assert (sent(local), states(app), unmatched(app, shop)) == (0, ["returned"], 0)
    assert (call(app), lost_cents(app)) == (("done", None), 0)
    even(app, shop, local)


@pytest.mark.parametrize("outcome", ["won", "warning_closed"])
def test_over_it_is_given_back_after_all(app, shop, local, late, outcome):
    dispute = opened(app, local, late, only_asks=outcome == "warning_closed")
    assert do_calls(app, minutes=1) == 0
    assert ends(app, local, dispute, outcome) == ["booked", "ignored"]
    assert do_calls(app, hours=2) == 1
    assert (sent(local), states(app), unmatched(app, shop)) == (12_100, ["returned"], 0)
    even(app, shop, local)


def test_a_part_that_is_lost_leaves_the_rest_to_give_back(app, shop, local, late):
    dispute = opened(app, local, late, amount=5_000)
    do_calls(app, minutes=1)
    ends(app, local, dispute, "lost")
    assert (states(app), unmatched(app, shop)) == (["stray"], 7_100)
    assert do_calls(app, hours=2) == 1
    assert (sent(local), states(app), unmatched(app, shop)) == (7_100, ["returned"], 0)
    assert tell(app, local, "charge.refunded", local.charge_of(late)) == "ignored"
    even(app, shop, local)
    failed = local.refund_fails(next(iter(local.tables["re"])))
    assert tell(app, local, "refund.failed", failed) == "booked"
    assert unmatched(app, shop) == 7_100
    even(app, shop, local)


def test_what_we_gave_back_before_is_a_loss_until_it_comes_back(app, shop, local, late):
    assert do_calls(app, minutes=1) == 1
    dispute = opened(app, local, late)
    ends(app, local, dispute, "lost")
    assert (lost_cents(app), states(app)) == (12_100, ["returned"])
    even(app, shop, local)
    failed = local.refund_fails(next(iter(local.tables["re"])))
    assert tell(app, local, "refund.failed", failed) == "booked"
    even(app, shop, local)
    do_calls(app, hours=2)
    assert (lost_cents(app), states(app), sent(local)) == (0, ["returned"], 0)
    assert look(app, select(DisputeCover.out_of)) == ["losses"]
    even(app, shop, local)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_give_back_without_an_answer_is_looked_up_and_not_made_again(
    app, shop, local, late, arrived
):
    local.down, local.fail_after_work = not arrived, int(arrived)
    assert do_calls(app, minutes=1) == 0
    local.down = False
    dispute = opened(app, local, late)
    ends(app, local, dispute, "lost")
    assert lost_cents(app) == 12_100
    for minutes in (30, 31):
        do_calls(app, minutes=minutes)
    assert sent(local) == (12_100 if arrived else 0)
    assert lost_cents(app) == (12_100 if arrived else 0)
    assert states(app) == ["returned"]
    even(app, shop, local)


def test_the_order_beside_it_stands_and_can_be_refunded(app, shop, local, order, page):
    """Paid on two pages: the bank asks the one back that no order took, and the order is not disputed."""
    with app.app_context(), context.transaction() as session:
        intent = session.scalars(select(PaymentIntent)).one()
        intent.state = "failed"  # so the page says, and it is paid after all
    assert press_pay(shop, order).status_code == 303
    second = next(reversed(local.tables["cs"]))
    for one in (second, page):
        booked(app, local.word("checkout.session.completed", local.buyer_pays(one, fee=29)))
    opened(app, local, page)
    assert (states(app), look(app, select(OrderLine.state))) == (["stray", "paid"], ["accepted"])
    assert "order_disputed_member" not in look(app, select(OutboxMessage.kind))
    with app.app_context(), context.transaction() as session:
        line, row = session.scalars(select(OrderLine)).one(), session.scalars(select(Order)).one()
        made = deskorders.refund(
            session,
            cooperative_id=row.cooperative_id,
            public_id=row.public_id,
            cents={line.public_id: 2_100},
            seen_cents=0,
            reason="not_good",
            liable="cooperative",
            by_id=shop.market.seller.id,
            now=context.now(),
        )
        assert [one.waits for one in deskorders.refunds_of(session, order=row)] == [False]
        assert made.state == "booked"
        shown = deskorders.payments(session, order=row)
        assert [(one.waits, one.failed) for one in shown] == [(True, False), (False, False)]
    even(app, shop, local)


def again(app, shop):
    with app.app_context(), context.transaction() as session:
        row = session.scalars(select(Order)).one()
        return deskorders.try_again(
            session,
            cooperative_id=row.cooperative_id,
            public_id=row.public_id,
            by_id=shop.market.seller.id,
            now=context.now(),
        )


def test_a_give_back_that_failed_is_asked_again_under_a_new_key(app, shop, local, late):
    local.refund_standing = "failed"
    assert do_calls(app, minutes=1) == 1
    for made in local.tables["re"].values():  # a refund that failed gives the money back
        local.refund_fails(made["id"])
    [before] = look(app, select(ProviderCall))
    local.refund_standing = "succeeded"
    assert [again(app, shop), again(app, shop)] == [1, 0]
    assert do_calls(app, minutes=2) == 1
    [after] = look(app, select(ProviderCall))
    assert (before.state, after.state) == ("failed", "done")
    assert before.public_id != after.public_id
    assert (sent(local), states(app)) == (12_100, ["returned"])
    even(app, shop, local)


def test_one_that_never_got_an_answer_keeps_its_key_and_is_found(app, shop, local, late):
    local.fail_after_work = 1
    assert do_calls(app, minutes=1) == 0
    with app.app_context(), context.transaction() as session:
        session.scalars(select(ProviderCall)).one().state = "failed"
    key = look(app, select(ProviderCall.public_id))
    assert again(app, shop) == 1
    assert do_calls(app, minutes=30) == 1
    assert look(app, select(ProviderCall.public_id)) == key
    assert (len(local.tables["re"]), states(app)) == (1, ["returned"])
    even(app, shop, local)


def test_the_check_finds_a_cover_that_is_not_in_the_books_and_a_sum_that_differs(
    app, shop, local, late
):
    from sqlalchemy import text

    from marketplace.services.ledgercheck import check

    dispute = opened(app, local, late)
    ends(app, local, dispute, "lost")
    assert look(app, select(Entry.kind).order_by(Entry.id))[-1] == "stray_covered"
    for change, codes in (
        ("dispute_covers SET cents = 1", {"amount_differs"}),
        ("dispute_covers SET out_of = 'losses'", {"amount_differs"}),
        ("payment_intents SET covered_cents = 1", {"amount_differs", "balance_differs"}),
        (
            "disputes SET lost_cents = 9, covered_cents = 9",
            {"amount_differs", "happening_not_booked"},
        ),
    ):
        with app.app_context(), context.transaction() as session:
            assert check(session) == []
            session.execute(text(f"UPDATE {change}"))
            assert {one.code for one in check(session)} == codes, change
            session.rollback()
    with app.app_context(), context.transaction() as session:
        session.execute(text("DELETE FROM dispute_covers"))
        assert "entry_without_happening" in {one.code for one in check(session)}
        session.rollback()
    assert look(app, select(Dispute.covered_cents)) == [0]
