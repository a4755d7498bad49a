"""What prices leave: each of a member's own offers on its own, one unit, delivered today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
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


def kept_of_document(
    session: Session,
    *,
    cooperative_id: int,
    membership_id: int,
    prices: Sequence[tuple[int, str]],
    on: dt.date | None,
    now: dt.datetime,
) -> whatif.WhatIf | None:
    """Say what lines of one document (gross cents, VAT category) add together, done on a day, or today.

    Five queries. None where nothing can be said, and where there is no line.
    """
    if not prices:
        return None
    today = day_in_amsterdam(now)
    day = max(today, on or today)
    known = keeping.look(
        session, cooperative_id=cooperative_id, membership_id=membership_id, on=day, now=now
    )
    scheme: Scheme = "charges" if known.charges_vat else "kor"
    return whatif.for_price(
        known.ground(day),
        gross_cents=sum(gross for gross, _category in prices),
        vat_cents=sum(one.vat_cents for one in vat.take_apart(prices, today, scheme)),
    )
