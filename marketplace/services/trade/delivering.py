"""How the goods of an order get to the buyer: what was chosen, how far it is, and one fee for each member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from marketplace.domain import delivery as rules
from marketplace.domain.delivery import Handover, Ways
from marketplace.models.listings import Listing
from marketplace.models.orders import OrderLine
from marketplace.services.market import places
from marketplace.services.market.places import Spot


def ways_of(listing: Listing) -> Ways | None:
    """Give how the maker hands goods over; None for a service."""
    if listing.kind != "product":
        return None
    return Ways(listing.pickup, listing.delivery_km, listing.delivery_fee_cents)


def hand_over(
    session: Session,
    *,
    lines: Sequence[OrderLine],
    listings: Sequence[Listing],
    wanted: Mapping[str, str | None],
    street: str,
    place: str,
) -> str:
    """Write on new lines how goods get to the buyer, and put each member's fee on the first that is brought.

    `wanted` is what was chosen, by the listing's public id; gives the address of the order, with the
    place in it where something is brought. Raises HandoverNotChosen, NoStreet, PlaceUnknown or TooFar.
    """
    pairs = list(zip(lines, listings, strict=True))
    for line, listing in pairs:
        ways = ways_of(listing)
        if ways is not None:
            line.handover = rules.choose(ways, wanted.get(listing.public_id), title=listing.title)
    brought = [pair for pair in pairs if pair[0].handover == Handover.DELIVERY]
    if not brought:
        return street
    if not street:
        raise rules.NoStreet
    spot = _find(session, place)
    for _line, listing in brought:
        _check_distance(listing, spot)
    _ask_fees(brought)
    return rules.whole_address(street, place)


def _find(session: Session, typed: str) -> Spot:
    """Give where it must go; PlaceUnknown, with names that begin like it where there are some."""
    name = rules.place_in(typed)
    spot = places.find(session, name)
    if spot is not None:
        return spot
    like = places.similar(session, name)
    if like:
        raise rules.PlaceMistaken(place=name, like=", ".join(like))
    raise rules.PlaceUnknown(place=name or typed)


def _check_distance(listing: Listing, spot: Spot) -> None:
    ways = ways_of(listing)
    if ways is None or listing.lat is None or listing.lon is None:
        raise rules.HandoverNotChosen(title=listing.title)
    kilometres = spot.distance_km(listing.lat, listing.lon)
    rules.check_distance(ways, kilometres, who=listing.membership.trade_name, title=listing.title)


def fees_of(listings: Iterable[Listing]) -> dict[int, int]:
    """Give what each member asks for bringing these goods at once, by membership: her highest fee."""
    fees: dict[int, int] = {}
    for listing in listings:
        asked = listing.delivery_fee_cents or 0
        fees[listing.membership_id] = max(asked, fees.get(listing.membership_id, 0))
    return fees


def _ask_fees(brought: Sequence[tuple[OrderLine, Listing]]) -> None:
    """Put one fee per member into the price of her first line that is brought."""
    fees = fees_of(listing for _line, listing in brought)
    for line, listing in brought:
        fee = fees.pop(listing.membership_id, 0)
        line.delivery_cents = fee
        line.gross_cents += fee
