"""A refund and a dispute of the same payment: nothing is sent meanwhile, and nothing is paid twice unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.models.orders import OrderLine
from marketplace.models.payments import Dispute
from marketplace.models.refunds import DisputeCover, Refund
from tests.stripe.test_disputes import BACK, CLOSED, CREATED, TAKEN, books, do_calls, tell
from tests.stripe.test_market import ask_refunds, give_back, look, reconciled

PAID = 12_100


def even(app, shop, local):
    """The books are clean, the provider's account is what they say, and nothing differs."""
    clearing = books(app, shop)[0]
    assert clearing == sum(one["net"] for one in local.tables["txn"].values())
    assert reconciled(app) == []


def the_refund(app):
    return look(app, select(Refund).order_by(Refund.id))[0]


def sent(local):
    """What went back by refunds of the provider, that did not fail."""
    return sum(one["amount"] for one in local.tables["re"].values() if one["status"] != "failed")


def lost_cents(app):
    [row] = look(app, select(Dispute))
    return row.lost_cents - row.covered_cents


def ends(app, local, dispute, outcome):
    told = local.dispute_ends(dispute["id"], outcome)
    return [tell(app, local, kind, told) for kind in (CLOSED, CLOSED)]


def work_on(app, **delta):
    """Two rounds of the worker."""
    for _ in range(2):
        do_calls(app, **delta)
        ask_refunds(app, **delta)


@pytest.fixture(params=["asked before the dispute", "asked during a question"])
def held(request, app, local, sold):
    """A refund of 21.00 that was booked and not sent, and the open dispute of all of the payment."""
    if request.param == "asked before the dispute":
        give_back(app, 2_100)
        dispute = local.buyer_disputes(sold, fee=0)
        tell(app, local, CREATED, dispute)
        return dispute
    asked = local.buyer_disputes(sold, only_asks=True)
    tell(app, local, CREATED, asked)
    give_back(app, 2_100)
    ask_refunds(app, minutes=1)
    dispute = local.bank_takes(asked["id"], fee=0)
    tell(app, local, TAKEN, dispute)
    return dispute


def test_nothing_is_sent_while_the_bank_decides_and_lost_it_falls_away(app, shop, local, held):
    work_on(app, minutes=1)
    assert (sent(local), the_refund(app).state) == (0, "booked")
    even(app, shop, local)
    assert ends(app, local, held, "lost") == ["booked", "ignored"]
    work_on(app, hours=2)
    refund = the_refund(app)
    assert (sent(local), refund.state, refund.via) == (0, "done", "dispute")
    assert sum(look(app, select(Refund.amount_cents))) == PAID
    assert look(app, select(DisputeCover.out_of)) == ["dispute_held"]
    assert lost_cents(app) == 0
    even(app, shop, local)


def test_won_it_goes_on(app, shop, local, held):
    ends(app, local, held, "won")
    assert sent(local) == 0
    work_on(app, hours=2)
    assert (sent(local), the_refund(app).state) == (2_100, "done")
    even(app, shop, local)


def test_a_question_that_is_closed_lets_it_go_on(app, shop, local, sold):
    asked = local.buyer_disputes(sold, only_asks=True)
    tell(app, local, CREATED, asked)
    give_back(app, PAID)
    work_on(app, minutes=1)
    assert sent(local) == 0
    assert ends(app, local, asked, "warning_closed") == ["booked", "ignored"]
    work_on(app, hours=2)
    assert (sent(local), look(app, select(OrderLine.state))) == (PAID, ["refunded"])
    even(app, shop, local)


def test_a_part_that_is_lost_pays_a_part_and_the_rest_goes_under_a_new_key(app, shop, local, sold):
    give_back(app, 10_000)
    key = the_refund(app).public_id
    dispute = local.buyer_disputes(sold, amount=6_000, fee=0)
    tell(app, local, CREATED, dispute)
    work_on(app, minutes=1)
    ends(app, local, dispute, "lost")
    refund = the_refund(app)
    assert (refund.state, refund.covered_cents) == ("booked", 6_000)
    assert refund.public_id != key
    work_on(app, hours=2)
    assert (sent(local), the_refund(app).state) == (4_000, "done")
    assert tell(app, local, "charge.refunded", local.charge_of(sold)) == "ignored"
    assert (look(app, select(OrderLine.refunded_cents)), lost_cents(app)) == ([10_000], 0)
    even(app, shop, local)
    failed = local.refund_fails(next(iter(local.tables["re"])))
    assert tell(app, local, "refund.failed", failed) == "booked"
    assert books(app, shop)[4] == 4_000
    even(app, shop, local)


@pytest.mark.parametrize("outcome", ["lost", "won"])
def test_a_call_that_was_done_without_an_answer_is_found_and_not_made_again(
    app, shop, local, sold, outcome
):
    give_back(app, 2_100)
    local.fail_after_work = 1
    assert ask_refunds(app, minutes=1) == 0  # done there, and told otherwise
    dispute = local.buyer_disputes(sold, amount=10_000, fee=0)
    tell(app, local, CREATED, dispute)
    work_on(app, minutes=30)
    assert (sent(local), the_refund(app).state) == (2_100, "done")
    ends(app, local, dispute, outcome)
    work_on(app, hours=2)
    assert (sent(local), lost_cents(app)) == (2_100, 0)
    even(app, shop, local)


