"""The payment provider in our words: a hosted pay page, and signed events that come back.

Made after Checkout's hosted page and signed webhooks: a page is asked for with an idempotency key, the
buyer's return says nothing, and only a signed event tells that money came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


class BadSignature(Exception):
    """The body was not signed by the provider, or too long ago."""


class ProviderAway(Exception):
    """The provider did not answer; the same call with the same key may be made again."""


class ProviderRefused(Exception):
    """The provider understood and said no; asking the same again would not help. The text is its code."""


@dataclass(frozen=True, slots=True)
class PayPage:
    """A pay page: the provider's reference and the address for the buyer."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the provider says when money is asked back: its reference, and pending, done or failed."""

    reference: str
    state: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as it stands at the provider: pending, succeeded, failed or canceled.

    `key` is our own key, where we asked for it; a refund from the provider's dashboard has none.
    """

    id: str
    amount_cents: int
    standing: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A signed word of the provider; amounts in cents.

    `kind`: paid, open, failed, expired, settled, fee, refunded, refund_failed, disputed, dispute_closed or other.
    `intent` is our own id that we gave along; `reference` the provider's page; `fee_cents` what the provider
    keeps. `account` names the account that signed (empty: the only one, or the shared one), `object_id` a
    refund or dispute. For `refunded` the amount is all that was given back so far, and `refunds` are its parts.
    For `disputed` and `dispute_closed` `outcome` is how it stands (domain/disputes.py), `due_on` the last day
    for evidence, `held_cents` what the provider took from the account, whether it came back or not, and
    `fee_back_cents` what of the fee came back.
    """

    id: str
    kind: str
    reference: str
    intent: str | None
    amount_cents: int
    currency: str
    fee_cents: int = 0
    account: str = ""
    object_id: str = ""
    outcome: str = ""
    due_on: str = ""
    reason: str = ""
    held_cents: int = 0
    fee_back_cents: int = 0
    refunds: tuple[Refund, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the provider's own account. `kind`: payment, refund, dispute, fee, payout or other.

    `amount_cents` is signed and before the fee; what changes the balance is amount less fee. `payout` names
    the transfer to the bank that carried it, once that arrived.
    """

    id: str
    kind: str
    amount_cents: int
    fee_cents: int
    currency: str
    intent: str | None
    object_id: str
    at: dt.datetime
    payout: str = ""


class Payments(Protocol):
    """What the house asks of a payment provider. `account` is a cooperative's name in addresses (slug)."""

    name: str
    origin: str
    """The site of the pay pages, for the browser's rule where a form may lead."""
    accounts: tuple[str, ...]
    """The accounts that there are; "" is the shared one."""
    signature_header: str
    """The header in which a signed word carries its signature."""

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
        """Ask for a pay page; the same key gives the same page. Raises ProviderAway, ProviderRefused."""
        ...

    def expire_page(self, *, key: str, reference: str, account: str = "") -> None:
        """Close a pay page that is open; one that ended already is no fault."""
        ...

    def fetch(self, *, reference: str, account: str = "") -> Event:
        """Give how a page stands now, as paid, open, failed or expired."""
        ...

    def refund(
        self, *, key: str, reference: str, amount_cents: int, reason: str, account: str = ""
    ) -> RefundAnswer:
        """Give money of a payment back; the same key gives the same refund. Never more than is left."""
        ...

    def find_refund(self, *, key: str, reference: str, account: str = "") -> RefundAnswer | None:
        """Look for the refund with a key at a payment, and change nothing; None where there is none.

        Raises ProviderAway, ProviderRefused.
        """
        ...

    def submit_evidence(
        self, *, key: str, dispute: str, facts: dict[str, str], account: str = ""
    ) -> None:
        """Hand in what speaks for the cooperative in a dispute; handed in before is no fault.

        `facts` are texts by what, story, delivered_on (ISO day) and log. Raises ProviderAway, ProviderRefused.
        """
        ...

    def movements(self, *, since: dt.datetime, account: str = "") -> Iterator[Movement]:
        """Give the lines of the provider's account from an instant on, oldest first."""
        ...

    def read_event(self, body: bytes, signature: str) -> Event:
        """Check the signature and translate. Raises BadSignature."""
        ...

    def as_it_stands(self, event: Event) -> Event:
        """Ask for the thing of an event again, since words come in any order. Raises ProviderAway."""
        ...
