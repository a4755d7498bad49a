"""One command for the whole house: it says when its port is taken, and ends all its parts together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from marketplace.cli import serve

PARENT = """
import sys
from marketplace.cli import serve
sleeper = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
dying = [sys.executable, "-c", "import time; time.sleep(0.3)"]
sys.exit(serve._run([sleeper, dying if sys.argv[1] == "dies" else sleeper]))
"""


def test_a_taken_port_is_said_in_one_sentence_with_a_way_out(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            serve._need_port(port)
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert f"Port {port} is taken" in said
    assert f"PORT={port % 65535 + 1}" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_part(number):
    parent = start("stays")
    assert parent.stdout is not None
    parent.stdout.readline()
    parent.send_signal(number)
    assert parent.wait(10) == 0
    assert_no_children(parent)


def test_when_one_part_dies_the_others_end_too():
    parent = start("dies")
    assert parent.wait(15) == 1
    assert_no_children(parent)


def start(how: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, how], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def assert_no_children(parent: subprocess.Popen) -> None:
    """Every child held the pipe's other end; it is closed once they are gone."""
    assert parent.stdout is not None
    with parent.stdout as pipe:
        os.set_blocking(pipe.fileno(), False)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if pipe.read() == b"":
                return
            time.sleep(0.05)
    pytest.fail("a part still runs")
