"""Money in whole cents. Rounding happens only in functions whose name says how."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def round_half_up(amount: Fraction) -> int:
    """Give the nearest whole number; a half goes up in size (0.5 -> 1, -0.5 -> -1)."""
    size = abs(amount)
    whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return whole if amount >= 0 else -whole


def share_half_up(cents: int, share: Fraction) -> int:
    """Give `share` of an amount in cents, half a cent up."""
    # The same as round_half_up(cents * share), without a fraction for each amount.
    size = abs(cents * share.numerator)
    whole = (2 * size + share.denominator) // (2 * share.denominator)
    return whole if (cents < 0) == (share < 0) else -whole


def split_by_largest_remainder(cents: int, weights: Sequence[int]) -> list[int]:
    """Split cents by whole weights so that the parts add up exactly.

    The cents that are left go to the largest remainders, the first one first among equals.
    Raises ValueError for no weights, a negative weight or weights that are all zero.
    """
    total = sum(weights)
    if not weights or total <= 0 or min(weights) < 0:
        raise ValueError("weights must be whole numbers of zero and up, with a positive sum")
    sign = -1 if cents < 0 else 1
    size = abs(cents)
    parts = [size * weight // total for weight in weights]
    left = size - sum(parts)
    order = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
    for index in order[:left]:
        parts[index] += 1
    return [sign * part for part in parts]
