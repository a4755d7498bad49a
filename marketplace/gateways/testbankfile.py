"""The test bank's own file: its pages and events, and how a signed word reaches the market."""

from __future__ import annotations

import hashlib
import http.client
import json
import secrets
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsdangerous import BadData, TimestampSigner

from marketplace.gateways.payments import BadSignature, Event, ProviderAway, Refund

SIGNATURE_AGE = 24 * 3600
SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, amount_cents INTEGER NOT NULL,
    currency TEXT NOT NULL, title TEXT NOT NULL, back_url TEXT NOT NULL, locale TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open', decided_on TEXT,
    settled INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refunds (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, reference TEXT NOT NULL, amount_cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL, body TEXT NOT NULL, delivered INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A body with its signature, as it goes to the webhook."""

    id: str
    body: bytes
    signature: str


class BankFile:
    """One file in var/; several processes may use it at once."""

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
            bank.execute("DELETE FROM events")
            bank.execute("DELETE FROM refunds")
            bank.execute("DELETE FROM pages")

    def _note(
        self, bank: sqlite3.Connection, kind: str, page: dict[str, Any], **more: Any
    ) -> tuple[str, bytes]:
        """Write down an event; the same happening again is the same event."""
        mark = f"_{more['object_id']}" if "object_id" in more else ""
        event_id = f"evt_{page['reference']}_{kind}{mark}"
        body = json.dumps(
            {
                "id": event_id,
                "kind": kind,
                "reference": page["reference"],
                "intent": page["key"],
                "amount_cents": page["amount_cents"],
                "currency": page["currency"],
                "fee_cents": 0,
            }
            | more,
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
            said = json.loads(body)
            parts = tuple(Refund(**one) for one in said.pop("refunds", ()))
            return Event(**said, refunds=parts)
        except (AttributeError, ValueError, TypeError) as fault:
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
