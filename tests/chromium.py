"""Finds a Chromium that a test can drive; `python -m tests.chromium` prints it or fails.

`CHROMIUM` names another one. scripts/test_needs.sh gets one where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "no Chromium found; install it with: sudo apt-get install -y chromium fonts-dejavu-core"

# The tests open only pages of our own, so the sandbox may be missing (root, containers); and no
# name but our own is looked up.
FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


class ChromiumMissing(Exception):
    """There is no Chromium; the text holds the command that helps."""


def find() -> str:
    """Give the path of a Chromium that starts: the named one, the system's, or Playwright's own."""
    system = [shutil.which(name) for name in NAMES]
    candidates = [os.environ.get("CHROMIUM"), *system, *_of_playwright()]
    for path in candidates:
        if path and _starts(path):
            return path
    raise ChromiumMissing(HELP)


def _of_playwright() -> list[str]:
    cache = Path.home() / ".cache" / "ms-playwright"
    return sorted(map(str, cache.glob("chromium-*/chrome-linux*/chrome")), reverse=True)


def _starts(path: str) -> bool:
    """Ubuntu's chromium-browser may be a note that says where the snap is: so ask its version."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"hrom" in done.stdout


if __name__ == "__main__":
    try:
        print(find())  # noqa: T201 this is what the command is for
    except ChromiumMissing as missing:
        sys.exit(str(missing))
