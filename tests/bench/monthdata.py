"""Members with a delivered job in every month: the books of a year, put in by the database itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    String,
    cast,
    insert,
    literal,
    select,
    update,
)

from marketplace.domain.calendar import Month
from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.ledger import Account, Entry, Posting
from marketplace.models.listings import Listing
from marketplace.models.memberships import Agreement, Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.orders import Order, OrderLine
from marketplace.models.people import Person

AT = dt.datetime(2025, 1, 2, 9, 0, tzinfo=dt.UTC)
SINCE = dt.date(2025, 1, 1)
SHARED = ("turnover", "received_in_advance", "allocation", "training_pot", "reserve")
OWN_ACCOUNTS = 1_000  # the account of member n has this much more than n as its key
STEP = 10_000_000  # keys of one month lie together

Values = Mapping[str, Any]


def _numbers(many: int) -> Any:
    first = select(literal(1, BigInteger).label("n")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < many))


def put(connection: Connection, model: Any, many: int, values: Any) -> None:
    """Insert one row for each number up to `many`; `values` makes the columns of a number."""
    numbers = _numbers(many)
    columns: Values = values(numbers.c.n)
    table = model.__table__
    chosen = [
        one if isinstance(one, ColumnElement) else literal(one, table.c[name].type)
        for name, one in columns.items()
    ]
    connection.execute(insert(table).from_select(list(columns), select(*chosen)))


def public_id(kind: int, number: Any) -> ColumnElement[str]:
    """Make sixteen signs out of a kind below ten and a number."""
    return cast(literal(kind * 10**15) + number, String)


def people(engine: Engine, members: int) -> None:
    """Put in one cooperative with so many members, each under set_off since January 2025."""
    with engine.begin() as connection:
        _house(connection)
        put(connection, Person, members, _person)
        put(connection, Membership, members, _membership)
        put(connection, Agreement, members, _agreement)
        put(connection, Listing, members, _listing)
        put(connection, Account, members, _own_account)


def month(engine: Engine, members: int, which: Month) -> None:
    """Put in the month's orders, and what they booked; net 100.00 and up, in steps of a euro."""
    base = (which.year * 12 + which.number) * STEP
    day = which.first + dt.timedelta(days=9)
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    with engine.begin() as connection:
        put(connection, Order, members, lambda n: _order(base + n, n, at))
        put(connection, OrderLine, members, lambda n: _line(base + n, n, day, at))
        for place, kind in enumerate(("delivered", "allocated")):
            put(
                connection,
                Entry,
                members,
                lambda n, place=place, kind=kind: {
                    **_entry(2 * (base + n) + place, base + n, n, kind),
                    "booked_on": day,
                    "booked_at": at,
                    "for_month": which,
                },
            )
        for place, code, side, cents in _postings():
            put(
                connection,
                Posting,
                members,
                lambda n, place=place, code=code, side=side, cents=cents: {
                    "cooperative_id": 1,
                    "entry_id": 2 * (base + n) + place,
                    "account_id": n + OWN_ACCOUNTS if code is None else SHARED.index(code) + 1,
                    "side": side,
                    "amount_cents": cents(n),
                },
            )
        connection.execute(
            update(Entry.__table__).where(Entry.for_month == which).values(sealed=True)
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")  # what a server does by itself


def _net(n: Any) -> Any:
    return 10_000 + (n % 50) * 100


def _postings() -> Any:
    return (
        (0, "received_in_advance", "debit", _net),
        (0, "turnover", "credit", _net),
        (1, "allocation", "debit", _net),
        (1, "training_pot", "credit", lambda n: _net(n) * 5 / 100),
        (1, "reserve", "credit", lambda n: _net(n) * 10 / 100),
        (1, None, "credit", lambda n: _net(n) * 85 / 100),
    )


def _house(connection: Connection) -> None:
    named = {"id": 1, "public_id": "0000000000000001", "created_at": AT}
    rows: list[tuple[Any, Values]] = [
        (Municipality, {**named, "name": "Gemeente", "contact_email": "g@example.org"}),
        (
            Cooperative,
            {
                **named,
                "slug": "coop",
                "name": "Coöperatie U.A.",
                "place": "Breda",
                "email": "c@example.org",
            },
        ),
        (
            CooperativeParameters,
            {
                "cooperative_id": 1,
                "valid_from": SINCE,
                "training_share": 500,
                "reserve_share": 1000,
                "threshold_cents": 120_000,
                "period": "calendar_year",
                "municipality_share": 5000,
                "resolution": "ALV 1",
                "created_at": AT,
            },
        ),
        (
            VatScheme,
            {
                "cooperative_id": 1,
                "valid_from": SINCE,
                "scheme": "charges",
                "reason": "begin",
                "created_at": AT,
            },
        ),
    ]
    for model, values in rows:
        connection.execute(insert(model.__table__), [dict(values)])
    connection.execute(
        insert(Account.__table__),
        [
            {"id": place, "cooperative_id": 1, "code": code, "membership_id": None}
            for place, code in enumerate(SHARED, 1)
        ],
    )


def _person(n: Any) -> Values:
    return {
        "id": n,
        "public_id": public_id(1, n),
        "email": literal("lid") + cast(n, String) + "@example.org",
        "name": "Lid",
        "locale": "nl",
        "password_hash": "",
        "epoch": 0,
        "created_at": AT,
    }


def _membership(n: Any) -> Values:
    return {
        "id": n,
        "public_id": public_id(2, n),
        "cooperative_id": 1,
        "person_id": n,
        "municipality_id": 1,
        "name": "Lid",
        "trade_name": "Bedrijf",
        "reference": literal("REF-") + cast(n, String),
        "status": "member",
        "started_on": SINCE,
        "created_at": AT,
    }


def _agreement(n: Any) -> Values:
    return {
        "id": n,
        "public_id": public_id(3, n),
        "cooperative_id": 1,
        "membership_id": n,
        "municipality_id": 1,
        "valid_from": SINCE,
        "regime": "set_off",
        "decision_reference": literal("B-") + cast(n, String),
        "born_on": dt.date(1980, 5, 1),
        "household_kind": "single",
        "has_children": False,
        "cost_sharers": 1,
        "household_origin": "municipality",
        "exemption_n_granted": True,
        "months_n_used_at_entry": 0,
        "months_r_used_at_entry": 0,
        "deductions_accepted": True,
        "costs_accepted": True,
        "premium_less_exemption": True,
        "exit_rule": "reserve",
        "made_by_id": 1,
        "created_at": AT,
    }


def _listing(n: Any) -> Values:
    return {
        "id": n,
        "public_id": public_id(4, n),
        "cooperative_id": 1,
        "membership_id": n,
        "kind": "service",
        "unit": "job",
        "category": "garden",
        "title": "Heg knippen",
        "description": "Heg knippen",
        "price_cents": 12_100,
        "vat_category": "standard",
        "place": "Breda",
        "state": "published",
        "search_terms": "heg knip",
        "created_at": AT,
        "updated_at": AT,
    }


def _own_account(n: Any) -> Values:
    return {
        "id": n + OWN_ACCOUNTS,
        "cooperative_id": 1,
        "code": "payable_to_member",
        "membership_id": n,
    }


def _order(key: Any, n: Any, at: dt.datetime) -> Values:
    return {
        "id": key,
        "public_id": public_id(5, key),
        "cooperative_id": 1,
        "buyer_id": n,
        "idempotency_key": cast(key, String),
        "payment_state": "paid",
        "total_cents": _net(n) * 121 / 100,
        "note": "",
        "address": "",
        "requested_at": at,
        "paid_at": at,
    }


def _line(key: Any, n: Any, day: dt.date, at: dt.datetime) -> Values:
    return {
        "id": key,
        "public_id": public_id(6, key),
        "cooperative_id": 1,
        "order_id": key,
        "membership_id": n,
        "listing_id": n,
        "kind": "service",
        "title": "Heg knippen",
        "unit": "job",
        "quantity_hundredths": 100,
        "unit_price_cents": _net(n) * 121 / 100,
        "vat_category": "standard",
        "vat_rate": "0.21",
        "gross_cents": _net(n) * 121 / 100,
        "net_cents": _net(n),
        "vat_cents": _net(n) * 21 / 100,
        "state": "confirmed",
        "delivered_on": day,
        "delivered_at": at,
    }


def _entry(key: Any, line: Any, n: Any, kind: str) -> Values:
    return {
        "id": key,
        "public_id": public_id(7, key),
        "cooperative_id": 1,
        "kind": kind,
        "source": literal("line:") + cast(line, String) + f":{kind}",
        "membership_id": n,
        "sealed": False,
    }
