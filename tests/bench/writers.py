"""Four writers at once on one cooperative, beside four writers who each have a cooperative of their own.

On one cooperative they share the clearing account and the counter of the invoices; on four they share
nothing but the database. Each writer is a process and lets whole orders go (`trading.Ours`); the two
arrangements take turns in one database, so that other work on the machine falls on both. SQLite has one
writer at a time whatever they write, so there the two are the same but for noise.
"""

from __future__ import annotations

import itertools
import multiprocessing as mp
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Literal

from marketplace.gateways import schema
from marketplace.gateways.database import Database
from tests.bench import trading

WRITERS = 4
AIM = 0.8
Arrangement = Literal["one", "own"]


@dataclass
class Rates:
    """Orders per second of wall time, round by round."""

    one: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Give the median of the rounds' ratios: one cooperative beside four."""
        return statistics.median(a / b for a, b in zip(self.one, self.own, strict=True))

    def row(self, name: str) -> str:
        """Give a row of the table."""
        one, own = statistics.median(self.one), statistics.median(self.own)
        return f"| {name} | {own:.0f} | {one:.0f} | {self.ratio:.2f} |"


def measure(address: str, *, rounds: int, orders: int, members: int = 8) -> Rates:
    """Let each writer make so many orders in each round and arrangement; the first round does not count."""
    schema.upgrade(address)
    database = Database(address)
    shared = trading.fill(database, members=members * WRITERS)
    own = trading.fill(database, cooperatives=WRITERS, members=members)
    database.engine.dispose()
    rates = Rates()
    with _writers(address, shared, own) as lines:
        for number in range(rounds + 1):
            turns: tuple[Arrangement, Arrangement] = ("one", "own")
            for which in turns if number % 2 else reversed(turns):
                rate = _round(lines, which, orders)
                if number:
                    (rates.one if which == "one" else rates.own).append(rate)
    return rates


def _round(lines: Sequence[Connection], which: Arrangement, orders: int) -> float:
    begin = time.perf_counter()
    for line in lines:
        line.send((which, orders))
    for line in lines:
        fault = line.recv()
        if fault:
            raise RuntimeError(fault)
    return len(lines) * orders / (time.perf_counter() - begin)


@contextmanager
def _writers(
    address: str, shared: Sequence[trading.Offer], own: Sequence[trading.Offer]
) -> Iterator[list[Connection]]:
    """Start the processes; each has members that no other one has."""
    spawn = mp.get_context("spawn")
    each = len(own) // WRITERS
    lines, processes = [], []
    for number in range(WRITERS):
        here, there = spawn.Pipe()
        mine = slice(number * each, (number + 1) * each)
        arguments = (address, number, there, list(shared[mine]), list(own[mine]))
        process = spawn.Process(target=_write, args=arguments, daemon=True)
        process.start()
        there.close()
        lines.append(here)
        processes.append(process)
    try:
        yield lines
    finally:
        for line in lines:
            line.close()
        for process in processes:
            process.join(30)


def _write(
    address: str,
    number: int,
    line: Connection,
    shared: list[trading.Offer],
    own: list[trading.Offer],
) -> None:
    """Make orders when asked, until the other side hangs up; answers with a fault, or nothing."""
    database = Database(address)
    made = {
        "one": trading.Ours(database, shared, name=f"one-{number}"),
        "own": trading.Ours(database, own, name=f"own-{number}"),
    }
    with line:
        while True:
            try:
                which, orders = line.recv()
            except EOFError:
                return
            try:
                for _ in itertools.repeat(None, orders):
                    made[which].order()
            except Exception as fault:  # noqa: BLE001 the one who asked raises it
                line.send(f"{type(fault).__name__}: {fault}")
                return
            line.send("")
