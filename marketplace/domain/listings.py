"""What may be offered and when it may be shown. The refusals about listings stand here too."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar, NamedTuple

from marketplace.domain import vat
from marketplace.domain.errors import Refused
from marketplace.domain.money import share_half_up

# The order in which the market shows them.
CATEGORIES = ("garden", "sewing", "bike", "food", "music", "web", "furniture", "photo", "other")

# A service is counted in hours, jobs or persons; a product in pieces, and it has a stock.
UNITS: Mapping[str, tuple[str, ...]] = {
    "service": ("hour", "job", "person"),
    "product": ("piece",),
}
OFFERING_STATUSES = frozenset({"trial", "member"})
MOST_PICTURES = 6
WHOLE = 10_000  # shares are hundredths of a percent


class UnitDoesNotFit(Refused):
    """A service in pieces, or a product by the hour."""

    code: ClassVar[str] = "unit_does_not_fit"


class StockDoesNotFit(Refused):
    """A product without a stock, a service with one, or a stock below zero."""

    code: ClassVar[str] = "stock_does_not_fit"


class MayNotOffer(Refused):
    """Only who is on trial or a member offers something; not who is paused or has left."""

    code: ClassVar[str] = "may_not_offer"


class NotAPicture(Refused):
    """The file cannot be read as a picture (JPEG, PNG or WebP), or it is far too large."""

    code: ClassVar[str] = "not_a_picture"


class TooManyPictures(Refused):
    """A listing has at most MOST_PICTURES pictures."""

    code: ClassVar[str] = "too_many_pictures"


def check_offer(*, kind: str, unit: str, stock: int | None) -> None:
    """Refuse a combination of kind, unit and stock that the market does not know."""
    if unit not in UNITS.get(kind, ()):
        raise UnitDoesNotFit
    if (kind == "product") != (stock is not None) or (stock is not None and stock < 0):
        raise StockDoesNotFit


def check_may_offer(membership_status: str) -> None:
    """Refuse publishing for a membership that is not active."""
    if membership_status not in OFFERING_STATUSES:
        raise MayNotOffer


def may_be_shown(*, state: str, membership_status: str) -> bool:
    """Tell whether everybody may see it: published, by somebody who may offer."""
    return state == "published" and membership_status in OFFERING_STATUSES


class PriceSplit(NamedTuple):
    """Where one unit's price goes before the maker's own costs, in cents; together always the price."""

    vat: int
    training: int
    reserve: int
    maker: int


def split_price(
    price_cents: int, *, vat_rate: Fraction, training_share: int, reserve_share: int
) -> PriceSplit:
    """Split a consumer price by the cooperative's own shares: the same words for every seller.

    What an agreement or a threshold changes for one member is nobody else's business.
    """
    tax = vat.inside(price_cents, vat_rate)
    net = price_cents - tax
    training = share_half_up(net, Fraction(training_share, WHOLE))
    reserve = share_half_up(net, Fraction(reserve_share, WHOLE))
    return PriceSplit(tax, training, reserve, net - training - reserve)
