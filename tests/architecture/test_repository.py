"""What git keeps is fit for strangers: no address of a registry, no path of a machine, one licence."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, tracked_files

NEVER = {
    "the address of a registry": re.compile(
        r"(?:py[p]i\.org|python[h]osted\.org|registry\.npm[j]s|/simpl[e]/|--(?:extra-)?index[-]url|npm[r]c)"
    ),
    "the path of a machine": re.compile(r"(?<![\w.])/(?:wor[k]|hom[e]/\w+|roo[t]|User[s])/"),
    "the workplace of its makers": re.compile(r"\.\./share[d]"),
}
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock")
PAGE_LINES, PAGE_WORDS = 70, 600


def text_of(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


@pytest.mark.parametrize("what", NEVER)
def test_git_keeps_nothing_that_strangers_should_not_read(what):
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in tracked_files()
        if (match := NEVER[what].search(text_of(path)))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("the address of a registry", "https://py" + "pi.org/project/flask"),
        ("the path of a machine", "see /ho" + "me/anna/market"),
        ("the workplace of its makers", "../sha" + "red/quality.md"),
    ],
)
def test_what_strangers_should_not_read_is_found(what, text):
    assert NEVER[what].search(text)


def test_git_keeps_nothing_that_is_made_again():
    made = re.compile(r"\.(?:mo|pyc|sqlite|db|log)$|^var/|__pycache__")
    assert [name_of(path) for path in tracked_files() if made.search(name_of(path))] == []


def test_the_licence_is_the_european_one():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert "Appendix" in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_pinned_package_has_its_hashes(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_tests_run_with_the_versions_that_users_get():
    pins = [
        set(re.findall(r"^([\w.-]+==[\w.+-]+)", (ROOT / name).read_text(), flags=re.MULTILINE))
        for name in LOCKS[:2]
    ]
    assert pins[0] <= pins[1]


def test_a_decision_fits_on_a_page():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbered = [page for page in pages if re.match(r"\d{4}-", page.name)]
    numbers = [int(page.name[:4]) for page in numbered]
    assert numbers == list(range(1, len(numbers) + 1))
    long = [
        page.name
        for page in numbered
        if len(page.read_text().splitlines()) > PAGE_LINES
        or len(page.read_text().split()) > PAGE_WORDS
    ]
    assert long == []


@pytest.mark.parametrize("name", ["setup.sh", "test_needs.sh", "lock.sh", "../.ci/run"])
def test_a_script_can_be_run(name):
    script = ROOT / "scripts" / name
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_without_a_browser_the_tests_stop_with_the_command_that_helps(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "grep"):
        (programs / name).symlink_to(
            f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}"
        )
    for name in ("apt-get", "sudo"):
        (programs / name).write_text("#!/bin/bash\nexit 1\n")
        (programs / name).chmod(0o755)
    done = subprocess.run(
        [str(ROOT / "scripts" / "test_needs.sh")],
        env={"PATH": str(programs), "HOME": str(tmp_path), "TEST_POSTGRES_URL": "postgresql://x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "The tests need chromium" in done.stderr
    assert "sudo apt-get install -y" in done.stderr
