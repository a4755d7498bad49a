"""Stripe behind our protocol: the only file that speaks its library, which is loaded at the first call.

Each cooperative may have an account of its own; who has none uses the shared one. Methods of paying are
never named here: the account's own settings choose what a buyer sees. An object is asked for again before
it is believed, and each call that changes something carries our own row's id as idempotency key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from marketplace.gateways import stripewords as words
from marketplace.gateways.payments import (
    BadSignature,
    Event,
    Movement,
    PayPage,
    ProviderAway,
    ProviderRefused,
    RefundAnswer,
)

# The version of the words that this file was written for, and of the schemas in the tests.
API_VERSION = "2026-05-27.dahlia"
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 10.0
SIGNATURE_AGE = 300
FETCHED = ["payment_intent.latest_charge.balance_transaction"]


@dataclass(frozen=True)
class Account:
    """The keys of one Stripe account. `address` is Stripe's own, or that of a stand-in in tests."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    address: str = ""
    timeout: tuple[float, float] = (CONNECT_SECONDS, ANSWER_SECONDS)

    @property
    def live(self) -> bool:
        """Whether the key moves real money."""
        return "_live_" in self.secret_key

    @cached_property
    def client(self) -> Any:
        """Give the client of this account. It tries nothing twice by itself: our own rows do that."""
        import stripe  # noqa: PLC0415 0.7 seconds that a start without payments does not need

        return stripe.StripeClient(
            self.secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self.address} if self.address else None,
            http_client=stripe.RequestsClient(timeout=self.timeout),
            max_network_retries=0,
        )


