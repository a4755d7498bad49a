"""Payments that no order takes: they come in, go back by themselves, are told once, and the books stay clean."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from marketplace import context
from marketplace.models.ledger import Entry
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import PaymentEvent, PaymentIntent, ProviderCall
from marketplace.services.books import ledger
from marketplace.services.ledgercheck import check
from marketplace.services.money import calls
from marketplace.services.trade import payments
from tests.stripe.conftest import cancel, press_pay
from tests.stripe.test_market import books, hook, later, look, reconciled

DONE = "checkout.session.completed"


def unmatched(app, shop):
    with app.app_context(), context.transaction() as session:
        coop = shop.market.member.cooperative_id
        return ledger.balance(session, cooperative_id=coop, code="unmatched_receipts")


def do_calls(app, **delta):
    with app.app_context():
        gateway = context.gateways().payments
        return calls.do_waiting(context.transaction, gateway, now=later(app, **delta))


def states(app):
    return look(app, select(PaymentIntent.state).order_by(PaymentIntent.id))


def call(app):
    [found] = look(app, select(ProviderCall).where(ProviderCall.kind == "giveback"))
    return found.state, found.last_error


def mails(app):
    kinds = look(app, select(OutboxMessage.kind))
    return [kind for kind in kinds if kind in {"order_paid_twice_buyer", "order_paid_ended_buyer"}]


def test_paid_on_two_pages_one_goes_back_whole(app, shop, local, order, page):
    with app.app_context(), context.transaction() as session:
        intent = session.scalars(select(PaymentIntent)).one()
        intent.state = "failed"  # so the page says, and it is paid after all
    assert press_pay(shop, order).status_code == 303
    second = next(reversed(local.tables["cs"]))
    assert second != page
    words = [local.word(DONE, local.buyer_pays(one, fee=29)) for one in (second, page)]
    assert [hook(app, body).text for body in words] == ["booked", "booked"]
    assert states(app) == ["stray", "paid"]
    assert (books(app, shop), unmatched(app, shop)) == ((24_200 - 58, 58), 12_100)
    assert [do_calls(app, minutes=1), do_calls(app, minutes=2)] == [1, 0]
    assert local.charge_of(page)["amount_refunded"] == 12_100
    assert local.charge_of(second)["amount_refunded"] == 0
    told = local.word("charge.refunded", local.charge_of(page))
    assert [hook(app, body).text for body in (told, *words)] == ["ignored", "repeat", "repeat"]
    assert states(app) == ["returned", "paid"]
    assert (books(app, shop), unmatched(app, shop)) == ((12_100 - 58, 58), 0)
    assert mails(app) == ["order_paid_twice_buyer"]
    assert reconciled(app) == []


def test_paid_after_the_order_was_cancelled_goes_back_though_stripe_is_down_at_first(
    app, shop, local, late
):
    assert (states(app), mails(app)) == (["stray"], ["order_paid_ended_buyer"])
    assert hook(app, local.word(DONE, local.tables["cs"][late])).text == "ignored"
    local.down = True
    assert do_calls(app, minutes=1) == 0
    assert call(app)[0] == "waiting"
    local.down, local.fail_after_work = False, 1
    assert do_calls(app, hours=1) == 0  # done there, and told otherwise
    assert unmatched(app, shop) == 12_100
    assert reconciled(app) == []
    assert do_calls(app, hours=2) == 1
    assert len(local.tables["re"]) == 1
    assert (call(app), states(app)) == (("done", None), ["returned"])
    assert (books(app, shop), unmatched(app, shop)) == ((-29, 29), 0)
    local.pay_out()
    assert [reconciled(app), reconciled(app)] == [[], []]
    assert books(app, shop) == (0, 29)
    assert mails(app) == ["order_paid_ended_buyer"]


def test_the_word_of_the_refund_may_come_before_the_answer(app, shop, local, late):
    local.fail_after_work = 1
    assert do_calls(app, minutes=1) == 0
    told = [local.word("charge.refunded", local.charge_of(late)) for _ in range(2)]
    assert [hook(app, body).text for body in (told[0], *told)] == ["booked", "repeat", "ignored"]
    assert (call(app), states(app)) == (("done", None), ["returned"])
    assert do_calls(app, hours=1) == 0
    assert look(app, select(Entry.kind).order_by(Entry.id)) == [
        "stray_received",
        "provider_fee",
        "stray_repaid",
    ]
    reasons = look(app, select(PaymentEvent.reason).where(PaymentEvent.outcome == "refused"))
    assert reasons == []
    assert (books(app, shop), unmatched(app, shop)) == ((-29, 29), 0)


def test_a_fee_that_comes_later_is_the_cooperatives_too(app, shop, local, order, page):
    cancel(app, shop, order)
    hook(app, local.word(DONE, local.buyer_pays(page, fee=0)))
    charge = local.charge_of(page)
    local.tables["txn"][charge["balance_transaction"]].update(fee=35, net=12_065)
    assert reconciled(app) == []
    assert hook(app, local.word("charge.updated", charge)).text == "ignored"
    assert books(app, shop) == (12_065, 35)


def test_a_refund_that_takes_long_is_asked_after(app, shop, local, late):
    local.refund_standing = "pending"
    assert do_calls(app, minutes=1) == 0
    assert (call(app), states(app)) == (("waiting", None), ["stray"])
    assert (books(app, shop), unmatched(app, shop)) == ((12_071, 29), 12_100)
    assert reconciled(app) == []
    [made] = local.tables["re"].values()
    made["status"] = "succeeded"
    assert [do_calls(app, minutes=30), do_calls(app, hours=2)] == [0, 1]
    assert (books(app, shop), unmatched(app, shop)) == ((-29, 29), 0)


def test_a_refund_that_comes_back_is_owed_again_and_shown(app, shop, local, late):
    assert do_calls(app, minutes=1) == 1
    failed = local.refund_fails(next(iter(local.tables["re"])))
    told = [local.word("refund.failed", failed) for _ in range(2)]
    assert [hook(app, body).text for body in told] == ["booked", "ignored"]
    assert (call(app), states(app)) == (("failed", "came_back"), ["stray"])
    assert (books(app, shop), unmatched(app, shop)) == ((12_071, 29), 12_100)
    with app.app_context(), context.transaction() as session:
        assert [one.again for one in calls.troubled(session, now=context.now())] == [True]
    assert reconciled(app) == []
    charge = local.charge_of(late)
    local.post_refunds(payment_intent=charge["payment_intent"], amount=12_100)
    assert hook(app, local.word("charge.refunded", charge)).text == "booked"
    assert (call(app), states(app)) == (("done", None), ["returned"])
    assert (books(app, shop), unmatched(app, shop)) == ((-29, 29), 0)
    assert reconciled(app) == []


@pytest.mark.parametrize("standing", ["failed", "canceled"])
def test_a_clear_no_stands_with_the_operator(app, shop, local, late, standing):
    local.refund_standing = standing
    assert [do_calls(app, minutes=1), do_calls(app, hours=9)] == [1, 0]
    assert (call(app), states(app)) == (("failed", "failed"), ["stray"])
    assert unmatched(app, shop) == 12_100


def test_a_part_given_back_in_the_dashboard_is_for_the_operator(app, shop, local, late):
    charge = local.charge_of(late)
    local.post_refunds(payment_intent=charge["payment_intent"], amount=500)
    assert hook(app, local.word("charge.refunded", charge)).text == "refused"
    assert look(app, select(PaymentEvent.reason))[-1] == "wrong_amount"
    assert do_calls(app, minutes=1) == 1
    assert call(app)[0] == "failed"
    assert unmatched(app, shop) == 12_100


def test_a_payment_for_an_order_that_waits_for_an_answer_goes_back(app, shop, local, order, page):
    with app.app_context(), context.transaction() as session:
        session.execute(text("UPDATE order_lines SET state = 'requested'"))
        session.execute(text("UPDATE orders SET payment_state = 'not_due'"))
    assert hook(app, local.word(DONE, local.buyer_pays(page))).text == "booked"
    assert look(app, select(PaymentEvent.reason)) == ["not_due"]
    assert (do_calls(app, minutes=1), states(app)) == (1, ["returned"])
    assert unmatched(app, shop) == 0


@pytest.mark.parametrize(
    "case",
    [
        ("state = 'stray'", {"amount_differs", "balance_differs"}),
        ("amount_cents = 1", {"amount_differs"}),
        ("state = 'expired'", {"entry_without_happening"}),
    ],
)
def test_the_check_finds_a_row_that_tells_another_story(app, shop, local, late, case):
    change, faults = case
    assert do_calls(app, minutes=1) == 1
    with app.app_context(), context.transaction() as session:
        assert check(session) == []
        session.execute(text(f"UPDATE payment_intents SET {change}"))
        assert {one.code for one in check(session)} == faults
        session.rollback()


def test_the_check_misses_what_was_never_booked(app, shop, order, page):
    with app.app_context(), context.transaction() as session:
        session.execute(text("UPDATE payment_intents SET state = 'returned'"))
        assert [one.code for one in check(session)] == ["happening_not_booked"]


def test_the_buyer_sees_the_order_as_it_is(app, shop, order, late):
    with app.app_context(), context.transaction() as session:
        standing = payments.standing(session, buyer_id=shop.market.buyer.id, public_id=order)
    assert standing == "cancelled"
