"""What people do: each order has a plan, and goes from step to step whatever breaks on the way."""

from __future__ import annotations

import http.client
import json
import queue
import random
import threading
import time
from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.exc import DBAPIError

from tests.faults.people import PATIENCE, Answer, Browser, Stall, Town

CLIENTS = 6
PAID, PLACING = 1, 2
# How an order ends, and how often; what is paid is more than nine out of ten.
PLANS = {
    "settled": 58,
    "paid twice": 4,
    "called off": 8,
    "withdrawn": 4,
    "part back": 8,
    "whole back": 4,
    "dashboard": 4,
    "cancelled": 4,
    "declined": 2,
    "never paid": 4,
}
PAID_PLANS = frozenset(PLANS) - {"cancelled", "declined", "never paid"}


class WentWrong(Exception):
    """An answer that no crash explains."""


@dataclass
class Bought:
    """One order of the plan, and what is known of it."""

    number: int
    stall: Stall
    buyer_id: int
    product: bool
    plan: str
    by_buyer: bool
    key: str
    public_id: str = ""
    line: str = ""
    page: str = ""
    done: bool = False


def planned(count: int, town: Town, dice: random.Random) -> list[Bought]:
    """Give the orders; a declined one is a service, since goods are never asked for."""
    found = []
    for number in range(count):
        plan = dice.choices(list(PLANS), list(PLANS.values()))[0]
        found.append(
            Bought(
                number=number,
                stall=dice.choice(town.stalls),
                buyer_id=dice.choice(town.buyers),
                product=plan != "declined" and dice.random() < 0.5,
                plan=plan,
                by_buyer=dice.random() < 0.6,
                key=f"drill-{number}",
            )
        )
    return found


