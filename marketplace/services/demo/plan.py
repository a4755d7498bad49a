"""What happens in the demo's months: drawn beforehand from the seed, so that a cut changes no draw.

The draws of one member and month depend on the seed, the member and the month only. The last month is
cut at an instant (today, when it is the current month); what would come later simply does not happen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from marketplace.domain.calendar import AMSTERDAM, Month
from marketplace.services.demo.cast import Cast, Offer, Player


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """One act at one instant. `number` keeps the order of equal instants; `key` names what it is about."""

    at: dt.datetime
    number: int
    act: str
    key: str


@dataclass(frozen=True, slots=True)
class Sale:
    """One order of the demo, from request to confirmation."""

    key: str
    player: str
    buyer: int
    offer: Offer
    quantity: int
    street: str
    ending: str  # whole, declined, cancelled
    cost_cents: int
    handover: str | None = None


def instant(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """Give the UTC instant of a clock time in Amsterdam."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM).astimezone(
        dt.UTC
    )


class Plan:
    """The sales and the happenings of all months."""

    def __init__(self, cast: Cast, *, first: Month, last: Month, seed: int) -> None:
        self.sales: dict[str, Sale] = {}
        self._happenings: list[Happening] = []
        self._number = 0
        for number, month in enumerate(first.until(last)):
            self._rituals(month, first)
            for company in cast.companies:
                for player in company.players:
                    if self._takes_part(player, number):
                        self._month_of(cast, player, month, seed)

    def until(self, end: dt.datetime) -> Iterator[Happening]:
        """Give the happenings before `end`, in order."""
        return (happening for happening in sorted(self._happenings) if happening.at < end)

    @staticmethod
    def _takes_part(player: Player, number: int) -> bool:
        left = player.leaves_after is not None and number >= player.leaves_after
        return number >= player.joins_after and not left

    def _add(self, day: dt.date, hour: int, minute: int, act: str, key: str) -> None:
        self._number += 1
        self._happenings.append(Happening(instant(day, hour, minute), self._number, act, key))

    def _rituals(self, month: Month, first: Month) -> None:
        """Plan what comes back each month: members come and go, the month before is closed and signed off."""
        self._add(month.first, 1, 0, "people", str(month))
        if month == first:
            return
        closed = str(month.shift(-1))
        start = month.first
        self._add(start, 3, 0, "close_month", closed)
        self._add(start, 4, 0, "bank_settles", closed)
        self._add(start + dt.timedelta(days=5), 11, 0, "pay_members", closed)
        self._add(start + dt.timedelta(days=6), 19, 0, "members_confirm", closed)
        self._add(start + dt.timedelta(days=12), 9, 30, "officer_signs", closed)

    def _month_of(self, cast: Cast, player: Player, month: Month, seed: int) -> None:
        random = Random(f"{seed}/{player.mail}/{player.cooperative}/{month}")  # noqa: S311 a play, no secret
        if random.randrange(100) < player.zero:
            return
        low, usual, high = player.monthly
        for number in range(round(random.triangular(low, high, usual))):
            self._sale(cast, player, month, number, random)

    def _sale(self, cast: Cast, player: Player, month: Month, number: int, random: Random) -> None:
        rarer = len(player.offers) - 1
        offer = random.choices(player.offers, weights=[5, *[1] * rarer])[0]
        least, most = offer.quantity
        step = 100 if offer.unit in {"person", "piece", "job"} else 50
        quantity = random.randrange(least, most + 1, step)
        gross = offer.price * quantity // 100
        ending = random.choices(("whole", "declined", "cancelled"), (93, 4, 3))[0]
        share = player.cost_percent * random.uniform(0.4, 1.6) / 100
        costs = int(gross * share) if random.random() < 0.6 else 0
        key = f"{player.mail}/{player.cooperative}/{month}/{number}"
        sale = Sale(
            key=key,
            player=f"{player.cooperative}/{player.mail}",
            buyer=int(len(cast.buyers) * random.random() ** 1.7),
            offer=offer,
            quantity=quantity,
            street=f"{random.choice(cast.streets)} {random.randrange(1, 90)}",
            ending=ending,
            cost_cents=costs if costs >= 150 else 0,
        )
        self.sales[key] = sale
        self._steps(sale, month.first + dt.timedelta(days=random.randrange(0, 25)), random)

    def _steps(self, sale: Sale, day: dt.date, random: Random) -> None:
        """Plan the steps of one sale, each on a later day or hour."""

        def later(days: int) -> dt.date:
            return day + dt.timedelta(days=days)

        minute = random.randrange(60)
        self._add(day, random.randrange(8, 21), minute, "request", sale.key)
        # Goods are paid at once; a service waits for the member's yes.
        answered = random.randrange(1, 3) if sale.offer.kind == "service" else 0
        if sale.offer.kind == "service":
            answer = "decline" if sale.ending == "declined" else "accept"
            self._add(later(answered), 9, minute, answer, sale.key)
            if answer == "decline":
                return
        if sale.ending == "cancelled":
            self._add(later(answered), 21, minute, "cancel", sale.key)
            return
        paid = answered + random.randrange(0, 2)
        delivered = paid + random.randrange(1, 9)
        self._add(later(paid), 21, minute, "pay", sale.key)
        self._add(later(delivered), 16, minute, "deliver", sale.key)
        self._add(later(delivered + random.randrange(1, 3)), 12, minute, "confirm", sale.key)
        if sale.cost_cents:
            self._add(later(delivered), 17, minute, "cost", sale.key)
            self._add(later(delivered + random.randrange(2, 9)), 10, minute, "approve", sale.key)
