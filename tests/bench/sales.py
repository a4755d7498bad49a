"""The tables of what is sold: orders, four writers at once, and the start of the checkout."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import checkout, data, trading, writers

# Gives the address of an empty database by its name.
Databases = Callable[[str], str]


def orders(kind: str, database: Databases, *, turns: int) -> str:
    """Give the row of orders from the asking to the bank, on one kind of database."""
    found = trading.measure((database("ours"), database("floor")), turns=turns)
    return f"{found.row} {1000 / found.middle:.0f} |".replace(found.name, kind, 1)


def together(kind: str, database: Databases, *, rounds: int, each: int) -> str:
    """Give the row of four writers at once."""
    return writers.measure(database("writers"), rounds=rounds, orders=each).row(kind)


def start(kind: str, database: Databases, *, bursts: int) -> str:
    """Give the row of the start of the checkout."""
    with tempfile.TemporaryDirectory(prefix="scharrelmarkt-bench-") as folder:
        found = checkout.measure(
            database("ours"),
            database("floor"),
            Path(folder),
            bursts=bursts,
            listings=data.LISTINGS,
        )
    return found.row.replace(found.name, kind, 1)


HEADS = {
    "orders": (
        f"Orders, beside {trading.ENTRIES} entries with {trading.POSTINGS} postings; aim {trading.AIM}",
        "| database | floor, ms | ours, ms | ratio | orders per second of CPU |",
    ),
    "writers": (
        f"{writers.WRITERS} writers at once; aim {writers.AIM}",
        "| database | on four cooperatives, per second | on one | ratio |",
    ),
    "checkout": (
        f"Start of the checkout beside the floor's listing; aim {checkout.AIM}",
        "| database | floor, ms | ours, ms | ratio |",
    ),
}


def head(part: str) -> str:
    """Give the title of a part and the head of its table."""
    title, columns = HEADS[part]
    return f"### {title}\n\n{columns}\n|{'---|' * (columns.count('|') - 1)}"
