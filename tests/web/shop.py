"""The market in a browser without JavaScript: buyer, member, bank, and the hook between bank and market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketplace import context
from marketplace.models.people import Person
from tests.services.market import Market, make_market

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@dataclass
class Shop:
    """The running market with browsers of its people."""

    app: Flask
    market: Market

    def browser(self, person: Person | None) -> FlaskClient:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        if person is not None:
            with self.app.app_context(), client.session_transaction() as cookie:
                stamp = int(context.now().timestamp())
                cookie.update(
                    {"person": person.id, "epoch": 0, "since": stamp, "seen": stamp, "lang": "nl"}
                )
        return client

    def bank(self) -> Any:
        with self.app.app_context():
            return context.gateways().payments

    def hook(self, body: bytes, signature: str) -> Any:
        """What the provider's request to the webhook answers."""
        return self.app.test_client().post(
            "/webhooks/payments",
            data=body,
            headers={"Provider-Signature": signature, "Content-Type": "application/json"},
        )

    def hear_the_bank(self) -> list[str]:
        """Deliver all that the bank has to say; gives the answers."""
        answers = []
        for event in self.bank().waiting():
            answer = self.hook(event.body, event.signature)
            assert answer.status_code == 200
            self.bank().delivered(event.id)
            answers.append(answer.text)
        return answers


def open_shop(app: Flask, **values: Any) -> Shop:
    """Build the market in the application's database."""
    with app.app_context(), context.parts().database.session(writes=True) as session:
        market = make_market(session, **values)
    return Shop(app, market)
