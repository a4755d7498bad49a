"""The embedded test bank: a provider with a pay page, a file of its own, and signed events.

It stands outside the books as a real provider would: it keeps its pay pages in its own SQLite file, and
what it has to say comes as a signed body that is sent to the market's webhook, again until it is taken.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

from marketplace.domain.calendar import AMSTERDAM
from marketplace.gateways.payments import (
    Event,
    Movement,
    PayPage,
    ProviderRefused,
    Refund,
    RefundAnswer,
)
from marketplace.gateways.testbankfile import BankFile, SignedEvent

__all__ = ["BankPage", "PageGone", "SignedEvent", "TestBank"]


class PageGone(Exception):
    """The bank knows no such pay page."""


@dataclass(frozen=True, slots=True)
class BankPage:
    """What the bank's own page shows."""

    reference: str
    key: str
    amount_cents: int
    currency: str
    title: str
    back_url: str
    locale: str
    state: str


class TestBank(BankFile):
    """A provider for demo and tests."""

    name = "testbank"
    accounts: tuple[str, ...] = ("",)
    signature_header = "Provider-Signature"

    def create_page(
        self,
        *,
        key: str,
        amount_cents: int,
        currency: str,
        title: str,
        back_url: str,
        locale: str,
        account: str = "",  # noqa: ARG002 one bank for all
        expires_at: dt.datetime | None = None,  # noqa: ARG002 a page stays until it is closed
        email: str | None = None,  # noqa: ARG002 it sends no mail
    ) -> PayPage:
        """Make a pay page; the same key gives the same page."""
        reference = f"tb_{secrets.token_urlsafe(12)}"
        with self._open() as bank:
            bank.execute(
                "INSERT INTO pages (reference, key, amount_cents, currency, title, back_url, locale)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (reference, key, amount_cents, currency, title, back_url, locale),
            )
            row = bank.execute("SELECT reference FROM pages WHERE key = ?", (key,)).fetchone()
        return PayPage(row["reference"], f"{self._base_url}/testbank/{row['reference']}")

    def page(self, reference: str) -> BankPage:
        """Give a pay page, or raise PageGone."""
        with self._open() as bank:
            row = bank.execute("SELECT * FROM pages WHERE reference = ?", (reference,)).fetchone()
        if row is None:
            raise PageGone(reference)
        return BankPage(**{field.name: row[field.name] for field in fields(BankPage)})

    def pay(self, reference: str) -> SignedEvent:
        """Pay a page; paying twice gives the same event again."""
        return self._decide(reference, "paid")

    def refuse(self, reference: str) -> SignedEvent:
        """Let a payment fail."""
        return self._decide(reference, "failed")

    def _decide(self, reference: str, kind: str) -> SignedEvent:
        """Let a page end once; whoever comes later gets the event that is there."""
        with self._open() as bank:
            bank.execute(
                "UPDATE pages SET state = ?, decided_on = ? WHERE reference = ? AND state = 'open'",
                (kind, dt.datetime.now(AMSTERDAM).date().isoformat(), reference),
            )
            row = bank.execute("SELECT * FROM pages WHERE reference = ?", (reference,)).fetchone()
            if row is None:
                raise PageGone(reference)
            event_id, body = self._note(bank, row["state"], dict(row))
        return self.sign(event_id, body)

    def settle(self, before: dt.date | None = None) -> int:
        """Send what was paid before a day to the market's bank account; gives how many payments.

        One event for each payment, once its own event was taken. Without a day: all that was paid.
        """
        with self._open() as bank:
            rows = bank.execute(
                "SELECT reference, key, amount_cents, currency FROM pages WHERE state = 'paid'"
                " AND settled = 0 AND decided_on < ? AND EXISTS (SELECT 1 FROM events"
                " WHERE events.reference = pages.reference AND delivered = 1)",
                (before.isoformat() if before else "9999",),
            ).fetchall()
            for row in rows:
                self._note(bank, "settled", dict(row))
                bank.execute(
                    "UPDATE pages SET settled = 1 WHERE reference = ?", (row["reference"],)
                )
        return len(rows)

    def expire_page(
        self,
        *,
        key: str,  # noqa: ARG002 closing twice is closing once
        reference: str,
        account: str = "",  # noqa: ARG002 one bank for all
    ) -> None:
        """Close a page that is open, and tell so."""
        with self._open() as bank:
            query = "SELECT state FROM pages WHERE reference = ?"
            row = bank.execute(query, (reference,)).fetchone()
        if row is not None and row["state"] == "open":
            self._decide(reference, "expired")

    def fetch(self, *, reference: str, account: str = "") -> Event:
        """Give how a page stands now."""
        try:
            page = self.page(reference)
        except PageGone as gone:
            raise ProviderRefused("no_such_page") from gone
        return Event(
            id=f"fetch:{reference}:{page.state}",
            kind=page.state,
            reference=reference,
            intent=page.key,
            amount_cents=page.amount_cents,
            currency=page.currency,
            account=account,
        )

    def refund(
        self,
        *,
        key: str,
        reference: str,
        amount_cents: int,
        reason: str,  # noqa: ARG002 the bank keeps no reasons
        account: str = "",  # noqa: ARG002 one bank for all
    ) -> RefundAnswer:
        """Give money back, at most what is left of the payment; tells so in a signed word."""
        with self._open() as bank:
            bank.execute("BEGIN IMMEDIATE")
            page = bank.execute("SELECT * FROM pages WHERE reference = ?", (reference,)).fetchone()
            if page is None or page["state"] != "paid":
                raise ProviderRefused("not_paid")
            rows = bank.execute(
                "SELECT id, amount_cents, key FROM refunds WHERE reference = ? ORDER BY rowid DESC",
                (reference,),
            )
            there = [
                Refund(row["id"], row["amount_cents"], "succeeded", row["key"]) for row in rows
            ]
            for one in there:
                if one.key == key:
                    return RefundAnswer(one.id, "done")
            given = sum(one.amount_cents for one in there) + amount_cents
            if amount_cents < 1 or given > page["amount_cents"]:
                raise ProviderRefused("amount_too_large")
            made = Refund(f"tr_{secrets.token_urlsafe(12)}", amount_cents, "succeeded", key)
            bank.execute(
                "INSERT INTO refunds (id, key, reference, amount_cents) VALUES (?, ?, ?, ?)",
                (made.id, key, reference, amount_cents),
            )
            parts = [asdict(one) for one in (made, *there)]
            more = {"amount_cents": given, "object_id": made.id, "refunds": parts}
            self._note(bank, "refunded", dict(page), **more)
        return RefundAnswer(made.id, "done")

    def find_refund(
        self,
        *,
        key: str,
        reference: str,
        account: str = "",  # noqa: ARG002 one bank for all
    ) -> RefundAnswer | None:
        """Look for a refund by its key."""
        with self._open() as bank:
            query = "SELECT id FROM refunds WHERE reference = ? AND key = ?"
            row = bank.execute(query, (reference, key)).fetchone()
        return RefundAnswer(row["id"], "done") if row is not None else None

    def submit_evidence(self, **_asked: object) -> None:
        """Take it, and never decide: nobody disputes at the test bank but the demo."""

    def movements(
        self,
        *,
        since: dt.datetime,  # noqa: ARG002 it keeps no hours, so it tells all
        account: str = "",  # noqa: ARG002 one bank for all
    ) -> Iterator[Movement]:
        """Give what was paid and given back, at noon of the day of the payment."""
        with self._open() as bank:
            rows = bank.execute(
                "SELECT 'payment' AS kind, reference AS id, key, amount_cents, currency, decided_on"
                " FROM pages WHERE state = 'paid' UNION ALL"
                " SELECT 'refund', refunds.id, pages.key, -refunds.amount_cents, currency, decided_on"
                " FROM refunds JOIN pages ON pages.reference = refunds.reference"
            ).fetchall()
        for row in rows:
            day = dt.date.fromisoformat(row["decided_on"])
            yield Movement(
                id=row["id"],
                kind=row["kind"],
                amount_cents=row["amount_cents"],
                fee_cents=0,
                currency=row["currency"],
                intent=row["key"],
                object_id=row["id"],
                at=dt.datetime.combine(day, dt.time(12), AMSTERDAM),
            )

    def as_it_stands(self, event: Event) -> Event:
        """Its words tell what is."""
        return event
