"""The bell and the clock: a ring of the web's process is understood by the worker's, which stops when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from marketplace.gateways.jobs import HueyJobs

WORKER = """
import sys
from pathlib import Path
from marketplace.gateways.jobs import HueyJobs
marks = Path(sys.argv[1]) / "marks"
def work():
    with marks.open("a") as file:
        file.write("x")
HueyJobs(Path(sys.argv[1])).run(work)
"""


def until(seen, seconds=60.0) -> bool:
    """Wait for something of another process; gives whether it came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if seen():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_ring_from_another_process_starts_the_work_and_a_signal_ends_it(tmp_path, number):
    marks = tmp_path / "marks"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)], env=os.environ | {"PYTHONWARNINGS": ""}
    )
    try:
        assert until(marks.exists), "the start itself is a ring"
        before = marks.stat().st_size
        HueyJobs(tmp_path).wake()
        assert until(lambda: marks.stat().st_size > before)
        worker.send_signal(number)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.wait()


def test_a_bell_that_cannot_ring_fails_no_order(tmp_path):
    (tmp_path / "jobs.sqlite").mkdir()
    HueyJobs(tmp_path).wake()


def test_many_rings_are_answered_by_one_look_that_begins_after_the_last_of_them(tmp_path):
    bell = HueyJobs(tmp_path)
    looks: list[int] = []
    bell.attach(lambda: looks.append(len(bell._runner().storage.enqueued_items())))
    for _ in range(50):
        bell.wake()
    runner = bell._runner()
    runner.execute(runner.dequeue())
    assert looks == [0]
    assert runner.dequeue() is None
    bell.wake()
    runner.execute(runner.dequeue())
    assert looks == [0, 0]
