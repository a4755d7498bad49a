"""The job runner: huey carries a wake-up and a clock, and no business data."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol


class Jobs(Protocol):
    """Wakes the worker, so that it looks into the outbox now instead of at the next minute."""

    def wake(self) -> None:
        """Ring the bell; never raises, because the row in the outbox is the guarantee."""
        ...


class Silent:
    """No worker: tests and commands look into the outbox themselves."""

    def wake(self) -> None:
        """Do nothing."""


class HueyJobs:
    """huey on SQLite: one file in var/."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._huey: Any = None
        self._ring: Any = None

    def _runner(self) -> Any:
        """Open the queue at first use; huey is slow to import."""
        if self._huey is None:
            from huey import SqliteHuey  # noqa: PLC0415 slow import, only where jobs are used

            self._folder.mkdir(parents=True, exist_ok=True)
            self._huey = SqliteHuey(filename=str(self._folder / "jobs.sqlite"), results=False)
        return self._huey

    def wake(self) -> None:
        """Ring the bell; a full disk or a locked file is no reason to fail an order."""
        with suppress(Exception):  # the row is the guarantee, the bell is a courtesy
            if self._ring is None:
                self.attach(lambda: None)
            self._ring()

    def attach(self, work: Callable[[], None]) -> None:
        """Name the work that the bell and the clock start; the worker gives the real one."""
        from huey import crontab  # noqa: PLC0415 slow import, only where jobs are used

        def look() -> None:
            # huey finds a task by module and name: a function of this file, so that a ring from the
            # web's process means the same in the worker's.
            with suppress(Exception):
                # Each ring that waits was rung after its commit, so this one look answers all of them.
                runner.storage.flush_queue()
            work()

        runner = self._runner()
        self._ring = runner.task(name="ring")(look)
        runner.periodic_task(crontab(minute="*"), name="clock")(look)

    def run(self, work: Callable[[], None]) -> None:
        """Serve until stopped: the bell and each minute start `work`, and so does the start itself.

        SIGTERM and SIGINT end it within seconds; what was half-way is found again by its lease.
        """
        self.attach(work)
        runner = self._runner()
        runner.flush()  # old rings all mean the same: look now
        self._ring()
        runner.create_consumer(
            workers=1,
            periodic=True,
            max_delay=1.0,
            graceful_signal="TERM",
            shutdown_timeout=5,
            check_worker_health=False,
        ).run()
