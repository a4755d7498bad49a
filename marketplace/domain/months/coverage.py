"""The coverage of the norm (dekkingsgraad) of a group: what its work brought in, against its norms."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from marketplace.domain.calendar import Month
from marketplace.domain.money import round_half_up

# Below this number of people a figure could tell something about one of them.
SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """One month of a group: how many people, their attributable results and their norms, in cents."""

    month: Month
    people: int
    result_cents: int
    norm_cents: int

    @property
    def shown(self) -> bool:
        """Whether the group is large enough to show its figures."""
        return self.people >= SMALLEST_GROUP

    @property
    def percent(self) -> int | None:
        """The coverage in whole percents; None for a small group, or without a norm."""
        if not self.shown or self.norm_cents <= 0:
            return None
        return round_half_up(Fraction(100 * max(0, self.result_cents), self.norm_cents))
