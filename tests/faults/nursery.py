"""Bears the processes of the market: it has loaded their code once, so that a killed one is back in a blink.

A line on its input asks for one: `{"log": path, "run": ["flask", "--app", ...]}`; the answer is its number.
Each child is a session of its own and runs the program as `python -m` would; nothing was connected before.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys

import gunicorn.app.wsgiapp
import gunicorn.workers.gthread  # noqa: F401 idem
import huey  # noqa: F401 idem

import tests.faults.house  # noqa: F401 idem


def main() -> None:
    """Bear until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are forgotten at once
    for line in sys.stdin:
        asked = json.loads(line)
        number = os.fork()
        if number == 0:
            _live(asked["log"], asked["run"])
        print(number, flush=True)  # noqa: T201 the answer


def _live(log: str, run: list[str]) -> None:
    """Become the program that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for there, here in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(there, here)
    sys.argv = run
    status: object = 1
    try:
        runpy.run_module(run[0], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.stdout.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main()
