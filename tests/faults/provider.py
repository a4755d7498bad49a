"""The local Stripe as a company of its own: a process that keeps a journal and tells the market what happened.

Whatever changes something is a line in the journal before it is done, so a Stripe that is killed comes
back as it was. A word is sent until the market answers 200; some come twice, all come in any order, and
some never come.
"""

from __future__ import annotations

import heapq
import http.client
import http.server
import itertools
import json
import os
import random
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults.hours import Hours
from tests.stripe import fake
from tests.stripe.objects import Refused

# One in so many, by number: the same number fails again when the journal is read.
FAILS_AFTER_WORK, IS_SLOW, NEVER_TOLD, TOLD_TWICE, FEE_LATER, REFUND_TAKES_LONG = (
    61,
    97,
    41,
    9,
    7,
    5,
)
SLOW_SECONDS = 1.5
SENDERS = 4


class Provider(fake.LocalStripe):
    """The state, made again from the journal at the start."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._hours = Hours(folder)
        self._at: int | None = None
        self._replays = False
        self._count = 0
        self._pages: dict[str, str] = {}
        self._words: dict[str, bytes] = {}
        self.due: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._path = folder / "stripe.journal"
        self._journal = self._path.open("a", encoding="utf-8")
        self._read_again()

    def now(self) -> int:
        return self._at if self._at is not None else int(self._hours.now().timestamp())

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()

    def _read_again(self) -> None:
        self._replays = True
        for line in self._path.read_text("utf-8").splitlines():
            with suppress(ValueError, Refused):  # a last line that was cut off was never answered
                said = json.loads(line)
                self._at = said["at"]
                self._act(said)
        self._at, self._replays = None, False
        for event in self._words:
            self._send_later(event)

    def _write(self, **said: Any) -> dict[str, Any]:
        self._at = self.now()
        line = {"at": self._at, **said}
        self._journal.write(json.dumps(line) + "\n")
        self._journal.flush()
        return line

    def _act(self, said: dict[str, Any]) -> Any:
        if said["act"] == "ask":
            return self._asked(*said["asked"])
        return getattr(self, "world_" + said["act"])(**said["with"])

    def _once(self, key, what, name, inside, asked) -> tuple[int, Any]:
        if not name.startswith("post"):
            return super()._once(key, what, name, inside, asked)
        said = self._write(act="ask", asked=[key, what, name, list(inside), asked])
        try:
            return self._act(said)
        finally:
            self._at = None

    def _asked(self, key, what, name, inside, asked) -> tuple[int, Any]:
        self._count += 1
        self.fail_after_work = int(self._count % FAILS_AFTER_WORK == 0)
        return super()._once(key, what, name, tuple(inside), asked)

    def world(self, act: str, **given: Any) -> Any:
        """What a buyer, a bank or somebody at the dashboard does."""
        with self.lock:
            said = self._write(act=act, **{"with": given})
            try:
                return self._act(said)
            finally:
                self._at = None

    # what changes, and what is told about it

    def post_checkout_sessions(self, **asked: Any) -> dict[str, Any]:
        made = super().post_checkout_sessions(**asked)
        self._pages[made["url"]] = made["id"]
        return made

    def post_checkout_sessions_one_expire(self, key: str, **asked: Any) -> dict[str, Any]:
        made = super().post_checkout_sessions_one_expire(key, **asked)
        self._tell("checkout.session.expired", made)
        return made

    def post_refunds(self, **asked: Any) -> dict[str, Any]:
        long = len(self.tables["re"]) % REFUND_TAKES_LONG == 1 and "metadata" in asked
        self.refund_standing = "pending" if long else "succeeded"
        made = super().post_refunds(**asked)
        # what we asked for we also hear in the answer; what the dashboard did is always told
        self._tell(
            "charge.refunded", self._get("ch", made["charge"]), surely="metadata" not in asked
        )
        return made

    def world_buyer_pays(self, url: str) -> str:
        session = self._get("cs", self._pages[url])
        if session["status"] != "open" or session["expires_at"] <= self.now():
            raise Refused(session["payment_status"], 409)
        later = len(self.tables["ch"]) % FEE_LATER == 3
        said = self.buyer_pays(session["id"], fee=0 if later else 29)
        self._tell("checkout.session.completed", said, surely=False)
        if later:
            charge = self.charge_of(session["id"])
            line = self._get("txn", charge["balance_transaction"])
            line.update(fee=29, net=line["amount"] - 29)
            self._tell("charge.updated", charge, surely=False)
        return "paid"

    def world_buyer_pays_slowly(self, url: str) -> str:
        """A slow method that fails, so it is told; the page is over."""
        session = self._get("cs", self._pages[url])
        if session["status"] == "open":
            said = self.buyer_pays(session["id"], slow=True)
            self._tell("checkout.session.async_payment_failed", said)
        return "slow"

    def world_money_comes(self, url: str) -> str:
        """The money of a slow method came after all, weeks of doubt later or at once."""
        session = self._get("cs", self._pages[url])
        if session["payment_status"] != "paid":
            said = super().money_comes(session["id"], fee=29)
            self._tell("checkout.session.async_payment_succeeded", said)
        return "paid"

    def world_dashboard(self, url: str, cents: int) -> str:
        charge = self.charge_of(self._pages[url])
        self.post_refunds(payment_intent=charge["payment_intent"], amount=cents)
        return "refunded"

    def world_refunds_arrive(self) -> None:
        """What took long is there; nobody is told."""
        for one in self.tables["re"].values():
            one["status"] = "succeeded"

    def world_bank_day(self) -> int:
        """All that is here goes to the bank."""
        return int(self.pay_out()["amount"])

    def world_taken(self, event: str) -> None:
        self._words.pop(event, None)

    def _tell(self, kind: str, thing: dict[str, Any], *, surely: bool = True) -> None:
        """Write the word down; the number decides whether it is ever sent."""
        self._count += 1
        body = self.word(kind, thing)
        event = json.loads(body)["id"]
        if surely or self._count % NEVER_TOLD:
            self._words[event] = body
            if not self._replays:
                self._send_later(event)

    # sending

    def _send_later(self, event: str, pause: float = 0.0) -> None:
        when = time.time() + pause + random.random() * 0.6
        heapq.heappush(self.due, (when, next(self._order), event))

    def next_word(self) -> tuple[str, bytes] | None:
        with self.lock:
            if not self.due or self.due[0][0] > time.time():
                return None
            event = heapq.heappop(self.due)[2]
            body = self._words.get(event)
            return (event, body) if body else None

    def send(self, port: int) -> None:
        """Send what is due, for ever."""
        while True:
            word = self.next_word()
            if word is None:
                time.sleep(0.02)
                continue
            event, body = word
            if not _deliver(port, body):
                self._send_later(event, 0.4)
                continue
            if int(event.split("_")[-1]) % TOLD_TWICE == 0:
                _deliver(port, body)
            self.world("taken", event=event)

    def figures(self) -> dict[str, Any]:
        """What the drill compares with the books."""
        with self.lock:
            lines = self.tables["txn"].values()
            return {
                "balance": sum(one["net"] for one in lines),
                "waiting": len(self._words),
                "pages": {
                    key: [
                        one["client_reference_id"],
                        one["status"],
                        one["payment_status"],
                        one["amount_total"],
                    ]
                    for key, one in self.tables["cs"].items()
                },
                "refunds": [
                    [
                        one["id"],
                        one["metadata"].get("market_refund", ""),
                        one["amount"],
                        one["status"],
                    ]
                    for one in self.tables["re"].values()
                ],
            }


def _deliver(port: int, body: bytes) -> bool:
    """Post one signed word; only 200 counts."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": "application/json", "Stripe-Signature": fake.sign(body)}
    try:
        connection.request("POST", "/webhooks/payments", body, headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class _Handler(fake._Handler):
    state: Provider

    def do_POST(self) -> None:  # noqa: N802 the library's name
        if not self.path.startswith("/_world/"):
            super().do_POST()
            return
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            act = self.path.removeprefix("/_world/")
            answer = self.state.figures() if act == "figures" else self.state.world(act, **given)
            self._say(200, answer)
        except Refused as refused:
            self._say(refused.status, refused.code)

    def _reply(self, verb: str, path: str, text: str) -> None:
        if next(self._numbers) % IS_SLOW == 0:
            time.sleep(SLOW_SECONDS)
        super()._reply(verb, path, text)

    def _say(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def main() -> None:
    """Serve on a port, and tell the market at another one."""
    port, market = int(sys.argv[1]), int(sys.argv[2])
    state = Provider(Path(os.environ["VAR_DIR"]))
    for _ in range(SENDERS):
        threading.Thread(target=state.send, args=(market,), daemon=True).start()
    _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"state": state})).serve_forever()


if __name__ == "__main__":
    main()
