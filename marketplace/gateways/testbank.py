"""The embedded test bank: a provider with a pay page, a file of its own, and signed events.

It stands outside the books as a real provider would: it keeps its pay pages in its own SQLite file, and
what it has to say comes as a signed body that is sent to the market's webhook, again until it is taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import json
import secrets
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from itsdangerous import BadData, TimestampSigner

from marketplace.domain.calendar import AMSTERDAM
from marketplace.gateways.payments import BadSignature, Event, PayPage, ProviderAway, RefundAnswer

SIGNATURE_AGE = 24 * 3600
SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, amount_cents INTEGER NOT NULL,
    currency TEXT NOT NULL, title TEXT NOT NULL, back_url TEXT NOT NULL, locale TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open', decided_on TEXT,
    settled INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL, body TEXT NOT NULL, delivered INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refunds (
    key TEXT PRIMARY KEY, reference TEXT NOT NULL, amount_cents INTEGER NOT NULL, state TEXT NOT NULL);
"""


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


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A body with its signature, as it goes to the webhook."""

    id: str
    body: bytes
    signature: str


class TestBank:
    """A provider for demo and tests. One file in var/; several processes may use it at once."""

    name = "testbank"

    def __init__(self, *, folder: Path, base_url: str, secret: str) -> None:
        self._path = folder / "testbank.sqlite"
        self._base_url = base_url
        self.origin = "/".join(base_url.split("/")[:3])
        self._signer = TimestampSigner(secret, salt="testbank-event")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
                connection.executescript(
                    f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}"
                )
                connection.row_factory = sqlite3.Row
                yield connection
        except sqlite3.OperationalError as fault:
            raise ProviderAway from fault

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep the file open through many calls: the last one to close it writes all of it anew."""
        with self._open():
            pass
        with closing(sqlite3.connect(self._path)) as keeper:
            keeper.execute("SELECT count(*) FROM pages").fetchone()
            yield

    def forget(self) -> None:
        """Throw away every page and event: a market where nobody lives yet has paid nothing."""
        with self._open() as bank:
            bank.execute("DELETE FROM refunds")
            bank.execute("DELETE FROM events")
            bank.execute("DELETE FROM pages")

    def create_page(
        self, *, key: str, amount_cents: int, currency: str, title: str, back_url: str, locale: str
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

    def refund(self, *, key: str, reference: str, amount_cents: int, reason: str) -> RefundAnswer:  # noqa: ARG002 the bank keeps no reasons
        """Send money of a paid page back, once per key; never more than was paid."""
        with self._open() as bank:
            bank.execute(
                "INSERT INTO refunds (key, reference, amount_cents, state) SELECT ?, p.reference, ?,"
                " CASE WHEN p.state = 'paid' AND ? + (SELECT coalesce(sum(r.amount_cents), 0) FROM"
                " refunds r WHERE r.reference = p.reference AND r.state = 'done') <= p.amount_cents"
                " THEN 'done' ELSE 'failed' END FROM pages p WHERE p.reference = ?"
                " ON CONFLICT (key) DO NOTHING",
                (key, amount_cents, amount_cents, reference),
            )
            row = bank.execute("SELECT state FROM refunds WHERE key = ?", (key,)).fetchone()
        return RefundAnswer(f"re_{key}", row["state"] if row else "failed")

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

    def _note(self, bank: sqlite3.Connection, kind: str, page: dict[str, Any]) -> tuple[str, bytes]:
        """Write down an event; the same happening again is the same event."""
        event_id = f"evt_{page['reference']}_{kind}"
        body = json.dumps(
            {
                "id": event_id,
                "kind": kind,
                "reference": page["reference"],
                "intent": page["key"],
                "amount_cents": page["amount_cents"],
                "currency": page["currency"],
                "fee_cents": 0,
            },
            sort_keys=True,
        )
        bank.execute(
            "INSERT INTO events (id, reference, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (event_id, page["reference"], body),
        )
        return event_id, body.encode()

    def sign(self, event_id: str, body: bytes) -> SignedEvent:
        """Sign a body, with the time in the signature."""
        return SignedEvent(event_id, body, self._signer.sign(_digest(body)).decode())

    def read_event(self, body: bytes, signature: str) -> Event:
        """Check the signature over the raw body and translate it."""
        try:
            signed = self._signer.unsign(signature.encode(), max_age=SIGNATURE_AGE)
        except BadData as fault:
            raise BadSignature from fault
        if not secrets.compare_digest(signed, _digest(body)):
            raise BadSignature
        try:
            return Event(**json.loads(body))
        except (ValueError, TypeError) as fault:
            raise BadSignature from fault

    def waiting(self) -> list[SignedEvent]:
        """Give the events that the webhook did not take yet, oldest first."""
        with self._open() as bank:
            rows = bank.execute(
                "SELECT id, body FROM events WHERE delivered = 0 ORDER BY attempts, rowid LIMIT 100"
            ).fetchall()
        return [self.sign(row["id"], row["body"].encode()) for row in rows]

    def delivered(self, event_id: str) -> None:
        """Remember that the webhook took an event."""
        with self._open() as bank:
            bank.execute("UPDATE events SET delivered = 1 WHERE id = ?", (event_id,))

    def _missed(self, event_id: str) -> None:
        """Count a vain try, so that one event that is never taken does not hold up the others."""
        with self._open() as bank:
            bank.execute("UPDATE events SET attempts = attempts + 1 WHERE id = ?", (event_id,))

    def deliver(self, event: SignedEvent) -> bool:
        """Send one event to the market's webhook; False when it must be sent again later."""
        request = urllib.request.Request(  # noqa: S310 the address is our own base_url from the settings
            f"{self._base_url}/webhooks/payments",
            data=event.body,
            headers={"Content-Type": "application/json", "Provider-Signature": event.signature},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310 same address
                taken = bool(answer.status == 200)
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            taken = False
        if taken:
            self.delivered(event.id)
        else:
            self._missed(event.id)
        return taken

    def deliver_waiting(self) -> int:
        """Send all that waits; gives how many were taken."""
        return sum(self.deliver(event) for event in self.waiting())


def _digest(body: bytes) -> bytes:
    """Give the digest that is signed."""
    return hashlib.sha256(body).hexdigest().encode()
