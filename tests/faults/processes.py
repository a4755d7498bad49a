"""The processes of the drill: web server, workers, Stripe, mail server; killed by number, started again."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.cli import serve
from tests.postgres import _free_port

ROOT = Path(__file__).parents[2]
HOUSE = "tests.faults.house"
SECRET = "only-for-the-drill-only-for-the-drill"
KEY = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb28="
WORKERS = 2
PATIENCE = 60.0


@dataclass
class Street:
    """All that runs, by the number of its process. `kills` counts what was killed, by what it was."""

    folder: Path
    database: str
    web_port: int = field(default_factory=_free_port)
    stripe_port: int = field(default_factory=_free_port)
    mail_port: int = field(default_factory=_free_port)
    numbers: dict[str, int] = field(default_factory=dict)
    helpers: list[subprocess.Popen[str]] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """As an operator sets it for production."""
        return {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MODE": "production",
            "DATABASE_URL": self.database,
            "SECRET_KEY": SECRET,
            "DATA_KEYS": KEY,
            "PUBLIC_URL": "https://markt.example.nl",
            "SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "MAIL_FROM": "markt@example.nl",
            "VAR_DIR": str(self.folder),
            "STRIPE_SECRET_KEY": "sk_test_local",
            "STRIPE_WEBHOOK_SECRET": "whsec_local",
            "LOCAL_STRIPE": f"http://127.0.0.1:{self.stripe_port}",
        }

    def programs(self) -> dict[str, list[str]]:
        """What `flask serve` starts, with the house of the drill in place of `wsgi`; and the world around it."""
        worker, web = (part[2:] for part in serve._parts(self.web_port))  # without python -m
        found = {
            "mail": ["tests.faults.postbox", str(self.mail_port), str(self.letters)],
            "stripe": ["tests.faults.provider", str(self.stripe_port), str(self.web_port)],
            "web": [*(part.replace("wsgi:app", f"{HOUSE}:app") for part in web), "--preload"],
        }
        for number in range(WORKERS):
            found[f"worker {number}"] = [HOUSE if part == "wsgi" else part for part in worker]
        return found

    @property
    def letters(self) -> Path:
        """What the mail server got."""
        return self.folder / "letters.jsonl"

    def start(self, name: str) -> None:
        """Let the nursery start one; what it says goes to a file."""
        log = self.folder / f"{name.split(maxsplit=1)[0]}.log"
        nursery = self.helpers[0]
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(json.dumps({"log": str(log), "run": self.programs()[name]}) + "\n")
        nursery.stdin.flush()
        self.numbers[name] = int(nursery.stdout.readline())

    def open(self) -> None:
        """Start everything, and wait until the web answers."""
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        self.helpers.append(nursery)
        for name in self.programs():
            self.start(name)
        self.wait_for_web()

    def close(self) -> None:
        """Kill all of it."""
        for number in self.numbers.values():
            _kill_group(number)
        self.numbers.clear()
        for helper in self.helpers:
            helper.communicate()  # its input ends, and so does it
        self.helpers.clear()

    def kill(self, dice: random.Random) -> str:
        """Kill one process of the market, or the whole web server; what has no master is started again."""
        what = dice.choices(["web process", "worker", "web server"], [75, 18, 7])[0]
        if what == "web process":
            children = self._web_children()
            if children:
                os.kill(dice.choice(children), signal.SIGKILL)
            else:
                what = "web server"  # it was just being killed
        if what != "web process":
            name = "web" if what == "web server" else f"worker {dice.randrange(WORKERS)}"
            self.restart(name)
        self.kills[what] = self.kills.get(what, 0) + 1
        return what

    def restart(self, name: str) -> None:
        """Kill one and start it again."""
        _kill_group(self.numbers[name])
        self.start(name)

    def _web_children(self) -> list[int]:
        pid = self.numbers["web"]
        try:
            text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:
            return []
        return [int(one) for one in text.split()]

    def wait_for_web(self) -> None:
        """Wait until a page is answered; a process that ended by itself is a fault of the drill."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for name, number in self.numbers.items():
                if not _lives(number):
                    raise RuntimeError(f"{name} ended by itself: see {self.folder}")
            if _answers(self.web_port):
                return
            time.sleep(0.05)
        raise RuntimeError(f"the web does not answer: see {self.folder}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _lives(number: int) -> bool:
    return Path(f"/proc/{number}").exists()


def _kill_group(number: int) -> None:
    """Kill a process with its children, and wait until its port is free again."""
    with suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)
    while _lives(number):
        time.sleep(0.01)
