"""A basket holds so much and no more."""

from __future__ import annotations

from marketplace.domain.errors import Refused

MOST_LINES = 20


class BasketFull(Refused):
    """A basket holds at most MOST_LINES things; `most` says how many."""

    code = "basket_full"


class BasketEmpty(Refused):
    """There is nothing (any more) to order."""

    code = "basket_empty"
