"""The table of blueprints: every address of the house is found from here."""

from __future__ import annotations

from flask import Flask

from marketplace.web.views import (
    agreements,
    books,
    catalogue,
    costs,
    desk,
    exemptions,
    health,
    home,
    invitations,
    keeping,
    listings,
    mailbox,
    members,
    officer,
    operator,
    orders,
    payments,
    payouts,
    people,
    preferences,
    questions,
    rules,
    settlements,
    statements,
    testbank,
    work,
    workplace,
)
from marketplace.web.views.money import bank, batches, disputes, invoices, kor, provider, transfer
from marketplace.web.views.talk import messages, reviews
from marketplace.web.views.trade import agenda, basket, deskorders

BLUEPRINTS = (
    agenda.blueprint,
    basket.blueprint,
    agreements.blueprint,
    bank.blueprint,
    batches.blueprint,
    books.blueprint,
    catalogue.blueprint,
    costs.blueprint,
    desk.blueprint,
    deskorders.blueprint,
    disputes.blueprint,
    exemptions.blueprint,
    health.blueprint,
    home.blueprint,
    invitations.blueprint,
    invoices.blueprint,
    keeping.blueprint,
    kor.blueprint,
    listings.blueprint,
    mailbox.blueprint,
    members.blueprint,
    messages.blueprint,
    officer.blueprint,
    operator.blueprint,
    orders.blueprint,
    payments.blueprint,
    payouts.blueprint,
    people.blueprint,
    provider.blueprint,
    preferences.blueprint,
    questions.blueprint,
    reviews.blueprint,
    rules.blueprint,
    settlements.blueprint,
    statements.blueprint,
    testbank.blueprint,
    transfer.blueprint,
    work.blueprint,
    workplace.blueprint,
)


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
