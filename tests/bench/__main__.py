"""`make bench`: pages, orders, the earnings engine and the close of a month beside their floors, as tables.

`make bench PARTS=engine,close` measures some; `make bench BURSTS=4 MEMBERS=1000` is a quick look. The
documented figures come from the standing numbers, and PARTS=million is measured once.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine

from marketplace import context
from marketplace.app import create_app
from marketplace.gateways import schema
from marketplace.settings import Settings
from tests import postgres
from tests.bench import closing, data, engine, sales
from tests.bench.floor import create_floor
from tests.bench.measure import ROUNDS, Figures, Visitor, side_by_side, spent_with

BURSTS = int(os.environ.get("BURSTS", "20"))
AIM = 2.0
ENGINE_MONTHS, ENGINE_AIM = 60_000, 10
MEMBERS, MONTHS = int(os.environ.get("MEMBERS", "10000")), int(os.environ.get("MONTHS", "12"))
LISTINGS = ("9001", "7301", "5502", "3604", "1205", "809", "4411", "2002", "6613", "8104")
PAGES = {
    "catalogue": ("/aanbod",),
    "search": ("/aanbod?q=fiets+nakijken", "/aanbod?q=gitaarles", "/aanbod?q=soep+voor+de+buurt"),
    "listing": tuple(f"/aanbod/l{int(number):015d}" for number in LISTINGS),
}


def main() -> None:
    """Measure and print what was asked."""
    print(_machine(), end="\n\n")
    for part in os.environ.get("PARTS", ALL).split(","):
        PARTS[part]()


def _sales(part: str) -> None:
    """Orders, writers or the start of the checkout, on both databases."""
    row = {
        "orders": lambda kind, made: sales.orders(kind, made, turns=BURSTS),
        "writers": lambda kind, made: sales.together(kind, made, rounds=ROUNDS, each=2 * BURSTS),
        "checkout": lambda kind, made: sales.start(kind, made, bursts=BURSTS),
    }[part]
    print(sales.head(part))
    with tempfile.TemporaryDirectory(prefix="scharrelmarkt-bench-") as folder:
        kind = f"SQLite {sqlite3.sqlite_version}"
        print(row(kind, lambda name: f"sqlite:///{folder}/{name}.sqlite"), flush=True)
    with _server() as server:
        made: list[str] = []

        def address(name: str) -> str:
            made.append(f"{name}_{os.getpid()}")
            return server.create(made[-1])

        print(row(f"PostgreSQL {server.version}", address), end="\n\n", flush=True)
        for name in made:
            server.drop(name)


def _engine() -> None:
    """The engine beside a trivial rule, and beside OpenFisca."""
    print("### Earnings engine\n\n| what | floor, us | ours, us | ratio |\n|---|---|---|---|")
    print(engine.beside_floor(ENGINE_MONTHS).row, flush=True)
    with tempfile.TemporaryDirectory(prefix="scharrelmarkt-bench-") as folder:
        pair = engine.beside_openfisca(ENGINE_MONTHS // 10, Path(folder))
    print(pair.row if pair else "| OpenFisca could not be installed: not compared | | | |")
    print(f"\nAims: at most {ENGINE_AIM} times the trivial rule, and below 1 beside OpenFisca.\n")


def _close() -> None:
    """The close of each month beside its floor, on both databases."""
    print(f"### Close of {MONTHS} months for {MEMBERS} members\n")
    print("| database | floor, ms | ours, ms | ratio | memory, MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="scharrelmarkt-bench-") as folder:
        paths = [f"sqlite:///{Path(folder) / name}.sqlite" for name in ("ours", "floor")]
        _closed(f"SQLite {sqlite3.sqlite_version}", paths[0], paths[1])
    with _server() as server:
        names = [f"{name}_{os.getpid()}" for name in ("ours", "floor")]
        _closed(f"PostgreSQL {server.version}", *(server.create(name) for name in names))
        for name in names:
            server.drop(name)
    print(f"\nAim: at most {closing.AIM} times the floor; per member and month.\n")


def _closed(name: str, ours: str, floor: str) -> None:
    figures = closing.Closed()
    with click.progressbar(length=MONTHS - 1, label=name, file=sys.stderr) as bar:
        for found in closing.measure((ours, floor), members=MEMBERS, months=MONTHS):
            figures = found
            bar.update(1)
    print(figures.row(name), flush=True)


def _million() -> None:
    """A million person-months with explanation, in one run."""
    seconds, peak = engine.many(1_000_000)
    print(f"1,000,000 person-months, explained: {seconds:.1f} s of CPU, peak {peak:.0f} MB.\n")


def _pages() -> None:
    """The pages beside the floor application."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="scharrelmarkt-bench-") as folder:
        for kind, address in _databases(Path(folder)):
            print(f"### {kind}\n\n| page | floor, ms | ours, ms | ratio |\n|---|---|---|---|")
            for figures in _measured(address, Path(folder)):
                print(figures.row, flush=True)
                if figures.ratio > AIM and "signed in" not in figures.name:
                    missed.append(f"{kind} {figures.name} {figures.ratio:.2f}")
            print()
    print(f"Aim: at most {AIM} times the floor. Above it: {', '.join(missed) or 'nothing'}.")


