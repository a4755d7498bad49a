"""The drill's clock: every process reads it, and an hour of the market is a minute of ours.

It begins on the last evening of a year, so that a month and a year end while orders wait for their money.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

BEGINS = dt.datetime(2025, 12, 31, 21, 30, tzinfo=dt.UTC)
PACE = 60


class Hours:
    """One file that says how the market's time follows ours."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "hours.json"
        self._read: dict[str, float] = {}
        self._seen = 0

    def begin(self) -> None:
        """Set the clock at its beginning."""
        self._write({"real": time.time(), "market": BEGINS.timestamp(), "pace": PACE})

    def now(self) -> dt.datetime:
        """The market's instant."""
        changed = self._path.stat().st_mtime_ns
        if changed != self._seen:
            self._read, self._seen = json.loads(self._path.read_text()), changed
        passed = (time.time() - self._read["real"]) * self._read["pace"]
        return dt.datetime.fromtimestamp(self._read["market"] + passed, dt.UTC)

    def jump(self, days: float) -> None:
        """Let days pass at once."""
        later = self.now() + dt.timedelta(days=days)
        self._write(self._read | {"real": time.time(), "market": later.timestamp()})

    def _write(self, said: dict[str, float]) -> None:
        draft = self._path.with_suffix(".part")
        draft.write_text(json.dumps(said))
        draft.replace(self._path)