class Stripe:
    """The provider for real money."""

    name = "stripe"
    origin = "https://checkout.stripe.com"
    signature_header = "Stripe-Signature"

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        """Take the accounts by the cooperative's name in addresses; "" is the shared one."""
        self._accounts = dict(accounts)
        self.accounts = tuple(self._accounts)

    def _of(self, account: str) -> Account:
        found = self._accounts.get(account) or self._accounts.get("")
        if found is None:
            raise ProviderRefused("no_account")
        return found

    def create_page(
        self,
        *,
        key: str,
        amount_cents: int,
        currency: str,
        title: str,
        back_url: str,
        locale: str,
        account: str = "",
        expires_at: dt.datetime | None = None,
        email: str | None = None,
    ) -> PayPage:
        """Ask for a Checkout page; the same key gives the same page, also after an answer that was lost."""
        price: dict[str, Any] = {"currency": currency.lower(), "unit_amount": amount_cents}
        price["product_data"] = {"name": title[:250]}
        params: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": key,
            "metadata": {words.OUR_KEY: key},
            "payment_intent_data": {"metadata": {words.OUR_KEY: key}},
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": back_url,
            "cancel_url": back_url,
            "locale": words.locale_of(locale),
        }
        if expires_at is not None:
            params["expires_at"] = int(expires_at.timestamp())
        if email:
            params["customer_email"] = email
        sessions = self._of(account).client.v1.checkout.sessions
        try:
            made = _ask(lambda: sessions.create(params, {"idempotency_key": key}))
        except ProviderAway:
            made = _page_with(sessions, key)
        return PayPage(made["id"], made["url"] or "")

    def expire_page(self, *, key: str, reference: str, account: str = "") -> None:
        """Close a page that is open; one that ended already is no fault."""
        sessions = self._of(account).client.v1.checkout.sessions
        if _ask(lambda: sessions.retrieve(reference))["status"] == "open":
            _ask(lambda: sessions.expire(reference, options={"idempotency_key": key}))

    def fetch(self, *, reference: str, account: str = "") -> Event:
        """Give how a page stands now, with the fee where Stripe knows it."""
        session = self._session(account, reference)
        event = words.page_event("", session, account=account)
        return replace(event, id=f"fetch:{reference}:{event.kind}")

    def refund(
        self,
        *,
        key: str,
        reference: str,
        amount_cents: int,
        reason: str,  # noqa: ARG002 Stripe knows three reasons, and ours are not among them
        account: str = "",
    ) -> RefundAnswer:
        """Give money back; a refund with our key that is there already is the answer.

        Looked for first, because Stripe forgets idempotency keys after a day and keeps a 500 as the answer.
        """
        client = self._of(account).client
        intent, there = _refund_with(client, reference, key)
        if there is not None:
            return there
        mark = {words.REFUND_KEY: key}
        params = {"payment_intent": intent, "amount": amount_cents, "metadata": mark}
        made = _ask(lambda: client.v1.refunds.create(params, {"idempotency_key": key}))
        return words.answer(words.refund(made))

    def find_refund(self, *, key: str, reference: str, account: str = "") -> RefundAnswer | None:
        """Look for the refund with our key, and change nothing."""
        return _refund_with(self._of(account).client, reference, key)[1]

    def submit_evidence(
        self, *, key: str, dispute: str, facts: dict[str, str], account: str = ""
    ) -> None:
        """Hand in the evidence; Stripe takes it once, so it is looked up first whether it has it."""
        disputes = self._of(account).client.v1.disputes
        if _ask(lambda: disputes.retrieve(dispute))["evidence_details"]["submission_count"]:
            return
        params = {"evidence": words.evidence(facts), "submit": True}
        _ask(lambda: disputes.update(dispute, params, {"idempotency_key": key}))

    def movements(self, *, since: dt.datetime, account: str = "") -> Iterator[Movement]:
        """Give the balance transactions from an instant on, each with the payout that carried it."""
        client, stamp = self._of(account).client, int(since.timestamp())
        carried: dict[str, str] = {}
        paid = {"created": {"gte": stamp}, "status": "paid", "limit": 100}
        for payout in _ask(lambda: list(client.v1.payouts.list(paid).auto_paging_iter())):
            inside = {"payout": payout["id"], "limit": 100}
            for line in _all(client.v1.balance_transactions, inside):
                carried[line["id"]] = payout["id"]
        query = {
            "created": {"gte": stamp},
            "limit": 100,
            "expand": ["data.source", "data.source.charge"],
        }
        lines = _all(client.v1.balance_transactions, query)
        return iter([words.movement(line, carried) for line in reversed(lines)])

    def read_event(self, body: bytes, signature: str) -> Event:
        """Check the signature with each account's secret; a word of the other mode is no word for us."""
        for name, account in self._accounts.items():
            if self._signed(account, body, signature):
                return words.heard(body, name, live=account.live)
        raise BadSignature

    @staticmethod
    def _signed(account: Account, body: bytes, signature: str) -> bool:
        import stripe  # noqa: PLC0415 as above

        try:
            stripe.WebhookSignature.verify_header(
                body.decode(), signature, account.webhook_secret, SIGNATURE_AGE
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            return False
        return True

    def as_it_stands(self, event: Event) -> Event:
        """Ask for the session, charge or dispute again, and tell that instead of the words that came."""
        kind, _, thing = event.outcome.partition(" ")
        if event.kind == "page":
            session = self._session(event.account, event.reference)
            failed = event.outcome == "failed"
            return words.page_event(event.id, session, failed=failed, account=event.account)
        if event.kind != "other" and kind in {"charge", "refund", "dispute"}:
            return self._about_a_charge(event, kind, thing)
        return event

    def _about_a_charge(self, event: Event, thing: str, key: str) -> Event:
        """Tell of a fee, refund or dispute, with the page and the intent that it belongs to."""
        client = self._of(event.account).client
        expand = {"expand": ["balance_transaction"]}
        one: Any = None
        if thing != "charge":
            readers = client.v1.refunds if thing == "refund" else client.v1.disputes
            one = _ask(lambda: readers.retrieve(key))
        charge_key = key if one is None else one["charge"]
        charge = _ask(lambda: client.v1.charges.retrieve(charge_key, expand))
        pages = {"payment_intent": charge["payment_intent"], "limit": 1}
        found = _ask(lambda: client.v1.checkout.sessions.list(pages).data)
        whose = {"reference": found[0]["id"] if found else "", "account": event.account}
        if one is None:
            query = {"charge": charge_key, "limit": 100}
            parts = _ask(lambda: client.v1.refunds.list(query).data)
            return words.charge_event(event.id, event.kind, charge, refunds=parts, **whose)
        tell = words.refund_event if thing == "refund" else words.dispute_event
        return tell(event.id, event.kind, one, charge, **whose)

    def _session(self, account: str, reference: str) -> Any:
        sessions = self._of(account).client.v1.checkout.sessions
        return _ask(lambda: sessions.retrieve(reference, {"expand": FETCHED}))


def _page_with(sessions: Any, key: str) -> Any:
    """Give the page that was made although the answer said otherwise: a 500 stays the answer for its key."""
    for one in _ask(lambda: sessions.list({"status": "open", "limit": 100}).data):
        if one["client_reference_id"] == key:
            return one
    raise ProviderAway("no_page")


def _refund_with(client: Any, reference: str, key: str) -> tuple[str, RefundAnswer | None]:
    """Give the payment of a page, and its refund with our key where there is one."""
    intent = _ask(lambda: client.v1.checkout.sessions.retrieve(reference))["payment_intent"]
    if not intent:
        raise ProviderRefused("not_paid")
    there = _ask(lambda: client.v1.refunds.list({"payment_intent": intent, "limit": 100}).data)
    found = (words.answer(one) for one in map(words.refund, there) if one.key == key)
    return str(intent), next(found, None)


def _plain(answer: Any) -> Any:
    """Give Stripe's objects as plain dicts."""
    if isinstance(answer, list):
        return [_plain(one) for one in answer]
    return answer.to_dict() if hasattr(answer, "to_dict") else answer


def _all(reader: Any, query: dict[str, Any]) -> list[Any]:
    """Give all pages of a list."""
    found: list[Any] = _ask(lambda: list(reader.list(query).auto_paging_iter()))
    return found


def _ask(call: Callable[[], Any]) -> Any:
    """Call Stripe and translate its faults: away (ask again with the same key), or refused (do not)."""
    import stripe  # noqa: PLC0415 as above

    try:
        return _plain(call())
    except stripe.InvalidRequestError as fault:
        raise ProviderRefused(fault.code or "invalid_request") from fault
    except (stripe.AuthenticationError, stripe.PermissionError) as fault:
        raise ProviderRefused("wrong_key") from fault
    except stripe.IdempotencyError as fault:
        if fault.http_status == 409:
            raise ProviderAway("busy") from fault
        raise ProviderRefused("key_reused") from fault
    except stripe.StripeError as fault:
        raise ProviderAway(type(fault).__name__) from fault