def _measured(address: str, folder: Path) -> Iterator[Figures]:
    """Fill a database, and give the figures of each page on it."""
    schema.upgrade(address)
    settings = Settings.for_tests(database_url=address, var_dir=folder / "var")
    app, floor = create_app(settings), create_floor(address)
    engine = _engine_of(app)
    data.fill(engine.execution_options(writes=True))
    plain, stranger, reader = Visitor(floor), Visitor(app), Visitor(app, _signed_in(app))
    for visitor in (plain, stranger):
        visitor.get("/aanbod")  # both connected before their backends are looked up
    spent = spent_with(engine)
    for name, addresses in PAGES.items():
        yield side_by_side(plain, stranger, addresses, spent, name=name, bursts=BURSTS)
    for name, addresses in PAGES.items():
        title = f"{name}, signed in"
        yield side_by_side(plain, reader, addresses, spent, name=title, bursts=BURSTS)
    engine.dispose()
    floor.extensions["engine"].dispose()


def _engine_of(app: Flask) -> Engine:
    """Give the engine of our application."""
    parts: context.Parts = app.extensions["marketplace"]
    return parts.database.engine


def _signed_in(app: Flask) -> str:
    """Make the cookie of a person without a role, as signing in would."""
    now = int(app.extensions["marketplace"].clock().timestamp())
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    token = signer.dumps({"person": data.READER, "epoch": 0, "since": now, "seen": now})
    return f"{app.config['SESSION_COOKIE_NAME']}={token}"


@contextmanager
def _server() -> Iterator[postgres.Server]:
    postgres.prepare()
    server = postgres.Server(postgres.server_url())
    try:
        yield server
    finally:
        server.close()
        postgres.stop()


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Give name and address of an empty database of each kind."""
    yield f"SQLite {sqlite3.sqlite_version}", f"sqlite:///{folder / 'market.sqlite'}"
    with _server() as server:
        found = server.version
        name = f"bench_{os.getpid()}"
        yield f"PostgreSQL {found}", server.create(name)
        server.drop(name)


def _machine() -> str:
    """Describe what it ran on: no paths, no names."""
    names = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in names if "model name" in line), "unknown")
    packages = ", ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "jinja2"))
    return (
        f"{data.LISTINGS} listings; {model}, {os.cpu_count()} cores; "
        f"{platform.python_implementation()} {platform.python_version()}, {packages}; "
        f"median of {ROUNDS} rounds of {BURSTS * 10} requests"
    )


ALL = "pages,orders,writers,checkout,engine,close"
PARTS = {
    "pages": _pages,
    "orders": partial(_sales, "orders"),
    "writers": partial(_sales, "writers"),
    "checkout": partial(_sales, "checkout"),
    "engine": _engine,
    "close": _close,
    "million": _million,
}

if __name__ == "__main__":
    main()
