"""What the demo's cooperatives have on their invoices: invented, with numbers that keep their own check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.services.invoices import seller
from marketplace.services.people import operators

_TOLD = ("place", "address", "postcode", "kvk_number", "vat_number", "iban")


def start(
    session: Session,
    wanted: operators.NewCooperative,
    facts: Mapping[str, Any],
    *,
    actor_id: int,
    now: dt.datetime,
) -> int:
    """Start a cooperative, fill in what its invoices name, and give its id."""
    row = operators.create_cooperative(session, wanted=wanted, created_by=actor_id, now=now)
    told = {key: str(facts[key]) for key in _TOLD}
    seller.keep(
        session,
        cooperative_id=row.id,
        facts=seller.Facts(legal_name=str(facts["name"]), **told),
        actor_id=actor_id,
        now=now,
    )
    return row.id
