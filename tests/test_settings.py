"""A wrong or missing setting stops the start with its name and what it should be, and with no traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.settings import ROOT, Settings, WrongSetting

NAMES = [name.upper() for name in Settings.model_fields]
COMPLETE = {
    "MODE": "production",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "PUBLIC_URL": "https://markt.example.nl",
    "SMTP_URL": "smtp://mail.example.nl:587",
    "DATA_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb28=",
}


@pytest.fixture
def environment(monkeypatch):
    """Read settings from these variables and no others."""

    def read(**variables: str) -> Settings:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings.from_environment()

    return read


def test_nothing_set_is_the_demo(environment):
    settings = environment()
    assert (settings.mode, settings.port) == ("demo", 8000)
    assert settings.database.startswith("sqlite:///")


def test_production_starts_when_all_is_there(environment):
    settings = environment(**COMPLETE)
    assert not settings.demo
    assert settings.base_url == "https://markt.example.nl"


@pytest.mark.parametrize(
    ("name", "value", "should_be"),
    [
        ("MODE", "prod", "demo or production"),
        ("MODE", "", "demo or production"),
        ("DATABASE_URL", "mysql://localhost/market", "sqlite:/// or postgresql://"),
        ("PORT", "eighty", "a port number from 1 to 65535"),
        ("PORT", "0", "a port number from 1 to 65535"),
        ("PORT", "65536", "a port number from 1 to 65535"),
        ("PUBLIC_URL", "markt.example.nl", "https://"),
        ("MAX_UPLOAD_BYTES", "8 MB", "the largest upload in bytes"),
        ("MAX_UPLOAD_BYTES", "1", "the largest upload in bytes"),
        ("PROXIES", "-1", "0 to 5"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(environment, name, value, should_be):
    with pytest.raises(WrongSetting) as stopped:
        environment(**{name: value})
    said = str(stopped.value)
    assert said.startswith("The start stops: a setting is wrong.\n")
    assert f"\n{name}: " in said
    assert should_be in said


@pytest.mark.parametrize(
    ("name", "value", "should_be"),
    [
        ("SECRET_KEY", "0123456789abcdef0123456789abcde", "at least 32 random characters"),
        ("SECRET_KEY", None, "at least 32 random characters"),
        ("PUBLIC_URL", "http://markt.example.nl", "the https:// address"),
        ("PUBLIC_URL", None, "the https:// address"),
        ("SMTP_URL", None, "the mail server"),
        ("DATA_KEYS", None, "at least one Fernet key"),
    ],
)
def test_production_names_what_is_missing_or_weak(environment, name, value, should_be):
    wanted = {key: text for key, text in COMPLETE.items() if key != name}
    with pytest.raises(WrongSetting) as stopped:
        environment(**wanted, **({name: value} if value else {}))
    said = str(stopped.value)
    assert f"\n{name} should " in said
    assert should_be in said


def test_all_wrong_settings_are_told_at_once(environment):
    with pytest.raises(WrongSetting) as stopped:
        environment(PORT="x", MODE="y")
    assert len(str(stopped.value).splitlines()) == 3


def test_a_secret_that_is_wrong_is_not_shown(environment):
    with pytest.raises(WrongSetting) as stopped:
        environment(**COMPLETE | {"SECRET_KEY": "short-secret"})
    assert "short-secret" not in str(stopped.value)
    with pytest.raises(WrongSetting) as stopped:
        environment(DATABASE_URL="mysql://anna:her-password@localhost/market")
    assert "her-password" not in str(stopped.value)


def start(folder: Path, var_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the command that every installation has, with these settings alone."""
    clean = {name: value for name, value in os.environ.items() if name not in NAMES}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "ledger", "check"],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(folder), "VAR_DIR": str(var_dir), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_stops_with_the_sentence_alone(tmp_path):
    done = start(ROOT, tmp_path, PORT="eighty")
    assert done.returncode == 1
    first, second = done.stderr.strip().splitlines()
    assert first == "The start stops: a setting is wrong."
    assert second.startswith("PORT: ")
    assert second.endswith("It should be: a port number from 1 to 65535.")
    assert done.stdout == ""


def test_a_wrong_profile_of_a_municipality_stops_the_start_with_file_and_line(tmp_path):
    unneeded = shutil.ignore_patterns("static", "templates", "__pycache__")
    shutil.copytree(ROOT / "marketplace", tmp_path / "marketplace", ignore=unneeded)
    shutil.copy(ROOT / "wsgi.py", tmp_path)
    profile = tmp_path / "marketplace/rules/municipalities/demo-wilgendam.toml"
    lines = profile.read_text(encoding="utf-8").splitlines()
    row = lines.index("[profile]") + 1
    lines.insert(row, 'n_countingg = "loose_months"')
    profile.write_text("\n".join(lines), encoding="utf-8")
    done = start(tmp_path, tmp_path / "var")
    assert done.returncode == 1
    first, second = done.stderr.strip().splitlines()
    assert first == "The start stops: a file of the rules is wrong."
    assert second.startswith(f"{profile}:{row + 1}: unknown key 'n_countingg'; allowed: ")
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"stripe_secret_key": "sk_test_1"}, "whsec_"),
        ({"stripe_secret_key": "pk_test_1", "stripe_webhook_secret": "whsec_1"}, "sk_test_"),
        (
            {
                "stripe_secret_key": "sk_test_1",
                "stripe_webhook_secret": "whsec_1",
                "stripe_accounts": {
                    "groen": {"secret_key": "sk_live_1", "webhook_secret": "whsec_2"}
                },
            },
            "all of test mode",
        ),
    ],
)
def test_keys_of_stripe_that_do_not_fit_stop_the_start(values, wrong):
    with pytest.raises(WrongSetting, match=wrong):
        Settings.from_environment(**values)


def test_a_cooperative_may_have_keys_of_its_own(monkeypatch):
    own = '{"groen": {"secret_key": "sk_test_2", "webhook_secret": "whsec_2"}}'
    monkeypatch.setenv("STRIPE_ACCOUNTS", own)
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_1")
    assert Settings.from_environment().stripe_keys == {
        "groen": ("sk_test_2", "whsec_2"),
        "": ("sk_test_1", "whsec_1"),
    }
