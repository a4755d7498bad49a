"""The table of blueprints: every address of the house is found from here."""

from __future__ import annotations

from flask import Flask

from marketplace.web.views import (
    health,
    home,
    invitations,
    mailbox,
    operator,
    orders,
    payments,
    people,
    preferences,
    testbank,
    work,
)

BLUEPRINTS = (
    health.blueprint,
    home.blueprint,
    invitations.blueprint,
    mailbox.blueprint,
    operator.blueprint,
    orders.blueprint,
    payments.blueprint,
    people.blueprint,
    preferences.blueprint,
    testbank.blueprint,
    work.blueprint,
)


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
