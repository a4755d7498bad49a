"""Which part of a cost the municipality accepts, by its own list, and why the rest is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.domain.earnings.profile import AcceptedCost
from marketplace.domain.errors import Refused
from marketplace.domain.money import share_half_up

# Why a part does not count, from the first that is looked at to the last.
REASONS = (
    "agreement",
    "not_listed",
    "no_prior_approval",
    "business_share",
    "cap_month",
    "cap_year",
)


class UnknownKind(Refused):
    """The municipality's list has no such kind of cost."""

    code = "cost_unknown_kind"


@dataclass(frozen=True, slots=True)
class Used:
    """What was accepted before of the same kind, in cents: in the month and in the calendar year."""

    month_cents: int = 0
    year_cents: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """What counts of a cost in cents, and why not all of it; None: all of it counts."""

    cents: int
    reason: str | None = None


def kind_of(name: str | None, listed: Sequence[AcceptedCost]) -> AcceptedCost | None:
    """Give the kind of that name on the municipality's list; None for a cost that is not on it."""
    return next((one for one in listed if one.name == name), None)


def check_kind(name: str | None, listed: Sequence[AcceptedCost]) -> None:
    """Refuse a kind that is not on the municipality's list; no kind is always possible."""
    if name is not None and kind_of(name, listed) is None:
        raise UnknownKind


def accept(
    cost_cents: int,
    *,
    by_agreement: bool,
    listed: Sequence[AcceptedCost],
    kind: AcceptedCost | None,
    approved_before: bool,
    used: Used,
) -> Accepted:
    """Give what counts of a cost (in cents, without VAT that comes back), and why not all of it.

    Without a list the agreement alone decides. With one, only its kinds count: the business share of the
    cost, half up, within what is left of the month and of the year. The caps are asked last and take
    what is left, so the order of receipts does not change what a month or a year comes to.
    """
    if not by_agreement:
        return Accepted(0, "agreement")
    if not listed:
        return Accepted(cost_cents)
    if kind is None:
        return Accepted(0, "not_listed")
    if kind.prior_approval and not approved_before:
        return Accepted(0, "no_prior_approval")
    return _within(cost_cents, kind, used)


def _within(cost_cents: int, kind: AcceptedCost, used: Used) -> Accepted:
    cents = share_half_up(cost_cents, kind.business_share)
    reason = "business_share" if cents < cost_cents else None
    for code, cap, before in (
        ("cap_month", kind.cap_month_cents, used.month_cents),
        ("cap_year", kind.cap_year_cents, used.year_cents),
    ):
        room = cents if cap is None else max(0, cap - before)
        if room < cents:
            cents, reason = room, code
    return Accepted(cents, reason)
