"""make faults: the full drill on both databases, one after the other."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys

from tests import postgres
from tests.faults.drill import Drill, run

ORDERS, KILLS, STOPS = 2300, 200, 10


def main() -> int:
    """Run what was asked for; 1 when anything was wrong."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--databases", default="sqlite,postgresql")
    asked.add_argument("--orders", type=int, default=ORDERS)
    asked.add_argument("--kills", type=int, default=KILLS)
    asked.add_argument("--stops", type=int, default=STOPS)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = asked.parse_args()
    # Told to stop, it still ends all that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wrong = False
    for kind in given.databases.split(","):
        stops = given.stops if kind == "postgresql" else 0
        drill = Drill(kind, given.orders, given.kills, stops, given.seed)
        print(f"{kind}, seed {given.seed}: {given.orders} orders, {given.kills} kills", flush=True)
        report = run(drill, say=lambda text: print(text, flush=True))
        print(report, flush=True)
        wrong = wrong or bool(report.faults)
    return int(wrong)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except postgres.PostgresMissing as missing:
        sys.exit(str(missing))
