"""Stripe behind our protocol: real library, local server, faults in every place."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import urllib.error
import urllib.request

import pytest

from marketplace.gateways.payments import BadSignature, ProviderAway, ProviderRefused
from marketplace.gateways.stripe import Account, Stripe
from tests.stripe import fake


def ask(gateway, key="intent-1", cents=12_100, **values):
    wanted = {
        "key": key,
        "amount_cents": cents,
        "currency": "EUR",
        "title": "Heg knippen",
        "back_url": "https://markt.example.nl/terug",
        "locale": "nl",
    }
    return gateway.create_page(**wanted | values)


def hear(gateway, body, **values):
    return gateway.as_it_stands(gateway.read_event(body, fake.sign(body, **values)))


def test_a_page_is_asked_for_with_our_key_an_end_and_no_fixed_methods(local, gateway):
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    page = ask(gateway, expires_at=ends, email="koper@example.nl", locale="ar")
    name, asked = local.seen[-1]
    assert name == "post /v1/checkout/sessions"
    assert page.url.startswith(gateway.origin)
    assert asked["client_reference_id"] == asked["metadata"]["market_key"] == "intent-1"
    assert (asked["expires_at"], asked["locale"]) == (int(ends.timestamp()), "auto")
    assert "payment_method_types" not in asked


def test_the_same_key_is_the_same_page_and_with_other_words_a_refusal(either):
    key = secrets.token_hex(8)
    assert ask(either, key) == ask(either, key)
    with pytest.raises(ProviderRefused, match="key_reused"):
        ask(either, key, cents=500)


def test_a_page_stands_open_until_it_is_closed_and_closing_twice_is_no_fault(either):
    page = ask(either, secrets.token_hex(8))
    assert either.fetch(reference=page.reference).kind == "open"
    for key in (secrets.token_hex(8), secrets.token_hex(8)):
        either.expire_page(key=key, reference=page.reference)
    assert either.fetch(reference=page.reference).kind == "expired"


def test_a_payment_brings_its_amount_and_its_fee(local, gateway):
    page = ask(gateway)
    body = local.word("checkout.session.completed", local.buyer_pays(page.reference, fee=29))
    event = hear(gateway, body)
    assert (event.kind, event.intent, event.reference) == ("paid", "intent-1", page.reference)
    assert (event.amount_cents, event.currency, event.fee_cents) == (12_100, "EUR", 29)


def test_a_slow_method_is_open_until_the_money_comes(local, gateway):
    page = ask(gateway)
    said = local.buyer_pays(page.reference, slow=True)
    early = local.word("checkout.session.completed", said)
    assert hear(gateway, early).kind == "open"
    failed = local.word("checkout.session.async_payment_failed", said)
    assert hear(gateway, failed).kind == "failed"
    local.money_comes(page.reference)
    # words that come late or twisted tell what is, not what was
    assert [hear(gateway, body).kind for body in (early, failed)] == ["paid", "paid"]


@pytest.mark.parametrize("fault", ["body", "secret", "old", "mode", "empty", "no_json"])
def test_a_word_that_is_not_ours_is_refused(local, gateway, fault):
    said = local.buyer_pays(ask(gateway).reference)
    body = local.word("checkout.session.completed", said, livemode=fault == "mode")
    signature = fake.sign(body)
    if fault == "body":
        body = body.replace(b"12100", b"12101")
    elif fault == "secret":
        signature = fake.sign(body, secret="whsec_other")
    elif fault == "old":
        signature = fake.sign(body, at=dt.datetime.now(dt.UTC).timestamp() - 400)
    elif fault == "empty":
        signature = ""
    elif fault == "no_json":
        body = b"[]"
        signature = fake.sign(body)
    with pytest.raises(BadSignature):
        gateway.read_event(body, signature)


def test_each_account_signs_for_itself(local):
    gateway = Stripe(
        {
            "groen": Account(fake.KEY, "whsec_groen", local.address),
            "": Account(fake.KEY, fake.SECRET, local.address),
        }
    )
    body = local.word("payout.paid", {"object": "payout", "id": "po_1"})
    assert gateway.read_event(body, fake.sign(body, secret="whsec_groen")).account == "groen"
    assert gateway.read_event(body, fake.sign(body)).account == ""
    with pytest.raises(ProviderRefused, match="no_account"):
        ask(Stripe({"groen": Account(fake.KEY, "whsec_x", local.address)}), account="other")


def test_refunds_go_to_what_is_left_and_the_same_key_gives_the_same(local, gateway):
    page = ask(gateway)
    with pytest.raises(ProviderRefused, match="not_paid"):
        gateway.refund(key="r0", reason="no", reference=page.reference, amount_cents=1)
    local.buyer_pays(page.reference)
    first = gateway.refund(key="r1", reason="no", reference=page.reference, amount_cents=2_000)
    local.forget_keys()
    assert (
        gateway.refund(key="r1", reason="no", reference=page.reference, amount_cents=2_000) == first
    )
    with pytest.raises(ProviderRefused, match="amount_too_large"):
        gateway.refund(key="r2", reason="no", reference=page.reference, amount_cents=10_101)
    gateway.refund(key="r3", reason="no", reference=page.reference, amount_cents=10_100)
    with pytest.raises(ProviderRefused, match="charge_already_refunded"):
        gateway.refund(key="r4", reason="no", reference=page.reference, amount_cents=1)
    assert len(local.tables["re"]) == 2


def test_a_refund_answered_with_500_after_the_work_is_found_again(local, gateway):
    page = ask(gateway)
    local.buyer_pays(page.reference)
    local.fail_after_work = 1
    with pytest.raises(ProviderAway):
        gateway.refund(key="r1", reason="no", reference=page.reference, amount_cents=500)
    assert (
        gateway.refund(key="r1", reason="no", reference=page.reference, amount_cents=500).state
        == "done"
    )
    assert len(local.tables["re"]) == 1


def test_a_refund_from_the_dashboard_tells_itself(local, gateway):
    page = ask(gateway)
    local.buyer_pays(page.reference)
    ours = gateway.refund(key="r1", reason="no", reference=page.reference, amount_cents=500)
    charge = local.charge_of(page.reference)
    theirs = local.post_refunds(payment_intent=charge["payment_intent"], amount=300)
    event = hear(gateway, local.word("charge.refunded", charge))
    assert (event.kind, event.amount_cents, event.intent) == ("refunded", 800, "intent-1")
    assert event.reference == page.reference
    assert [(one.id, one.amount_cents, one.key) for one in event.refunds] == [
        (theirs["id"], 300, ""),
        (ours.reference, 500, "r1"),
    ]
    failed = hear(gateway, local.word("refund.failed", theirs))
    assert (failed.kind, failed.object_id, failed.amount_cents) == (
        "refund_failed",
        theirs["id"],
        300,
    )


def test_a_dispute_has_a_last_day_takes_evidence_once_and_ends(local, gateway):
    page = ask(gateway)
    local.buyer_pays(page.reference)
    dispute = local.buyer_disputes(page.reference)
    event = hear(gateway, local.word("charge.dispute.created", dispute))
    assert (event.kind, event.amount_cents, event.fee_cents) == ("disputed", 12_100, 2_000)
    assert (event.object_id, event.intent) == (dispute["id"], "intent-1")
    assert dt.date.fromisoformat(event.due_on) > dt.datetime.now(dt.UTC).date()
    assert (event.outcome, event.reason) == ("needs_response", "product_not_received")
    facts = {"story": "Bezorgd en bevestigd.", "delivered_on": "2026-01-14", "what": ""}
    for key in ("e1", "e2"):  # handed in already is no fault, whatever the key
        gateway.submit_evidence(key=key, dispute=dispute["id"], facts=facts)
    kept = local.tables["du"][dispute["id"]]["evidence"]
    assert kept == {"uncategorized_text": "Bezorgd en bevestigd.", "service_date": "2026-01-14"}
    won = hear(
        gateway, local.word("charge.dispute.closed", local.dispute_ends(dispute["id"], "won"))
    )
    assert (won.kind, won.outcome, won.held_cents) == ("dispute_closed", "won", 12_100)
    local.tables["du"][dispute["id"]]["evidence_details"]["submission_count"] = 0
    with pytest.raises(ProviderRefused):
        gateway.submit_evidence(key="e3", dispute=dispute["id"], facts=facts)


def test_the_account_tells_its_lines_with_fee_intent_and_payout(local, gateway):
    pages = [ask(gateway, f"intent-{number}", 1_000 + number) for number in range(120)]
    for page in pages:
        local.buyer_pays(page.reference)
    gateway.refund(key="r1", reason="no", reference=pages[0].reference, amount_cents=400)
    payout = local.pay_out()
    local.buyer_pays(ask(gateway, "later").reference)
    lines = list(gateway.movements(since=dt.datetime.now(dt.UTC) - dt.timedelta(days=2)))
    kinds = [line.kind for line in lines]
    assert kinds == ["payment"] * 120 + ["refund", "payout", "payment"]
    assert (lines[1].intent, lines[1].amount_cents, lines[1].fee_cents) == ("intent-1", 1_001, 29)
    assert (lines[120].intent, lines[120].amount_cents) == ("intent-0", -400)
    assert {line.payout for line in lines[:122]} == {payout["id"]}
    assert lines[122].payout == ""


def test_a_stripe_that_is_slow_down_or_broken_is_away_and_the_same_key_goes_on(local, gateway):
    local.down = True
    with pytest.raises(ProviderAway):
        ask(gateway)
    local.down, local.slow_seconds = False, 0.5
    hasty = Stripe({"": Account(fake.KEY, fake.SECRET, local.address, (0.2, 0.2))})
    with pytest.raises(ProviderAway):
        ask(hasty)
    local.slow_seconds = 0
    assert ask(gateway) == ask(gateway)
    assert len(local.tables["cs"]) == 1


def test_a_page_answered_with_500_after_the_work_is_found_again(local, gateway):
    local.fail_after_work = 1
    assert ask(gateway) == ask(gateway)
    assert len(local.tables["cs"]) == 1


def test_a_wrong_key_is_refused_and_stays_out_of_sight(local):
    gateway = Stripe({"": Account("sk_test_wrong", fake.SECRET, local.address)})
    with pytest.raises(ProviderRefused, match="wrong_key"):
        ask(gateway)
    assert "sk_test_wrong" not in repr(gateway._of(""))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/refunds", "payment_intent=pi_1&amount=many"),
        ("/v1/refunds", "payment_intent=pi_1&cents=5"),
        ("/v1/refunds", "payment_intent=pi_1&reason=just_so"),
        ("/v1/checkout/sessions", "mode=gift"),
        ("/v1/checkout/sessions", "mode=payment&payment_method_types[0]=tulips"),
        ("/v1/checkout/sessions", "mode=payment&line_items[0][price_data][unit_amount]=5"),
        ("/v1/checkout/sessions", "mode=payment&locale=nds"),
        ("/v1/disputes/du_1", "evidence[mood]=good"),
        ("/v1/tulips", ""),
    ],
)
def test_the_local_stripe_refuses_what_the_published_schema_refuses(local, path, body):
    request = urllib.request.Request(
        local.address + path,
        data=body.encode(),
        headers={"Authorization": f"Bearer {fake.KEY}"},
    )
    with pytest.raises(urllib.error.HTTPError) as fault:
        urllib.request.urlopen(request, timeout=5)
    assert fault.value.code in {400, 404}
    said = json.loads(fault.value.read())["error"]["code"]
    assert said in {"parameter_invalid", "unknown_endpoint"}
