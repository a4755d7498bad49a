"""A close that is killed in the middle goes on where it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from marketplace.domain.calendar import Month
from marketplace.gateways import schema
from marketplace.gateways.database import Database
from tests.bench import monthdata

ROOT = Path(__file__).parents[2]
MEMBERS = 1600
JANUARY = Month(2026, 1)


@pytest.fixture
def books(tmp_path):
    """A SQLite file with members who worked in January."""
    address = f"sqlite:///{tmp_path / 'market.sqlite'}"
    schema.upgrade(address)
    database = Database(address)
    writing = database.engine.execution_options(writes=True)
    monthdata.people(writing, MEMBERS)
    monthdata.month(writing, MEMBERS, JANUARY)
    database.engine.dispose()
    return address


def start(address: str, folder: Path) -> subprocess.Popen[str]:
    """Begin closing January in a process of its own."""
    known = {
        "DATABASE_URL": address,
        "VAR_DIR": str(folder / "var"),
        "DEMO": "1",
    }
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "wsgi",
            "statements",
            "close",
            "--month",
            "2026-01",
        ],
        cwd=ROOT,
        env=os.environ | known,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def counted(address: str) -> tuple[int, int, int, int]:
    """Give statements, members with one, assessments and mails."""
    engine = create_engine(address)
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM statements), (SELECT count(DISTINCT membership_id) FROM"
                " statements), (SELECT count(*) FROM assessments), (SELECT count(*) FROM outbox)"
            )
        ).one()
    engine.dispose()
    return tuple(found)


def test_killed_in_the_middle_and_started_again_every_member_has_one_statement(books, tmp_path):
    with start(books, tmp_path) as first:
        line = first.stderr.readline()
        first.send_signal(signal.SIGKILL)
        first.wait(timeout=60)
    assert line == f"2026-01: 400 of {MEMBERS}\n"
    assert first.returncode == -signal.SIGKILL
    stopped = counted(books)[0]
    assert 400 <= stopped < MEMBERS
    assert counted(books) == (stopped,) * 4
    with start(books, tmp_path) as second:
        out, err = second.communicate(timeout=60)
    assert (second.returncode, out) == (
        0,
        f"2026-01: {MEMBERS - stopped} statements made, 0 refused\n",
    ), err
    assert counted(books) == (MEMBERS,) * 4