class Crowd:
    """The clients, and a look-out that sees which orders were paid."""

    def __init__(
        self, orders: list[Bought], browser: Browser, engine: Engine, stripe_port: int
    ) -> None:
        self.orders = orders
        self.faults: list[str] = []
        self._browser, self._engine, self._stripe_port = browser, engine, stripe_port
        # What is paid goes first, so that at every moment there are orders at every step.
        self._todo: queue.PriorityQueue[tuple[int, int]] = queue.PriorityQueue()
        self._waiting: dict[str, Bought] = {}
        self._guard = threading.Lock()
        for one in orders:
            self._todo.put((PLACING, one.number))

    def begin(self) -> None:
        """Let everybody in; they end with the process."""
        for _ in range(CLIENTS):
            threading.Thread(target=self._serve, daemon=True).start()
        threading.Thread(target=self._look_out, daemon=True).start()

    @property
    def ended(self) -> int:
        """How many orders have come to the end of what people do with them."""
        return sum(one.done for one in self.orders)

    def _serve(self) -> None:
        while True:
            step, number = self._todo.get()
            one = self.orders[number]
            try:
                (self._place if step == PLACING else self._paid)(one)
            except Exception as fault:  # noqa: BLE001 the drill tells it, and ends red
                self.faults.append(f"order {one.number} ({one.plan}): {fault!r}")
                one.done = True

    def _look_out(self) -> None:
        """Find the orders that were paid meanwhile; a database that is away is asked again."""
        query = text(
            "SELECT public_id FROM orders WHERE payment_state = 'paid' AND public_id IN :ids"
        ).bindparams(bindparam("ids", expanding=True))
        while True:
            time.sleep(0.2)
            with self._guard:
                wanted = list(self._waiting)[:400]
            if not wanted:
                continue
            try:
                with self._engine.connect() as connection:
                    paid = connection.execute(query, {"ids": wanted}).scalars().all()
            except DBAPIError:
                continue
            for public_id in paid:
                with self._guard:
                    one = self._waiting.pop(public_id)
                self._todo.put((PAID, one.number))

    # the steps

    def _place(self, one: Bought) -> None:
        listing = one.stall.product if one.product else one.stall.service
        answer = self._browser.press(
            one.buyer_id, f"/bestellen/{listing}", key=one.key, quantity="1"
        )
        if answer.status != 303:
            raise WentWrong(f"placing: {answer.status}")
        one.public_id = answer.location.rsplit("/", 1)[-1]
        one.line = self._line_of(one.public_id)
        if one.plan == "declined":
            self._work(one, "nee")
            one.done = True
            return
        if not one.product:
            self._work(one, "ja")
        self._pay(one)

    def _line_of(self, public_id: str) -> str:
        """The member finds the job on her page; here it is asked of the database."""
        query = text(
            "SELECT l.public_id FROM order_lines l JOIN orders o ON o.id = l.order_id"
            " WHERE o.public_id = :id"
        )
        while True:
            try:
                with self._engine.connect() as connection:
                    return str(connection.execute(query, {"id": public_id}).scalar_one())
            except DBAPIError:
                time.sleep(0.2)

    def _work(self, one: Bought, act: str) -> None:
        self._press(one.stall.seller_id, f"/werk/klussen/{one.line}/{act}")

    def _press(self, person_id: int, path: str, **fields: str) -> Answer:
        """A button that does something once: after silence, "that cannot be done now" means done.

        So does 422 on a form whose line has nothing left to give back; the check at the end says whether it was.
        """
        answer = self._browser.press(person_id, path, **fields)
        if answer.status != 303 and not (answer.unsure and answer.status in {409, 422}):
            raise WentWrong(f"{path}: {answer.status}")
        return answer

    def _pay(self, one: Bought) -> None:
        """Press pay, and pay on the page that opened, unless the plan says otherwise."""
        if one.plan == "cancelled" and one.by_buyer:
            self._cancel(one)
            return
        path = f"/bestellingen/{one.public_id}"
        answer = self._browser.press(one.buyer_id, f"{path}/betalen")
        if answer.status != 303 or "checkout.stripe.com" not in answer.location:
            raise WentWrong(f"paying: {answer.status} {answer.location}")
        one.page = answer.location
        if one.plan == "cancelled":
            self._cancel(one)
            return
        if one.plan == "never paid":
            one.done = True
            return
        first = one.page
        if one.plan == "paid twice":
            self._pay_on_another_page(one)
        with self._guard:
            self._waiting[one.public_id] = one
        self.world("buyer_pays", url=one.page)
        if one.page != first:
            self.world("money_comes", url=first)

    def _pay_on_another_page(self, one: Bought) -> None:
        """The first page ends without money, so they say; the buyer gets another one, and both are paid."""
        first = one.page
        self.world("buyer_pays_slowly", url=first)
        deadline = time.monotonic() + PATIENCE
        while one.page == first:
            time.sleep(0.5)
            answer = self._browser.press(one.buyer_id, f"/bestellingen/{one.public_id}/betalen")
            if answer.status != 303 or time.monotonic() > deadline:
                raise WentWrong(f"another page: {answer.status} {answer.location}")
            one.page = answer.location

    def _cancel(self, one: Bought) -> None:
        self._press(one.buyer_id, f"/bestellingen/{one.public_id}/afzeggen")
        one.done = True

    def _paid(self, one: Bought) -> None:
        path = f"/bestellingen/{one.public_id}"
        if one.plan == "called off":
            self._press(one.buyer_id, f"{path}/afzeggen")
        elif one.plan == "withdrawn":
            self._work(one, "toch-niet")
        else:
            self._work(one, "geleverd")
            if one.by_buyer:
                self._press(one.buyer_id, f"{path}/bevestigen/{one.line}")
            self._afterwards(one)
        one.done = True

    def _afterwards(self, one: Bought) -> None:
        """What goes back after the delivery: by the coordinator, or by somebody at Stripe's dashboard."""
        if one.plan == "dashboard":
            self.world("dashboard", url=one.page, cents=500)
        elif one.plan in {"part back", "whole back"}:
            whole = "24,20" if one.product else "121,00"
            self._press(
                one.stall.coordinator_id,
                f"/balie/bestellingen/{one.public_id}/geld-terug",
                seen="0",
                reason="not_good",
                liable="member" if one.by_buyer else "cooperative",
                amount_0="5,01" if one.plan == "part back" else whole,
            )

    def world(self, act: str, **given: object) -> object:
        """Do something at Stripe, which may be away for a moment; done before counts as done."""
        while True:
            status, answer = self._ask_world(act, given)
            if status == 200 or answer == "paid":
                return answer
            if status:
                raise WentWrong(f"{act} at Stripe: {status} {answer}")
            time.sleep(0.2)

    def _ask_world(self, act: str, given: dict[str, object]) -> tuple[int, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self._stripe_port, timeout=20)
        try:
            connection.request("POST", f"/_world/{act}", json.dumps(given))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()
