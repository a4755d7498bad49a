"""What prices leave: each of a member's own offers on its own, one unit, delivered today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import TypeVar

from sqlalchemy.orm import Session

from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.vat import Scheme, inside
from marketplace.services.books import vat
from marketplace.services.months import keeping, whatif

Key = TypeVar("Key", bound=Hashable)


def kept_of(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    prices: Mapping[Key, tuple[int, str]],
    now: dt.datetime,
) -> dict[Key, whatif.WhatIf | None]:
    """Say what each price (gross cents, VAT category) adds on its own, in five queries for any number.

    None where nothing can be said: no agreement, no parameters, or no rules for this month.
    """
    if not prices:
        return {}
    known = keeping.look(
        session, cooperative_id=cooperative_id, membership_id=membership_id, on=None, now=now
    )
    today = day_in_amsterdam(now)
    ground = known.ground(today)
    scheme: Scheme = "charges" if known.charges_vat else "kor"
    return {
        key: whatif.for_price(
            ground, gross_cents=gross, vat_cents=inside(gross, vat.rate(category, today, scheme))
        )
        for key, (gross, category) in prices.items()
    }
