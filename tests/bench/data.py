"""Ten thousand listings, the same ones every time, put in as whole tables and not through the pages."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, insert

from marketplace.gateways import placefiles
from marketplace.models.cooperatives import Cooperative, CooperativeParameters, VatScheme
from marketplace.models.listings import Listing, Picture, Place
from marketplace.models.memberships import Membership
from marketplace.models.municipalities import Municipality
from marketplace.models.people import Person
from marketplace.services.market.searchterms import terms_of

COOPERATIVES = 6
LISTINGS = 10_000
PER_MEMBER = 25
AT = dt.datetime(2026, 1, 2, 9, 0, tzinfo=dt.UTC)
SINCE = dt.date(2025, 1, 1)
READER = 1  # the id of a person without any role, who signs in for the last measurement

# Category, unit, what is done to what; each pair of words makes a title.
OFFERS = (
    ("garden", "hour", ("Heg knippen", "Gras maaien", "Borders wieden"), ("voortuin", "erf")),
    ("sewing", "job", ("Broek korter maken", "Rits vervangen"), ("dezelfde week", "met ophalen")),
    ("bike", "job", ("Fiets nakijken", "Band plakken"), ("bij je thuis", "in de werkplaats")),
    ("food", "person", ("Verse soep", "Maaltijd koken"), ("voor de buurt", "voor een feest")),
    ("music", "hour", ("Gitaarles", "Zangles"), ("voor beginners", "voor kinderen")),
    ("web", "job", ("Website maken", "Nieuwsbrief opmaken"), ("voor een club", "voor een winkel")),
    ("furniture", "piece", ("Kruk van steigerhout", "Vogelhuisje"), ("geolied", "op maat")),
    ("photo", "job", ("Foto's van je feest", "Portret maken"), ("buiten", "in de studio")),
)
NAMES = ("Anouk", "Bilal", "Carla", "Dirk", "Esra", "Frits", "Gülay", "Hans", "Irma", "Joep")
TRADES = ("Groene Vingers", "Naald en Draad", "De Fietsmaker", "Soep op Tijd", "Hout en Zo")
TOWNS = ("Breda", "Tilburg", "Utrecht", "Zwolle", "Arnhem", "Leiden", "Assen", "Goes", "Sittard")
TEXT = (
    "Ik kom bij je langs, kijk wat nodig is en zeg vooraf wat het kost. "
    "Mijn gereedschap breng ik mee. Na afloop ruim ik alles op, zodat jij er geen werk aan hebt."
)


def fill(engine: Engine, listings: int = LISTINGS) -> None:
    """Put it all into an empty, migrated database."""
    chance = random.Random(7)
    members = max(1, listings // PER_MEMBER)
    places = list(placefiles.read())
    with engine.begin() as connection:
        _put(connection, Person, [_reader()])
        _put(
            connection,
            Place,
            [dict(zip(("name", "lat", "lon"), row, strict=True)) for row in places],
        )
        _put(connection, Municipality, list(_municipalities()))
        _put(connection, Cooperative, list(_cooperatives()))
        _put(connection, CooperativeParameters, list(_parameters()))
        _put(connection, VatScheme, list(_schemes()))
        _put(connection, Membership, [_membership(number) for number in range(1, members + 1)])
        spots = {name: (lat, lon) for name, lat, lon in places}
        rows = [_listing(n, 1 + n % members, chance, spots) for n in range(1, listings + 1)]
        _put(connection, Listing, rows)
        _put(connection, Picture, [_picture(row) for row in rows if row["id"] % 3 == 0])
    if engine.dialect.name == "postgresql":
        # What autovacuum does by itself on a server that is not one of our tests.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _put(connection: Connection, model: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(model.__table__), rows)


def _public_id(letter: str, number: int) -> str:
    return f"{letter}{number:015d}"


def _reader() -> dict[str, Any]:
    return {
        "id": READER,
        "public_id": _public_id("r", READER),
        "email": "lezer@example.org",
        "name": "Lezer",
        "locale": "nl",
        "password_hash": "",
        "epoch": 0,
        "created_at": AT,
    }


def _municipalities() -> Iterator[dict[str, Any]]:
    for number in range(1, COOPERATIVES + 1):
        yield {
            "id": number,
            "public_id": _public_id("g", number),
            "name": f"Gemeente {number}",
            "contact_email": f"g{number}@example.org",
            "created_at": AT,
        }


def _cooperatives() -> Iterator[dict[str, Any]]:
    for number in range(1, COOPERATIVES + 1):
        yield {
            "id": number,
            "public_id": _public_id("c", number),
            "slug": f"coop-{number}",
            "name": f"Coöperatie {number} U.A.",
            "place": TOWNS[number],
            "email": f"c{number}@example.org",
            "created_at": AT,
        }


def _parameters() -> Iterator[dict[str, Any]]:
    for number in range(1, COOPERATIVES + 1):
        yield {
            "cooperative_id": number,
            "valid_from": SINCE,
            "training_share": 500,
            "reserve_share": 1000,
            "threshold_cents": 120_000,
            "period": "calendar_year",
            "municipality_share": 5000,
            "resolution": "ALV 1",
            "created_at": AT,
        }


def _schemes() -> Iterator[dict[str, Any]]:
    for number in range(1, COOPERATIVES + 1):
        yield {
            "cooperative_id": number,
            "valid_from": SINCE,
            "scheme": "charges",
            "reason": "begin",
            "created_at": AT,
        }


def _membership(number: int) -> dict[str, Any]:
    cooperative = 1 + number % COOPERATIVES
    return {
        "id": number,
        "public_id": _public_id("m", number),
        "cooperative_id": cooperative,
        "municipality_id": cooperative,
        "name": NAMES[number % len(NAMES)],
        "trade_name": TRADES[number % len(TRADES)],
        "reference": f"REF-{number}",
        "status": "paused" if number % 50 == 0 else "member",
        "started_on": SINCE,
        "created_at": AT,
    }


def _listing(
    number: int, membership: int, chance: random.Random, spots: dict[str, tuple[float, float]]
) -> dict[str, Any]:
    category, unit, first, second = chance.choice(OFFERS)
    title = f"{chance.choice(first)}, {chance.choice(second)}"
    town = chance.choice(TOWNS)
    maker = _membership(membership)
    product = unit == "piece"
    return {
        "id": number,
        "public_id": _public_id("l", number),
        "cooperative_id": maker["cooperative_id"],
        "membership_id": membership,
        "kind": "product" if product else "service",
        "unit": unit,
        "category": category,
        "title": title,
        "description": TEXT,
        "price_cents": chance.randrange(500, 25_000, 25),
        "vat_category": "standard",
        "stock": chance.randrange(1, 30) if product else None,
        "place": town,
        "lat": spots[town][0],
        "lon": spots[town][1],
        "state": "draft" if number % 20 == 0 else "published",
        "search_terms": terms_of(title, maker["trade_name"], maker["name"], town, TEXT),
        "created_at": AT,
        "updated_at": AT,
    }


def _picture(listing: dict[str, Any]) -> dict[str, Any]:
    return {
        "public_id": _public_id("p", listing["id"]),
        "cooperative_id": listing["cooperative_id"],
        "listing_id": listing["id"],
        "file": f"{listing['id']}.webp",
        "alt": listing["title"],
        "width": 1200,
        "height": 900,
        "position": 0,
        "created_at": AT,
    }
