"""Orders from the asking to the bank, beside a floor that writes the same balanced entries and nothing else.

Ours goes through the services as the pages and the webhook do, each step in a transaction of its own:
placed, accepted, the wish to pay and the provider's page, the word that it was paid (with a fee),
delivered, and the word that the money went to the bank. The floor writes the same five entries with
their thirteen postings, sealed under the same constraints and triggers, in the three transactions that
book; its accounts are there and their keys are known.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from marketplace.domain.calendar import Month
from marketplace.gateways import schema
from marketplace.gateways.database import Database
from marketplace.gateways.payments import Event, PayPage
from marketplace.gateways.rows.prepared import Query
from marketplace.models.base import new_public_id, table_of
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.orders import OrderLine
from marketplace.services.trade import orders, payments, work
from marketplace.services.trade.orders import Wanted
from tests.bench.measure import ROUNDS, Figures, clock_of
from tests.books import factories

AIM = 3.0
TURN = 10  # orders of one side in a row; short, so that noise falls on both
NOW = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
GROSS, VAT, FEE = 12_100, 2_100, 35
INVOICE_FACTS = {
    "legal_name": "Coöperatie U.A.",
    "address": "Markt 1",
    "postcode": "4811 AA",
    "kvk_number": "12345678",
    "vat_number": "NL123456789B01",
    "iban": "NL91ABNA0417164300",
}
# Which steps make which entries: kind, and of each posting account, side and cents.
_NET = GROSS - VAT
STEPS = (
    (
        (
            "paid",
            (
                ("provider_clearing", "debit", GROSS),
                ("received_in_advance", "credit", _NET),
                ("output_vat", "credit", VAT),
            ),
        ),
        ("provider_fee", (("provider_fees", "debit", FEE), ("provider_clearing", "credit", FEE))),
    ),
    (
        ("delivered", (("received_in_advance", "debit", _NET), ("turnover", "credit", _NET))),
        (
            "allocated",
            (
                ("allocation", "debit", _NET),
                ("training_pot", "credit", _NET * 5 // 100),
                ("reserve", "credit", _NET * 10 // 100),
                ("payable_to_member", "credit", _NET * 85 // 100),
            ),
        ),
    ),
    (
        (
            "clearing_settled",
            (("bank", "debit", GROSS - FEE), ("provider_clearing", "credit", GROSS - FEE)),
        ),
    ),
)
ENTRIES = sum(len(step) for step in STEPS)
POSTINGS = sum(len(postings) for step in STEPS for _kind, postings in step)


@dataclass(frozen=True)
class Offer:
    """Who sells what to whom."""

    listing: str
    cooperative_id: int
    membership_id: int
    buyer_id: int

    @property
    def own(self) -> dict[str, int]:
        """The member's scope, as the services of work ask for it."""
        return {"cooperative_id": self.cooperative_id, "membership_id": self.membership_id}


def fill(database: Database, *, cooperatives: int = 1, members: int = 20) -> list[Offer]:
    """Put in cooperatives with members under set_off who each sell one service to a buyer of their own."""
    with database.session(writes=True) as session, session.begin():
        return [offer for _ in range(cooperatives) for offer in _cooperative(session, members)]


def _cooperative(session: Session, members: int) -> Iterator[Offer]:
    cooperative = factories.make_cooperative(session, **INVOICE_FACTS)
    for _ in range(members):
        seller, buyer = (factories.make_person(session, locale="nl") for _ in range(2))
        member = factories.make_membership(session, cooperative=cooperative, person_id=seller.id)
        factories.make_agreement(session, member, made_by_id=seller.id, regime="set_off")
        listing = factories.make_listing(session, member, price_cents=GROSS)
        yield Offer(listing.public_id, cooperative.id, member.id, buyer.id)


@dataclass(frozen=True)
class Agreed:
    """An order that waits for its money, with the public ids of it and its line."""

    offer: Offer
    key: str
    order: str
    line: str


_LINE = Query(select(OrderLine.public_id).where(OrderLine.order_id == bindparam("order_id")))


class Ours:
    """The application's services."""

    def __init__(self, database: Database, offers: Sequence[Offer], name: str = "bench") -> None:
        self._database = database
        self._offers = itertools.cycle(offers)
        self._keys = (f"{name}-{number}" for number in itertools.count(1))

    def order(self) -> None:
        """Let one order go all the way."""
        made = self.agreed()
        offer, key = made.offer, made.key
        with self._transaction() as session:
            wish = payments.begin(
                session, buyer_id=offer.buyer_id, public_id=made.order, provider="testbank", now=NOW
            )
        page = PayPage(f"tb_{key}", "https://bank.example/pay")
        with self._transaction() as session:
            payments.opened(session, intent_id=wish.intent_id, page=page)
        self._heard("paid", key, wish, amount_cents=GROSS, fee_cents=FEE)
        with self._transaction() as session:
            work.deliver(session, **offer.own, public_id=made.line, now=NOW)
        self._heard("settled", key, wish, amount_cents=GROSS - FEE)

    def agreed(self) -> Agreed:
        """Place an order and let the member say yes."""
        offer, key = next(self._offers), next(self._keys)
        order, line = self._placed(offer, key)
        with self._transaction() as session:
            work.accept(session, **offer.own, public_id=line, now=NOW)
        return Agreed(offer, key, order, line)

    def _placed(self, offer: Offer, key: str) -> tuple[str, str]:
        """Place an order; gives the public ids of it and its line, as the pages know them."""
        with self._transaction() as session:
            order = orders.place(
                session,
                buyer_id=offer.buyer_id,
                lines=[Wanted(offer.listing, 100)],
                idempotency_key=key,
                now=NOW,
            )
            return order.public_id, _LINE.scalar(session, {"order_id": order.id})

    def _heard(self, kind: str, key: str, wish: payments.Wish, **cents: int) -> None:
        about = {"reference": f"tb_{key}", "intent": wish.key, "currency": wish.currency}
        event = Event(id=f"evt-{kind}-{key}", kind=kind, **about, **cents)
        with self._transaction() as session:
            done = payments.receive(
                session, provider="testbank", event=event, payload_sha256="0" * 64, now=NOW
            )
        if done != "booked":
            raise RuntimeError(f"{kind}: {done}")

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._database.session(writes=True) as session, session.begin():
            yield session


