"""The payment provider in our words: a hosted pay page, and signed events that come back.

Made after Checkout's hosted page and signed webhooks: a page is asked for with an idempotency key, the
buyer's return says nothing, and only a signed event tells that money came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class BadSignature(Exception):
    """The body was not signed by the provider, or too long ago."""


class ProviderAway(Exception):
    """The provider did not answer; the same call with the same key may be made again."""


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
class Event:
    """A signed word of the provider. `kind`: paid, failed, expired or settled; amounts in cents.

    `intent` is our own id that we gave along; `reference` the provider's; `fee_cents` what the provider keeps.
    """

    id: str
    kind: str
    reference: str
    intent: str | None
    amount_cents: int
    currency: str
    fee_cents: int = 0


class Payments(Protocol):
    """What the house asks of a payment provider."""

    name: str
    origin: str
    """The site of the pay pages, for the browser's rule where a form may lead."""

    def create_page(
        self, *, key: str, amount_cents: int, currency: str, title: str, back_url: str, locale: str
    ) -> PayPage:
        """Ask for a pay page; the same key gives the same page. Raises ProviderAway."""
        ...

    def refund(self, *, key: str, reference: str, amount_cents: int, reason: str) -> RefundAnswer:
        """Send a part or all of a payment back; the same key is done once. Raises ProviderAway."""
        ...

    def read_event(self, body: bytes, signature: str) -> Event:
        """Check the signature and translate. Raises BadSignature."""
        ...
