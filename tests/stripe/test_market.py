"""The market with Stripe behind it: pressed, paid, told, asked again, given back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from marketplace import context
from marketplace.gateways.paylinks import PayLink, PayLinks
from marketplace.models.orders import Order, OrderLine
from marketplace.models.payments import PaymentEvent, PaymentIntent, ProviderDifference
from marketplace.services.books import ledger
from marketplace.services.ledgercheck import check
from marketplace.services.money import calls, reconciliation, watching
from marketplace.services.trade import orders, payments, refunds, refundsending
from tests.stripe import fake
from tests.stripe.conftest import press_pay
from tests.web.people_pages import send


def hook(app, body, signature=None):
    return app.test_client().post(
        "/webhooks/payments",
        data=body,
        headers={
            "Stripe-Signature": signature or fake.sign(body),
            "Content-Type": "application/json",
        },
    )


def look(app, query):
    with app.app_context(), context.transaction() as session:
        return list(session.scalars(query))


def books(app, shop):
    coop = shop.market.member.cooperative_id
    with app.app_context(), context.transaction() as session:
        assert check(session) == []
        return tuple(
            ledger.balance(session, cooperative_id=coop, code=code)
            for code in ("provider_clearing", "provider_fees")
        )


def later(app, **delta):
    return dt.datetime.now(dt.UTC) + dt.timedelta(**delta)


def test_a_payment_is_booked_once_with_its_fee_however_often_it_is_told(app, shop, local, page):
    said = local.buyer_pays(page, fee=29)
    first, second = (local.word("checkout.session.completed", said) for _ in range(2))
    answers = [hook(app, body).text for body in (first, first, second, first)]
    assert answers == ["booked", "repeat", "ignored", "repeat"]
    assert books(app, shop) == (12_071, 29)


def test_a_fee_that_comes_later_is_booked_once_on_the_cooperative(app, shop, local, page):
    said = local.buyer_pays(page, fee=0)
    assert hook(app, local.word("checkout.session.completed", said)).text == "booked"
    charge = local.charge_of(page)
    local.tables["txn"][charge["balance_transaction"]]["fee"] = 35
    words = [local.word("charge.updated", charge) for _ in range(2)]
    assert [hook(app, body).text for body in words] == ["booked", "ignored"]
    assert books(app, shop) == (12_065, 35)


def test_the_link_in_the_mail_finds_the_page_whose_address_never_came(app, shop, local, order):
    """The buyer pressed on her own page and the answer was lost: the link asks with the same key and words."""
    press_pay(shop, order)
    with app.app_context(), context.transaction() as session:
        session.execute(update(PaymentIntent).values(state="created", pay_url=None))
        asked = session.scalars(select(Order).where(Order.public_id == order)).one()
        link = PayLink(order, shop.market.buyer.public_id, asked.due_at)
    path = f"/betalen/{PayLinks(app.config['SECRET_KEY']).make(link)}"
    answer = send(shop.browser(None), path)
    assert answer.headers["Location"].startswith("https://checkout.stripe.com/")
    assert len(local.tables["cs"]) == 1
    ways_back = {told["success_url"] for _name, told in local.seen if "success_url" in told}
    assert ways_back == {f"http://localhost{path}/terug"}


def test_a_wrong_or_old_signature_and_the_other_mode_are_400_and_leave_nothing(
    app, shop, local, page
):
    said = local.buyer_pays(page)
    body = local.word("checkout.session.completed", said)
    live = local.word("checkout.session.completed", said, livemode=True)
    now = dt.datetime.now(dt.UTC).timestamp()
    answers = [
        hook(app, body, "t=1,v1=00"),
        hook(app, body, fake.sign(body, secret="whsec_of_the_live_mode")),
        hook(app, body, fake.sign(body, at=now - 301)),
        hook(app, live),
        hook(app, live, fake.sign(body)),
    ]
    assert [one.status_code for one in answers] == [400] * 5
    assert look(app, select(PaymentEvent)) == []


def test_a_word_about_a_changed_amount_or_a_strange_page_is_kept_and_200(app, shop, local, page):
    said = local.buyer_pays(page)
    local.tables["cs"][page]["amount_total"] = 1
    wrong = hook(app, local.word("checkout.session.completed", said))
    strange = hook(
        app, local.word("checkout.session.completed", {"object": "checkout.session", "id": "cs_x"})
    )
    assert [(one.status_code, one.text) for one in (wrong, strange)] == [(200, "refused")] * 2
    reasons = [one.reason for one in look(app, select(PaymentEvent).order_by(PaymentEvent.id))]
    assert reasons == ["wrong_amount", "unknown_intent"]
    assert books(app, shop) == (0, 0)


def test_stripe_away_at_the_word_asks_for_it_again(app, shop, local, page):
    body = local.word("checkout.session.completed", local.buyer_pays(page))
    local.down = True
    assert hook(app, body).status_code == 503
    local.down = False
    assert hook(app, body).text == "booked"


def test_a_word_that_never_comes_is_fetched(app, shop, local, page):
    local.buyer_pays(page, fee=29)
    with app.app_context():
        gateway = context.gateways().payments
        for minutes in (5, 11, 12, 60):
            watching.look(context.transaction, gateway, now=later(app, minutes=minutes))
    assert books(app, shop) == (12_071, 29)
    assert [one.outcome for one in look(app, select(PaymentEvent))] == ["booked"]


@pytest.mark.usefixtures("page")
def test_pages_that_nobody_pays_keep_no_paid_one_waiting(app, shop, local, order, monkeypatch):
    with app.app_context(), context.transaction() as session:
        first = session.scalars(select(PaymentIntent)).one()
        first.state = "failed"
    assert press_pay(shop, order).status_code == 303
    second = next(reversed(local.tables["cs"]))
    with app.app_context(), context.transaction() as session:
        session.scalars(select(PaymentIntent).order_by(PaymentIntent.id)).first().state = "open"
    local.buyer_pays(second)
    monkeypatch.setattr(watching, "BATCH", 1)
    with app.app_context():
        gateway = context.gateways().payments
        for minutes in (60, 120):  # so long that the first one may be asked for again
            watching.look(context.transaction, gateway, now=later(app, minutes=minutes))
    assert [one.outcome for one in look(app, select(PaymentEvent))] == ["booked"]


@pytest.mark.usefixtures("page")
def test_money_on_another_page_whose_word_never_comes_is_found_and_goes_back(
    app, shop, local, order
):
    first = next(reversed(local.tables["cs"]))
    with app.app_context(), context.transaction() as session:
        session.scalars(select(PaymentIntent)).one().state = "failed"
    assert press_pay(shop, order).status_code == 303
    second = next(reversed(local.tables["cs"]))
    local.buyer_pays(second)  # and nobody is told
    hook(app, local.word("checkout.session.completed", local.buyer_pays(first)))
    with app.app_context():
        gateway = context.gateways().payments
        for minutes in (60, 61):
            now = later(app, minutes=minutes)
            calls.do_waiting(context.transaction, gateway, now=now)
            watching.look(context.transaction, gateway, now=now)
    assert local.tables["cs"][second]["status"] == "complete", (
        "it was paid before it could be closed"
    )
    states = [one.state for one in look(app, select(PaymentIntent).order_by(PaymentIntent.id))]
    assert states[0] == "paid"
    assert states[1] in {"stray", "returned"}


@pytest.mark.usefixtures("page")
def test_the_other_page_of_a_paid_order_is_closed(app, shop, local, order):
    first = next(reversed(local.tables["cs"]))
    with app.app_context(), context.transaction() as session:
        session.scalars(select(PaymentIntent)).one().state = "failed"
    assert press_pay(shop, order).status_code == 303
    second = next(reversed(local.tables["cs"]))
    hook(app, local.word("checkout.session.completed", local.buyer_pays(first)))
    with app.app_context():
        gateway = context.gateways().payments
        calls.do_waiting(context.transaction, gateway, now=later(app, minutes=1))
    assert local.tables["cs"][second]["status"] == "expired"


def test_a_page_that_stays_open_is_not_asked_for_ever(app, local, page):
    with app.app_context():
        gateway = context.gateways().payments
        asked = [
            watching.look(context.transaction, gateway, now=later(app, minutes=days * 24 * 60))
            for days in (1, 29, 31)
        ]
    assert asked == [1, 1, 0]
    assert local.tables["cs"][page]["status"] == "open"


def test_the_page_of_a_cancelled_order_is_closed(app, shop, local, order, page):
    with app.app_context(), context.transaction() as session:
        orders.cancel(session, buyer_id=shop.market.buyer.id, public_id=order, now=context.now())
    with app.app_context():
        gateway = context.gateways().payments
        done = [
            calls.do_waiting(context.transaction, gateway, now=later(app, minutes=1))
            for _ in range(2)
        ]
    assert done == [1, 0]
    assert local.tables["cs"][page]["status"] == "expired"


def give_back(app, cents):
    with app.app_context(), context.transaction() as session:
        line = session.scalars(select(OrderLine)).one()
        refunds.refund(
            session,
            order_id=line.order_id,
            lines={line.id: cents},
            reason="not_good",
            liable="cooperative",
            by_id=None,
            now=context.now(),
        )


def ask_refunds(app, **delta):
    with app.app_context():
        gateway = context.gateways().payments
        return refundsending.send_waiting(context.transaction, gateway, now=later(app, **delta))


def test_a_refund_survives_a_stripe_that_is_down_and_one_that_lies(app, shop, local, page):
    hook(app, local.word("checkout.session.completed", local.buyer_pays(page, fee=29)))
    give_back(app, 2_000)
    local.down = True
    assert ask_refunds(app, minutes=1) == 0
    local.down, local.fail_after_work = False, 1
    assert ask_refunds(app, hours=1) == 0  # done there, and told otherwise
    assert ask_refunds(app, hours=2) == 1
    assert len(local.tables["re"]) == 1
    told = local.word("charge.refunded", local.charge_of(page))
    assert hook(app, told).text == "ignored"
    assert books(app, shop) == (12_100 - 29 - 2_000, 29)


def test_a_refund_from_the_dashboard_books_itself_once(app, shop, local, page):
    hook(app, local.word("checkout.session.completed", local.buyer_pays(page, fee=29)))
    charge = local.charge_of(page)
    local.post_refunds(payment_intent=charge["payment_intent"], amount=500)
    told = [local.word("charge.refunded", charge) for _ in range(2)]
    assert [hook(app, body).text for body in told] == ["booked", "ignored"]
    assert books(app, shop) == (12_100 - 29 - 500, 29)


def reconciled(app):
    with app.app_context():
        reconciliation.run(
            context.transaction, context.gateways().payments, now=later(app, hours=4)
        )
    query = select(ProviderDifference).where(ProviderDifference.gone_at.is_(None))
    return [(one.kind, one.here_cents, one.there_cents) for one in look(app, query)]


def test_a_night_books_the_fee_and_the_payout_once_and_finds_no_difference(app, shop, local, page):
    hook(app, local.word("checkout.session.completed", local.buyer_pays(page, fee=0)))
    charge = local.charge_of(page)
    local.tables["txn"][charge["balance_transaction"]].update(fee=35, net=12_065)
    assert reconciled(app) == []
    assert books(app, shop) == (12_065, 35)
    local.pay_out()
    assert [reconciled(app), reconciled(app)] == [[], []]
    assert books(app, shop) == (0, 35)
    local.post_refunds(payment_intent=charge["payment_intent"], amount=500)
    assert hook(app, local.word("charge.refunded", charge)).text == "booked"
    assert books(app, shop) == (-500, 35)
    local.pay_out()
    assert reconciled(app) == []
    assert books(app, shop) == (0, 35)


def test_each_difference_is_found_and_ends_when_it_is_right_again(app, shop, local, page):
    hook(app, local.word("checkout.session.completed", local.buyer_pays(page)))
    charge = local.charge_of(page)
    line = local.tables["txn"][charge["balance_transaction"]]
    line["amount"] = 12_000
    assert reconciled(app) == [("amount", 12_100, 12_000)]
    line["amount"], line["currency"] = 12_100, "usd"
    assert reconciled(app) == [("currency", 12_100, 12_100)]
    line["currency"] = "eur"
    local.post_refunds(payment_intent=charge["payment_intent"], amount=500)
    assert reconciled(app) == [("missing_here", None, -500)]
    hook(app, local.word("charge.refunded", charge))
    assert reconciled(app) == []
    del local.tables["txn"][line["id"]]
    assert reconciled(app) == [("missing_there", 12_100, None)]


def test_a_page_that_is_over_is_not_offered_again(app, shop, local, order, page):
    again = press_pay(shop, order)
    assert (again.status_code, len(local.tables["cs"])) == (303, 1)
    with app.app_context(), context.transaction() as session:
        wish = payments.begin(
            session,
            buyer_id=shop.market.buyer.id,
            public_id=order,
            provider="stripe",
            now=context.now() + dt.timedelta(hours=23),
        )
        assert wish.pay_url is None
        assert len(session.scalars(select(PaymentIntent)).all()) == 2
        assert session.scalars(select(Order.payment_state)).one() == "awaiting"
