"""CPU per request of two applications beside each other: their own process and their database's."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

ROUNDS = 5
BURST = 10  # requests of one application in a row; short, so that noise falls on both
Spent = Callable[[], float]


class NotOnThisMachine(Exception):
    """The server's processes are not here, so its CPU cannot be read."""


class Visitor:
    """A browser at the door of an application, without the network between: keeps its cookies."""

    def __init__(self, app: Flask, cookie: str | None = None) -> None:
        self.app = app
        self._cookie = cookie
        self._environments: dict[str, dict[str, Any]] = {}

    def get(self, address: str) -> bytes:
        """Fetch a page; anything but 200 is a fault of the bench."""
        body, status, _headers = run_wsgi_app(self.app.wsgi_app, dict(self._environment(address)))
        content = b"".join(body)
        if not status.startswith("200"):
            raise RuntimeError(f"{address}: {status}")
        return content

    def _environment(self, address: str) -> dict[str, Any]:
        if address not in self._environments:
            if self._cookie is None:
                self._cookie = self._first_cookie(address)
            headers = {"Accept-Language": "nl,en;q=0.5", "Cookie": self._cookie}
            self._environments[address] = EnvironBuilder(address, headers=headers).get_environ()
        return self._environments[address]

    def _first_cookie(self, address: str) -> str:
        """Come in as a stranger once, and keep what the application hands out."""
        answer = Client(self.app).get(address)
        return "; ".join(line.partition(";")[0] for line in answer.headers.getlist("Set-Cookie"))


@dataclass
class Figures:
    """Milliseconds of CPU per request of one page, round by round."""

    name: str
    floor: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Give the median of the rounds' ratios."""
        return statistics.median(
            ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)
        )

    @property
    def middle(self) -> float:
        """Give the median of ours."""
        return statistics.median(self.ours)

    @property
    def row(self) -> str:
        """Give a row of the table."""
        floor = statistics.median(self.floor)
        return f"| {self.name} | {floor:.2f} | {self.middle:.2f} | {self.ratio:.2f} |"


def spent_with(engine: Engine | None = None) -> Spent:
    """Give a clock of CPU seconds: this process, and the backends of a PostgreSQL engine's database."""
    if engine is None or engine.dialect.name != "postgresql":
        return time.process_time  # SQLite works inside this process
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        )
        clocks = [Path(f"/proc/{pid}/schedstat") for (pid,) in found]
    if not all(clock.exists() for clock in clocks):
        raise NotOnThisMachine
    return lambda: time.process_time() + sum(_nanoseconds(clock) for clock in clocks) / 1e9


def clock_of(engine: Engine) -> Spent:
    """Give the clock of an engine that is connected first, so that there is a backend to look at."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    return spent_with(engine)


def _nanoseconds(clock: Path) -> int:
    return int(clock.read_text(encoding="ascii").split()[0])


def side_by_side(
    floor: Visitor, ours: Visitor, addresses: Iterable[str], spent: Spent, *, name: str, bursts: int
) -> Figures:
    """Measure both on the same addresses, in turns, ROUNDS times."""
    figures = Figures(name)
    asked = list(addresses)
    for address in asked:
        floor.get(address), ours.get(address)
    for _ in range(ROUNDS):
        floor_seconds = our_seconds = 0.0
        for burst in range(bursts):
            turn = [asked[(burst * BURST + one) % len(asked)] for one in range(BURST)]
            floor_seconds += _burst(floor, turn, spent)
            our_seconds += _burst(ours, turn, spent)
        figures.floor.append(floor_seconds * 1000 / (bursts * BURST))
        figures.ours.append(our_seconds * 1000 / (bursts * BURST))
    return figures


def _burst(visitor: Visitor, addresses: list[str], spent: Spent) -> float:
    begin = spent()
    for address in addresses:
        visitor.get(address)
    return spent() - begin
