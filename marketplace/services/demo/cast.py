"""Who plays in the demo: read from rules/demo/cast.toml, cut or repeated to the wanted numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

LARGEST = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """One listing of a member. Price in cents, quantities in hundredths."""

    title: str
    text: str
    category: str
    kind: str
    unit: str
    price: int
    quantity: tuple[int, int]
    vat: str
    stock: int | None
    # Within how many kilometres it is brought and for how many cents; None: it is fetched.
    delivery: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Player:
    """One member of the demo, with the rhythm of the orders."""

    cooperative: str
    name: str
    mail: str
    trade_name: str
    regime: str
    born_on: dt.date
    household: str
    monthly: tuple[int, int, int]
    zero: int
    cost_percent: int
    months_used: int
    joins_after: int
    leaves_after: int | None
    offers: tuple[Offer, ...]
    agreed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody with a role: coordinator, treasurer or officer."""

    role: str
    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Company:
    """One cooperative with its people and its municipality."""

    facts: dict[str, Any]
    staff: tuple[Staff, ...]
    officers: tuple[Staff, ...]
    players: tuple[Player, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """All of the demo."""

    password: str
    domain: str
    companies: tuple[Company, ...]
    buyers: tuple[str, ...]
    streets: tuple[str, ...]


def read_cast(data: dict[str, Any], *, members: int, buyers: int) -> Cast:
    """Give the cast with so many members in the first cooperative, and buyers.

    Numbers from 1 to 500; a name that comes back gets a number ("Anouk 2"), so that each is somebody.
    """
    if not 1 <= members <= LARGEST or not 1 <= buyers <= LARGEST:
        raise ValueError(f"members and buyers are numbers from 1 to {LARGEST}")
    companies = tuple(_company(facts, data["members"], members) for facts in data["cooperatives"])
    return Cast(
        password=data["password"],
        domain=data["domain"],
        companies=companies,
        buyers=tuple(_again(data["first_names"], number) for number in range(buyers)),
        streets=tuple(data["streets"]),
    )


def _again(names: list[str], number: int) -> str:
    name = names[number % len(names)]
    turn = number // len(names)
    return f"{name} {turn + 1}" if turn else name


def _company(facts: dict[str, Any], people: list[dict[str, Any]], members: int) -> Company:
    own = [_player(person) for person in people if person["cooperative"] == facts["slug"]]
    wanted = max(1, round(members * facts["share_of_members"]))
    players = tuple(_repeat(own[n % len(own)], n // len(own)) for n in range(wanted))
    return Company(
        facts={key: value for key, value in facts.items() if key not in {"staff", "officers"}},
        staff=tuple(Staff(**person) for person in facts["staff"]),
        officers=tuple(Staff(role="officer", **person) for person in facts["officers"]),
        players=players,
    )


def _repeat(player: Player, turn: int) -> Player:
    if turn == 0:
        return player
    return replace(
        player,
        name=f"{player.name} {turn + 1}",
        mail=f"{player.mail}{turn + 1}",
        trade_name=f"{player.trade_name} {turn + 1}",
    )


def _player(person: dict[str, Any]) -> Player:
    low, usual, high = person["monthly"]
    return Player(
        cooperative=person["cooperative"],
        name=person["name"],
        mail=person["name"].lower(),
        trade_name=person["trade_name"],
        regime=person["regime"],
        born_on=person["born_on"],
        household=person["household"],
        monthly=(low, usual, high),
        zero=person["zero"],
        cost_percent=person["cost_percent"],
        months_used=person.get("months_used", 0),
        joins_after=person.get("joins_after", 0),
        leaves_after=person.get("leaves_after"),
        offers=tuple(_offer(one) for one in person["listings"]),
        agreed=person.get("agreed", {}),
    )


def _offer(one: dict[str, Any]) -> Offer:
    return Offer(
        title=one["title"],
        text=one["text"],
        category=one["category"],
        kind=one["kind"],
        unit=one["unit"],
        price=one["price"],
        quantity=(one["quantity"][0], one["quantity"][1]),
        vat=one["vat"],
        stock=one.get("stock"),
        delivery=(one["delivery"][0], one["delivery"][1]) if "delivery" in one else None,
    )
