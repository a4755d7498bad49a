"""What a cost is, how much of it is cost and how much VAT, and the refusals around receipts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from marketplace.domain.errors import Refused
from marketplace.domain.ledger import COST_CATEGORIES
from marketplace.domain.vat import Scheme

CATEGORIES = COST_CATEGORIES
PAID_BY = ("cooperative", "member", "supplier")


class AlreadyDecided(Refused):
    """The cost was approved or rejected before."""

    code = "cost_already_decided"


class NotYourLine(Refused):
    """The cost names an order line of somebody else."""

    code = "cost_not_your_line"


class SpentInFuture(Refused):
    """A receipt cannot carry a day that has not come."""

    code = "cost_spent_in_future"


class VatTooHigh(Refused):
    """The VAT on a receipt is a part of its amount."""

    code = "cost_vat_too_high"


class NotOurCategory(Refused):
    """There is no such kind of cost."""

    code = "cost_unknown_category"


class ReasonNeeded(Refused):
    """Who rejects a cost says why."""

    code = "cost_reason_needed"


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who sent a bill that is not paid: name, account, and what must stand with the payment."""

    name: str
    iban: str
    reference: str


@dataclass(frozen=True, slots=True)
class BookedCost:
    """A receipt as the books take it, in cents: cost, and the VAT that comes back."""

    cost_cents: int
    vat_cents: int


def check(
    category: str, spent_on: dt.date, gross_cents: int, vat_cents: int, *, today: dt.date
) -> None:
    """Refuse a receipt that cannot be: an unknown category, a day to come, VAT above its amount."""
    if category not in CATEGORIES:
        raise NotOurCategory
    if spent_on > today:
        raise SpentInFuture
    if not 0 <= vat_cents < gross_cents:
        raise VatTooHigh


def as_booked(gross_cents: int, vat_cents: int, scheme: Scheme) -> BookedCost:
    """Take a receipt apart: only who charges VAT reclaims it; under KOR all of it is cost."""
    if scheme == "kor":
        return BookedCost(gross_cents, 0)
    return BookedCost(gross_cents - vat_cents, vat_cents)
