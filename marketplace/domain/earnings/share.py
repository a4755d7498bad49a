"""The part of one person: income, and how much of it is exempt."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.domain.earnings.exemptions import Choice
from marketplace.domain.money import share_half_up


class PersonShare(NamedTuple):
    """One person's income in cents, the share of it before the cap, and what is exempt after the cap."""

    choice: Choice
    income: int
    before_cap: int
    exempt: int

    @property
    def set_off(self) -> int:
        """What is set off against the benefit."""
        return self.income - self.exempt


def share_of(income: int, choice: Choice) -> PersonShare:
    """Give the exempt part of an income of zero or more: the fraction half up, then at most the cap."""
    if choice.exemption is None:
        return PersonShare(choice, income, 0, 0)
    before_cap = share_half_up(income, choice.fraction)
    exempt = before_cap if choice.cap_cents is None else min(before_cap, choice.cap_cents)
    return PersonShare(choice, income, before_cap, exempt)
