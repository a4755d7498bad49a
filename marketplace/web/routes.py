"""The table of blueprints: every address of the house is found from here."""

from __future__ import annotations

from flask import Flask

from marketplace.web.views import (
    health,
    home,
    invitations,
    operator,
    people,
    preferences,
)

BLUEPRINTS = (
    health.blueprint,
    home.blueprint,
    invitations.blueprint,
    operator.blueprint,
    people.blueprint,
    preferences.blueprint,
)


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
