"""Who lives in the drill's market, and browsers that are signed in as them."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from marketplace.gateways import schema
from marketplace.gateways.database import Database
from marketplace.models.people import Grant
from marketplace.services.invoices import seller
from tests.books import factories
from tests.faults.hours import Hours
from tests.faults.processes import KEY, SECRET
from tests.services.market import make_market

STOCK = 100_000
PATIENCE = 120.0
FACTS = seller.Facts(
    legal_name="Coöperatie De Kluscoop U.A.",
    address="Voorbeeldstraat 1",
    postcode="1234 AB",
    place="Ons Dorp",
    kvk_number="00000001",
    vat_number="NL000099998B57",
    iban="NL91ABNA0417164300",
)


@dataclass(frozen=True)
class Stall:
    """One cooperative with its member: whom to sign in as, and what is sold."""

    cooperative_id: int
    seller_id: int
    coordinator_id: int
    service: str
    product: str
    product_id: int


@dataclass(frozen=True)
class Town:
    """The stalls, and buyers who buy at all of them."""

    stalls: list[Stall]
    buyers: list[int]


def found_town(url: str) -> Town:
    """Make the database and the people: a member in each of three regimes."""
    schema.upgrade(url)
    database = Database(url, [KEY])
    with database.session(writes=True) as session:
        stalls = [_stall(session, regime) for regime in ("pot", "set_off", "premium")]
        buyers = [factories.make_person(session, name=f"Koper {n}").id for n in range(20)]
        session.commit()
    database.engine.dispose()
    return Town(stalls, buyers)


def _stall(session, regime: str) -> Stall:
    market = make_market(session, stock=STOCK, regime=regime)
    tenant = market.member.cooperative_id
    seller.keep(session, cooperative_id=tenant, facts=FACTS, actor_id=None, now=factories.LONG_AGO)
    coordinator = factories.make_person(session, name="Ilse")
    grant = Grant(
        person_id=coordinator.id,
        role="coordinator",
        cooperative_id=tenant,
        created_at=factories.LONG_AGO,
    )
    factories.add(session, grant)
    return Stall(
        cooperative_id=tenant,
        seller_id=market.seller.id,
        coordinator_id=coordinator.id,
        service=market.service.public_id,
        product=market.product.public_id,
        product_id=market.product.id,
    )


@dataclass(frozen=True)
class Answer:
    """What came: `unsure` when an earlier try may have been done all the same."""

    status: int
    location: str
    text: str
    unsure: bool


class Browser:
    """Presses buttons, and presses again when nothing came back: as a person would, with the same form."""

    def __init__(self, port: int, hours: Hours) -> None:
        self._port, self._hours = port, hours
        app = Flask("drill")
        app.secret_key = SECRET
        self._cookies = SecureCookieSessionInterface().get_signing_serializer(app)
        self._tokens = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token")

    def press(self, person_id: int, path: str, **fields: str) -> Answer:
        """Send a form until somebody answers; 5xx and silence are tried again."""
        deadline = time.monotonic() + PATIENCE
        unsure = False
        while True:
            answer = self._post(person_id, path, fields)
            if answer is not None and answer.status < 500:
                return Answer(answer.status, answer.location, answer.text, unsure)
            unsure = True
            if time.monotonic() > deadline:
                raise RuntimeError(f"nobody answers {path}: {answer}")
            time.sleep(0.2)

    def _post(self, person_id: int, path: str, fields: dict[str, str]) -> Answer | None:
        body = urlencode({"csrf_token": self._tokens.dumps("drill"), **fields})
        headers = {
            "Cookie": f"__Host-session={self._cookie(person_id)}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return Answer(answer.status, answer.headers.get("Location", ""), text, unsure=False)

    def _cookie(self, person_id: int) -> str:
        stamp = int(self._hours.now().timestamp())
        known = {"person": person_id, "epoch": 0, "csrf_token": "drill", "lang": "nl"}
        return self._cookies.dumps(known | {"since": stamp, "seen": stamp, "confirmed": stamp})