class Floor:
    """The entries alone."""

    def __init__(self, database: Database, offers: Sequence[Offer]) -> None:
        self._engine = database.engine.execution_options(writes=True)
        self._offers = itertools.cycle(offers)
        self._numbers = itertools.count(1)
        with self._engine.begin() as connection:
            self._accounts = _open_accounts(connection, offers)

    def order(self) -> None:
        """Write the entries of one order."""
        offer, number = next(self._offers), next(self._numbers)
        for step in STEPS:
            with self._engine.begin() as connection:
                for kind, postings in step:
                    self._write(connection, offer, f"order:{number}:{kind}", kind, postings)

    def _write(
        self,
        connection: Connection,
        offer: Offer,
        source: str,
        kind: str,
        postings: Sequence[tuple[str, str, int]],
    ) -> None:
        entry = {
            "public_id": new_public_id(),
            "cooperative_id": offer.cooperative_id,
            "kind": kind,
            "source": source,
            "membership_id": offer.membership_id if kind in {"delivered", "allocated"} else None,
            "booked_on": NOW.date(),
            "booked_at": NOW,
            "for_month": Month(NOW.year, NOW.month),
            "sealed": False,
        }
        key = connection.execute(_ENTRY, entry).scalar_one()
        rows = [
            {
                "cooperative_id": offer.cooperative_id,
                "entry_id": key,
                "account_id": self._accounts[offer.cooperative_id, code, member_of(code, offer)],
                "side": side,
                "amount_cents": cents,
            }
            for code, side, cents in postings
        ]
        connection.execute(_POSTINGS, rows)
        connection.execute(_SEAL.where(_ENTRIES.c.id == key))


_ENTRIES = table_of(Entry)
_ENTRY = insert(_ENTRIES).returning(_ENTRIES.c.id)
_POSTINGS = insert(table_of(Posting))
_SEAL = update(_ENTRIES).values(sealed=True)


def member_of(code: str, offer: Offer) -> int | None:
    """Give whose account it is: the member's own, or the cooperative's (None)."""
    return offer.membership_id if code == "payable_to_member" else None


def _open_accounts(
    connection: Connection, offers: Sequence[Offer]
) -> dict[tuple[int, str, int | None], int]:
    """Make the accounts that are used; gives their keys by cooperative, code and member."""
    codes = {code for step in STEPS for _kind, rows in step for code, _side, _cents in rows}
    wanted = {(one.cooperative_id, code, member_of(code, one)) for one in offers for code in codes}
    found = {}
    for cooperative, code, member in sorted(wanted, key=str):
        values = {"cooperative_id": cooperative, "code": code, "membership_id": member}
        made = insert(Account).values(values).returning(Account.id)
        found[cooperative, code, member] = connection.execute(made).scalar_one()
    return found


def measure(
    addresses: tuple[str, str], *, turns: int, members: int = 20, rounds: int = ROUNDS
) -> Figures:
    """Let orders go on both, in turns, round after round; gives milliseconds of CPU per order."""
    ours_database, floor_database = (opened(address) for address in addresses)
    ours = Ours(ours_database, fill(ours_database, members=members))
    floor = Floor(floor_database, fill(floor_database, members=members))
    for _ in range(2 * members):  # warm: every member has her accounts, every statement is known
        ours.order(), floor.order()
    clocks = clock_of(ours_database.engine), clock_of(floor_database.engine)
    figures = Figures("order to settled")
    for _ in range(rounds):
        spent = [0.0, 0.0]
        for _ in range(turns):
            for place, order in enumerate((ours.order, floor.order)):
                spent[place] += _burst(order, clocks[place])
        figures.ours.append(spent[0] * 1000 / (turns * TURN))
        figures.floor.append(spent[1] * 1000 / (turns * TURN))
    for database in (ours_database, floor_database):
        database.engine.dispose()
    return figures


def opened(address: str) -> Database:
    """Migrate a database and open it."""
    schema.upgrade(address)
    return Database(address)


def _burst(order: Callable[[], None], spent: Callable[[], float]) -> float:
    begin = spent()
    for _ in range(TURN):
        order()
    return spent() - begin
