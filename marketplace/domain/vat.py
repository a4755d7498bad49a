"""VAT inside a consumer price: computed per rate on the document, spread over its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from marketplace.domain.money import share_half_up, split_by_largest_remainder

Scheme = Literal["charges", "kor"]
CATEGORIES = ("standard", "reduced")


@dataclass(frozen=True, slots=True)
class Taxed:
    """A gross price in cents, taken apart."""

    gross_cents: int
    vat_cents: int

    @property
    def net_cents(self) -> int:
        """The price without VAT."""
        return self.gross_cents - self.vat_cents


def inside(gross_cents: int, rate: Fraction) -> int:
    """Give the VAT, in cents, inside a price that holds it; half a cent up."""
    return share_half_up(gross_cents, _within(rate))


@lru_cache(maxsize=16)
def _within(rate: Fraction) -> Fraction:
    """Give the share of a price that is VAT; rates are few."""
    return rate / (1 + rate)


def of_document(items: Sequence[tuple[int, Fraction]]) -> list[Taxed]:
    """Take the prices of one document apart: (gross cents, rate) of each line, in order.

    VAT is rounded once per rate; the lines of that rate share it by largest remainder of their price.
    """
    taxed = [Taxed(gross, 0) for gross, _ in items]
    for rate in {rate for _, rate in items}:
        places = [i for i, (_, own) in enumerate(items) if own == rate]
        prices = [items[i][0] for i in places]
        vat = inside(sum(prices), rate)
        for i, part in zip(places, split_by_largest_remainder(vat, prices), strict=True):
            taxed[i] = Taxed(items[i][0], part)
    return taxed


def rate_text(rate: Fraction) -> str:
    """Write a rate as order lines keep it: "0.21"; no rate at all is "0"."""
    return "0" if rate == 0 else f"{float(rate):.4f}".rstrip("0")


def crosses(sold_cents: int, sale_cents: int, limit_cents: int) -> bool:
    """Tell whether a sale crosses the limit of KOR: from that sale on VAT is due (Wet OB 25)."""
    return sold_cents + sale_cents > limit_cents
