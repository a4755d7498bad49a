"""The test bank: one page for one key, one word for one decision, and words that wait until they are taken."""

from __future__ import annotations

import datetime as dt
import http.server
import threading

import pytest
import time_machine

from marketplace.gateways.payments import BadSignature, ProviderAway, ProviderRefused
from marketplace.gateways.testbank import PageGone
from marketplace.gateways.testbank import TestBank as Bank


@pytest.fixture
def bank(tmp_path):
    return Bank(folder=tmp_path, base_url="http://localhost:1", secret="a-secret")


def ask(bank, key="intent-1", cents=12_100):
    return bank.create_page(
        key=key,
        amount_cents=cents,
        currency="EUR",
        title="Heg knippen",
        back_url="http://localhost:1/terug",
        locale="nl",
    )


class Webhook(http.server.BaseHTTPRequestHandler):
    """Answers as it is told and remembers what came."""

    answers: list[int]
    taken: list[tuple[bytes, str]]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((body, self.headers["Provider-Signature"]))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def market(tmp_path):
    """A webhook on loopback and a bank that knows it."""
    handler = type("Handler", (Webhook,), {"answers": [], "taken": []})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    yield handler, Bank(folder=tmp_path, base_url=base, secret="a-secret")
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_same_key_gives_the_same_page(bank):
    assert ask(bank) == ask(bank)
    assert ask(bank, key="intent-2").reference != ask(bank).reference


def test_an_event_says_what_was_decided_first(bank):
    page = ask(bank)
    event = bank.read_event(*_signed(bank.pay(page.reference)))
    assert (event.kind, event.intent, event.amount_cents) == ("paid", "intent-1", 12_100)
    assert bank.read_event(*_signed(bank.refuse(page.reference))) == event
    assert len(bank.waiting()) == 1


def _signed(event):
    return event.body, event.signature


def test_an_unknown_page_is_gone(bank):
    with pytest.raises(PageGone):
        bank.page("nothing")
    with pytest.raises(PageGone):
        bank.pay("nothing")


@pytest.mark.parametrize("fault", ["body", "signature", "secret", "empty", "old", "no_json"])
def test_a_word_that_the_bank_did_not_sign_now_is_refused(bank, tmp_path, fault):
    signed = bank.pay(ask(bank).reference)
    body, signature = signed.body, signed.signature
    if fault == "body":
        body = body.replace(b"12100", b"12101")
    elif fault == "signature":
        # The last sign of base64 holds bits that say nothing, so another one is changed.
        told, _, mark = signature.rpartition(".")
        signature = f"{told}.{'A' if mark[0] != 'A' else 'B'}{mark[1:]}"
    elif fault == "secret":
        other = Bank(folder=tmp_path, base_url="http://x", secret="another")
        signature = other.sign("e", body).signature
    elif fault == "empty":
        signature = ""
    elif fault == "no_json":
        body = b"[]"
        signature = bank.sign("e", body).signature
    days = 2 if fault == "old" else 0
    with (
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days)),
        pytest.raises(BadSignature),
    ):
        bank.read_event(body, signature)


def test_a_word_is_sent_again_until_it_is_taken(market):
    handler, bank = market
    bank.pay(ask(bank).reference)
    handler.answers[:] = [500, 400, 200]
    assert [bank.deliver_waiting() for _ in range(4)] == [0, 0, 1, 0]
    assert len({body for body, _ in handler.taken}) == 1


def test_a_market_that_is_away_loses_no_word(bank):
    event = bank.pay(ask(bank).reference)
    assert not bank.deliver(event)
    assert len(bank.waiting()) == 1


def test_what_was_paid_is_settled_once_and_only_after_its_word_was_taken(market):
    handler, bank = market
    page = ask(bank)
    bank.refuse(ask(bank, key="intent-2").reference)
    bank.pay(page.reference)
    assert bank.settle() == 0
    bank.deliver_waiting()
    today = dt.date.today()  # noqa: DTZ011 the bank's own clock
    assert bank.settle(before=today - dt.timedelta(days=1)) == 0
    assert [bank.settle(), bank.settle()] == [1, 0]
    handler.taken.clear()
    assert bank.deliver_waiting() == 1
    event = bank.read_event(*handler.taken[0])
    assert (event.kind, event.intent, event.amount_cents) == ("settled", "intent-1", 12_100)


def test_a_bank_whose_file_cannot_be_opened_is_away(tmp_path):
    (tmp_path / "testbank.sqlite").mkdir()
    with pytest.raises(ProviderAway):
        ask(Bank(folder=tmp_path, base_url="http://x", secret="s"))


def test_the_bank_gives_back_at_most_what_was_paid_and_tells_it(bank):
    page = ask(bank)
    with pytest.raises(ProviderRefused, match="not_paid"):
        bank.refund(key="r0", reason="no", reference=page.reference, amount_cents=1)
    bank.pay(page.reference)
    first = bank.refund(key="r1", reason="no", reference=page.reference, amount_cents=2_000)
    assert bank.refund(key="r1", reason="no", reference=page.reference, amount_cents=2_000) == first
    with pytest.raises(ProviderRefused, match="amount_too_large"):
        bank.refund(key="r2", reason="no", reference=page.reference, amount_cents=10_101)
    second = bank.refund(key="r3", reason="no", reference=page.reference, amount_cents=100)
    told = [bank.read_event(*_signed(one)) for one in bank.waiting()]
    assert [(one.kind, one.amount_cents) for one in told] == [
        ("paid", 12_100),
        ("refunded", 2_000),
        ("refunded", 2_100),
    ]
    assert [one.id for one in told[2].refunds] == [second.reference, first.reference]
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    lines = list(bank.movements(since=since))
    assert [(one.kind, one.amount_cents, one.intent) for one in lines] == [
        ("payment", 12_100, "intent-1"),
        ("refund", -2_000, "intent-1"),
        ("refund", -100, "intent-1"),
    ]


def test_a_page_can_be_closed_while_it_is_open(bank):
    page, paid = ask(bank), ask(bank, key="intent-2")
    bank.pay(paid.reference)
    for one in (page, paid):
        bank.expire_page(key="e1", reference=one.reference)
    assert bank.fetch(reference=page.reference).kind == "expired"
    assert bank.fetch(reference=paid.reference).kind == "paid"
    with pytest.raises(ProviderRefused):
        bank.fetch(reference="nothing")
