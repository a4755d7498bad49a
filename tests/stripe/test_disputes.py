"""A buyer's bank asks the money back: won, lost, only a question; in any order. Refunds that come back."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from marketplace import context
from marketplace.domain.disputes import DisputeHoldsMoney, DisputeTakesNoEvidence
from marketplace.models.orders import Order, OrderLine, OrderStep
from marketplace.models.outbox import OutboxMessage
from marketplace.models.payments import Dispute, PaymentEvent, ProviderCall
from marketplace.models.refunds import DisputeCover, Refund
from marketplace.services.books import ledger
from marketplace.services.ledgercheck import check
from marketplace.services.money import calls, evidence
from marketplace.services.trade import deskorders, payments
from tests.stripe import fake
from tests.stripe.test_market import ask_refunds, give_back, hook, later, look, reconciled

CREATED, CLOSED = "charge.dispute.created", "charge.dispute.closed"
TAKEN, BACK = "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"
CODES = ("provider_clearing", "dispute_held", "provider_fees", "losses", "refunds_payable")


def books(app, shop):
    """Clearing, held, fees, losses and what is owed to buyers; the check finds nothing."""
    coop = shop.market.member.cooperative_id
    with app.app_context(), context.transaction() as session:
        assert check(session) == []
        return tuple(ledger.balance(session, cooperative_id=coop, code=code) for code in CODES)


def pot(app, shop):
    with app.app_context(), context.transaction() as session:
        return ledger.balance(
            session,
            cooperative_id=shop.market.member.cooperative_id,
            code="destined_for_member",
            membership_id=shop.market.member.id,
        )


def state(app):
    return look(app, select(OrderLine.state))[0], look(app, select(Dispute.state))[0]


def tell(app, local, kind, dispute):
    return hook(app, local.word(kind, dispute)).text


def test_a_dispute_takes_the_money_and_stops_the_line_once(app, shop, local, sold):
    dispute = local.buyer_disputes(sold)
    told = [tell(app, local, kind, dispute) for kind in (CREATED, TAKEN, CREATED)]
    assert told == ["booked", "ignored", "ignored"]
    assert state(app) == ("disputed", "needs_response")
    assert books(app, shop) == (-2_000, 12_100, 2_000, 0, 0)
    kinds = set(look(app, select(OutboxMessage.kind)))
    assert {"dispute_opened", "order_disputed_member"} <= kinds
    assert reconciled(app) == []


def test_what_is_won_comes_back_and_the_line_stands_where_it_stood(app, shop, local, sold):
    dispute = local.buyer_disputes(sold)
    tell(app, local, CREATED, dispute)
    won = local.dispute_ends(dispute["id"], "won", fee_back=2_000)
    assert [tell(app, local, kind, won) for kind in (CLOSED, BACK, CLOSED)] == [
        "booked",
        "ignored",
        "ignored",
    ]
    assert state(app) == ("delivered", "won")
    assert books(app, shop) == (12_100, 0, 0, 0, 0)
    assert reconciled(app) == []
    local.pay_out()
    assert reconciled(app) == []
    assert books(app, shop)[0] == 0


def test_what_is_lost_the_cooperative_bears_and_the_pot_of_the_member_stays(app, shop, local, sold):
    before = pot(app, shop)
    dispute = local.buyer_disputes(sold)
    tell(app, local, CREATED, dispute)
    lost = local.dispute_ends(dispute["id"], "lost")
    assert [tell(app, local, CLOSED, lost) for _ in range(3)] == ["booked", "ignored", "ignored"]
    assert state(app) == ("refunded", "lost")
    net = look(app, select(OrderLine.net_cents))[0]
    assert books(app, shop) == (-2_000, 0, 2_000, net, 0)
    assert pot(app, shop) == before > 0
    refund = look(app, select(Refund))[0]
    assert (refund.via, refund.state, refund.liable) == ("dispute", "done", "cooperative")
    assert ask_refunds(app, hours=1) == 0, "the buyer has the money: nobody sends it again"
    assert reconciled(app) == []


def test_a_question_of_the_bank_takes_no_money(app, shop, local, sold):
    asked = local.buyer_disputes(sold, only_asks=True)
    assert tell(app, local, CREATED, asked) == "booked"
    assert state(app) == ("disputed", "warning")
    assert books(app, shop) == (12_100, 0, 0, 0, 0)
    closed = local.dispute_ends(asked["id"], "warning_closed")
    assert tell(app, local, CLOSED, closed) == "booked"
    assert state(app) == ("delivered", "warning_closed")
    assert books(app, shop) == (12_100, 0, 0, 0, 0)


def test_a_question_that_becomes_a_dispute_takes_the_money_then(app, shop, local, sold):
    asked = local.buyer_disputes(sold, only_asks=True)
    tell(app, local, CREATED, asked)
    taken = local.bank_takes(asked["id"])
    assert tell(app, local, TAKEN, taken) == "booked"
    assert state(app) == ("disputed", "needs_response")
    assert books(app, shop) == (-2_000, 12_100, 2_000, 0, 0)


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_words_shuffled_and_repeated_end_the_same(app, shop, local, sold, outcome):
    dispute = local.buyer_disputes(sold)
    bodies = [local.word(kind, dispute) for kind in (CREATED, TAKEN)]
    ended = local.dispute_ends(dispute["id"], outcome)
    bodies += [local.word(kind, ended) for kind in (CLOSED, BACK)]
    deck = bodies * 3
    random.Random(7).shuffle(deck)
    for body in deck:
        assert hook(app, body).status_code == 200
    assert look(app, select(Dispute.state)) == [outcome]
    held = 0 if outcome == "lost" else 12_100
    assert books(app, shop)[:2] == (held - 2_000, 0)
    assert len(look(app, select(PaymentEvent))) == 1 + len(bodies)


def test_a_word_that_was_fetched_early_and_booked_late_changes_nothing(app, shop, local, sold):
    """Two workers: one asked before the end, and writes after the other wrote the end."""
    dispute = local.buyer_disputes(sold)
    with app.app_context():
        gateway = context.gateways().payments
        body = local.word(CREATED, dispute)
        early = gateway.as_it_stands(gateway.read_event(body, fake.sign(body)))
    tell(app, local, CLOSED, local.dispute_ends(dispute["id"], "won"))
    with app.app_context(), context.transaction() as session:
        said = payments.receive(
            session, provider="stripe", event=early, payload_sha256="0" * 64, now=context.now()
        )
    assert said == "ignored"
    assert state(app) == ("delivered", "won")
    assert books(app, shop) == (10_100, 0, 2_000, 0, 0)


def test_a_part_that_is_lost_leaves_the_rest_standing(app, shop, local, sold):
    dispute = local.buyer_disputes(sold, amount=5_000, fee=0)
    tell(app, local, CREATED, dispute)
    tell(app, local, CLOSED, local.dispute_ends(dispute["id"], "lost"))
    assert state(app) == ("delivered", "lost")
    assert look(app, select(OrderLine.refunded_cents)) == [5_000]
    assert books(app, shop)[:2] == (7_100, 0)


def test_what_was_given_back_before_is_not_given_twice(app, shop, local, sold):
    """Refunded whole by hand, and lost all the same: that is a loss and no second refund."""
    give_back(app, 12_100)
    assert ask_refunds(app, minutes=1) == 1
    dispute = local.buyer_disputes(sold, fee=0)
    tell(app, local, CREATED, dispute)
    tell(app, local, CLOSED, local.dispute_ends(dispute["id"], "lost"))
    assert look(app, select(Dispute.lost_cents)) == [12_100]
    assert len(look(app, select(Refund))) == 1
    assert books(app, shop)[:2] == (-12_100, 0)


def test_a_refund_that_never_left_is_settled_by_what_the_bank_took(app, shop, local, sold):
    give_back(app, 2_100)
    dispute = local.buyer_disputes(sold, fee=0)
    tell(app, local, CREATED, dispute)
    tell(app, local, CLOSED, local.dispute_ends(dispute["id"], "lost"))
    assert sorted(look(app, select(Refund.amount_cents))) == [2_100, 10_000]
    assert set(look(app, select(Refund.via))) == {"dispute"}
    assert look(app, select(DisputeCover.cents)) == [2_100]
    assert books(app, shop)[0] == 0
    assert books(app, shop)[4] == 0


def test_the_desk_gives_nothing_back_while_the_bank_holds_the_money(app, shop, local, sold, now):
    tell(app, local, CREATED, local.buyer_disputes(sold))
    with app.app_context(), context.transaction() as session:
        line = session.scalars(select(OrderLine)).one()
        order = session.scalars(select(Order)).one()
        with pytest.raises(DisputeHoldsMoney):
            deskorders.refund(
                session,
                cooperative_id=order.cooperative_id,
                public_id=order.public_id,
                cents={line.public_id: 100},
                seen_cents=0,
                reason="not_good",
                liable="cooperative",
                by_id=shop.market.seller.id,
                now=now,
            )


def hand_in(app, shop):
    with app.app_context(), context.transaction() as session:
        row = session.scalars(select(Dispute)).one()
        evidence.hand_in(
            session,
            cooperative_id=row.cooperative_id,
            public_id=row.public_id,
            what="Heg knippen",
            story="Het werk is gedaan.",
            delivered_on=context.now().date(),
            by_id=shop.market.seller.id,
            now=context.now(),
        )


def do_calls(app, **delta):
    with app.app_context():
        gateway = context.gateways().payments
        return calls.do_waiting(context.transaction, gateway, now=later(app, **delta))


def test_our_side_is_handed_in_once_whatever_the_provider_does_meanwhile(app, shop, local, sold):
    dispute = local.buyer_disputes(sold)
    tell(app, local, CREATED, dispute)
    hand_in(app, shop)
    with pytest.raises(DisputeTakesNoEvidence):
        hand_in(app, shop)
    local.down = True
    assert do_calls(app, minutes=1) == 0
    local.down, local.fail_after_work = False, 1
    assert do_calls(app, minutes=10) == 0  # done there, and told otherwise
    assert do_calls(app, minutes=30) == 1
    kept = local.tables["du"][dispute["id"]]
    assert kept["evidence_details"]["submission_count"] == 1
    assert kept["evidence"]["uncategorized_text"] == "Het werk is gedaan."
    log = kept["evidence"]["access_activity_log"].splitlines()
    steps = len(look(app, select(OrderStep)))
    assert len(log) == steps >= 4
    assert log[-2].endswith("deliver by member, accepted -> delivered")
    assert log[-1].endswith("dispute by bank, delivered -> disputed")
    tell(app, local, "charge.dispute.updated", kept)
    assert look(app, select(Dispute.state)) == ["under_review"]


def test_a_clear_no_is_seen_and_can_be_tried_again_with_a_new_key(app, shop, local, sold):
    dispute = local.buyer_disputes(sold)
    tell(app, local, CREATED, dispute)
    hand_in(app, shop)
    local.tables["du"][dispute["id"]]["status"] = "under_review"  # our word of it comes later
    assert do_calls(app, minutes=1) == 1
    first = look(app, select(ProviderCall))[0]
    assert (first.state, first.last_error) == ("failed", "dispute_closed")
    local.tables["du"][dispute["id"]]["status"] = "needs_response"
    hand_in(app, shop)
    assert do_calls(app, minutes=2) == 1
    second = look(app, select(ProviderCall))[0]
    assert second.state == "done"
    assert second.public_id != first.public_id


def test_a_refund_that_comes_back_is_owed_again_and_sent_again(app, shop, local, sold):
    give_back(app, 2_000)
    assert ask_refunds(app, minutes=1) == 1
    assert books(app, shop)[::4] == (10_100, 0)
    failed = local.refund_fails(next(iter(local.tables["re"])))
    words = ("refund.failed", "charge.refund.updated", "refund.updated", "refund.failed")
    told = [tell(app, local, kind, failed) for kind in words]
    assert told == ["booked", "ignored", "ignored", "ignored"]
    refund = look(app, select(Refund))[0]
    assert (refund.state, refund.done_at, refund.times_returned) == ("failed", None, 1)
    assert books(app, shop)[::4] == (12_100, 2_000)
    assert look(app, select(OutboxMessage.kind)).count("refund_returned") == 1
    assert reconciled(app) == []
    with app.app_context(), context.transaction() as session:
        order = session.scalars(select(Order)).one()
        deskorders.try_again(
            session,
            cooperative_id=order.cooperative_id,
            public_id=order.public_id,
            by_id=shop.market.seller.id,
            now=context.now(),
        )
    assert ask_refunds(app, hours=1) == 1
    assert books(app, shop)[::4] == (10_100, 0)
    assert tell(app, local, "refund.failed", failed) == "ignored", "that one is forgotten"
    assert reconciled(app) == [], "the first one went and came back, the second one is ours"


def test_a_dashboard_refund_that_comes_back_is_owed_too(app, shop, local, sold):
    charge = local.charge_of(sold)
    made = local.post_refunds(payment_intent=charge["payment_intent"], amount=500)
    assert tell(app, local, "charge.refunded", charge) == "booked"
    failed = local.refund_fails(made["id"])
    assert tell(app, local, "refund.failed", failed) == "booked"
    assert books(app, shop)[::4] == (12_100, 500)
    assert tell(app, local, "charge.refunded", charge) == "ignored"
    assert books(app, shop)[::4] == (12_100, 500)
