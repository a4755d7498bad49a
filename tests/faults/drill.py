"""The drill: people buy while processes are killed and PostgreSQL is stopped; then all must come to rest."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from marketplace.gateways.jobs import HueyJobs
from tests.faults import checks, people
from tests.faults.buyers import PAID_PLANS, Crowd, planned
from tests.faults.cluster import Cluster
from tests.faults.hours import Hours
from tests.faults.people import Browser
from tests.faults.processes import WORKERS, Street

# The days that pass at the end, and what comes to rest in them: retries with a pause, refunds that took
# long, deliveries that nobody confirmed (7 days), requests and bills that nobody answered (14 days).
DAYS_AFTER = (0.5, 1.0, 7.0, 9.0, 2.0)
SHOWN = 30


@dataclass(frozen=True)
class Drill:
    """How much. The seed decides every order and every kill; when a kill strikes, the machine decides."""

    kind: str
    orders: int
    kills: int
    stops: int
    seed: int
    stripe_restarts: int = 3
    bank_days: int = 2
    patience_seconds: float = 3600


@dataclass
class Report:
    """What came of it; `faults` empty is good."""

    drill: Drill
    faults: list[str] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    stops: int = 0
    checks: int = 0
    orders: int = 0
    paid: int = 0
    words: int = 0
    refunds: int = 0
    strays: int = 0
    mails: int = 0
    again: int = 0
    cents: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        d = self.drill
        killed = ", ".join(f"{count} x {name}" for name, count in sorted(self.kills.items()))
        times = ", ".join(f"{name} {value:.0f} s" for name, value in self.seconds.items())
        lines = [
            f"{d.kind}, seed {d.seed}: {self.orders} orders, {self.paid} of them paid and settled",
            f"  refunds: {self.refunds}; paid twice: {self.strays}; words of the provider: {self.words}",
            f"  killed: {killed}; PostgreSQL stopped at once: {self.stops} times; checked {self.checks} times",
            f"  mails: {self.mails}, of which {self.again} were handed over again under their own Message-ID",
            f"  at the provider and in the clearing account: {self.cents} cents",
            f"  {times}",
        ]
        lines += [f"  FAULT {fault}" for fault in self.faults[:SHOWN]] or ["  no fault"]
        if len(self.faults) > SHOWN:
            lines.append(f"  and {len(self.faults) - SHOWN} more")
        return "\n".join(lines)


def run(drill: Drill, say=print) -> Report:
    """Do it in a folder of its own, which stays when something was wrong."""
    folder = Path(tempfile.mkdtemp(prefix="scharrelmarkt-drill-"))
    cluster = Cluster() if drill.kind == "postgresql" else None
    url = cluster.url if cluster else f"sqlite:///{folder / 'market.sqlite'}"
    report = Report(drill)
    try:
        _Course(drill, report, folder=folder, url=url, cluster=cluster, say=say).go()
    finally:
        if cluster:
            cluster.remove()
    if report.faults:
        say(f"the logs are in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return report


class _Course:
    """One run."""

    def __init__(self, drill, report, *, folder, url, cluster, say) -> None:
        self.drill, self.report, self.folder, self.url = drill, report, folder, url
        self.cluster: Cluster | None = cluster
        self.say = say
        self.dice = random.Random(drill.seed)
        self.hours = Hours(folder)
        self.street = Street(folder, url)
        self.engine: Engine = create_engine(url, pool_pre_ping=True)

    def go(self) -> None:
        began = time.monotonic()
        self.hours.begin()
        town = people.found_town(self.url)
        orders = planned(self.drill.orders, town, self.dice)
        browser = Browser(self.street.web_port, self.hours)
        self.crowd = Crowd(orders, browser, self.engine, self.street.stripe_port)
        try:
            self.street.open()
            self._time("start", began)
            began = time.monotonic()
            self.crowd.begin()
            self._strike()
            self._time("load", began)
            began = time.monotonic()
            self._rest()
            self._time("rest", began)
            began = time.monotonic()
            self._judge()
            self._time("full check", began)
        finally:
            self.street.close()
            self.engine.dispose()

    def _time(self, name: str, began: float) -> None:
        self.report.seconds[name] = time.monotonic() - began

    def _strike(self) -> None:
        """Spread everything that breaks evenly over the orders, each at a moment of chance."""
        plan = ["kill"] * self.drill.kills + ["stripe"] * self.drill.stripe_restarts
        plan += ["stop"] * self.drill.stops + ["bank"] * self.drill.bank_days
        self.dice.shuffle(plan)
        deadline = time.monotonic() + self.drill.patience_seconds
        for number, what in enumerate(plan):
            self._wait_until(self.drill.orders * (number + 0.5) / (len(plan) + 1), deadline)
            time.sleep(self.dice.random() * 0.3)
            self._break(what)
            self._look(f"{number + 1}: {what}")
        self._wait_until(self.drill.orders, deadline)

    def _wait_until(self, ended: float, deadline: float) -> None:
        while self.crowd.ended < ended:
            if time.monotonic() > deadline:
                self.report.faults.append(f"only {self.crowd.ended} orders came to their end")
                return
            time.sleep(0.05)

    def _break(self, what: str) -> None:
        if what == "kill":
            self.street.kill(self.dice)
        elif what == "stripe":
            self.street.restart("stripe")
        elif what == "bank":
            self.crowd.world("bank_day")
        elif self.cluster is not None:
            self.cluster.stop_immediately()
            time.sleep(self.dice.random())
            self.cluster.start()
            self.report.stops += 1
        self.street.wait_for_web()

    def _look(self, when: str) -> None:
        """The cheap check; a database that a kill took along is asked again."""
        for _ in range(20):
            try:
                with self.engine.connect() as connection:
                    found = checks.cheap(connection)
                break
            except DBAPIError:
                time.sleep(0.2)
        else:
            found = ["the database does not answer"]
        self.report.checks += 1
        self.report.faults += [f"after {when}: {fault}" for fault in found]
        if self.report.checks % 20 == 0:
            self.say(f"  {self.crowd.ended} of {self.drill.orders} orders, {when}")

    def _rest(self) -> None:
        """Let the days pass that everything may take, and the workers work until nothing moves."""
        for days in DAYS_AFTER:
            self.hours.jump(days)
            self.crowd.world("refunds_arrive")
            self._work_until_still()
        deadline = time.monotonic() + self.drill.patience_seconds / 6
        while self._moves() and time.monotonic() < deadline:
            self.hours.jump(0.1)
            self._work_until_still()

    def _moves(self) -> list[str]:
        with self.engine.connect() as connection:
            return checks.at_rest(connection)

    def _work_until_still(self) -> None:
        """Ring until the workers did a whole round after everything that could be done was done."""
        bell = HueyJobs(self.folder)
        before: object = None
        deadline = time.monotonic() + self.drill.patience_seconds / 6
        while time.monotonic() < deadline:
            for _ in range(WORKERS + 1):  # so that one of the rounds began after all this
                rounds = self._rounds()
                bell.wake()
                while self._rounds() == rounds and time.monotonic() < deadline:
                    time.sleep(0.05)
            now = self._standing()
            if now == before:
                return
            before = now

    def _rounds(self) -> object:
        """When the last step of a round was done last."""
        return self._ask("SELECT last_at FROM worker_steps WHERE name = 'mails'")

    def _standing(self) -> object:
        """What would be another thing if a worker had done something."""
        counts = [
            self._ask(f"SELECT count(*) FROM {table}")
            for table in (
                *("entries", "payment_events", "outbox", "statements", "assessments"),
                *("outbox WHERE state <> 'sent'", "refunds WHERE state <> 'done'"),
                *(
                    "orders WHERE payment_state = 'cancelled'",
                    "order_lines WHERE state = 'confirmed'",
                ),
            )
        ]
        return (*counts, self.crowd.world("figures")["waiting"])

    def _ask(self, query: str) -> object:
        with self.engine.connect() as connection:
            return connection.execute(text(query)).scalar()

    def _judge(self) -> None:
        report, orders = self.report, self.crowd.orders
        figures = self.crowd.world("figures")
        report.faults += self.crowd.faults
        report.faults += checks.everything(
            self.url, self.engine, orders, figures, self.street.letters
        )
        report.kills = self.street.kills
        report.orders = len(orders)
        report.paid = sum(one.plan in PAID_PLANS for one in orders)
        report.words = int(str(self._ask("SELECT count(*) FROM payment_events")))
        report.refunds = len(figures["refunds"])
        report.strays = sum(one.plan == "paid twice" for one in orders)
        report.mails = len(checks.read(self.street.letters))
        report.again = checks.handed_over_again(self.street.letters)
        report.cents = figures["balance"]