def test_a_call_that_never_arrived_is_no_loss_once_that_is_known(app, shop, local, sold):
    """In flight when the dispute opens, and nobody knows yet when it is lost: first a loss, then none."""
    give_back(app, 2_100)
    local.down = True
    assert ask_refunds(app, minutes=1) == 0
    local.down = False
    dispute = local.buyer_disputes(sold, fee=0)
    tell(app, local, CREATED, dispute)
    ends(app, local, dispute, "lost")
    assert (the_refund(app).state, lost_cents(app)) == ("booked", 2_100)
    even(app, shop, local)
    work_on(app, minutes=30)
    refund = the_refund(app)
    assert (sent(local), refund.state, refund.via) == (0, "done", "dispute")
    assert (lost_cents(app), look(app, select(DisputeCover.out_of))) == (0, ["losses"])
    even(app, shop, local)


def test_a_call_in_flight_that_the_provider_did_is_a_loss(app, shop, local, sold):
    """The dispute opens and is lost before the answer: the buyer has it twice, and the books say so."""
    give_back(app, 2_100)
    local.fail_after_work = 1
    assert ask_refunds(app, minutes=1) == 0
    dispute = local.buyer_disputes(sold, fee=0)
    tell(app, local, CREATED, dispute)
    ends(app, local, dispute, "lost")
    work_on(app, minutes=30)
    assert (sent(local), the_refund(app).state, lost_cents(app)) == (2_100, "done", 2_100)
    even(app, shop, local)


def test_a_refund_that_took_long_and_failed_after_the_dispute_was_lost_is_no_loss(
    app, shop, local, sold
):
    give_back(app, 2_100)
    local.refund_standing = "pending"
    assert ask_refunds(app, minutes=1) == 1
    dispute = local.buyer_disputes(sold, fee=0)
    tell(app, local, CREATED, dispute)
    ends(app, local, dispute, "lost")
    assert (the_refund(app).state, lost_cents(app)) == ("sent", 2_100)
    failed = local.refund_fails(next(iter(local.tables["re"])))
    tell(app, local, "refund.failed", failed)
    work_on(app, hours=2)
    work_on(app, hours=3)
    assert (sent(local), the_refund(app).via, lost_cents(app)) == (0, "dispute", 0)
    even(app, shop, local)


def test_one_that_arrived_and_came_back_after_the_dispute_was_lost_is_no_loss(
    app, shop, local, sold
):
    give_back(app, 2_100)
    assert ask_refunds(app, minutes=1) == 1
    dispute = local.buyer_disputes(sold, fee=0)
    tell(app, local, CREATED, dispute)
    ends(app, local, dispute, "lost")
    assert lost_cents(app) == 2_100
    even(app, shop, local)
    failed = local.refund_fails(next(iter(local.tables["re"])))
    assert tell(app, local, "refund.failed", failed) == "booked"
    work_on(app, hours=2)
    assert (sent(local), the_refund(app).state, lost_cents(app)) == (0, "done", 0)
    even(app, shop, local)


def test_words_of_the_end_that_come_first_hold_nothing_up(app, shop, local, sold):
    """The dispute is told of only when it is lost already, while a refund waits for the worker."""
    give_back(app, 2_100)
    dispute = local.buyer_disputes(sold, fee=0)
    ended = local.dispute_ends(dispute["id"], "lost")
    assert [tell(app, local, kind, ended) for kind in (CLOSED, CREATED, BACK)] == [
        "booked",
        "ignored",
        "ignored",
    ]
    work_on(app, hours=1)
    assert (sent(local), lost_cents(app)) == (0, 0)
    even(app, shop, local)


def test_a_provider_that_does_not_say_whether_it_was_done_is_asked_again(app, shop, local, sold):
    give_back(app, 2_100)
    local.down = True
    ask_refunds(app, minutes=1)
    local.down = False
    tell(app, local, CREATED, local.buyer_disputes(sold, fee=0))
    local.down = True
    assert ask_refunds(app, minutes=30) == 0
    local.down = False
    assert ask_refunds(app, minutes=31) == 0, "the lease of the one that looked"
    assert ask_refunds(app, minutes=45) == 1
    assert not the_refund(app).unsure
    assert sent(local) == 0


def test_what_waits_and_is_given_at_the_dashboard_is_done_and_not_sent_again(
    app, shop, local, sold
):
    """So a question of the bank can be ended by paying back."""
    asked = local.buyer_disputes(sold, only_asks=True)
    tell(app, local, CREATED, asked)
    give_back(app, 2_100)
    charge = local.charge_of(sold)
    local.post_refunds(payment_intent=charge["payment_intent"], amount=2_100)
    told = [tell(app, local, "charge.refunded", charge) for _ in range(2)]
    assert told == ["booked", "ignored"]
    assert (the_refund(app).state, the_refund(app).via) == ("done", "provider")
    ends(app, local, asked, "warning_closed")
    work_on(app, hours=2)
    assert (sent(local), len(look(app, select(Refund)))) == (2_100, 1)
    even(app, shop, local)


def test_another_amount_of_the_dashboard_is_taken_in_beside_what_waits(app, shop, local, sold):
    asked = local.buyer_disputes(sold, only_asks=True)
    tell(app, local, CREATED, asked)
    give_back(app, 2_100)
    charge = local.charge_of(sold)
    local.post_refunds(payment_intent=charge["payment_intent"], amount=500)
    assert tell(app, local, "charge.refunded", charge) == "booked"
    assert look(app, select(OrderLine.refunded_cents)) == [2_600]
    ends(app, local, asked, "warning_closed")
    work_on(app, hours=2)
    assert sent(local) == 2_600
    even(app, shop, local)
