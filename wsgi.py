"""The door for servers and for `flask --app wsgi`: settings from the environment, one app."""

from __future__ import annotations

from marketplace.app import create_app
from marketplace.gateways.rulefiles import RuleFileFault
from marketplace.settings import Settings

try:
    app = create_app(Settings.from_environment())
except RuleFileFault as fault:
    raise SystemExit(f"The start stops: a file of the rules is wrong.\n{fault}") from None
