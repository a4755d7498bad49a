"""The door for servers and for `flask --app wsgi`: settings from the environment, one app."""

from __future__ import annotations

from marketplace.app import create_app
from marketplace.settings import Settings

app = create_app(Settings.from_environment())
