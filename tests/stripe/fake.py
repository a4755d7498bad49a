"""A stateful Stripe on loopback: pages, charges, refunds, disputes, payouts, and signed words.

It holds to Stripe's published request schemas, its idempotency (the first answer again, also a 500; the
same key with other parameters is a fault) and its rule that no more is given back than is left. What the
real one does beyond that, it does not claim.
"""

from __future__ import annotations

import hashlib
import hmac
import http.server
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from tests.stripe import requests
from tests.stripe.objects import Objects, Refused

KEY = "sk_test_local"
SECRET = "whsec_local"


class LocalStripe(Objects):
    """The state, the faults it is told to make, and the requests it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.down = False
        self.slow_seconds = 0.0
        self.fail_after_work = 0
        self.address = ""
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, tuple[str, int, Any]] = {}

    def answer(self, verb: str, path: str, text: str, headers: Any) -> tuple[int, Any]:
        """One request: refused by the schema, answered again by its key, or done."""
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, _fault("invalid_request_error", "wrong_api_key")
        try:
            name, inside = requests.endpoint(verb, path)
            asked = requests.read(name, text)
        except requests.Unknown as unknown:
            return 404, _fault("invalid_request_error", "unknown_endpoint", str(unknown))
        except (requests.Wrong, ValueError) as wrong:
            return 400, _fault("invalid_request_error", "parameter_invalid", str(wrong))
        with self.lock:
            self.seen.append((name, asked))
            return self._once(
                headers.get("Idempotency-Key"), path + "?" + text, name, inside, asked
            )

    def _once(self, key, what, name, inside, asked) -> tuple[int, Any]:
        writes = name.startswith("post")
        if writes and key in self._answers:
            before, status, body = self._answers[key]
            if before != what:
                return 400, _fault("idempotency_error", "idempotency_key_reused")
            return status, body
        try:
            status, body = 200, getattr(self, _method(name))(*inside, **asked)
        except Refused as refused:
            status, body = refused.status, _fault("invalid_request_error", refused.code)
        if writes and status == 200 and self.fail_after_work:
            self.fail_after_work -= 1
            status, body = 500, _fault("api_error", "internal")
        if writes and key:
            self._answers[key] = (what, status, body)
        return status, body

    def forget_keys(self) -> None:
        """A day went by."""
        self._answers.clear()

    def word(self, kind: str, thing: dict[str, Any], *, livemode: bool = False) -> bytes:
        """A body as the webhook gets it."""
        event = {
            "id": self.id("evt"),
            "object": "event",
            "type": kind,
            "livemode": livemode,
            "created": self.now(),
            "data": {"object": thing},
        }
        return json.dumps(event).encode()


def sign(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """The header that Stripe sends along."""
    stamp = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def _fault(kind: str, code: str, message: str = "") -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": message or code}}


def _method(name: str) -> str:
    """get /v1/refunds/{refund} -> get_refunds_one"""
    verb, path = name.split(" ")
    steps = ["one" if step.startswith("{") else step for step in path.split("/")[2:]]
    return "_".join([verb, *steps])


@contextmanager
def running() -> Iterator[LocalStripe]:
    """Serve on a free port of this machine."""
    state = LocalStripe()
    handler = type("Handler", (_Handler,), {"state": state})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    state: LocalStripe
    _numbers = itertools.count(1)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._reply("get", parts.path, parts.query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._reply("post", self.path, self.rfile.read(length).decode())

    def _reply(self, verb: str, path: str, text: str) -> None:
        if self.state.down:
            self.connection.close()
            return
        if self.state.slow_seconds:
            time.sleep(self.state.slow_seconds)
        status, answer = self.state.answer(verb, path, text, self.headers)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Request-Id", f"req_{next(self._numbers)}")
        self.end_headers()
        with suppress(ConnectionError):  # who asked did not wait
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
