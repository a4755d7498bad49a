"""What goes back to a buyer: who bears it, and how a part of a price is taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from marketplace.domain.errors import Refused
from marketplace.domain.money import share_half_up, split_by_largest_remainder

# Who bears what goes back of work that was done; before the delivery nobody has earned it yet.
Liable = Literal["cooperative", "member", "provider"]
LIABLE: tuple[str, ...] = get_args(Liable)
# The reasons that somebody chooses from, and how a credit note says each of them: in Dutch, as papers are.
ON_PAPER: Mapping[str, str] = {
    "cancelled": "Afgezegd",
    "not_delivered": "Niet geleverd",
    "not_good": "Niet goed geleverd",
    "price": "Prijs aangepast",
    "goodwill": "Korting achteraf",
}
OTHERWISE_ON_PAPER = "Terugbetaling"


class RefundTooMuch(Refused):
    """More than was paid, less what went back before."""

    code = "refund_too_much"


@dataclass(frozen=True, slots=True)
class Left:
    """What of a line was not refunded yet, in cents."""

    gross_cents: int
    vat_cents: int


def vat_half_up(left: Left, gross_cents: int) -> int:
    """Give the VAT inside a part of what is left; the whole takes exactly the VAT that is left.

    Raises RefundTooMuch for nothing, or for more than is left.
    """
    if not 0 < gross_cents <= left.gross_cents:
        raise RefundTooMuch
    return share_half_up(left.vat_cents, Fraction(gross_cents, left.gross_cents))


def spread(cents: int, left: Sequence[int]) -> list[int]:
    """Spread an amount over lines by what is left of each; raises RefundTooMuch above their sum."""
    if not 0 < cents <= sum(left):
        raise RefundTooMuch
    return split_by_largest_remainder(cents, left)
