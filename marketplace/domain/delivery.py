"""How goods get to the buyer: fetched, or brought by the member within a distance for a fee.

The fee is asked once of a member's goods in an order, however many there are, and is part of the price of
the first of them: its VAT follows the goods, and it is the member's income as the goods are.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from marketplace.domain.errors import Refused

MOST_KM = 100
MOST_FEE_CENTS = 100_00
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?[a-z]{2}\b", re.IGNORECASE)


class Handover(StrEnum):
    """How goods change hands."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


class DeliveryNeedsPlace(Refused):
    """Who brings goods says from where: without a known place there is no distance."""

    code: ClassVar[str] = "delivery_needs_place"


class NoHandover(Refused):
    """Goods that can neither be fetched nor are brought."""

    code: ClassVar[str] = "delivery_no_way"


class HandoverNotChosen(Refused):
    """The maker does not hand `title` over in the way that was chosen (any more)."""

    code: ClassVar[str] = "delivery_not_chosen"


class NoStreet(Refused):
    """What is brought needs a street and a number."""

    code: ClassVar[str] = "delivery_no_street"


class PlaceUnknown(Refused):
    """Nobody knows where that is; `place` is what was typed."""

    code: ClassVar[str] = "delivery_place_unknown"


class PlaceMistaken(PlaceUnknown):
    """Nobody knows where that is, but there are places that begin like it: `like`."""

    code: ClassVar[str] = "delivery_place_mistaken"


class TooFar(Refused):
    """It is `km` kilometres away and the maker (`who`) brings within `most`; `title` can be fetched instead."""

    code: ClassVar[str] = "delivery_too_far"


class TooFarToBring(TooFar):
    """The same where it cannot be fetched either."""

    code: ClassVar[str] = "delivery_too_far_to_bring"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a maker hands over: fetched or not, and brought within `km` for `fee_cents` or not (None)."""

    pickup: bool
    km: int | None = None
    fee_cents: int | None = None

    @property
    def all(self) -> tuple[Handover, ...]:
        """Give what a buyer can choose from."""
        fetched = (Handover.PICKUP,) if self.pickup else ()
        return fetched if self.km is None else (*fetched, Handover.DELIVERY)


def check_ways(ways: Ways, *, place_known: bool) -> None:
    """Refuse goods that nobody can get (NoHandover) or that are brought from nowhere (DeliveryNeedsPlace)."""
    if not ways.all:
        raise NoHandover
    if ways.km is not None and not place_known:
        raise DeliveryNeedsPlace


def choose(ways: Ways, wanted: str | None, *, title: str) -> Handover:
    """Give how goods change hands; who chose nothing gets the first way, which costs nothing where there are two.

    Raises HandoverNotChosen for a way that the maker does not offer (any more).
    """
    if wanted is None and ways.all:
        return ways.all[0]
    if wanted in ways.all:
        return Handover(wanted)
    raise HandoverNotChosen(title=title)


def check_distance(ways: Ways, kilometres: float, *, who: str, title: str) -> None:
    """Refuse what lies further than the maker goes (TooFar); what remains is told in the refusal."""
    if ways.km is None or kilometres <= ways.km:
        return
    refusal = TooFar if ways.pickup else TooFarToBring
    raise refusal(km=math.ceil(kilometres), most=ways.km, who=who, title=title)


def place_in(text: str) -> str:
    """Give the name of the place in "4811 AA Breda" or "Breda"; empty where there is none."""
    return " ".join(_POSTCODE.sub(" ", text).replace(",", " ").split())


def whole_address(street: str, place: str) -> str:
    """Write street and place as one address, as invoices read it; a place that stands there is not said twice."""
    street, place = street.strip().rstrip(","), " ".join(place.split())
    return street if place.casefold() in street.casefold() else f"{street}, {place}"
